public import SimulationBasics

/// Statements on one key: `SELECT … FOR UPDATE`, `INSERT` and `UPDATE`.
///
/// What each of them locks: MySQL manual, "Locks Set by Different SQL Statements in InnoDB". A row
/// that the transaction itself has written needs no further lock.
extension UniqueKeyTable {
  /// What a locking lookup found.
  public enum LookupOutcome: Equatable, Sendable {
    /// The row is locked and in this state, the latest committed or the transaction's own.
    case found(KeyState)
    /// No row has this key; with gap locks, nobody else can insert it now.
    case missing
    /// The transaction waits for the row; ask again when the lock is granted.
    case waits
  }
  /// What became of an insert of a row in the state processing.
  public enum InsertOutcome: Equatable, Sendable {
    /// The row is there, uncommitted.
    case inserted
    /// The key is taken (error 1062); its row is in this state, and the lock on it stays.
    case duplicate(KeyState)
    /// The transaction waits for the row or for the gap; ask again when the lock is granted.
    case waits
  }
  /// What became of an update of a row.
  public enum UpdateOutcome: Equatable, Sendable {
    /// The new state is there, uncommitted.
    case staged
    /// No row has this key: no row changed.
    case missing
    /// The transaction waits for the row; ask again when the lock is granted.
    case waits
  }

  /// Locks the row of a key exclusively and reads its latest state; a missing one's gap instead, if
  /// the isolation level has gap locks.
  ///
  /// Gap locks never wait for each other: two transactions can both find the key missing, and then
  /// each one's insert waits for the other.
  ///
  /// - Complexity: O(1) expected, for a missing key of an ordered index O(log keys); and that of
  ///   `RowLockTable.acquire`.
  /// - Precondition: The transaction waits for nothing.
  public mutating func lockingLookup(
    _ key: IdempotencyKey, in table: UInt8, by transaction: TransactionID, gapLocks: Bool,
    locks: inout RowLockTable
  ) -> LookupOutcome {
    defer { checkInvariants() }
    checkMayAsk(transaction, &locks)
    var row = index.number(of: key, in: table)
    if let row, rows[row].exists {
      if rows[row].writer == transaction.index { return .found(rows[row].staged) }
      guard lock(row, .exclusive, .record, leavesGap: gapLocks, for: transaction, &locks) else {
        return .waits
      }
      return .found(committedState(of: row))
    }
    guard gapLocks else { return .missing }
    var gap: RecordID
    if indexes[Int(table)].isOrdered {
      gap = successor(of: key, in: table)
    } else {
      if row == nil { row = addRow(for: key, in: table) }
      gap = privateGap(of: row ?? -1)
    }
    switch locks.acquire(.exclusive, .gap, on: gap, for: transaction) {
    case .granted, .alreadyHeld: return .missing
    case .queued: preconditionFailure("a gap lock had to wait")
    }
  }

  /// Inserts a row, in the state processing as a rule, unless its key is taken or a gap lock is in
  /// the way.
  ///
  /// A taken key is locked until the end of the transaction: shared by a plain insert, exclusively
  /// by `ON DUPLICATE KEY UPDATE` and `REPLACE`; in an ordered index together with the gap before
  /// it. If its row is uncommitted, that waits for the end of the transaction that wrote it.
  ///
  /// - Complexity: O(1) expected, for an ordered index O(log keys); and that of
  ///   `RowLockTable.acquire` if it waits or is a duplicate.
  /// - Precondition: The transaction waits for nothing.
  public mutating func insert(
    _ key: IdempotencyKey, in table: UInt8, by transaction: TransactionID,
    as state: KeyState = .processing, onDuplicate mode: LockMode, locks: inout RowLockTable
  ) -> InsertOutcome {
    defer { checkInvariants() }
    checkMayAsk(transaction, &locks)
    let known = index.number(of: key, in: table)
    if let known, rows[known].exists {
      if rows[known].writer == transaction.index { return .duplicate(rows[known].staged) }
      let kind: LockKind = indexes[Int(table)].isOrdered ? .nextKey : .record
      guard lock(known, mode, kind, for: transaction, &locks) else { return .waits }
      return .duplicate(committedState(of: known))
    }
    if indexes[Int(table)].isOrdered {
      let next = successor(of: key, in: table)
      guard mayInsert(before: next, transaction, &locks) else { return .waits }
      let row = known ?? addRow(for: key, in: table)
      let record = record(of: row)
      order.insert(position(of: key, in: table), record: record.index, in: Int(table))
      if locks.hasLocks(on: next) { locks.inheritGap(from: next, to: record) }
      write(row, by: transaction, staged: state, mark: .none, &locks)
    } else {
      // A key without a row has a gap without locks.
      if let known {
        let gap = privateGap(of: known)
        guard mayInsert(before: gap, transaction, &locks) else { return .waits }
      }
      let row = known ?? addRow(for: key, in: table)
      write(row, by: transaction, staged: state, mark: .none, &locks)
    }
    return .inserted
  }

