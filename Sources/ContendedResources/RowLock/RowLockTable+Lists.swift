import SimulationBasics

/// The lock objects, the lists on which they lie, and the wait-for edges.
///
/// A function that only looks, called from one that changes the table, costs a copy of the table's
/// fields unless it is inlined, and the small steps of a hand-over cost their calls: hence the
/// attributes, a fifth of a hand-over together (`simulate-bench locks`).
extension RowLockTable {
  @inline(__always)
  func request(of lock: Int32) -> LockRequest {
    LockRequest(
      record: RecordID(index: Int(locks[lock].record)), mode: locks[lock].mode,
      kind: locks[lock].kind)
  }

  /// The oldest granted lock that protects a record itself, or a negative number.
  @inline(__always)
  func firstOnRecordItself(_ record: Int32) -> Int32 {
    var lock = records[record].firstGranted
    while lock >= 0, !locks[lock].kind.coversRecord { lock = locks[lock].nextOnRecord }
    return lock
  }

  /// The first lock on a record: the oldest granted one, or the first in the queue.
  func firstLock(on record: Int32) -> Int32 {
    let granted = records[record].firstGranted
    return granted < 0 ? records[record].firstWaiting : granted
  }

  /// The next lock on the same record: the granted ones in order, then the queue.
  func lock(after lock: Int32) -> Int32 {
    let next = locks[lock].nextOnRecord
    if next >= 0 || locks[lock].isWaiting { return next }
    return records[locks[lock].record].firstWaiting
  }

  // MARK: New locks

  mutating func addGranted(
    _ mode: LockMode, _ kind: LockKind, on record: Int32, to transaction: Int32
  ) {
    let lock = takeFreeLock()
    locks[lock] = Lock(record: record, transaction: transaction, mode: mode, kind: kind)
    if !locks[lock].isPlain { noteUnusual(on: record) }
    appendGranted(lock)
  }

  /// Lets a transaction begin to wait: at the end of the queue, or an upgrade, where these go
  /// first, behind the other upgrades.
  ///
  /// - Returns: How many wait for the record before it.
  mutating func addWaiting(
    _ mode: LockMode, _ kind: LockKind, on record: Int32, of transaction: Int32,
    behind blocker: Int32
  ) -> Int {
    let lock = takeFreeLock()
    var wait = Lock(record: record, transaction: transaction, mode: mode, kind: kind)
    if !wait.isPlain { noteUnusual(on: record) }
    wait.blocker = blocker
    wait.isWaiting = true
    wait.previousOnRecord = records[record].lastWaiting
    locks[lock] = wait
    if wait.previousOnRecord >= 0 { locks[wait.previousOnRecord].nextOnRecord = lock }
    let isWaitedFor = transactions[transaction].beginWait(for: lock, number: waitsBegun)
    let ahead = records[record].appendWaiting(lock, isWaitedFor: isWaitedFor)
    totalWaiting += 1
    waitsBegun += 1
    addEdge(to: blocker)
    if isWaitedFor || rules.deadlockSearch == .allConflicts {
      suspect(transaction, waitingFor: blocker)
    }
    if rules.putsUpgradesFirst, isUpgrade(mode, kind, on: record, of: transaction) {
      return moveBehindUpgrades(lock)
    }
    return Int(ahead)
  }

  /// Moves an upgrade from the end of its record's queue before the first that is none.
  ///
  /// - Returns: How many stand before it.
  private mutating func moveBehindUpgrades(_ lock: Int32) -> Int {
    let record = locks[lock].record
    var ahead = 0
    var next = records[record].firstWaiting
    while next != lock,
      isUpgrade(locks[next].mode, locks[next].kind, on: record, of: locks[next].transaction)
    {
      ahead += 1
      next = locks[next].nextOnRecord
    }
    if next == lock { return ahead }
    let last = locks[lock].previousOnRecord
    locks[last].nextOnRecord = -1
    records[record].lastWaiting = last
    let previous = locks[next].previousOnRecord
    linkOnRecord(previous, to: lock)
    locks[lock].previousOnRecord = previous
    linkOnRecord(lock, to: next)
    if previous < 0 { records[record].firstWaiting = lock }
    return ahead
  }

  // MARK: Ends

