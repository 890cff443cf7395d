import SimulationBasics

/// Who is served when a lock goes.
extension RowLockTable {
  /// Looks again at the waiters of a record for whose wait a transaction was the reason, when it
  /// has given up a lock or a wait there.
  ///
  /// Source: InnoDB, lock0lock.cc: `lock_rec_grant_by_heap_no`.
  mutating func grantWaiters(on record: Int32, leftBy leaver: Int32) {
    guard records[record].firstWaiting >= 0 else { return }
    if records[record].unusualCount == 0 {
      handOver(record, from: leaver)
    } else {
      reconsiderWaiters(of: record, leftBy: leaver)
    }
  }

  /// Passes a plain record to one waiter; all others wait for that one from now on.
  private mutating func handOver(_ record: Int32, from leaver: Int32) {
    guard records[record].firstGranted < 0 else { return }
    let waiterCount = records[record].waitingCount
    let heir =
      decidesByWeight(on: record) ? heaviestWaiter(of: record) : records[record].firstWaiting
    transactions[leaver].waitedForBy -= waiterCount
    grant(heir)
    transactions[locks[heir].transaction].waitedForBy += waiterCount - 1
  }

  private mutating func reconsiderWaiters(of record: Int32, leftBy leaver: Int32) {
    if decidesByWeight(on: record) {
      let count = gatherByWeight(on: record, leftBy: leaver)
      for position in 0..<count { reconsider(candidates[position]) }
      return
    }
    var waiter = records[record].firstWaiting
    while waiter >= 0 {
      let next = locks[waiter].nextOnRecord
      if locks[waiter].blocker == leaver { reconsider(waiter) }
      waiter = next
    }
  }

  /// Grants a lock if nothing is in its way any more; else its wait-for edge leads to what is.
  private mutating func reconsider(_ waiter: Int32) {
    let former = locks[waiter].blocker
    let conflict = remainingConflict(of: waiter)
    guard conflict >= 0 else {
      dropEdge(to: former)
      grant(waiter)
      return
    }
    let blocker = locks[conflict].transaction
    guard blocker != former else { return }
    dropEdge(to: former)
    locks[waiter].blocker = blocker
    addEdge(to: blocker)
    // A search of all conflicts has seen this one when the wait began.
    guard rules.deadlockSearch == .firstConflict else { return }
    let waiting = locks[waiter].transaction
    if transactions[waiting].waitedForBy > 0 { suspect(waiting, waitingFor: blocker) }
  }

  /// Makes a lock that is waited for a held one; its wait-for edge has been dropped.
  private mutating func grant(_ lock: Int32) {
    tellGrant(of: lock)
    endWait(for: lock)
    appendGranted(lock)
  }

  mutating func tellGrant(of lock: Int32) {
    grants.makeRoom(for: Int32(truncatingIfNeeded: grantCount), filledWith: .none)
    grants[grantCount] = LockGrant(
      transaction: TransactionID(index: Int(locks[lock].transaction)), request: request(of: lock))
    grantCount += 1
  }
}
