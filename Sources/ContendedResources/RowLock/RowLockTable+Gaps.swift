public import SimulationBasics

/// What happens to locks when records come and go.
extension RowLockTable {
  /// Lets a new record take part in the locks on the gap that it has split.
  ///
  /// Who holds or waits for the gap before `successor`, holds the gap before the new record too, in
  /// the same mode (InnoDB, lock0lock.cc: `lock_rec_inherit_to_gap_if_gap_lock`).
  ///
  /// - Complexity: O(locks on the successor); with locks on the new record, times these.
  public mutating func inheritGap(from successor: RecordID, to inserted: RecordID) {
    defer { checkInvariants() }
    precondition(successor != inserted, "a record split its own gap")
    records.makeRoom(for: successor.index, filledWith: .free)
    var lock = firstLock(on: successor.index)
    while lock >= 0 {
      if locks[lock].kind.coversGap { bequeath(lock, to: inserted.index) }
      lock = self.lock(after: lock)
    }
  }

  /// Removes a record: its insert is rolled back.
  ///
  /// Every lock on it, granted or waited for, insert intentions and those of `leaveNoGap(of:)`
  /// apart, becomes a granted lock of the same mode on the gap before `heir`, the next record; and
  /// all that wait for it are woken, to find out what their statement meets now (InnoDB,
  /// lock0lock.cc: `lock_rec_inherit_to_gap`, `lock_rec_reset_and_release_wait`). `nextGrant()`
  /// tells them with what they waited for.
  ///
  /// - Complexity: O(locks on the record); with locks on the heir, times these.
  public mutating func removeRecord(_ record: RecordID, heir: RecordID) {
    defer { checkInvariants() }
    precondition(record != heir, "a record inherited from itself")
    records.makeRoom(for: record.index, filledWith: .free)
    var lock = firstLock(on: record.index)
    while lock >= 0 {
      if locks[lock].kind != .insertIntention, locks[lock].leavesGap {
        bequeath(lock, to: heir.index)
      }
      lock = self.lock(after: lock)
    }
    while records[record.index].firstWaiting >= 0 {
      let lock = records[record.index].firstWaiting
      tellGrant(of: lock)
      dropEdge(to: edge(of: lock))
      endWait(for: lock)
      discard(lock)
    }
    while records[record.index].firstGranted >= 0 {
      let lock = records[record.index].firstGranted
      removeGranted(lock)
      discard(lock)
    }
  }

  /// Says of the lock that a transaction has just taken, or waits for, that it goes with its record
  /// and leaves no lock on the gap.
  ///
  /// So it is with what statements lock under READ COMMITTED, unless it is to keep a key unique
  /// (InnoDB, lock0lock.cc: `lock_rec_inherit_to_gap`).
  ///
  /// - Complexity: O(1).
  /// - Precondition: The transaction waits for a lock or holds one.
  public mutating func leaveNoGap(of transaction: TransactionID) {
    let wait = transactions[transaction.index].wait
    let lock = wait >= 0 ? wait : transactions[transaction.index].newestLock
    precondition(lock >= 0, "a transaction without locks spoke of its newest")
    locks[lock].leavesGap = false
  }

  /// Gives the transaction of a lock the gap before a record, in the mode of the lock.
  private mutating func bequeath(_ lock: Int32, to record: Int32) {
    let transaction = locks[lock].transaction
    let mode = locks[lock].mode
    records.makeRoom(for: record, filledWith: .free)
    if coveringLock(mode, .gap, on: record, of: transaction) >= 0 { return }
    addGranted(mode, .gap, on: record, to: transaction)
  }
}
