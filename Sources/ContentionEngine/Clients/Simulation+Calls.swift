import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Calls: what a client with a policy makes of a request that its iteration asks for.
///
/// A call is one attempt or several, each a request of its own with the key, the rows and the
/// number of the first; what they do is done for one intent. The iteration goes on with the status
/// of the last. An attempt that nobody waits for any more goes on at the service, and its answer is
/// nobody's. In a moment in which an answer comes and the wait for it ends, the wait ends first.
///
/// One who clicks twice waits for the answer to the first click, so only that is an attempt of the
/// call, and clicks twice at the first attempt only.
extension Simulation {
  /// Whether the load of a user has a policy for its clients.
  @inline(__always)
  func makesCalls(_ user: UserID) -> Bool {
    hasClients && clients[Int(users[user.index].load)].havePolicy
  }

  // MARK: Beginning

  /// Asks the breaker before a call sends its first attempt; without permission the call has failed
  /// at once, with status 0, and nothing is sent, nor drawn for it.
  ///
  /// Such a call has no duration: nothing was sent, so nothing was waited for.
  mutating func mayCall(_ user: UserID) -> Bool {
    let load = Int(users[user.index].load)
    guard clients[load].havePolicy, !clients[load].permitAttempt(at: now) else { return true }
    count(.callsNotPermitted, by: 1, of: load)
    if endOfLoads == nil { record(.callSuccess, false, of: load) }
    users[user.index].lastStatus = 0
    sleep(user, for: .zero)
    return false
  }

  /// A request is the first attempt of a call.
  mutating func beginCall(with request: RequestID) {
    let user = requests[request].user
    guard makesCalls(user) else { return }
    calls[user.index] = CallState(isOpen: true, attempt: 1, startedAt: now)
    calls[user.index].intent = ledger.called(by: request)
    awaitAnswer(for: user)
  }

  private mutating func awaitAnswer(for user: UserID) {
    let timeout = clients[Int(users[user.index].load)].timeout
    calls[user.index].timer = queue.schedule(
      Event.clientTimedOut(user).word, at: now + timeout)
  }

  // MARK: The end of an attempt

  /// The client has the answer to the attempt that it waits for.
  ///
  /// - Returns: Whether the call goes on with another attempt.
  mutating func answered(_ request: RequestID, isError: Bool) -> Bool {
    let user = requests[request].user
    stopWaiting(user)
    return attemptEnded(
      request, AttemptOutcome(status: requests[request].status, isError: isError))
  }

  /// The client has waited long enough for the answer to its attempt.
  mutating func clientTimedOut(_ user: UserID) {
    let request = users[user.index].request
    calls[user.index].timer = .none
    count(.clientTimeouts, for: request)
    tell(.timedOut, by: request)
    leaveBarrier(user)
    measureSilence(of: request, as: .clientTimeout, after: .zero)
    let goesOn = attemptEnded(request, AttemptOutcome(status: 0, isTimeout: true))
    requests[request].isAbandoned = true
    forgetLostRequest(of: user)
    if goesOn { return }
    users[user.index].request = .none
    users[user.index].lastStatus = 0
    continueIteration(of: user)
  }

  /// The instance has died that worked on the attempt; the client hears of it after this time,
  /// unless it has waited long enough before.
  mutating func connectionBroke(of request: RequestID, after leg: VirtualDuration) {
    let user = requests[request].user
    let timeout = clients[Int(users[user.index].load)].timeout
    let left = requests[request].sentAt + timeout - now
    count(.requestsDropped, for: request)
    if leg >= left {
      count(.clientTimeouts, for: request)
      tell(.timedOut, by: request)
    } else {
      tell(.replied(status: 0), by: request)
    }
    stopWaiting(user)
    if barriers.count > 0, barriers.contains(user) { barriers.leave(user) }
    measureSilence(
      of: request, as: leg >= left ? .clientTimeout : .instanceDied, after: min(leg, left))
    let outcome = AttemptOutcome(status: 0, isTimeout: leg >= left, heardAfter: min(leg, left))
    if attemptEnded(request, outcome) { return }
    users[user.index].request = .none
    users[user.index].lastStatus = 0
    sleep(user, for: outcome.heardAfter)
  }

  private mutating func stopWaiting(_ user: UserID) {
    _ = queue.cancel(calls[user.index].timer)
    calls[user.index].timer = .none
  }

  /// What became of an attempt, as its client sees it.
  private struct AttemptOutcome {
    var status: UInt16
    var isError = true
    var isTimeout = false
    /// How long it takes until the client knows.
    var heardAfter = VirtualDuration.zero
  }

  /// Makes another attempt after the backoff, or ends the call.
  ///
  /// - Returns: Whether the call goes on.
  private mutating func attemptEnded(_ request: RequestID, _ outcome: AttemptOutcome) -> Bool {
    let user = requests[request].user
    let load = Int(users[user.index].load)
    let length = now - requests[request].sentAt + outcome.heardAfter
    clients[load].attemptEnded(isError: outcome.isError, in: length, at: now)
    if mayRetry(user, after: outcome) {
      prepareRetry(of: request, after: outcome)
      return true
    }
    endCall(
      of: user, status: outcome.status, failed: outcome.isError, after: outcome.heardAfter)
    noteBreachesOfAnswer(to: request)
    return false
  }

  // MARK: Retries

  /// Whether the policy makes another attempt after this outcome, and may.
  private mutating func mayRetry(_ user: UserID, after outcome: AttemptOutcome) -> Bool {
    let load = Int(users[user.index].load)
    guard Int(calls[user.index].attempt) < clients[load].attempts,
      clients[load].retries(outcome.status)
    else { return false }
    if clients[load].permitRetry(afterTimeout: outcome.isTimeout, at: now) { return true }
    count(.retriesDenied, by: 1, of: load)
    return false
  }

