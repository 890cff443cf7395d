import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What happens when an instance dies: its clients hear that their connections broke, and its
/// servers find out one by one.
///
/// A message that is on its way to the database or to the lock server arrives, and what it asks for
/// is done: a COMMIT commits, a script takes its lock. Only then does the server notice that the
/// connection has gone. MySQL rolls the session's transaction back, also one that has waited for a
/// row until then: it looks at the socket when it wants to answer. Redis keeps the lock until its
/// lease ends, and nobody renews it. A key that was inserted as PROCESSING stays so.
///
/// In the memory of the instance nothing is left: no thread, no connection, no subscription. One
/// thing is kinder than reality: a dead waiter for a fair lock leaves its queue at once.
extension Simulation {
  /// The kernel kills the instance for want of memory, and it restarts.
  ///
  /// - Complexity: O(requests).
  mutating func dieOfMemory(_ instance: InstanceID) {
    guard let memory = compiled.scenario.system.memory else { broken("a death without a cause") }
    if firstDeath == nil {
      firstDeath = MemoryUse.Death(
        instance: Int(instance.index) + 1, at: now,
        inFlight: Int(instances[instance.index].inFlight))
    }
    die(instance, until: Event.instanceRestarted(instance), after: memory.restart)
  }

  /// A fault kills the instance; one that is down already does not die again.
  mutating func crash(
    _ instance: InstanceID, restart: VirtualDuration, because fault: Int
  ) {
    guard instances[instance.index].isUp else { return }
    faultBegan(fault)
    die(instance, until: Event.faultEnded(fault, instance), after: restart)
  }

  /// The instance is gone with all that it works on, until an event.
  private mutating func die(
    _ instance: InstanceID, until event: Event, after length: VirtualDuration
  ) {
    count(.instanceCrashes)
    tell(.died(instance), by: .fault)
    let number = Int(instance.index)
    instances[number].isUp = false
    instances[number].inFlight = 0
    let stoodStill = instances[number].standstill.isOn
    instances[number].standstill.abort()
    caches.clear(instance)
    for slot in 0..<requests.slotCount {
      let request = RequestID(index: slot)
      guard requests[request].user.index >= 0, requests[request].instance == instance else {
        continue
      }
      if requests[request].isInside {
        drop(request)
      } else if stoodStill {
        comeToDeadInstance(request)
      }
    }
    if stoodStill { deliverPutOff(to: instance) }
    emptyServers(of: instance)
    queue.schedule(event.word, at: now + length)
    resolveDeadlocks()
  }

  /// A request that has come to an instance which stood still finds it dead now.
  private mutating func comeToDeadInstance(_ request: RequestID) {
    guard requests[request].wait == .time, requests[request].share == .paused else { return }
    _ = queue.cancel(requests[request].timer)
    resume(request, at: now)
  }

  /// The threads, cores and connections of an instance that starts anew; all who waited have left.
  private mutating func emptyServers(of instance: InstanceID) {
    let system = compiled.scenario.system
    for _ in 0..<threads[instance].inUse { meters.threads.busy.finished(at: now) }
    threads[instance] = RequestThreads(system.threads, expectedRequests: 0)
    for _ in 0..<cores[instance].inUse { meters.cores.busy.finished(at: now) }
    cores[instance] = ServerGroup(size: system.cores, expectedRequests: 0)
    for _ in 0..<pools[instance].inUse { meters.pool.busy.finished(at: now) }
    pools[instance] = ServerGroup(size: system.pool.size, expectedRequests: 0)
  }

  // MARK: The client

  /// The client hears that the connection broke; what the request still does is nobody's business.
  private mutating func drop(_ request: RequestID) {
    if isInTransaction(request) { note(.crashedInTransaction) }
    requests[request].isInside = false
    closeConnection(to: requests[request].instance)
    if !requests[request].isAbandoned { tellClient(of: request) }
    if isAtServer(request) {
      requests[request].life = .orphaned
    } else {
      leaveQueues(request)
      settle(request)
      if isDisturbed { loseTroubles(of: request) }
      unwindDead(request)
    }
  }

  /// What a fault has left undone of a request stays so.
  private mutating func loseTroubles(of request: RequestID) {
    if disturbances[request].lostCommand != .none { loseUnlock(of: request) }
    disturbances.forget(request)
  }

  /// The command to the lock server at which a request stands is never served: if it was to unlock,
  /// the lock stays.
  private mutating func loseUnlock(of request: RequestID) {
    let command = lockCommand(from: requests[request].programCounter)
    if case .unlock = command.effect { orphanLock(of: request) }
  }

