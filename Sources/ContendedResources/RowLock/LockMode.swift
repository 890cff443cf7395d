/// Whether others may hold the same lock at the same time.
public enum LockMode: UInt8, Sendable, BitwiseCopyable {
  /// S: with other shared locks, not with an exclusive one.
  case shared
  /// X: alone.
  case exclusive

  /// Whether two transactions cannot both have the lock, one in each of these modes.
  func conflicts(with other: LockMode) -> Bool { self == .exclusive || other == .exclusive }

  /// Whether who holds the lock in this mode need not ask for it in the other.
  func isAtLeast(_ other: LockMode) -> Bool { self == .exclusive || other == .shared }
}