  /// Sets the next attempt aside until the backoff is over.
  private mutating func prepareRetry(of request: RequestID, after outcome: AttemptOutcome) {
    let user = requests[request].user
    let load = Int(users[user.index].load)
    users[user.index].request = .none
    users[user.index].activity = .sleeping
    users[user.index].lastStatus = outcome.status
    calls[user.index].hasFailed = outcome.isError
    var pause = clientBackoff(of: user)
    let isInstant =
      ties.isNothing(now - requests[request].sentAt) && outcome.heardAfter == .zero
    if pause == .zero && isInstant { pause = Self.leastPause }
    let moment = now + outcome.heardAfter + pause
    let lastAttempt = loads[load].lastAttempt
    if moment > lastAttempt {
      gaveUpAtEnd += 1
      calls[user.index].isGivingUp = true
    } else {
      calls[user.index].paid = Int32(
        clamping: clients[load].payForRetry(
          afterTimeout: outcome.isTimeout))
      calls[user.index].next = copy(request)
    }
    users[user.index].wakeUp = queue.schedule(
      Event.attemptFellDue(user).word, at: max(now, min(moment, lastAttempt)))
  }

  /// The pause before the next attempt.
  private mutating func clientBackoff(of user: UserID) -> VirtualDuration {
    let load = Int(users[user.index].load)
    let backoff = clients[load].backoff
    if backoff.followsResponseTime { return drawRestartDelay(of: user, for: .clientBackoff) }
    let number = Int(calls[user.index].attempt)
    var previous = calls[user.index].previousBackoff
    let pause = backoff.pause(
      before: number, range: clients[load].range(before: number), previous: &previous
    ) { drawNumber(below: $0, for: .clientBackoff, of: user) }
    calls[user.index].previousBackoff = previous
    return pause
  }

  /// A request that will be sent: with the key and the rows of another, and its number among the
  /// requests of the user.
  ///
  /// The rows are those that the other one has now, should it have chosen again meanwhile.
  private mutating func copy(_ original: RequestID) -> RequestID {
    let isFirst = requests[original].keySlot < 0
    let slot = shareKey(of: original)
    if isFirst { ledger.share(original, as: slot) }
    sharedKeys.hold(slot)
    let program = requests[original].program
    var state = RequestState(
      programCounter: programStarts[program], program: program, user: requests[original].user,
      instance: requests[original].instance, sentAt: now, since: now, key: requests[original].key)
    state.keySlot = slot
    state.number = requests[original].number
    state.wait = .click
    let copy = requests.add(state)
    requests.copyRows(from: original, to: copy)
    ledger.setAside(copy, sharing: slot)
    pendingClicks += 1
    return copy
  }

  /// The backoff is over: the client sends its request again, if the breaker permits.
  mutating func attemptFellDue(for user: UserID) {
    users[user.index].wakeUp = .none
    if calls[user.index].isGivingUp { return interrupt(user) }
    let load = Int(users[user.index].load)
    guard clients[load].permitAttempt(at: now) else {
      count(.callsNotPermitted, by: 1, of: load)
      endCall(
        of: user, status: users[user.index].lastStatus, failed: calls[user.index].hasFailed,
        after: .zero)
      noteBreachesOfCall(before: calls[user.index].next)
      dropNextAttempt(of: user)
      return continueIteration(of: user)
    }
    sendAgain(user, load)
  }

  private mutating func sendAgain(_ user: UserID, _ load: Int) {
    let request = calls[user.index].next
    calls[user.index].next = .none
    calls[user.index].attempt += 1
    count(.clientRetries, by: 1, of: load)
    users[user.index].request = request
    users[user.index].activity = .requesting
    sendCopy(request, as: Int(calls[user.index].attempt))
    ledger.attempted(calls[user.index].intent, by: request)
    awaitAnswer(for: user)
    execute(request)
  }

  // MARK: The end of a call

  /// The client has the last word of its call, or will have it after this time.
  private mutating func endCall(
    of user: UserID, status: UInt16, failed: Bool, after rest: VirtualDuration
  ) {
    let load = Int(users[user.index].load)
    let call = calls[user.index]
    calls[user.index].isOpen = false
    if !failed { clients[load].callSucceeded(afterCost: Int(call.paid), at: now) }
    ledger.callEnded(
      call.intent, succeeded: (200..<300).contains(status), failed: failed)
    guard endOfLoads == nil else { return }
    record(.callSuccess, !failed, of: load)
    record(.callDuration, (now - call.startedAt + rest).inNanoseconds, of: load)
  }

  /// The user is interrupted: its call comes to nothing, and is in no metric.
  mutating func hangUp(_ user: UserID) {
    guard calls[user.index].isOpen else { return }
    calls[user.index].isOpen = false
    meters.cutOffCalls += 1
    let isWaiting = !calls[user.index].timer.isNone
    stopWaiting(user)
    if isWaiting { clients[Int(users[user.index].load)].attemptAbandoned() }
    dropNextAttempt(of: user)
    forgetLostRequest(of: user)
    ledger.callAbandoned(calls[user.index].intent)
  }

  /// The request that was to be sent after the backoff is not sent.
  private mutating func dropNextAttempt(of user: UserID) {
    let request = calls[user.index].next
    if request.isNone { return }
    calls[user.index].next = .none
    pendingClicks -= 1
    forgetKeys(of: request)
    requests.remove(request)
  }

  /// Nothing is left of a request whose answer was lost: its client waits for it no longer.
  private mutating func forgetLostRequest(of user: UserID) {
    let request = calls[user.index].lost
    if request.isNone { return }
    calls[user.index].lost = .none
    ledger.interrupted(request)
    forgetKeys(of: request)
    requests.remove(request)
  }
}
