import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// k6's executors: who runs, from when, until when. Of those by rate here is the beginning and the
/// end only; `Simulation+Arrivals` has the rest.
///
/// Source of the rules: k6,
/// `lib/executor/{constant_vus,ramping_vus,shared_iterations,per_vu_iterations,helpers}.go`.
extension Simulation {
  mutating func scheduleLoads() {
    var warmUp = VirtualDuration.zero
    for (index, load) in compiled.scenario.loads.enumerated() {
      loads[index].end = queue.schedule(Event.loadStarted(index).word, at: .start + load.startTime)
      if load.warmUp > .zero { warmUp = max(warmUp, load.startTime + load.warmUp) }
    }
    if warmUp > .zero { queue.schedule(Event.warmUpEnded.word, at: .start + warmUp) }
    queue.schedule(Event.secondPassed.word, at: .start)
  }

  // MARK: Starting

  mutating func start(_ load: Int) {
    let model = compiled.scenario.loads[load]
    loads[load].hasStarted = true
    if model.stopRetriesAtEnd { loads[load].lastAttempt = .start + model.end }
    switch model.executor {
    case .constantVUs(let vus, let duration):
      scheduleEnd(of: load, after: duration)
      plan(vus, for: load)
    case .sharedIterations(let vus, let iterations, let maxDuration):
      loads[load].iterationsLeft = Int64(iterations)
      scheduleEnd(of: load, after: maxDuration)
      plan(vus, for: load)
    case .perVUIterations(let vus, _, let maxDuration):
      scheduleEnd(of: load, after: maxDuration)
      plan(vus, for: load)
    case .constantArrivalRate(_, _, let users), .rampingArrivalRate(_, _, let users):
      scheduleEnd(of: load, after: model.executor.length)
      startArrivals(of: load, with: users)
    case .rampingVUs(let startVUs, let stages, _):
      var length = VirtualDuration.zero
      for stage in stages { length += stage.duration }
      scheduleEnd(of: load, after: length)
      loads[load].stageStart = now
      loads[load].stageFrom = startVUs
      plan(startVUs, for: load)
      scheduleNextStep(of: load)
    }
    closeLoadIfOver(load)
  }

  private mutating func scheduleEnd(of load: Int, after length: VirtualDuration) {
    loads[load].end = queue.schedule(Event.loadEnded(load).word, at: now + length)
  }

  /// Starts the users that are missing, or stops those that are too many, the last one first.
  private mutating func plan(_ count: Int, for load: Int) {
    let before = loads[load].planned
    let first = loads[load].firstUser
    loads[load].planned = count
    if count > before {
      for index in before..<count {
        activate(UserID(index: first + index), after: startPause(of: index, in: load))
      }
    } else {
      for index in (count..<before).reversed() { stop(UserID(index: first + index)) }
    }
  }

  private mutating func startPause(of index: Int, in load: Int) -> VirtualDuration {
    let count = UInt64(max(1, loads[load].userLimit))
    switch compiled.scenario.loads[load].startStagger {
    case .none:
      return .zero
    case .even(let over):
      let product = over.inNanoseconds.multipliedFullWidth(by: UInt64(index))
      return .nanoseconds(count.dividingFullWidth(product).quotient)
    case .drawn:
      guard let stagger = compiled.iterations[load].stagger else { return .zero }
      return draw(Int(stagger.index), for: UserID(index: loads[load].firstUser + index))
    }
  }

  /// Lets a user finish its iteration, for as long as a ramp-down allows.
  private mutating func stop(_ user: UserID) {
    guard users[user.index].activity != .idle else { return }
    let load = Int(users[user.index].load)
    users[user.index].isStopping = true
    if case .rampingVUs(_, _, let grace) = compiled.scenario.loads[load].executor {
      users[user.index].interruption = queue.schedule(
        Event.gracefulRampDownEnded(user).word, at: now + grace)
    }
  }

  // MARK: Ramping

