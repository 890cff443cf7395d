import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// How requests run where faults may hold them up: before each instruction is looked whether who is
/// to carry it out does anything at all.
///
/// A request that is held up stands before the instruction, and looks again when it goes on. So it
/// does not matter what else has happened meanwhile, nor whether the standstill has become longer.
extension Simulation {
  /// Runs a request until it waits, is held up, or is over.
  mutating func executeDisturbed(_ request: RequestID) {
    if disturbances[request].isTroubled && !goesOnAfterTrouble(request) { return }
    while true {
      let counter = requests[request].programCounter
      if isHeldUp(request, before: counter) { return }
      if disturbances.failsOpen && passesWithoutLock(request, at: counter) { continue }
      requests[request].programCounter = counter &+ 1
      let turn: Turn
      if case .spend(let timing, let activity) = instructions[counter] {
        turn = spend(timing, activity, disturbances.places[counter], for: request)
      } else {
        turn = performOnce(instructions[counter], for: request)
      }
      if turn == .ends { return }
    }
  }

  /// Kept apart, so that the code of all instructions is there only once more.
  @inline(never)
  private mutating func performOnce(_ instruction: Instruction, for request: RequestID) -> Turn {
    perform(instruction, for: request)
  }

  /// Lets time pass, more of it if a message is delayed; a message that takes none is no event.
  private mutating func spend(
    _ timing: TimingID, _ activity: Activity, _ place: InstructionPlace, for request: RequestID
  ) -> Turn {
    var length = draw(Int(timing.index), for: requests[request].user)
    switch place {
    case .client, .toClient: length += messageDelay(on: .client, for: request)
    case .toDatabase, .fromDatabase: length += messageDelay(on: .database, for: request)
    case .fromLockServer: length += messageDelay(on: .redis, for: request)
    case .toLockServer:
      length += messageDelay(on: .redis, for: request)
      disturbances[request].commandSentAt = now
    case .anywhere, .instance, .database, .lockServer, .modelServer: break
    }
    if length == .zero && samplers.constant(Int(timing.index)) == .zero { return .goesOn }
    pass(length, for: request, as: activity.share)
    return .ends
  }

  // MARK: Standing still

  /// Lets a request stand before an instruction if who is to carry it out does nothing.
  private mutating func isHeldUp(_ request: RequestID, before counter: Int32) -> Bool {
    let place = disturbances.places[counter]
    if place.isInstances {
      let instance = requests[request].instance.index
      guard instances[instance].standstill.isOn else { return false }
      stand(request, until: instances[instance].standstill.wake, as: .paused)
      return true
    }
    return isHeldUpAtServer(request, before: counter, place)
  }

  /// The same at the servers, for whom it does not matter whether the client is still there.
  ///
  /// - Returns: Whether the request goes on with a later event.
  mutating func isHeldUpAtServer(
    _ request: RequestID, before counter: Int32, _ place: InstructionPlace
  ) -> Bool {
    switch place {
    case .database:
      guard disturbances.database.isOn else { return false }
      stand(request, until: disturbances.database.wake, as: serviceShare(at: counter))
      return true
    case .lockServer:
      guard disturbances.lockServer.isOn else { return false }
      loseCommand(of: request)
      return true
    case .anywhere, .instance, .client, .toClient, .toDatabase, .fromDatabase, .toLockServer,
      .fromLockServer, .modelServer:
      return false
    }
  }

  mutating func stand(_ request: RequestID, until end: VirtualTime, as share: TimeShare) {
    block(request, on: .time, as: share)
    resume(request, at: end)
  }

  /// What the time counts as that a request stands at the database.
  private func serviceShare(at counter: Int32) -> TimeShare {
    switch instructions[counter] {
    case .commit, .rollback: .commit
    case .spend(_, let activity): activity.share
    case .takeCore:
      if case .spend(_, let activity) = instructions[counter + 1] {
        activity.share
      } else {
        .statement
      }
    default: .statement
    }
  }

  /// Deals with what a fault has left undone of a request that is to go on.
  ///
  /// - Returns: Whether it goes on with its next instruction.
  private mutating func goesOnAfterTrouble(_ request: RequestID) -> Bool {
    let instance = requests[request].instance.index
    if instances[instance].standstill.isOn {
      stand(request, until: instances[instance].standstill.wake, as: .paused)
      return false
    }
    let rest = disturbances[request].restOfBurst
    if rest > .zero {
      disturbances[request].restOfBurst = .zero
      pass(rest, for: request, as: .cpu)
      return false
    }
    return goesOnWithoutAnswer(request)
  }

  // MARK: Putting off

  /// Puts an event off that only a running instance can take notice of, if its instance stands
  /// still.
  ///
  /// Events of one instance are put off to one moment in the order in which they came, so that they
  /// keep it.
  mutating func putsOff(_ event: Event) -> Bool {
    switch event {
    case .connectionWaitTimedOut(let request), .unlockWaitTimedOut(let request),
      .lockPollDue(let request):
      guard let end = standstillEnd(of: requests[request].instance) else { return false }
      requests[request].timer = queue.schedule(event.word, at: end)
      return true
    case .unlockMessageArrived(_, let instance), .subscriptionAnswered(_, let instance):
      return putsOff(event, on: instance)
    case .privateSubscriptionAnswered(let request), .firstWaiterCalled(_, let request):
      return putsOff(event, on: requests[request].instance)
    case .leaseRenewalDue(let lock):
      let renewer = leases[lock.index].renewer
      guard let end = standstillEnd(of: requests[renewer].instance) else { return false }
      leases[lock.index].renewal = queue.schedule(event.word, at: end)
      return true
    default:
      return false
    }
  }

  private mutating func putsOff(_ event: Event, on instance: InstanceID) -> Bool {
    guard let end = standstillEnd(of: instance) else { return false }
    disturbances.putOff(event.word, as: queue.schedule(event.word, at: end), on: instance)
    return true
  }

  /// Messages to an instance that has died while it stood still arrive, and nobody hears them.
  mutating func deliverPutOff(to instance: InstanceID) {
    for message in disturbances.takePutOff(on: instance) where queue.cancel(message.event) {
      queue.schedule(message.word, at: now)
    }
  }

  private func standstillEnd(of instance: InstanceID) -> VirtualTime? {
    let standstill = instances[instance.index].standstill
    return standstill.isOn ? standstill.wake : nil
  }
}
