import SimulationBasics

/// The lock objects, the lists on which they lie, and the wait-for edges.
extension RowLockTable {
  func request(of lock: Int32) -> LockRequest {
    LockRequest(
      record: RecordID(index: Int(locks[lock].record)), mode: locks[lock].mode,
      kind: locks[lock].kind)
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

  /// Lets a transaction begin to wait.
  ///
  /// - Returns: How many wait for the record before it.
  mutating func addWaiting(
    _ mode: LockMode, _ kind: LockKind, on record: Int32, of transaction: Int32,
    behind blocker: Int32
  ) -> Int {
    let lock = takeFreeLock()
    locks[lock] = Lock(record: record, transaction: transaction, mode: mode, kind: kind)
    if !locks[lock].isPlain { noteUnusual(on: record) }
    locks[lock].blocker = blocker
    locks[lock].isWaiting = true
    let last = records[record].lastWaiting
    locks[lock].previousOnRecord = last
    if last < 0 {
      records[record].firstWaiting = lock
    } else {
      locks[last].nextOnRecord = lock
    }
    records[record].lastWaiting = lock
    let ahead = records[record].waitingCount
    records[record].waitingCount = ahead + 1

    locks[lock].previousOfOwner = lastWait
    if lastWait < 0 {
      firstWait = lock
    } else {
      locks[lastWait].nextOfOwner = lock
    }
    lastWait = lock
    totalWaiting += 1
    transactions[transaction].wait = lock
    transactions[transaction].waitNumber = waitsBegun
    waitsBegun += 1
    if transactions[transaction].waitedForBy > 0 { records[record].blockingWaiterCount += 1 }
    addEdge(to: blocker)
    suspect(transaction, waitingFor: blocker)
    return Int(ahead)
  }

  // MARK: Ends

  /// Takes a lock out of its record's queue; its object stays.
  mutating func endWait(for lock: Int32) {
    let ended = locks[lock]
    if ended.previousOnRecord < 0 {
      records[ended.record].firstWaiting = ended.nextOnRecord
    } else {
      locks[ended.previousOnRecord].nextOnRecord = ended.nextOnRecord
    }
    if ended.nextOnRecord < 0 {
      records[ended.record].lastWaiting = ended.previousOnRecord
    } else {
      locks[ended.nextOnRecord].previousOnRecord = ended.previousOnRecord
    }
    records[ended.record].waitingCount -= 1
    if ended.previousOfOwner < 0 {
      firstWait = ended.nextOfOwner
    } else {
      locks[ended.previousOfOwner].nextOfOwner = ended.nextOfOwner
    }
    if ended.nextOfOwner < 0 {
      lastWait = ended.previousOfOwner
    } else {
      locks[ended.nextOfOwner].previousOfOwner = ended.previousOfOwner
    }
    totalWaiting -= 1
    transactions[ended.transaction].wait = -1
    if transactions[ended.transaction].waitedForBy > 0 {
      records[ended.record].blockingWaiterCount -= 1
    }
    locks[lock].isWaiting = false
  }

  /// Puts a lock at the end of its record's granted ones and of its holder's list.
  mutating func appendGranted(_ lock: Int32) {
    let record = locks[lock].record
    let last = records[record].lastGranted
    locks[lock].previousOnRecord = last
    locks[lock].nextOnRecord = -1
    if last < 0 {
      records[record].firstGranted = lock
    } else {
      locks[last].nextOnRecord = lock
    }
    records[record].lastGranted = lock

    let transaction = locks[lock].transaction
    let newest = transactions[transaction].newestLock
    locks[lock].previousOfOwner = newest
    locks[lock].nextOfOwner = -1
    if newest < 0 {
      transactions[transaction].oldestLock = lock
      transactions[transaction].age = firstLocksTaken
      firstLocksTaken += 1
    } else {
      locks[newest].nextOfOwner = lock
    }
    transactions[transaction].newestLock = lock
    transactions[transaction].heldCount += 1
    totalHeld += 1
  }

  /// Takes a granted lock off its record and off its holder's list; its object stays.
  mutating func removeGranted(_ lock: Int32) {
    let removed = locks[lock]
    if removed.previousOnRecord < 0 {
      records[removed.record].firstGranted = removed.nextOnRecord
    } else {
      locks[removed.previousOnRecord].nextOnRecord = removed.nextOnRecord
    }
    if removed.nextOnRecord < 0 {
      records[removed.record].lastGranted = removed.previousOnRecord
    } else {
      locks[removed.nextOnRecord].previousOnRecord = removed.previousOnRecord
    }
    if removed.previousOfOwner < 0 {
      transactions[removed.transaction].oldestLock = removed.nextOfOwner
    } else {
      locks[removed.previousOfOwner].nextOfOwner = removed.nextOfOwner
    }
    if removed.nextOfOwner < 0 {
      transactions[removed.transaction].newestLock = removed.previousOfOwner
    } else {
      locks[removed.nextOfOwner].previousOfOwner = removed.previousOfOwner
    }
    transactions[removed.transaction].heldCount -= 1
    totalHeld -= 1
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
