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

  /// How far the search for deadlocks looks.
  public enum DeadlockSearch: UInt8, Sendable, BitwiseCopyable {
    /// Along the wait-for edges, one for each waiter: to the first conflict that was found. A cycle
    /// through another conflict is seen only when an edge comes to lie on it (MySQL from 8.0.18,
    /// MariaDB from 10.6).
    case firstConflict
    /// At every conflict of every waiter, when one begins to wait: what the literature means, and
    /// MySQL before 8.0.18 (lock0lock.cc of 5.7: `DeadlockChecker::search`). Only where locks are
    /// granted first come, first served.
    case allConflicts
  }

  public var grantOrder: GrantOrder
  /// Whether an exclusive request passes by waiting exclusive ones that its own transaction holds
  /// up anyway: the only reader raises its lock without a deadlock (recent MySQL 8.0 and 8.4; not
  /// MySQL 5.7, not MariaDB).
  public var allowsUpgradeBypass: Bool
  /// Whether who shares a record and asks for it exclusively goes before all who wait for it and
  /// do not (the textbook's rule for lock conversions: Gray and Reuter, "Transaction Processing",
  /// 1993, section 8.4; no rule of InnoDB).
  public var putsUpgradesFirst: Bool
  /// Whether deadlocks are looked for (`innodb_deadlock_detect`); if not, timeouts end them.
  public var detectsDeadlocks: Bool
  public var deadlockSearch: DeadlockSearch
  public var victim: Victim

  public init(
    grantOrder: GrantOrder = .firstComeFirstServed, allowsUpgradeBypass: Bool = false,
    putsUpgradesFirst: Bool = false, detectsDeadlocks: Bool = true,
    deadlockSearch: DeadlockSearch = .firstConflict, victim: Victim = .innoDB
  ) {
    // A grant out of turn is no wait for those who came first, so that not every conflict is one.
    precondition(
      deadlockSearch == .firstConflict || grantOrder == .firstComeFirstServed,
      "a search of all conflicts needs grants in order of arrival")
    self.grantOrder = grantOrder
    self.allowsUpgradeBypass = allowsUpgradeBypass
    self.putsUpgradesFirst = putsUpgradesFirst
    self.detectsDeadlocks = detectsDeadlocks
    self.deadlockSearch = deadlockSearch
    self.victim = victim
  }
}
