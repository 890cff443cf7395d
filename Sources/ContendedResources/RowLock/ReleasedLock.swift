/// A lock that its holder gave up.
public struct ReleasedLock: Equatable, Sendable, BitwiseCopyable {
  public var request: LockRequest
  /// Whether the lock protected the record itself and nobody else held one that did; a waiter may
  /// have got one since.
  public var isLast: Bool

  public init(request: LockRequest, isLast: Bool) {
    self.request = request
    self.isLast = isLast
  }
}