  /// Schedules the moment at which the planned number of users changes next.
  ///
  /// With d the length of a stage from a to b users: on the way up, user u is added d·(b − u)/(b −
  /// a) before the stage's end; on the way down, the number falls to u − 1 at d·(u − 1 − b)/(a − b)
  /// before it (`getRawExecutionSteps` in ramping_vus.go).
  private mutating func scheduleNextStep(of load: Int) {
    guard case .rampingVUs(_, let stages, _) = compiled.scenario.loads[load].executor else {
      return
    }
    while loads[load].stage < stages.count {
      let stage = stages[loads[load].stage]
      let from = loads[load].stageFrom
      let planned = loads[load].planned
      if planned == stage.target {
        loads[load].stage += 1
        loads[load].stageStart = loads[load].stageStart + stage.duration
        loads[load].stageFrom = stage.target
        continue
      }
      let isUp = stage.target > from
      let next = isUp ? planned + 1 : planned - 1
      let stepsLeft = isUp ? stage.target - next : next - stage.target
      let span = UInt64(isUp ? stage.target - from : from - stage.target)
      let product = stage.duration.inNanoseconds.multipliedFullWidth(by: UInt64(stepsLeft))
      let beforeEnd = VirtualDuration.nanoseconds(span.dividingFullWidth(product).quotient)
      let moment = loads[load].stageStart + (stage.duration - beforeEnd)
      queue.schedule(Event.plannedUsersChanged(load).word, at: max(moment, now))
      return
    }
  }

  mutating func changePlannedUsers(of load: Int) {
    guard !loads[load].hasEnded,
      case .rampingVUs(_, let stages, _) = compiled.scenario.loads[load].executor
    else { return }
    let target = stages[loads[load].stage].target
    if stages[loads[load].stage].duration == .zero {
      plan(target, for: load)
    } else {
      plan(loads[load].planned + (target > loads[load].planned ? 1 : -1), for: load)
    }
    scheduleNextStep(of: load)
  }

  // MARK: Ending

  /// No iteration begins from now on; those that run may finish within the graceful stop.
  mutating func end(_ load: Int) {
    loads[load].hasEnded = true
    loads[load].end = .none
    // The last step of a ramp-down falls into this moment, too, and has a grace of its own.
    if case .rampingVUs(_, let stages, _) = compiled.scenario.loads[load].executor,
      let target = stages.last?.target, target < loads[load].planned
    {
      plan(target, for: load)
    }
    if barriers.count > 0 { noteStoppedUsers(of: load) }
    let grace = compiled.scenario.loads[load].gracefulStop
    if loads[load].active > 0 {
      loads[load].end = queue.schedule(Event.gracefulStopEnded(load).word, at: now + grace)
    }
    closeLoadIfOver(load)
  }

  /// Who is not there when the load ends never comes back.
  private mutating func noteStoppedUsers(of load: Int) {
    let first = loads[load].firstUser
    for user in first..<(first + loads[load].userLimit) where users[user].activity == .idle {
      users[user].hasStopped = true
      breakBarriers(of: UserID(index: user))
    }
  }

  mutating func interruptUsers(of load: Int) {
    loads[load].end = .none
    let first = loads[load].firstUser
    for user in first..<(first + loads[load].userLimit) { interrupt(UserID(index: user)) }
  }

  /// Notes that a load is over: it has ended, or no user of it has anything left to do.
  mutating func closeLoadIfOver(_ load: Int) {
    guard loads[load].hasStarted, !loads[load].isOver, loads[load].active == 0 else { return }
    let model = compiled.scenario.loads[load]
    switch model.executor {
    case .constantVUs, .rampingVUs, .constantArrivalRate, .rampingArrivalRate:
      guard loads[load].hasEnded else { return }
    case .sharedIterations:
      count(.droppedIterations, by: UInt64(loads[load].iterationsLeft), of: load)
    case .perVUIterations(_, let iterations, _):
      let first = loads[load].firstUser
      for user in first..<(first + loads[load].userLimit) {
        count(
          .droppedIterations, by: UInt64(max(0, Int64(iterations) - users[user].iterations)),
          of: load)
      }
    }
    loads[load].isOver = true
    loads[load].hasEnded = true
    _ = queue.cancel(loads[load].end)
    loads[load].end = .none
    for index in 0..<loads.count where !loads[index].isOver { return }
    endMeasurements()
  }
}

extension Executor {
  /// Whether a user who has stopped never starts again, because what is left to do is counted.
  var countsIterations: Bool {
    switch self {
    case .constantVUs, .rampingVUs, .constantArrivalRate, .rampingArrivalRate: false
    case .sharedIterations, .perVUIterations: true
    }
  }

  /// How many users there are from the start of the run.
  var firstUsers: Int {
    switch self {
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations: mostUsers
    case .constantArrivalRate(_, _, let users), .rampingArrivalRate(_, _, let users):
      users.preAllocated
    }
  }
}
