import ContendedResources
import EventKernel
import Measurements
import SimulationBasics

extension Simulation {
  /// Acts on one event.
  @inline(__always)
  mutating func dispatch(_ event: Event) {
    if isDisturbed && putsOff(event) { return }
    switch event {
    case .requestResumed(let request):
      if ties.hasPriorities { ties.noteTurn(of: requests[request].user, at: eventCount) }
      resume(request)
    case .userResumed(let user):
      if ties.hasPriorities { ties.noteTurn(of: user, at: eventCount) }
      users[user.index].wakeUp = .none
      continueIteration(of: user)
    case .rowLockWaitTimedOut(let request):
      rowLockWaitTimedOut(request)
    case .connectionWaitTimedOut(let request):
      connectionWaitTimedOut(request)
    case .unlockWaitTimedOut(let request):
      unlockWaitTimedOut(request)
    case .leaseExpired(let lock):
      leaseExpired(lock)
    case .unlockMessageArrived(let lock, let instance):
      unlockMessageArrived(about: lock, on: instance)
    case .subscriptionAnswered(let lock, let instance):
      subscriptionAnswered(about: lock, on: instance)
    case .privateSubscriptionAnswered(let request):
      privateSubscriptionAnswered(for: request)
    case .firstWaiterCalled(let lock, let first):
      firstWaiterCalled(for: lock, first)
    case .lockPollDue(let request):
      lockPollDue(request)
    case .leaseRenewalDue(let lock):
      renewLease(of: lock)
    case .syncEnded:
      syncEnded()
    case .loadStarted(let load):
      start(load)
    case .plannedUsersChanged(let load):
      changePlannedUsers(of: load)
    case .iterationFellDue(let load):
      iterationFellDue(in: load)
    case .clickedAgain(let copy):
      clickedAgain(copy)
    case .loadEnded(let load):
      end(load)
    case .gracefulStopEnded(let load):
      interruptUsers(of: load)
    case .gracefulRampDownEnded(let user):
      users[user.index].interruption = .none
      interrupt(user)
    case .instanceRestarted(let instance):
      restart(instance)
    case .clientTimedOut(let user):
      clientTimedOut(user)
    case .attemptFellDue(let user):
      attemptFellDue(for: user)
    case .warmUpEnded:
      startWindow()
    case .secondPassed:
      closeInterval()
    case .thresholdsDue:
      judgeThresholds()
    case .faultFellDue(let fault):
      faultFellDue(fault)
    case .faultEnded(let fault, let instance):
      faultIsOver(fault, on: instance)
    }
  }

  // MARK: Waiting and going on

  /// Lets a request wait, or be served, until an event resumes it; its time counts as `share`.
  @inline(__always)
  mutating func block(_ request: RequestID, on wait: RequestState.Wait, as share: TimeShare) {
    requests[request].block(on: wait, as: share, at: now)
  }

  /// Counts the time since the request was blocked.
  @inline(__always)
  mutating func settle(_ request: RequestID) {
    requests[request].settle(at: now)
  }

  /// What the request waited for has come: it goes on with its next instruction.
  mutating func resume(_ request: RequestID) {
    checkMayResume(request)
    settle(request)
    if keepsHandles { requests[request].timer = .none }
    execute(request)
  }

  /// Lets a request that has got what it waited for go on, as an event of this moment.
  mutating func wake(_ request: RequestID) {
    let timer = requests[request].timer
    if !timer.isNone {
      _ = queue.cancel(timer)
      requests[request].timer = .none
    }
    // It has left its queue, though its program goes on only with the event.
    requests[request].wait = .nothing
    resume(request, at: now)
  }

  /// Stops the program when a request is resumed that waits for something which has not come: by an
  /// event for an earlier wait, or for the one before it in its slot.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  @inline(__always)
  private func checkMayResume(_ request: RequestID) {
    #if SIMULATION_CHECKS
      precondition(requests[request].user.index >= 0, "a request was resumed that is over")
      switch requests[request].wait {
      case .nothing, .time, .handOff, .subscription, .unlock: break
      case .thread, .instanceCore, .databaseCore, .lockServerCore, .connection, .row, .key, .sync,
        .server, .gate, .barrier, .click, .cache:
        preconditionFailure("a request was resumed that still waits")
      }
    #endif
  }

  /// Schedules the event with which a request goes on; where faults happen, it may be cancelled.
  @inline(__always)
  mutating func resume(_ request: RequestID, at due: VirtualTime) {
    let moment = ties.isActive ? ties.moment(due, for: requests[request].user) : due
    let resumption = queue.schedule(Event.requestResumed(request).word, at: moment)
    if keepsHandles { requests[request].timer = resumption }
  }

  /// Lets time pass for a request.
  @inline(__always)
  mutating func pass(_ length: VirtualDuration, for request: RequestID, as share: TimeShare) {
    block(request, on: .time, as: share)
    resume(request, at: now + length)
  }

  // MARK: Random numbers

  /// Draws a length from the stream of its purpose that belongs to a user.
  ///
  /// A constant draws nothing. The k-th draw of a stream is the same whatever else has been drawn.
  @inline(__always)
  mutating func draw(_ timing: Int, for user: UserID) -> VirtualDuration {
    if let constant = samplers.constant(timing) { return constant }
    let purpose = timingPurposes[timing]
    let place = drawn.place(of: user, purpose)
    var stream = RandomStream(
      runSeed: seed, replication: replication, purpose: purpose, entity: users[user.index].entity,
      position: drawn[place])
    let length = samplers.sample(timing, from: &stream)
    drawn[place] = stream.position
    return length
  }

  /// Draws whether something happens that has this probability.
  mutating func drawChance(
    _ probability: Double, for purpose: RandomPurpose, of user: UserID
  ) -> Bool {
    drawUnit(for: purpose, of: user) < probability
  }

  /// Draws a number strictly between 0 and 1.
  mutating func drawUnit(for purpose: RandomPurpose, of user: UserID) -> Double {
    let place = drawn.place(of: user, purpose)
    var stream = RandomStream(
      runSeed: seed, replication: replication, purpose: purpose, entity: users[user.index].entity,
      position: drawn[place])
    let number = stream.unitInterval()
    drawn[place] = stream.position
    return number
  }

  /// Draws a whole number from 0 up to, but not including, `bound`.
  mutating func drawNumber(
    below bound: UInt64, for purpose: RandomPurpose, of user: UserID
  ) -> UInt64 {
    let place = drawn.place(of: user, purpose)
    var stream = RandomStream(
      runSeed: seed, replication: replication, purpose: purpose, entity: users[user.index].entity,
      position: drawn[place])
    let number = stream.uniform(below: bound)
    drawn[place] = stream.position
    return number
  }
}