  /// Notes the keys that a dead request leaves in PROCESSING, when MySQL has done what was on its
  /// way and has rolled back what was open.
  private mutating func noteKeysLeft(by request: RequestID) {
    for (index, table) in compiled.scenario.tables.enumerated() where table.hasUniqueKey {
      // Whoever has found the key PROCESSING leaves it to another.
      guard requests[request].keyState != .processing else { continue }
      let state = keys.lookup(
        requests[request].key, in: UInt8(index), by: transaction(of: request))
      if state == .processing { note(.crashedWhileProcessing) }
    }
  }

  private mutating func tellClient(of request: RequestID) {
    let user = requests[request].user
    var leg = compiled.clientLeg.map { draw(Int($0.index), for: user) } ?? .zero
    if delaysMessages { leg += messageDelay(on: .client, for: request) }
    if isAwaited(request) && makesCalls(user) { return connectionBroke(of: request, after: leg) }
    count(.requestsDropped, for: request)
    tell(.replied(status: 0), by: request)
    measureSilence(of: request, as: .instanceDied, after: leg)
    // Nobody goes on with the answer to a second click.
    guard isAwaited(request) else { return }
    if barriers.count > 0, barriers.contains(user) { barriers.leave(user) }
    users[user.index].request = .none
    users[user.index].lastStatus = 0
    sleep(user, for: leg)
  }

  // MARK: Where the request was

  /// Whether a server still has something of the request to do.
  private func isAtServer(_ request: RequestID) -> Bool {
    let state = requests[request]
    if hasLostCommand(request) { return false }
    switch state.wait {
    case .row, .key, .databaseCore, .lockServerCore, .sync, .server: return true
    case .thread, .instanceCore, .connection, .handOff, .subscription, .unlock, .gate, .barrier,
      .cache, .click:
      return false
    case .nothing, .time:
      switch state.share {
      case .rowLockWait,
        .commit where state.wait == .nothing:
        return true
      case .backoff, .cpu, .network, .paused: return false
      default: break
      }
      let last = instructions[state.programCounter - 1]
      if isLeg(last) { return isServers(instructions[state.programCounter]) }
      return isServers(last)
    }
  }

  /// Whether the request waits in vain for the answer to a command to the lock server.
  @inline(__always)
  private func hasLostCommand(_ request: RequestID) -> Bool {
    if !isDisturbed { return false }
    return disturbances[request].lostCommand != .none
  }

  /// Whether a server does this, and not the instance.
  private func isServers(_ instruction: Instruction) -> Bool {
    switch instruction {
    case .takeCore(let owner), .releaseCore(let owner): owner != .instance
    case .spend(let timing, _):
      switch timingPurposes[Int(timing.index)] {
      case .statement, .lockServerCommand, .serverUse: true
      default: false
      }
    case .takeServer, .releaseServer, .begin, .commit, .rollback, .lockRow, .read, .write,
      .lookUpKey, .lockKey, .insertKey, .insertRow, .takeOverKey, .takeOverOldKey, .completeKey,
      .failKey,
      .completeOwnKey, .failOwnKey, .tryLock, .unlock, .leaveLockQueue:
      true
    case .lookUpCache(let step), .putInCache(let step):
      compiled.scenario.system.caches[compiled.cacheSteps[Int(step.index)].cache].store == .redis
    default: false
    }
  }

  /// Whether this is the way of a message to a server, or back.
  private func isLeg(_ instruction: Instruction) -> Bool {
    guard case .spend(let timing, _) = instruction else { return false }
    switch timingPurposes[Int(timing.index)] {
    case .databaseNetwork, .lockServerNetwork: return true
    default: return false
    }
  }

  /// The request waits for nothing in its instance any more.
  private mutating func leaveQueues(_ request: RequestID) {
    _ = queue.cancel(requests[request].timer)
    requests[request].timer = .none
    let since = requests[request].since
    switch requests[request].wait {
    case .thread: meters.threads.queue.left(at: now, since: since)
    case .instanceCore: meters.cores.queue.left(at: now, since: since)
    case .connection: meters.pool.queue.left(at: now, since: since)
    case .subscription, .unlock:
      endLockWait(of: request)
      stopListening(request)
    case .cache: _ = endCacheWait(of: request)
    case .gate:
      let gate = awaitedModelServer(of: request)
      meters.gates[gate].queue.left(at: now, since: since)
      modelServers.abandonGate(gate, by: request)
    case .nothing:
      // It has just been let in.
      if case .enterGate(let gate) = instructions[requests[request].programCounter - 1] {
        leaveGate(Int(gate), by: request)
      }
    case .time:
      stopListening(request)
      // Let in while its instance stood still.
      if requests[request].share == .paused,
        case .enterGate(let gate) = instructions[requests[request].programCounter - 1]
      {
        leaveGate(Int(gate), by: request)
      }
    case .handOff, .barrier, .click: break
    case .row, .key, .databaseCore, .lockServerCore, .sync, .server:
      broken("a request at a server waits in its instance")
    }
  }

