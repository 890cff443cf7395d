import EventKernel
import ScenarioModel
import SimulationBasics

/// When faults happen.
///
/// One that happens at moments has an event for each. One that befalls occasions is asked at each:
/// `strikes(_:)` counts it and decides. Everything that a fault leaves to chance comes from streams
/// of its own, so that one fault more changes nobody else's luck.
extension Simulation {
  private var faultStreams: FaultStreams { FaultStreams(seed: seed, replication: replication) }

  // MARK: Moments

  mutating func scheduleFaults() {
    for fault in 0..<faults.count {
      guard case .event(_, let moments) = faults.models[fault] else { continue }
      if moments.times == 0 { continue }
      let first = faults.drawFirst(fault, from: faultStreams)
      schedule(fault, at: .start + first)
    }
  }

  private mutating func schedule(_ fault: Int, at moment: VirtualTime) {
    faults[fault].next = queue.schedule(Event.faultFellDue(fault).word, at: moment)
  }

  /// Faults that are still to come when the last load is over do not happen.
  mutating func cancelFaults() {
    for fault in 0..<faults.count {
      _ = queue.cancel(faults[fault].next)
      faults[fault].next = .none
    }
  }

  /// A moment of a fault has come: it happens, or not, and its next moment is drawn.
  ///
  /// What is drawn for a moment is drawn whether or not the fault happens then.
  mutating func faultFellDue(_ fault: Int) {
    guard case .event(let event, let moments) = faults.models[fault] else {
      broken("a fault without moments fell due")
    }
    faults[fault].next = .none
    faults[fault].occasions += 1
    let happens = faults.drawHappens(
      fault, probability: moments.probability, from: faultStreams)
    let instance = instance(befallenBy: event, fault)
    let isLast = moments.times.map { faults[fault].occasions >= UInt64($0) } ?? false
    if moments.every != nil && !isLast {
      schedule(fault, at: now + faults.drawGap(fault, from: faultStreams))
    }
    if happens { begin(fault, event, on: instance) }
  }

  /// The instance to which a fault happens; the first for a fault that is no instance's.
  private mutating func instance(befallenBy event: FaultEvent, _ fault: Int) -> InstanceID {
    switch event {
    case .pause(_, let instance), .instanceCrash(_, let instance):
      if let instance { return InstanceID(index: instance) }
      return faults.drawInstance(fault, of: instances.count, from: faultStreams)
    case .redisFailover, .redisOutage, .databaseStall, .clockJump:
      return InstanceID(index: 0)
    }
  }

  private mutating func begin(_ fault: Int, _ event: FaultEvent, on instance: InstanceID) {
    switch event {
    case .pause(let length, _): pause(instance, for: length, because: fault)
    case .instanceCrash(let restart, _):
      crash(instance, restart: restart, because: fault)
    case .redisFailover(let length): failOver(losing: length, because: fault)
    case .redisOutage(let length, let timeout, let policy):
      stopLockServer(for: length, timeout: timeout, policy, because: fault)
    case .databaseStall(let length): stallDatabase(for: length, because: fault)
    case .clockJump(let length, let direction):
      jumpClock(by: length, direction, because: fault)
    }
  }

  /// The effect of a fault is over; one that has begun meanwhile may go on.
  mutating func faultIsOver(_ fault: Int, on instance: InstanceID) {
    switch faults.models[fault].kind {
    case .pause: endPause(of: instance)
    case .instanceCrash: restart(instance)
    case .redisOutage: disturbances.lockServer.over(at: now)
    case .databaseStall: disturbances.database.over(at: now)
    case .redisFailover, .clockJump, .responseLoss, .doubleSubmit, .slowCommit, .networkDelay:
      broken("a fault of a moment has ended")
    }
    faultEnded(fault)
  }

  // MARK: Occasions

  /// Counts an occasion of a fault, and decides whether the fault befalls it.
  ///
  /// Occasions are numbered from 1 over the whole run, inside the window of the fault and outside.
  ///
  /// - Parameter request: Whose occasion it is, for the story.
  mutating func strikes(_ fault: Int, for request: RequestID = .none) -> Bool {
    guard faults.meetOccasion(fault, at: now, from: faultStreams) else { return false }
    faultStruck(fault, request)
    return true
  }

  // MARK: What is told

  /// A fault happens; its effect lasts as long as its model says.
  mutating func faultBegan(_ fault: Int) {
    faults.note(fault, at: now, until: now + faults.length(of: fault))
    tell(.faultBegan(fault), by: .fault)
  }

  /// The effect of a fault is over.
  mutating func faultEnded(_ fault: Int) { tell(.faultEnded(fault), by: .fault) }

  /// A fault has befallen an occasion of a request, or of nobody's.
  mutating func faultStruck(_ fault: Int, _ request: RequestID) {
    if request.isNone || requests[request].errand != .none {
      tell(.faultStruck(fault), by: .fault)
    } else {
      tell(.faultStruck(fault), by: request)
    }
    faults.note(fault, at: now, until: now + faults.length(of: fault))
  }
}
