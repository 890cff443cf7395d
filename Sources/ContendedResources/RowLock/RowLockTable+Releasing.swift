public import SimulationBasics

/// Giving up waits and locks.
extension RowLockTable {
  /// Ends a wait without the lock: it timed out, its user was interrupted, or it is a deadlock's
  /// victim.
  ///
  /// Others may have waited behind the request: `nextGrant()` tells whose waits end with it.
  ///
  /// - Returns: What the transaction waited for.
  /// - Complexity: O(1) on a record with exclusive record locks only, else O(locks on the record)
  ///   for each waiter.
  /// - Precondition: The transaction waits.
  public mutating func abandonWait(of transaction: TransactionID) -> LockRequest {
    defer { checkInvariants() }
    guard isWaiting(transaction) else {
      preconditionFailure("a transaction gave up a wait that it is not in")
    }
    let lock = transactions[transaction.index].wait
    let request = request(of: lock)
    dropEdge(to: edge(of: lock))
    endWait(for: lock)
    discard(lock)
    grantWaiters(on: request.record.index, leftBy: transaction.index)
    return request
  }

  /// Gives up the oldest lock that a transaction still holds; called until nil, it ends the
  /// transaction.
  ///
  /// The row changes noted for the transaction are forgotten with the answer nil. Who waited for
  /// the lock has it when this returns; `nextGrant()` tells who.
  ///
  /// - Complexity: As `abandonWait(of:)`; where grants go by weight and a waiter is waited for
  ///   itself, also O(lock objects).
  /// - Precondition: The transaction waits for no lock.
  public mutating func releaseNext(heldBy transaction: TransactionID) -> ReleasedLock? {
    defer { checkInvariants() }
    guard Int(transaction.index) < transactions.count else { return nil }
    precondition(
      transactions[transaction.index].wait < 0, "a transaction ended while it waits for a lock")
    let lock = transactions[transaction.index].oldestLock
    guard lock >= 0 else {
      transactions[transaction.index].rowChanges = 0
      return nil
    }
    return release(lock)
  }

  /// Gives up the newest lock by which a transaction holds a record itself: the row was read at
  /// READ COMMITTED and does not match.
  ///
  /// Not for a row that was locked before the statement: its lock stays (`AcquireOutcome`).
  ///
  /// - Returns: The lock, or nil if the transaction holds none on this record.
  /// - Complexity: As `releaseNext(heldBy:)`, and O(locks that the transaction took later).
  /// - Precondition: The transaction waits for no lock.
  public mutating func release(
    _ record: RecordID, heldBy transaction: TransactionID
  ) -> ReleasedLock? {
    defer { checkInvariants() }
    guard Int(transaction.index) < transactions.count else { return nil }
    precondition(
      transactions[transaction.index].wait < 0, "a lock was given up by one who waits")
    var lock = transactions[transaction.index].newestLock
    while lock >= 0 {
      if locks[lock].record == record.index, locks[lock].kind.coversRecord {
        return release(lock)
      }
      lock = locks[lock].previousOfOwner
    }
    return nil
  }

  /// The next transaction whose wait has ended, in the order in which the waits ended.
  ///
  /// - Complexity: O(1).
  public mutating func nextGrant() -> LockGrant? {
    guard toldGrants < grantCount else {
      toldGrants = 0
      grantCount = 0
      return nil
    }
    toldGrants += 1
    return grants[toldGrants - 1]
  }

  private mutating func release(_ lock: Int32) -> ReleasedLock {
    let request = request(of: lock)
    let holder = locks[lock].transaction
    removeGranted(lock)
    discard(lock)
    let isLast = request.kind.coversRecord && firstOnRecordItself(request.record.index) < 0
    grantWaiters(on: request.record.index, leftBy: holder)
    return ReleasedLock(request: request, isLast: isLast)
  }
}