  /// Takes a lock out of its record's queue; its object stays.
  @inline(__always)
  mutating func endWait(for lock: Int32) {
    let ended = locks[lock]
    locks[lock].isWaiting = false
    let isWaitedFor = transactions[ended.transaction].endWait()
    records[ended.record].removeWaiting(
      between: ended.previousOnRecord, and: ended.nextOnRecord, isWaitedFor: isWaitedFor)
    linkOnRecord(ended.previousOnRecord, to: ended.nextOnRecord)
    totalWaiting -= 1
  }

  /// Puts a lock at the end of its record's granted ones and of its holder's list.
  @inline(__always)
  mutating func appendGranted(_ lock: Int32) {
    let last = records[locks[lock].record].appendGranted(lock)
    if last >= 0 { locks[last].nextOnRecord = lock }
    let newest = transactions[locks[lock].transaction].append(lock, age: &firstLocksTaken)
    if newest >= 0 { locks[newest].nextOfOwner = lock }
    locks[lock].previousOnRecord = last
    locks[lock].nextOnRecord = -1
    locks[lock].previousOfOwner = newest
    totalHeld += 1
  }

  /// Takes a granted lock off its record and off its holder's list; its object stays.
  @inline(__always)
  mutating func removeGranted(_ lock: Int32) {
    let removed = locks[lock]
    records[removed.record].removeGranted(
      between: removed.previousOnRecord, and: removed.nextOnRecord)
    linkOnRecord(removed.previousOnRecord, to: removed.nextOnRecord)
    let previous = removed.previousOfOwner
    let next = removed.nextOfOwner
    transactions[removed.transaction].removeLock(between: previous, and: next)
    if previous >= 0 { locks[previous].nextOfOwner = next }
    if next >= 0 { locks[next].previousOfOwner = previous }
    totalHeld -= 1
  }

  @inline(__always)
  private mutating func linkOnRecord(_ previous: Int32, to next: Int32) {
    if previous >= 0 { locks[previous].nextOnRecord = next }
    if next >= 0 { locks[next].previousOnRecord = previous }
  }

  /// Frees a lock object that lies on no list any more.
  mutating func discard(_ lock: Int32) {
    if !locks[lock].isPlain { records[locks[lock].record].unusualCount -= 1 }
    locks[lock] = .free
    locks[lock].nextOfOwner = firstFreeLock
    firstFreeLock = lock
  }

  private mutating func takeFreeLock() -> Int32 {
    if firstFreeLock >= 0 {
      let lock = firstFreeLock
      firstFreeLock = locks[lock].nextOfOwner
      return lock
    }
    locks.makeRoom(for: usedLocks, filledWith: .free)
    usedLocks += 1
    return usedLocks - 1
  }

  // MARK: Wait-for edges

  /// The transaction to which the wait-for edge of a waiter leads.
  @inline(__always)
  func edge(of waiter: Int32) -> Int32 {
    let record = locks[waiter].record
    return records[record].unusualCount == 0
      ? locks[records[record].firstGranted].transaction : locks[waiter].blocker
  }

  mutating func addEdge(to blocker: Int32) {
    transactions[blocker].waitedForBy += 1
    guard transactions[blocker].waitedForBy == 1, transactions[blocker].wait >= 0 else { return }
    records[locks[transactions[blocker].wait].record].blockingWaiterCount += 1
  }

  mutating func dropEdge(to blocker: Int32) {
    transactions[blocker].waitedForBy -= 1
    guard transactions[blocker].waitedForBy == 0, transactions[blocker].wait >= 0 else { return }
    records[locks[transactions[blocker].wait].record].blockingWaiterCount -= 1
  }

  /// Counts a lock that is not an exclusive record lock. With the first one on a record its
  /// waiters' edges, so far all to the holder, are written down.
  private mutating func noteUnusual(on record: Int32) {
    if records[record].unusualCount == 0, records[record].firstWaiting >= 0 {
      let holder = locks[records[record].firstGranted].transaction
      var waiter = records[record].firstWaiting
      while waiter >= 0 {
        locks[waiter].blocker = holder
        waiter = locks[waiter].nextOnRecord
      }
    }
    records[record].unusualCount += 1
  }
}
