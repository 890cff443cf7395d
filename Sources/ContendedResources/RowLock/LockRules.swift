/// How a lock table decides what is left open by the compatibility of locks.
public struct LockRules: Equatable, Sendable, BitwiseCopyable {
  /// Which of the waiters of a record is served next.
  public enum GrantOrder: UInt8, Sendable, BitwiseCopyable {
    /// Who came first, and nobody before a conflicting one that came earlier (MariaDB; MySQL before
    /// 8.0.20 with few waiters).
    case firstComeFirstServed
    /// Who keeps most others waiting (MySQL from 8.0.20: contention-aware transaction scheduling);
    /// among equals, who came first.
    case contentionAware
  }

  /// Which member of a deadlock is rolled back.
  public enum Victim: UInt8, Sendable, BitwiseCopyable {
    /// The one with the least to undo: changed rows and held locks; of equals, the one that began
    /// to wait last (lock0wait.cc: `lock_wait_choose_victim`).
    case innoDB
    /// The one that began to wait last.
    case requester
    /// The one that took its first lock last, or has none yet.
    case youngest
  }

  public var grantOrder: GrantOrder
  /// Whether an exclusive request passes by waiting exclusive ones that its own transaction holds
  /// up anyway: the only reader raises its lock without a deadlock (recent MySQL 8.0 and 8.4; not
  /// MySQL 5.7, not MariaDB).
  public var allowsUpgradeBypass: Bool
  /// Whether deadlocks are looked for (`innodb_deadlock_detect`); if not, timeouts end them.
  public var detectsDeadlocks: Bool
  public var victim: Victim

  public init(
    grantOrder: GrantOrder = .firstComeFirstServed, allowsUpgradeBypass: Bool = false,
    detectsDeadlocks: Bool = true, victim: Victim = .innoDB
  ) {
    self.grantOrder = grantOrder
    self.allowsUpgradeBypass = allowsUpgradeBypass
    self.detectsDeadlocks = detectsDeadlocks
    self.victim = victim
  }
}
