public import SimulationBasics

/// A wait that has ended because nothing stands in its way any more.
///
/// The transaction holds what it waited for, unless the record was removed: then the statement
/// finds another one when it is asked again.
public struct LockGrant: Equatable, Sendable, BitwiseCopyable {
  public var transaction: TransactionID
  public var request: LockRequest

  public init(transaction: TransactionID, request: LockRequest) {
    self.transaction = transaction
    self.request = request
  }
}

extension LockGrant {
  static let none = LockGrant(transaction: .none, request: .none)
}