  /// Ends a wait for a message or for the reply to SUBSCRIBE, if there is one.
  private mutating func stopListening(_ request: RequestID) {
    if privateChannels.isWaiting(request) { privateChannels.abandonWait(of: request) }
    if subscriptions.isWaiting(request) { subscriptions.abandonWait(of: request) }
  }

  // MARK: Giving up what is held

  /// Goes on with a request whose instance has died.
  mutating func finishDead(_ request: RequestID) {
    if requests[request].life == .orphaned {
      while isServers(instructions[requests[request].programCounter]) {
        let counter = requests[request].programCounter
        if isDisturbed {
          let place = disturbances.places[counter]
          if place == .lockServer && disturbances.lockServer.isOn {
            giveBackLockServer(request)
            loseUnlock(of: request)
            break
          }
          if isHeldUpAtServer(request, before: counter, place) { return }
        }
        requests[request].programCounter = counter &+ 1
        if perform(instructions[counter], for: request) == .ends { return }
        if requests[request].life == .unwinding { return giveUpAll(of: request) }
      }
    }
    unwindDead(request)
  }

  /// Gives up what a request holds, from where it stands.
  private mutating func unwindDead(_ request: RequestID) {
    let counter = requests[request].programCounter
    if let step = acquiredLock(at: counter - 1) {
      leaveLockBeforeIt(step, request)
      goOn(request, atHandlerOf: compiled.lockSteps[step].acquiring.lowerBound)
    } else if requests[request].failure == .none {
      goOn(request, atHandlerOf: counter - 1)
    }
    // After a failure it is in the steps that give up already.
    requests[request].life = .unwinding
    giveUpAll(of: request)
  }

  private mutating func goOn(_ request: RequestID, atHandlerOf instruction: Int32) {
    requests[request].programCounter = handlers[instruction]
  }

  /// Carries out what gives something up and takes no instance for it, and passes by the rest.
  private mutating func giveUpAll(of request: RequestID) {
    while requests[request].programCounter >= 0 {
      let counter = requests[request].programCounter
      requests[request].programCounter = counter + 1
      switch instructions[counter] {
      case .fail, .retryOrFail: goOn(request, atHandlerOf: counter)
      case .jump(let target): requests[request].programCounter = target
      case .rollback, .suspendTransaction, .resumeTransaction, .leaveGate, .stopWatchdog,
        .forgetLock:
        _ = perform(instructions[counter], for: request)
      case .leaveLock(let step):
        if isDisturbed && leavesWithoutLock(request, step) { continue }
        leaveLock(compiled.lockSteps[Int(step.index)], for: request)
        orphanLock(of: request)
      case .answer:
        return bury(request)
      default: break
      }
    }
    bury(request)
  }

  /// The lock step that a request is about to enter here.
  ///
  /// - Complexity: O(lock steps).
  private func acquiredLock(at counter: Int32) -> Int? {
    for step in compiled.lockSteps.indices
    where compiled.lockSteps[step].acquiring.contains(counter) { return step }
    return nil
  }

  /// The request has asked for a lock, and has it or not, but has not gone in.
  private mutating func leaveLockBeforeIt(_ step: Int, _ request: RequestID) {
    if subscriptions.isMember(request) || privateChannels.isMember(request) {
      leaveSubscription(of: request)
    }
    let lock = compiled.lockSteps[step]
    if requests[request].holdsLock {
      orphanLock(of: request)
    } else if lock.client == .redissonFair {
      leaveLockQueue(lock, by: request)
    }
    if lock.isPerRequest { forgetLock(of: request) }
  }

  /// The lock of the request stays until its lease ends, and belongs to nobody.
  mutating func orphanLock(of request: RequestID) {
    let lock = requests[request].lock
    if locks.owner(of: lock, now: now) == request {
      locks.orphan(lock, token: leases[lock.index].token)
    }
  }

  /// Nothing is left of the request.
  private mutating func bury(_ request: RequestID) {
    if requests[request].isAbandoned {
      ledger.interrupted(request)
    } else {
      ledger.answered(request, succeeded: false, refused: false)
      noteBreachesOfAnswer(to: request)
    }
    noteKeysLeft(by: request)
    forgetKeys(of: request)
    requests.remove(request)
  }
}
