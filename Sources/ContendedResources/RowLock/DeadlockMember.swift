public import SimulationBasics

/// One transaction of a deadlock.
public struct DeadlockMember: Equatable, Sendable, BitwiseCopyable {
  public var transaction: TransactionID
  /// The lock of this member for which the member before it waits (the first one's: the last); it
  /// may itself be waited for.
  public var holds: LockRequest
  /// What this member waits for; the next member (the last one's: the first) is in its way.
  public var waitsFor: LockRequest

  public init(transaction: TransactionID, holds: LockRequest, waitsFor: LockRequest) {
    self.transaction = transaction
    self.holds = holds
    self.waitsFor = waitsFor
  }
}

extension DeadlockMember {
  static let none = DeadlockMember(transaction: .none, holds: .none, waitsFor: .none)
}
