import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// A lock server that answers nothing.
///
/// A command that would be served meanwhile is not, and its client gives up a time-out after it was
/// sent. What it does then depends on the policy: with `fail-closed` the request fails, with
/// `fail-open` it goes on as if the command had not been there, without the lock or with a miss.
/// What a client sends beside its requests is different: a SUBSCRIBE or UNSUBSCRIBE is served as
/// soon as the server answers again, as client libraries subscribe anew then, and a renewal of a
/// lease is lost, with the next one sent when it would have been after an answer.
///
/// One thing is kinder than reality: a waiter for a fair lock whose command is lost leaves its list
/// at once.
extension Simulation {
  mutating func stopLockServer(
    for length: VirtualDuration, timeout: VirtualDuration, _ policy: FaultEvent.OutagePolicy,
    because fault: Int
  ) {
    faultBegan(fault)
    let end = now + length
    queue.schedule(Event.faultEnded(fault, InstanceID(index: 0)).word, at: end)
    // Of several, the one that lasts longest decides what clients do.
    if disturbances.lockServer.begin(at: now, until: end) > .zero {
      disturbances.commandTimeout = timeout
      disturbances.policy = policy
    }
    emptyLockServer()
  }

  /// Nobody is served, and nobody waits: all commands at the server are lost.
  private mutating func emptyLockServer() {
    var served: [RequestID] = []
    for slot in 0..<requests.slotCount {
      let request = RequestID(index: slot)
      let state = requests[request]
      guard state.user.index >= 0, state.programCounter > 0 else { continue }
      if state.wait == .lockServerCore {
        lockServerThread.abandonWait(of: request)
        meters.lockServer.queue.left(at: now, since: state.since)
        settle(request)
        requests[request].programCounter -= 1
        dropCommand(of: request)
      } else if isServedByLockServer(state) {
        served.append(request)
      }
    }
    for request in served {
      _ = queue.cancel(requests[request].timer)
      requests[request].timer = .none
      settle(request)
      requests[request].programCounter -= 2
      releaseCore(of: .lockServer, by: request)
      dropCommand(of: request)
    }
  }

  private func isServedByLockServer(_ state: RequestState) -> Bool {
    guard state.wait == .time, disturbances.places[state.programCounter - 1] == .lockServer,
      case .spend = instructions[state.programCounter - 1]
    else { return false }
    return true
  }

  private mutating func dropCommand(of request: RequestID) {
    if requests[request].life == .alive {
      loseCommand(of: request)
    } else {
      stand(request, until: now, as: .redisCommand)
    }
  }

  /// A command that has just been passed the server's thread, and stands before its service, gives
  /// the thread back.
  mutating func giveBackLockServer(_ request: RequestID) {
    guard lockServerThread.heldCount(by: request) > 0 else { return }
    requests[request].programCounter -= 1
    releaseCore(of: .lockServer, by: request)
  }

  // MARK: Losing commands

  /// The command of a request will not be served.
  mutating func loseCommand(of request: RequestID) {
    giveBackLockServer(request)
    switch requests[request].errand {
    case .subscribe, .unsubscribe, .subscribePrivately, .unsubscribePrivately:
      return stand(request, until: disturbances.lockServer.wake, as: .redisCommand)
    case .none, .renew: break
    }
    disturbances[request].lostCommand =
      disturbances.policy == .failOpen ? .failsOpen : .failsClosed
    let end = disturbances[request].commandSentAt + disturbances.commandTimeout
    stand(request, until: max(now, end), as: .redisCommand)
  }

  /// The time-out of a lost command has passed.
  ///
  /// - Returns: Whether the request goes on with its next instruction.
  mutating func goesOnWithoutAnswer(_ request: RequestID) -> Bool {
    let lost = disturbances[request].lostCommand
    disturbances[request].lostCommand = .none
    let command = lockCommand(from: requests[request].programCounter)
    requests[request].programCounter = command.end
    switch command.effect {
    case .tryLock(let step):
      let lock = compiled.lockSteps[Int(step.index)]
      if lock.client == .redissonFair { leaveLockQueue(lock, by: request) }
      if lost == .failsOpen {
        goOnWithoutLock(request, step, from: command.end)
      } else {
        failByLostCommand(request)
      }
    case .leaveLockQueue(let step):
      count(.lockServerTimeouts, for: request)
      leaveLockQueue(compiled.lockSteps[Int(step.index)], by: request)
    case .unlock:
      count(.lockServerTimeouts, for: request)
      orphanLock(of: request)
      requests[request].holdsLock = false
      if lost == .failsClosed { _ = fail(request, with: .unlockByStranger) }
    case .lookUpCache:
      if lost == .failsClosed {
        failByLostCommand(request)
      } else {
        count(.lockServerTimeouts, for: request)
        requests[request].statement = .missed
      }
    case .putInCache:
      if lost == .failsClosed {
        failByLostCommand(request)
      } else {
        count(.lockServerTimeouts, for: request)
      }
    case .runErrand:
      endLostRenewal(request)
      return false
    default:
      broken("a command to the lock server without an effect was lost")
    }
    return true
  }

