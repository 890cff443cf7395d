public import SimulationBasics

/// A lock that a transaction asks for, waits for or holds.
public struct LockRequest: Equatable, Sendable, BitwiseCopyable {
  public var record: RecordID
  public var mode: LockMode
  public var kind: LockKind

  public init(record: RecordID, mode: LockMode, kind: LockKind) {
    self.record = record
    self.mode = mode
    self.kind = kind
  }
}

/// A lock that its holder gave up.
public struct ReleasedLock: Equatable, Sendable, BitwiseCopyable {
  public var request: LockRequest
  /// Whether the lock protected the record itself and nobody else held one that does; a waiter may
  /// have got one since.
  public var isLast: Bool

  public init(request: LockRequest, isLast: Bool) {
    self.request = request
    self.isLast = isLast
  }
}

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
