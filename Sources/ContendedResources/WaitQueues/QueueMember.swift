package import SimulationBasics

/// An identity that can stand in a queue: a dense number.
package protocol QueueMember {
  var index: Int32 { get }
  init(index: Int)
}

extension RequestID: QueueMember {}
extension TransactionID: QueueMember {}
