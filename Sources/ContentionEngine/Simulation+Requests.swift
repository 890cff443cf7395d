import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// The life of a request, from the client's send to its answer.
extension Simulation {
  /// A user sends a request.
  mutating func send(_ program: Int32, with use: IterationStep.KeyUse, by user: UserID) {
    let load = Int(users[user.index].load)
    let key: IdempotencyKey
    switch use {
    case .previous, .ofGroup: broken("pending")
    case .same: key = IdempotencyKey(number: UInt64(load))
    case .new:
      key = IdempotencyKey(number: nextKey)
      nextKey += 1
    }
    let instance = InstanceID(index: Int(nextInstance))
    nextInstance = nextInstance + 1 == Int32(threads.count) ? 0 : nextInstance + 1
    let request = requests.add(
      RequestState(
        programCounter: programStarts[program], program: program, user: user, instance: instance,
        sentAt: now, since: now, key: key))
    chooseRows(for: request, program: Int(program))
    ledger.arrived(
      request, expecting: expectedEffects[program], sharing: use == .same ? load : nil)
    meters.series.record(.attempt)
    users[user.index].request = request
    users[user.index].activity = .requesting
    execute(request)
  }

  private mutating func chooseRows(for request: RequestID, program: Int) {
    let keys = compiled.programs[program].keys
    let user = requests[request].user
    for index in keys.indices {
      let offset: Int
      switch keys[index].choice {
      case .zipf, .hotSet, .list, .subset: broken("pending")
      case .virtualUser:
        // k6: row __VU % rows + 1, where __VU counts from 1.
        offset = (Int(user.index) + 1) % keys[index].rowCount
      case .uniform:
        offset = Int(drawNumber(below: UInt64(keys[index].rowCount), for: .rowChoice, of: user))
      }
      requests.put(
        RowID(index: keys[index].firstRow + offset), inSlot: keys[index].firstSlot, of: request)
    }
  }

  /// The client has its answer, or would have it if it still listened.
  mutating func answer(_ request: RequestID) {
    let user = requests[request].user
    let status = requests[request].status
    let isAbandoned = requests[request].isAbandoned
    let isInstant = now == requests[request].sentAt
    if isAbandoned {
      ledger.interrupted(request)
    } else {
      let succeeded = (200..<300).contains(status)
      let refused = requests[request].failure.isRefusal
      ledger.answered(request, succeeded: succeeded, refused: refused)
      if endOfLoads == nil { measure(request, isError: !succeeded && !refused) }
    }
    forgetKeys(of: request)
    requests.remove(request)
    if !isAbandoned {
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
    if requests[request].shares.total != latency {
      broken("the shares of a request's time do not sum to it")
    }
    var wasted = requests[request].wasted
    if isError {
      wasted = latency - requests[request].shares[.backoff]
      if let counter = requests[request].failure.exhaustedCounter { meters.count(counter) }
    }
    meters.finished(requests[request], latency: latency, wasted: wasted, isError: isError)
  }
}
