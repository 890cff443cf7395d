import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What users do: iterations, pauses, checks.
extension Simulation {
  /// An iteration that took no time is followed by a pause, so that the clock moves.
  static let leastIteration = VirtualDuration.milliseconds(1)

  /// Starts a user, or lets one who was to stop go on.
  mutating func activate(_ user: UserID, after pause: VirtualDuration) {
    let load = Int(users[user.index].load)
    if users[user.index].activity != .idle {
      users[user.index].isStopping = false
      _ = queue.cancel(users[user.index].interruption)
      users[user.index].interruption = .none
      return
    }
    loads[load].active += 1
    activeUsers += 1
    users[user.index].isStopping = false
    if pause == .zero {
      beginIteration(of: user)
    } else {
      users[user.index].programCounter = -1
      sleep(user, for: pause)
    }
  }

  mutating func sleep(_ user: UserID, for length: VirtualDuration) {
    users[user.index].activity = .sleeping
    let moment = ties.isActive ? ties.moment(now + length, for: user) : now + length
    users[user.index].wakeUp = queue.schedule(Event.userResumed(user).word, at: moment)
  }

  /// Begins the user's next iteration, if its executor has one for it.
  mutating func beginIteration(of user: UserID) {
    let load = Int(users[user.index].load)
    guard takesIteration(user, of: load) else {
      deactivate(user)
      return
    }
    users[user.index].iterations += 1
    users[user.index].iterationStartedAt = now
    users[user.index].programCounter = 0
    leaveGroupKeys(user)
    continueIteration(of: user)
  }

  private mutating func takesIteration(_ user: UserID, of load: Int) -> Bool {
    if loads[load].hasEnded || users[user.index].isStopping { return false }
    switch compiled.scenario.loads[load].executor {
    case .constantVUs, .rampingVUs, .constantArrivalRate, .rampingArrivalRate:
      return true
    case .sharedIterations:
      if loads[load].iterationsLeft == 0 { return false }
      loads[load].iterationsLeft -= 1
      return true
    case .perVUIterations(_, let iterations, _):
      return users[user.index].iterations < Int64(iterations)
    }
  }

  /// Runs a user's iteration until it waits.
  mutating func continueIteration(of user: UserID) {
    let index = user.index
    while true {
      let counter = users[index].programCounter
      if counter < 0 {
        beginIteration(of: user)
        return
      }
      users[index].programCounter = counter + 1
      switch iterationInstructions[iterationStarts[users[index].load] + counter] {
      case .request(let program, let key):
        send(program, with: key, by: user)
        return
      case .requestTwice(let program, let key):
        users[index].programCounter = counter + 2
        let click = iterationStarts[users[index].load] + counter + 1
        send(program, with: key, by: user, click: click)
        return
      case .choose(let sum): choose(below: sum, for: user)
      case .branch, .doubleClick: broken("a user came to what belongs to the step before")
      case .ifStatus(let status, let target):
        if users[index].lastStatus == status { users[index].programCounter = target }
      case .sleep(let timing):
        sleep(user, for: draw(Int(timing.index), for: user))
        return
      case .check(let check):
        noteCheck(Int(check), of: user)
      case .everyNth(let target, let occasion):
        if !isOccasion(Int(occasion.index), for: user) { users[index].programCounter = target }
      case .awaitBarrier(let barrier):
        awaitBarrier(Int(barrier), for: user)
        return
      case .jump(let target): users[index].programCounter = target
      case .setCounter(let counter, let count):
        users[index].counters[Int(counter)] = count
      case .countDown(let counter, let target):
        users[index].counters[Int(counter)] -= 1
        if users[index].counters[Int(counter)] > 0 { users[index].programCounter = target }
      case .endIteration:
        endIteration(of: user)
        return
      }
    }
  }

  private mutating func endIteration(of user: UserID) {
    let length = now - users[user.index].iterationStartedAt
    if endOfLoads == nil {
      meters.iterated(in: length)
      if meters.isObserved { observeIteration(of: user, length: length) }
    }
    if loads[users[user.index].load].isByRate {
      deactivate(user)
    } else if ties.isNothing(length) {
      users[user.index].programCounter = -1
      sleep(user, for: Self.leastIteration)
    } else {
      beginIteration(of: user)
    }
  }

  /// The user stops; the load is over when the last one has.
  mutating func deactivate(_ user: UserID) {
    let load = Int(users[user.index].load)
    users[user.index].activity = .idle
    _ = queue.cancel(users[user.index].interruption)
    users[user.index].interruption = .none
    loads[load].active -= 1
    activeUsers -= 1
    leaveGroupKeys(user)
    if loads[load].hasEnded || compiled.scenario.loads[load].executor.countsIterations {
      users[user.index].hasStopped = true
      breakBarriers(of: user)
    }
    if loads[load].isByRate && !loads[load].hasEnded { standIdle(user, of: load) }
    closeLoadIfOver(load)
  }

  /// The user's iteration is cut off; a request of its goes on at the service, and nobody listens
  /// for the answer.
  mutating func interrupt(_ user: UserID) {
    switch users[user.index].activity {
    case .idle: return
    case .sleeping:
      _ = queue.cancel(users[user.index].wakeUp)
      users[user.index].wakeUp = .none
    case .atBarrier:
      leaveBarrier(user)
    case .requesting:
      leaveBarrier(user)
      if !makesCalls(user) { meters.cutOffCalls += 1 }
      requests[users[user.index].request].isAbandoned = true
      users[user.index].request = .none
    }
    if hasClients { hangUp(user) }
    deactivate(user)
  }
}
