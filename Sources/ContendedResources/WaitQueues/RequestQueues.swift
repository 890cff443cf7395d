package import SimulationBasics

/// The queues of requests.
package typealias RequestQueues = WaitQueues<RequestID>

extension WaitQueues where Member == RequestID {
  package init(queueCount: Int, expectedRequests: Int) {
    self.init(queueCount: queueCount, expectedMembers: expectedRequests)
  }
}
