import ContendedResources
import SimulationBasics

/// What holds the rows of one table with a unique key: the type under test or its naive oracle.
protocol KeyRows: ~Copyable {
  mutating func lockingLookup(
    _ key: IdempotencyKey, in table: UInt8, by transaction: TransactionID, gapLocks: Bool,
    locks: inout RowLockTable
  ) -> UniqueKeyTable.LookupOutcome
  mutating func insert(
    _ key: IdempotencyKey, in table: UInt8, by transaction: TransactionID, as state: KeyState,
    onDuplicate mode: LockMode, locks: inout RowLockTable
  ) -> UniqueKeyTable.InsertOutcome
  mutating func update(
    _ key: IdempotencyKey, in table: UInt8, to state: KeyState, by transaction: TransactionID,
    locks: inout RowLockTable
  ) -> UniqueKeyTable.UpdateOutcome
  mutating func endTransaction(
    of transaction: TransactionID, committed: Bool, locks: inout RowLockTable)
}

extension UniqueKeyTable: KeyRows {}

/// A statement on the row of a key.
enum KeyStatement: Equatable {
  case select(Int, gapLocks: Bool)
  case insert(Int, onDuplicate: LockMode)
  case update(Int, to: KeyState)
}

/// Database sessions, numbered from 1, which talk to tables with unique keys as the engine does.
///
/// A statement that waits is asked again when its lock is granted; the victim of a deadlock is
/// rolled back completely before anything else happens. What happens is written into `log`.
struct KeySessions<Rows: KeyRows & ~Copyable>: ~Copyable {
  var rows: Rows
  var locks: RowLockTable
  var table: UInt8 = 0
  /// What happened, in order: the session and what became of its statement.
  var log: [String] = []
  /// By session: the statement that waits.
  var waiting: [Int: KeyStatement] = [:]
  /// Sessions whose lock was granted and whose statement has not been asked again.
  private var woken: [Int] = []

  init(_ rows: consuming Rows, rules: LockRules = LockRules()) {
    self.rows = rows
    self.locks = RowLockTable(recordCount: 0, expectedTransactions: 0, rules: rules)
  }

  // MARK: Statements

  /// `SELECT … FOR UPDATE`, at REPEATABLE READ by default.
  mutating func select(_ key: Int, by session: Int, gapLocks: Bool = true) {
    run(.select(key, gapLocks: gapLocks), by: session)
  }

  /// `INSERT`; `ON DUPLICATE KEY UPDATE` locks exclusively.
  mutating func insert(_ key: Int, by session: Int, onDuplicate mode: LockMode = .shared) {
    run(.insert(key, onDuplicate: mode), by: session)
  }

  mutating func update(_ key: Int, to state: KeyState = .failed, by session: Int) {
    run(.update(key, to: state), by: session)
  }

  mutating func run(_ statement: KeyStatement, by session: Int) {
    ask(statement, by: session)
    settle()
  }

  // MARK: Endings

  mutating func commit(_ session: Int) { end(session, committed: true) }
  mutating func rollBack(_ session: Int) { end(session, committed: false) }

  /// Error 1205: the statement is over, the transaction goes on.
  mutating func timeOut(_ session: Int) {
    waiting[session] = nil
    _ = locks.abandonWait(of: transaction(session))
    log.append("\(session) timeout")
    settle()
  }

  private mutating func end(_ session: Int, committed: Bool) {
    log.append("\(session) \(committed ? "commits" : "rolls back")")
    leave(session, committed: committed)
    settle()
  }

  /// Takes what has happened; the log is empty afterwards.
  mutating func happened() -> [String] {
    defer { log = [] }
    return log
  }

  // MARK: As the engine does it

  private mutating func ask(_ statement: KeyStatement, by session: Int) {
    let transaction = transaction(session)
    let outcome: String
    switch statement {
    case .select(let key, let gapLocks):
      switch rows.lockingLookup(
        name(key), in: table, by: transaction, gapLocks: gapLocks, locks: &locks)
      {
      case .found(let state): outcome = "found \(state)"
      case .missing: outcome = "missing"
      case .waits: outcome = "waits"
      }
    case .insert(let key, let mode):
      switch rows.insert(
        name(key), in: table, by: transaction, as: .processing, onDuplicate: mode, locks: &locks)
      {
      case .inserted: outcome = "inserted"
      case .duplicate(let state): outcome = "duplicate \(state)"
      case .waits: outcome = "waits"
      }
    case .update(let key, let state):
      switch rows.update(name(key), in: table, to: state, by: transaction, locks: &locks) {
      case .staged: outcome = "staged"
      case .missing: outcome = "missing"
      case .waits: outcome = "waits"
      }
    }
    log.append("\(session) \(outcome)")
    waiting[session] = outcome == "waits" ? statement : nil
  }

  private func name(_ key: Int) -> IdempotencyKey { IdempotencyKey(number: UInt64(key)) }

  /// The rows first, then the locks one by one.
  private mutating func leave(_ session: Int, committed: Bool) {
    rows.endTransaction(of: transaction(session), committed: committed, locks: &locks)
    while locks.releaseNext(heldBy: transaction(session)) != nil {}
  }

  private mutating func settle() {
    while true {
      while let grant = locks.nextGrant() { woken.append(Int(grant.transaction.index)) }
      if let victim = locks.nextVictim() {
        let session = Int(victim.index)
        _ = locks.abandonWait(of: victim)
        waiting[session] = nil
        log.append("\(session) deadlock")
        leave(session, committed: false)
      } else if !woken.isEmpty {
        let session = woken.removeFirst()
        if let statement = waiting.removeValue(forKey: session) { ask(statement, by: session) }
      } else {
        return
      }
    }
  }
}

/// Sessions on one table with a unique index.
func sessions(
  _ layout: UniqueIndexLayout, rules: LockRules = LockRules(), salt: UInt64 = 1
) -> KeySessions<UniqueKeyTable> {
  KeySessions(
    UniqueKeyTable(
      indexes: [layout], firstRecord: record(3), salt: salt, expectedKeys: 1,
      expectedTransactions: 1), rules: rules)
}
