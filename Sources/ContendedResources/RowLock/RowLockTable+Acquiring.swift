public import SimulationBasics

/// Asking for locks.
extension RowLockTable {
  /// Takes a lock for a transaction, or puts the transaction at the end of the record's queue.
  ///
  /// Who holds the record and asks for it with its gap needs the gap only, and gets that at once.
  /// An insert intention that need not wait leaves no lock object: the new row is locked by being
  /// there (InnoDB, lock0lock.cc: `lock_rec_lock_slow`, `lock_rec_insert_check_and_lock`).
  ///
  /// - Complexity: O(1) on a record with exclusive record locks only, else O(locks on the record).
  /// - Precondition: The transaction waits for no lock. An insert intention is exclusive.
  public mutating func acquire(
    _ mode: LockMode, _ kind: LockKind, on record: RecordID, for transaction: TransactionID
  ) -> AcquireOutcome {
    defer { checkInvariants() }
    makeRoom(for: record.index, transaction.index)
    precondition(
      transactions[transaction.index].wait < 0, "a transaction asked for a lock while it waits")
    if mode == .exclusive, kind == .record, records[record.index].unusualCount == 0 {
      let held = records[record.index].firstGranted
      guard held >= 0 else {
        addGranted(mode, kind, on: record.index, to: transaction.index)
        return .granted
      }
      let holder = locks[held].transaction
      if holder == transaction.index { return .alreadyHeld }
      return .queued(
        ahead: addWaiting(mode, kind, on: record.index, of: transaction.index, behind: holder))
    }
    return acquireByRules(mode, kind, on: record.index, for: transaction.index)
  }

  private mutating func acquireByRules(
    _ mode: LockMode, _ kind: LockKind, on record: Int32, for transaction: Int32
  ) -> AcquireOutcome {
    var kind = kind
    if kind == .insertIntention {
      precondition(mode == .exclusive, "a shared intention to insert")
    } else if coveringLock(mode, kind, on: record, of: transaction) >= 0 {
      return .alreadyHeld
    } else if kind == .nextKey, coveringLock(mode, .record, on: record, of: transaction) >= 0 {
      if coveringLock(mode, .gap, on: record, of: transaction) >= 0 { return .alreadyHeld }
      kind = .gap
    }
    let conflict = firstConflict(mode, kind, on: record, for: transaction)
    if conflict >= 0 {
      let holder = locks[conflict].transaction
      return .queued(ahead: addWaiting(mode, kind, on: record, of: transaction, behind: holder))
    }
    if kind != .insertIntention { addGranted(mode, kind, on: record, to: transaction) }
    return .granted
  }

  /// Whether a request would have to wait: asked instead of it by NOWAIT, SKIP LOCKED and inserts.
  ///
  /// - Complexity: O(locks on the record).
  public func wouldWait(
    _ mode: LockMode, _ kind: LockKind, on record: RecordID, for transaction: TransactionID
  ) -> Bool {
    guard Int(record.index) < records.count else { return false }
    var kind = kind
    if kind == .nextKey, holds(mode, .record, on: record, by: transaction) { kind = .gap }
    if holds(mode, kind, on: record, by: transaction) { return false }
    return firstConflict(mode, kind, on: record.index, for: transaction.index) >= 0
  }

  /// Gives the inserter of an uncommitted row the lock object for what it holds by having inserted.
  ///
  /// Whoever wants such a row does this first, so as to wait for a lock (InnoDB, lock0lock.cc:
  /// `lock_rec_convert_impl_to_expl`). The owner may be waiting elsewhere.
  ///
  /// - Complexity: O(locks on the record).
  /// - Precondition: No other transaction holds a lock on the record itself.
  public mutating func grantImplicit(on record: RecordID, to owner: TransactionID) {
    defer { checkInvariants() }
    makeRoom(for: record.index, owner.index)
    if holds(.exclusive, .record, on: record, by: owner) { return }
    var lock = records[record.index].firstGranted
    while lock >= 0 {
      precondition(
        locks[lock].transaction == owner.index || !locks[lock].kind.coversRecord,
        "an uncommitted row is locked by a stranger")
      lock = locks[lock].nextOnRecord
    }
    addGranted(.exclusive, .record, on: record.index, to: owner.index)
  }

  /// Adds one changed row to what a rollback of this transaction would undo.
  ///
  /// Forgotten when the transaction ends, that is, when `releaseNext(heldBy:)` answers nil.
  public mutating func noteRowChange(by transaction: TransactionID) {
    transactions.makeRoom(for: transaction.index, filledWith: .idle)
    transactions[transaction.index].rowChanges += 1
  }

  mutating func makeRoom(for record: Int32, _ transaction: Int32) {
    records.makeRoom(for: record, filledWith: .free)
    transactions.makeRoom(for: transaction, filledWith: .idle)
  }
}