  /// Locks a row exclusively and sets its state, for its writer to see until the transaction ends.
  ///
  /// - Complexity: O(1) expected, and that of `RowLockTable.acquire` for the first change of a
  ///   committed row.
  /// - Precondition: The transaction waits for nothing.
  public mutating func update(
    _ key: IdempotencyKey, in table: UInt8, to state: KeyState, by transaction: TransactionID,
    locks: inout RowLockTable
  ) -> UpdateOutcome {
    defer { checkInvariants() }
    checkMayAsk(transaction, &locks)
    guard let row = index.number(of: key, in: table), rows[row].exists else { return .missing }
    if rows[row].writer == transaction.index {
      rows[row].staged = state
      locks.noteRowChange(by: transaction)
      return .staged
    }
    guard lock(row, .exclusive, .record, for: transaction, &locks) else { return .waits }
    precondition(rows[row].writer < 0, "two transactions have locked a row exclusively")
    write(row, by: transaction, staged: state, mark: .lockedExplicitly, &locks)
    return .staged
  }

  // MARK: Helpers

  @inline(__always)
  mutating func checkMayAsk(_ transaction: TransactionID, _ locks: inout RowLockTable) {
    newestRows.makeRoom(for: transaction.index, filledWith: -1)
    precondition(!locks.isWaiting(transaction), "a transaction that waits asked for something else")
  }

  /// Locks the record of a row that another transaction may have written.
  ///
  /// - Returns: Whether the transaction has the lock; if not, it waits for it.
  private mutating func lock(
    _ row: Int32, _ mode: LockMode, _ kind: LockKind, leavesGap: Bool = true,
    for transaction: TransactionID, _ locks: inout RowLockTable
  ) -> Bool {
    let record = record(of: row)
    if rows[row].writer >= 0, rows[row].mark != .lockedExplicitly {
      locks.grantImplicit(on: record, to: TransactionID(index: Int(rows[row].writer)))
      rows[row].mark = .lockedExplicitly
    }
    switch locks.acquire(mode, kind, on: record, for: transaction) {
    case .granted:
      if !leavesGap { locks.leaveNoGap(of: transaction) }
      return true
    case .alreadyHeld: return true
    case .queued:
      if !leavesGap { locks.leaveNoGap(of: transaction) }
      return false
    }
  }

  /// Whether no other transaction has locked the gap before a record; if one has, the transaction
  /// waits. Only the waiting insert has a lock object (InnoDB, lock0lock.cc:
  /// `lock_rec_insert_check_and_lock`).
  private mutating func mayInsert(
    before record: RecordID, _ transaction: TransactionID, _ locks: inout RowLockTable
  ) -> Bool {
    guard locks.wouldWait(.exclusive, .insertIntention, on: record, for: transaction) else {
      return true
    }
    switch locks.acquire(.exclusive, .insertIntention, on: record, for: transaction) {
    case .granted, .alreadyHeld: preconditionFailure("an insert that would wait did not")
    case .queued: return false
    }
  }

  /// Makes a transaction the writer of a row that it has locked.
  private mutating func write(
    _ row: Int32, by transaction: TransactionID, staged state: KeyState, mark: Row.Mark,
    _ locks: inout RowLockTable
  ) {
    if rows[row].mark == .forgotten, rows[row].committed == .processing {
      // Somebody names the key after all.
      stuckCount -= 1
      if firstStuckKey?.number == rows[row].key { firstStuckKey = nil }
    }
    rows[row].writer = transaction.index
    rows[row].staged = state
    rows[row].mark = mark
    if indexes[Int(rows[row].table)].hasAges { startStaging(row) }
    rows[row].next = newestRows[transaction.index]
    newestRows[transaction.index] = row
    locks.noteRowChange(by: transaction)
  }

  private func committedState(of row: Int32) -> KeyState {
    precondition(rows[row].writer < 0, "a row is locked by somebody else than its writer")
    guard let state = rows[row].committed else {
      preconditionFailure("a row that nobody has in its hands is not committed")
    }
    return state
  }
}
