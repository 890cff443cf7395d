import SimulationBasics

/// Who stands in whose way.
extension RowLockTable {
  /// The lock by which a transaction holds at least what is asked, or a negative number.
  ///
  /// Source: InnoDB, lock0lock.cc: `lock_rec_has_expl`.
  func coveringLock(
    _ mode: LockMode, _ kind: LockKind, on record: Int32, of transaction: Int32
  ) -> Int32 {
    guard Int(record) < records.count, Int(transaction) < transactions.count else { return -1 }
    guard transactions[transaction].heldCount > 0 else { return -1 }
    var lock = records[record].firstGranted
    while lock >= 0 {
      if locks[lock].transaction == transaction, locks[lock].mode.isAtLeast(mode),
        locks[lock].kind.covers(kind)
      {
        return lock
      }
      lock = locks[lock].nextOnRecord
    }
    return -1
  }

  /// The first lock for which a new request has to wait, or a negative number.
  ///
  /// The granted locks come first, then those waited for in the order of the queue. MySQL puts a
  /// granted lock before those granted earlier, so that the newest is seen first; MariaDB keeps the
  /// order of arrival (lock0lock.cc: `lock_rec_other_has_conflicting`,
  /// `lock_rec_insert_to_granted`).
  func firstConflict(
    _ mode: LockMode, _ kind: LockKind, on record: Int32, for transaction: Int32
  ) -> Int32 {
    let newestFirst = rules.grantOrder == .contentionAware
    var lock = newestFirst ? records[record].lastGranted : records[record].firstGranted
    while lock >= 0 {
      if isInTheWay(lock, ofA: mode, kind, for: transaction) { return lock }
      lock = newestFirst ? locks[lock].previousOnRecord : locks[lock].nextOnRecord
    }
    return firstWaitingConflict(mode, kind, on: record, for: transaction, before: -1)
  }

  /// What keeps a waiter waiting when its reason to wait has gone, or a negative number.
  ///
  /// The granted locks are looked at from the oldest on, those granted just now last (lock0lock.cc:
  /// `lock_rec_has_to_wait_for_granted`). Served in order of arrival, the waiter also waits for
  /// those that came before it (`lock_rec_has_to_wait_in_queue`).
  func remainingConflict(of waiter: Int32) -> Int32 {
    let wanted = locks[waiter]
    var lock = records[wanted.record].firstGranted
    while lock >= 0 {
      if isInTheWay(lock, ofA: wanted.mode, wanted.kind, for: wanted.transaction) { return lock }
      lock = locks[lock].nextOnRecord
    }
    switch rules.grantOrder {
    case .contentionAware: return -1
    case .firstComeFirstServed:
      return firstWaitingConflict(
        wanted.mode, wanted.kind, on: wanted.record, for: wanted.transaction, before: waiter)
    }
  }

  private func firstWaitingConflict(
    _ mode: LockMode, _ kind: LockKind, on record: Int32, for transaction: Int32,
    before end: Int32
  ) -> Int32 {
    var lock = records[record].firstWaiting
    while lock >= 0, lock != end {
      if isInTheWay(lock, ofA: mode, kind, for: transaction),
        !mayPass(lock, mode, kind, on: record, transaction)
      {
        return lock
      }
      lock = locks[lock].nextOnRecord
    }
    return -1
  }

  /// The next lock for which a waiter waits, after one of these or, after a negative number, the
  /// first; a negative number when there are no more.
  func nextConflict(of waiter: Int32, after last: Int32) -> Int32 {
    let wanted = locks[waiter]
    var lock = last < 0 ? firstLock(on: wanted.record) : self.lock(after: last)
    while lock >= 0, lock != waiter {
      if isInTheWay(lock, ofA: wanted.mode, wanted.kind, for: wanted.transaction),
        !locks[lock].isWaiting
          || !mayPass(lock, wanted.mode, wanted.kind, on: wanted.record, wanted.transaction)
      {
        return lock
      }
      lock = self.lock(after: lock)
    }
    return -1
  }

  private func isInTheWay(
    _ lock: Int32, ofA mode: LockMode, _ kind: LockKind, for transaction: Int32
  ) -> Bool {
    locks[lock].transaction != transaction && mode.conflicts(with: locks[lock].mode)
      && kind.waits(for: locks[lock].kind)
  }

  /// Whether a request passes by a waiter that it conflicts with: both want the record exclusively,
  /// and the waiter waits for a lock that the asking transaction holds already. Where upgrades go
  /// first, they pass by all that are none.
  ///
  /// An insert never passes: the new record would split a gap that somebody waits for
  /// (lock0lock.cc: `rec_lock_check_conflict`, `Trx_locks_cache::has_granted_blocker`).
  private func mayPass(
    _ waiter: Int32, _ mode: LockMode, _ kind: LockKind, on record: Int32, _ transaction: Int32
  ) -> Bool {
    if rules.putsUpgradesFirst, isUpgrade(mode, kind, on: record, of: transaction) {
      return !isUpgrade(
        locks[waiter].mode, locks[waiter].kind, on: record, of: locks[waiter].transaction)
    }
    guard rules.allowsUpgradeBypass, kind != .insertIntention else { return false }
    guard mode == .exclusive, locks[waiter].mode == .exclusive else { return false }
    return coveringLock(.shared, .record, on: record, of: transaction) >= 0
  }

  /// Whether a request is by one who has the record already, in a lesser mode.
  func isUpgrade(
    _ mode: LockMode, _ kind: LockKind, on record: Int32, of transaction: Int32
  ) -> Bool {
    mode == .exclusive && kind.coversRecord
      && coveringLock(.shared, .record, on: record, of: transaction) >= 0
  }
}
