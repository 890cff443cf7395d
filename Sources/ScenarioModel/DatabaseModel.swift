public import SimulationBasics

/// The database server.
///
/// A statement travels one leg, waits for its row locks, waits for a core, is served, and travels
/// one leg back; each leg is drawn alone. Row locks are held until a COMMIT is durable or a
/// ROLLBACK is served.
public struct DatabaseModel: Hashable, Sendable {
  public var engine: DatabaseEngine = .mySQL80
  public var isolation: IsolationLevel = .repeatableRead
  public var cores: Int?
  /// How long a message takes between the service and the database, one way.
  public var network: DurationDistribution = .zero
  /// How long the server works on each kind of statement.
  public var begin: DurationDistribution = .zero
  public var select: DurationDistribution = .zero
  public var insert: DurationDistribution = .zero
  public var update: DurationDistribution = .zero
  public var rollback: DurationDistribution = .zero
  /// How long making a commit durable takes (the redo log and binary log syncs).
  public var commit: DurationDistribution = .zero
  /// Whether all commits that wait for the log go with one sync (binary log group commit).
  public var groupCommit = true
  /// The longest wait for one row lock (`innodb_lock_wait_timeout`); error 1205 then ends the
  /// statement.
  public var lockWaitTimeout: VirtualDuration = .seconds(50)
  /// Whether a cycle of waits is found at once (`innodb_deadlock_detect`).
  public var deadlockDetection = true
  /// Which member of a cycle of waits is rolled back.
  public var deadlockVictim: DeadlockVictim = .innoDB
  /// Whether error 1205 rolls back the whole transaction (`innodb_rollback_on_timeout`) and not its
  /// statement alone.
  public var rollbackOnTimeout = false
  /// Whether a write to a row that has changed since the transaction's snapshot fails with error
  /// 1020 (MariaDB's `innodb_snapshot_isolation`).
  public var snapshotIsolation = false
  /// Whether an exclusive record request may pass waiting exclusive ones that the requester already
  /// blocks; `nil` is the engine's own rule (InnoDB 8.0, lock0lock.cc: `CAN_BYPASS`).
  public var upgradeBypass: Bool?
  /// Whether who shares a row and asks for it exclusively goes before all who wait for it and do
  /// not: the textbook's rule, which no engine here has.
  public var upgradesFirst = false

  public init() {}
}

/// The rules by which the victim of a deadlock is chosen.
public enum DeadlockVictim: String, CaseIterable, Hashable, Sendable {
  /// The transaction that is cheapest to roll back; of equals the one that joined the cycle last.
  case innoDB = "innodb"
  /// The transaction whose request closed the cycle.
  case requester
  /// The transaction that took its first lock last.
  case youngest
}

/// The database products whose behaviour differs.
public enum DatabaseEngine: String, CaseIterable, Hashable, Sendable {
  /// MySQL 8.0.20 and later: contention-aware scheduling of row locks. Lock wait time-outs are
  /// noticed by a tick once a second.
  case mySQL80 = "mysql-8.0"
  /// MySQL before 8.0.20: row locks are granted first come, first served.
  case mySQL57 = "mysql-5.7"
  /// MariaDB: row locks are granted first come, first served. A lock wait ends at exactly its
  /// time-out (measured on 10.11).
  case mariaDB = "mariadb"

  /// How often the server looks for lock waits that have run out; `nil` when a wait ends exactly in
  /// time.
  public var lockWaitTimeoutTick: VirtualDuration? {
    switch self {
    case .mySQL80, .mySQL57: .seconds(1)
    case .mariaDB: nil
    }
  }

  /// Whether row locks are granted by the weight of the waiting transactions (contention-aware
  /// transaction scheduling) and not in order of arrival.
  public var isContentionAware: Bool { self == .mySQL80 }

  /// Whether a deadlock is looked for at every conflict of a waiter, and not only at the first one
  /// that was found (InnoDB 5.7: `DeadlockChecker`; 8.0.18 and MariaDB 10.6 replaced it).
  public var searchesAllConflicts: Bool { self == .mySQL57 }

  /// Whether a lock upgrade may pass waiters that it blocks anyway.
  public var allowsUpgradeBypass: Bool { self == .mySQL80 }
}

/// What a transaction's plain reads see.
public enum IsolationLevel: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
  /// Each statement sees what was committed when it ran.
  case readCommitted = "read-committed"
  /// Every plain read sees what was committed at the transaction's first plain read.
  case repeatableRead = "repeatable-read"
}
