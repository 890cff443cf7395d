import ScenarioModel
import SimulationBasics

/// Messages that take longer.
extension Simulation {
  /// How much longer a message of a request takes that is sent now.
  mutating func messageDelay(
    on link: FaultCondition.Link, for request: RequestID = .none
  ) -> VirtualDuration {
    var delay = VirtualDuration.zero
    for place in faults.places(of: .networkDelay) {
      let fault = faults.fault(at: place)
      let meant = faults.link(of: fault)
      guard meant == link || meant == .all else { continue }
      if strikes(fault, for: request) { delay += faults.length(of: fault) }
    }
    return delay
  }
}
