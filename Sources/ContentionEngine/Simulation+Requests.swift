import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// The life of a request, from the client's send to its answer.
extension Simulation {
  /// A user sends a request.
  ///
  /// - Parameter click: The place of the double click that may follow; −1 for none.
  mutating func send(
    _ program: Int32, with use: IterationStep.KeyUse, by user: UserID, click: Int32 = -1
  ) {
    if hasClients && !mayCall(user) { return }
    var slot = keySlot(for: use, of: user)
    let key = slot.map { sharedKeys.key(in: $0) } ?? freshKey()
    let instance = chooseInstance(for: user)
    let request = requests.add(
      RequestState(
        programCounter: programStarts[program], program: program, user: user, instance: instance,
        sentAt: now, since: now, key: key))
    users[user.index].requestCount += 1
    requests[request].number = users[user.index].requestCount
    if let slot { requests[request].keySlot = slot }
    chooseRows(for: request, program: program)
    if click >= 0 { slot = clickTwice(click, on: request) ?? slot }
    if submitsTwice { slot = submitTwice(request, clicksTwice: click >= 0) ?? slot }
    ledger.arrived(
      request, expecting: expectedEffects[program], hasUpdates: hasUpdates[program], sharing: slot)
    meters.series.record(.attempt)
    tellAttempt(1, of: request)
    tell(.sent, by: request)
    if ledger.effects(for: request) != 0 { note(.sentAgainAfterEffect) }
    users[user.index].request = request
    users[user.index].activity = .requesting
    if hasClients { beginCall(with: request) }
    execute(request)
  }

  /// The client has its answer, or would have it if it still listened.
  mutating func answer(_ request: RequestID) {
    let user = requests[request].user
    let status = requests[request].status
    let isAbandoned = requests[request].isAbandoned
    let isAwaited = isAwaited(request)
    let isInstant = ties.isNothing(now - requests[request].sentAt)
    closeConnection(to: requests[request].instance)
    var callGoesOn = false
    if isAbandoned {
      tell(.replyLost(status: status), by: request)
      ledger.interrupted(request)
    } else {
      let succeeded = (200..<300).contains(status)
      let refused = requests[request].failure.isRefusal
      responseTimes.record((now - requests[request].sentAt).inNanoseconds)
      tell(.replied(status: status), by: request)
      ledger.answered(
        request, succeeded: succeeded, refused: refused,
        metDuplicate: requests[request].failure == .duplicateKey)
      noteBreachesOfAnswer(to: request)
      if endOfLoads == nil { measure(request, isError: !succeeded && !refused) }
      if isAwaited && makesCalls(user) {
        callGoesOn = answered(request, isError: !succeeded && !refused)
      }
    }
    forgetKeys(of: request)
    requests.remove(request)
    if isAwaited && !callGoesOn {
      users[user.index].request = .none
      users[user.index].lastStatus = status
      // An answer in no time is heard as an event of its own: else each request would stand on the
      // stack of the last.
      if isInstant { return sleep(user, for: .zero) }
      continueIteration(of: user)
    }
  }

  /// Adds a finished request to the measurements.
  private mutating func measure(_ request: RequestID, isError: Bool) {
    let latency = (now - requests[request].sentAt).inNanoseconds
    measure(request, latency: latency, isError: isError)
  }

  /// Measures a request of which its client hears nothing more than that there will be no answer,
  /// after this time; the request may go on, as it stands now.
  mutating func measureSilence(
    of request: RequestID, as failure: Failure, after leg: VirtualDuration
  ) {
    let state = requests[request]
    requests[request].settle(at: now)
    requests[request].shares[.network] += leg.inNanoseconds
    requests[request].status = 0
    requests[request].failure = failure
    let latency = (now - state.sentAt + leg).inNanoseconds
    responseTimes.record(latency)
    if endOfLoads == nil { measure(request, latency: latency, isError: true) }
    requests[request] = state
  }

  /// Adds to the measurements a request of which the client hears, or will have heard, after this
  /// time.
  @inline(__always)
  mutating func measure(_ request: RequestID, latency: UInt64, isError: Bool) {
    if requests[request].shares.total != latency {
      broken("the shares of a request's time do not sum to it")
    }
    var wasted = requests[request].wasted
    if isError {
      wasted = latency - requests[request].shares[.backoff]
      if let counter = requests[request].failure.exhaustedCounter { count(counter, for: request) }
    }
    if faults.count > 0 && !isError && requests[request].status < 300 { goodput.record(at: now) }
    meters.finished(requests[request], latency: latency, wasted: wasted, isError: isError)
    if meters.isObserved {
      observeAnswer(to: request, latency: latency, wasted: wasted, isError: isError)
    }
  }
}
