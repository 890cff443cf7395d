public import SimulationBasics

/// The end of a transaction.
extension UniqueKeyTable {
  /// Makes what a transaction wrote visible, or undoes it, newest row first.
  ///
  /// Where an inserted row is removed, every lock on it goes on as a lock on the gap in which it
  /// was, and who waited for it is granted that and asks again (InnoDB, lock0lock.cc:
  /// `lock_rec_inherit_to_gap`, `lock_rec_reset_and_release_wait`): so two inserts of the same key
  /// that waited for this transaction then wait for each other.
  ///
  /// - Complexity: O(rows that the transaction wrote), times O(log keys) for each removed row of an
  ///   ordered index; and that of `RowLockTable.removeRecord`.
  /// - Precondition: The transaction waits for nothing and has released no lock yet.
  public mutating func endTransaction(
    of transaction: TransactionID, committed: Bool, locks: inout RowLockTable
  ) {
    defer { checkInvariants() }
    checkMayAsk(transaction, &locks)
    var row = newestRows[transaction.index]
    newestRows[transaction.index] = -1
    while row >= 0 {
      let older = rows[row].next
      rows[row].next = -1
      rows[row].writer = -1
      rows[row].mark = .none
      if committed { publish(row) }
      if rows[row].committed == nil { remove(row, &locks) }
      row = older
    }
  }

  /// Makes the staged state of a row the committed one, and keeps the counts right.
  private mutating func publish(_ row: Int32) {
    if rows[row].committed == nil { committedRows += 1 }
    if rows[row].committed == .processing { processingRows -= 1 }
    if rows[row].staged == .processing { processingRows += 1 }
    rows[row].committed = rows[row].staged
    if indexes[Int(rows[row].table)].hasAges { publishAge(of: row) }
  }

  /// Undoes the insert of a row.
  private mutating func remove(_ row: Int32, _ locks: inout RowLockTable) {
    let record = record(of: row)
    let key = IdempotencyKey(number: rows[row].key)
    let table = rows[row].table
    let isLocked = locks.hasLocks(on: record)
    if indexes[Int(table)].isOrdered {
      order.remove(position(of: key, in: table), from: Int(table))
      if isLocked { locks.removeRecord(record, heir: successor(of: key, in: table)) }
      discard(row)
    } else {
      let gap = privateGap(of: row)
      if isLocked { locks.removeRecord(record, heir: gap) }
      // Who has locked the gap may come back; the row holds its place until the key is forgotten.
      if !locks.hasLocks(on: gap) { discard(row) }
    }
  }
}
