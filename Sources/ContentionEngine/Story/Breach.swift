public import SimulationBasics

/// The first time that a promise was broken.
public struct Breach: Equatable, Sendable {
  public let promise: SafetyPromise
  public let at: VirtualTime
  /// The number of the event in the run; for what only the end can tell, that of the last event.
  public let event: UInt64
  /// Whose request broke it; `nil` for what only the end can tell.
  public let user: UserID?
  /// The row it is about, if it is about one.
  public let row: RowID?
  /// The idempotency key of the request, or the key that is stuck.
  public let key: UInt64?
  /// The distributed lock, where two are inside one.
  public let lock: LockID?

  public init(
    promise: SafetyPromise, at: VirtualTime, event: UInt64, user: UserID? = nil, row: RowID? = nil,
    key: UInt64? = nil, lock: LockID? = nil
  ) {
    self.promise = promise
    self.at = at
    self.event = event
    self.user = user
    self.row = row
    self.key = key
    self.lock = lock
  }
}
