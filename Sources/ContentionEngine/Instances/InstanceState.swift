import ContendedResources
import ScenarioModel
import SimulationBasics

/// An instance of the service, as the load balancer and the kernel of its machine see it.
struct InstanceState: BitwiseCopyable {
  /// Requests in its memory; counted only where that is limited.
  var inFlight: Int32 = 0
  /// Requests that the balancer has sent to it and that are not answered; counted only where it
  /// chooses by their number.
  var connections: Int32 = 0
  var isUp = true
  /// Whether it stands still, and until when.
  var standstill = Disturbances.Standstill()
}

extension RequestThreads {
  init(_ model: RequestThreadsModel, expectedRequests: Int) {
    self.init(
      size: model.size, accepted: model.accepted, backlog: model.backlog,
      expectedRequests: expectedRequests)
  }
}