  /// What a command does at the lock server, and the instruction behind it.
  ///
  /// - Parameter counter: A place inside the command, after its first message.
  func lockCommand(from counter: Int32) -> (effect: Instruction, end: Int32) {
    var place = counter
    // Ends: each command has an effect.
    while Self.isOnTheWay(instructions[place]) { place += 1 }
    let effect = instructions[place]
    // The message back stands behind the effect of a command that somebody waits for.
    if case .runErrand = effect { return (effect, place + 1) }
    return (effect, place + 2)
  }

  private static func isOnTheWay(_ instruction: Instruction) -> Bool {
    switch instruction {
    case .takeCore, .releaseCore, .spend: true
    default: false
    }
  }

  /// The request fails, and what it does about that needs no further command for its lock.
  private mutating func failByLostCommand(_ request: RequestID) {
    _ = fail(request, with: .lockServerTimeout)
    let counter = requests[request].programCounter
    guard disturbances.places[counter] == .toLockServer else { return }
    let command = lockCommand(from: counter + 1)
    if case .leaveLockQueue = command.effect { requests[request].programCounter = command.end }
  }

  /// The watchdog's command was lost; it sends the next one when it would have after an answer.
  private mutating func endLostRenewal(_ carrier: RequestID) {
    let state = requests[carrier]
    count(.lockServerTimeouts)
    requests.remove(carrier)
    lockErrands -= 1
    guard leases[state.lock.index].carrier == carrier else { return }
    let length = compiled.scenario.system.lockServer.watchdogTimeout
    leases[state.lock.index].renewal = queue.schedule(
      Event.leaseRenewalDue(state.lock).word,
      at: now + .nanoseconds(length.inNanoseconds / 3))
  }

  // MARK: Going on without the lock

  private mutating func goOnWithoutLock(
    _ request: RequestID, _ step: LockStepID, from counter: Int32
  ) {
    count(.lockServerTimeouts, for: request)
    note(.wentOnWithoutLock)
    disturbances.setWithoutLock(request, in: Int(step.index), to: true)
    requests[request].holdsLock = false
    requests[request].token = 0
    guard case .jumpIfLocked(let target) = instructions[counter] else {
      broken("a try for a lock without a way in")
    }
    requests[request].programCounter = target
  }

  /// Lets a request that has no lock pass by what only a holder does.
  ///
  /// - Returns: Whether it has passed something by.
  mutating func passesWithoutLock(_ request: RequestID, at counter: Int32) -> Bool {
    switch instructions[counter] {
    case .enterLock:
      let step = compiled.lockSteps.firstIndex { $0.acquiring.upperBound == counter }
      guard let step, disturbances.isWithoutLock(request, in: step) else { return false }
      requests[request].programCounter = counter + (compiled.lockSteps[step].isRenewed ? 2 : 1)
      return true
    case .leaveLock(let step):
      guard leavesWithoutLock(request, step) else { return false }
      // The command to unlock begins with a message.
      requests[request].programCounter = lockCommand(from: counter + 2).end
      return true
    default:
      return false
    }
  }

  /// Lets a request come out that has gone on without the lock of a step, if it has.
  mutating func leavesWithoutLock(_ request: RequestID, _ step: LockStepID) -> Bool {
    guard disturbances.isWithoutLock(request, in: Int(step.index)) else { return false }
    disturbances.setWithoutLock(request, in: Int(step.index), to: false)
    nameLock(compiled.lockSteps[Int(step.index)], of: request)
    requests[request].holdsLock = false
    return true
  }
}
