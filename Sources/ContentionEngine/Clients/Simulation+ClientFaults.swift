import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Faults on the side of the clients: answers that are lost, and requests that are sent twice.
extension Simulation {
  /// An answer leaves the service; it may be lost on its way.
  ///
  /// Only an answer that somebody waits for can be lost, and a connection that is refused is none.
  /// The service has done with the request, and the client hears nothing until its wait ends.
  mutating func sendAnswer(to request: RequestID) -> Turn {
    guard isAwaited(request), requests[request].failure.silence == .none,
      isLost(request)
    else { return .goesOn }
    count(.responsesLost, for: request)
    tell(.replyLost(status: requests[request].status), by: request)
    if ledger.hasEffects(request) { note(.responseLostAfterCommit) }
    closeConnection(to: requests[request].instance)
    calls[requests[request].user.index].lost = request
    block(request, on: .time, as: .network)
    return .ends
  }

  /// Asks all faults that lose answers, each of which counts the occasion.
  private mutating func isLost(_ request: RequestID) -> Bool {
    var isLost = false
    for place in faults.places(of: .responseLoss) {
      if strikes(faults.fault(at: place), for: request) { isLost = true }
    }
    return isLost
  }

  /// Asks the faults that send requests twice, while a request of an iteration is being sent, and
  /// makes the copies.
  ///
  /// - Parameter clicksTwice: Whether its iteration says that it is sent twice; then it is an
  ///   occasion, but there is no further copy.
  /// - Returns: The slot of the key that all carry; `nil` when there is no copy.
  mutating func submitTwice(_ request: RequestID, clicksTwice: Bool) -> Int32? {
    var slot: Int32?
    for place in faults.places(of: .doubleSubmit) {
      let fault = faults.fault(at: place)
      guard strikes(fault), !clicksTwice else { continue }
      slot = repeatRequest(request, after: faults.length(of: fault))
    }
    return slot
  }
}
