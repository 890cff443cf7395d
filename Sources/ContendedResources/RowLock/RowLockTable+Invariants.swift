import SimulationBasics

extension RowLockTable {
  /// Stops the program unless lock objects, records, holders and wait-for edges tell the same
  /// story.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(records + transactions + locks, and on each record the square of its locks).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      var granted = 0
      var waiting = 0
      for record in 0..<Int32(records.count) {
        granted += checkGrantedLocks(on: record)
        waiting += checkQueue(of: record)
      }
      precondition(granted == totalHeld, "the number of held locks is wrong")
      precondition(waiting == totalWaiting, "the number of waiting transactions is wrong")
      checkTransactions()
      checkWaits()
      var free = 0
      var lock = firstFreeLock
      while lock >= 0 {
        free += 1
        precondition(free <= Int(usedLocks), "the list of free locks is a circle")
        lock = locks[lock].nextOfOwner
      }
      precondition(free + granted + waiting == Int(usedLocks), "a lock object is lost")
    #endif
  }

  #if SIMULATION_CHECKS
    private func checkGrantedLocks(on record: Int32) -> Int {
      var count = 0
      var previous: Int32 = -1
      var lock = records[record].firstGranted
      while lock >= 0 {
        count += 1
        precondition(count <= Int(usedLocks), "the granted locks of a record are a circle")
        precondition(locks[lock].record == record, "a granted lock names another record")
        precondition(!locks[lock].isWaiting, "a granted lock is waited for")
        precondition(locks[lock].previousOnRecord == previous, "a granted lock's way back is wrong")
        var other = locks[lock].nextOnRecord
        while other >= 0 {
          let isShared = !locks[lock].mode.conflicts(with: locks[other].mode)
          let isApart = !locks[lock].kind.coversRecord || !locks[other].kind.coversRecord
          let isOwn = locks[lock].transaction == locks[other].transaction
          precondition(isShared || isApart || isOwn, "two locks on a record exclude each other")
          other = locks[other].nextOnRecord
        }
        previous = lock
        lock = locks[lock].nextOnRecord
      }
      precondition(previous == records[record].lastGranted, "a record's last granted is wrong")
      return count
    }

    private func checkQueue(of record: Int32) -> Int {
      var count: Int32 = 0
      var blocking: Int32 = 0
      var previous: Int32 = -1
      var lock = records[record].firstWaiting
      while lock >= 0 {
        count += 1
        precondition(count <= records[record].waitingCount, "a queue is longer than its count")
        precondition(locks[lock].record == record, "a waiter stands in another record's queue")
        precondition(locks[lock].isWaiting, "a granted lock stands in a queue")
        precondition(locks[lock].previousOnRecord == previous, "a waiter's way back is wrong")
        let transaction = locks[lock].transaction
        precondition(transactions[transaction].wait == lock, "a transaction waits elsewhere")
        if previous >= 0, !rules.putsUpgradesFirst {
          precondition(
            transactions[transaction].waitNumber
              > transactions[locks[previous].transaction].waitNumber, "a queue is out of order")
        }
        if transactions[transaction].waitedForBy > 0 { blocking += 1 }
        _ = conflict(of: lock, with: edge(of: lock))
        previous = lock
        lock = locks[lock].nextOnRecord
      }
      precondition(count == records[record].waitingCount, "a queue's count is wrong")
      precondition(previous == records[record].lastWaiting, "a queue's end is wrong")
      precondition(
        blocking == records[record].blockingWaiterCount, "the count of blocking waiters is wrong")
      var unusual: Int32 = 0
      lock = firstLock(on: record)
      while lock >= 0 {
        if !locks[lock].isPlain { unusual += 1 }
        lock = self.lock(after: lock)
      }
      precondition(unusual == records[record].unusualCount, "a record's unusual count is wrong")
      return Int(count)
    }

    private func checkTransactions() {
      for transaction in 0..<Int32(transactions.count) {
        var count: Int32 = 0
        var previous: Int32 = -1
        var lock = transactions[transaction].oldestLock
        while lock >= 0 {
          count += 1
          precondition(count <= transactions[transaction].heldCount, "a holder's list is too long")
          precondition(locks[lock].transaction == transaction, "a lock on a stranger's list")
          precondition(!locks[lock].isWaiting, "a holder's list has a lock that is waited for")
          precondition(locks[lock].previousOfOwner == previous, "a held lock's way back is wrong")
          previous = lock
          lock = locks[lock].nextOfOwner
        }
        precondition(count == transactions[transaction].heldCount, "a holder's count is wrong")
        precondition(previous == transactions[transaction].newestLock, "a newest lock is wrong")
        let wait = transactions[transaction].wait
        if wait >= 0 {
          precondition(locks[wait].transaction == transaction, "a wait of another transaction")
        }
      }
    }

    private func checkWaits() {
      var edges = FixedTable<Int32>(repeating: 0, count: transactions.count)
      for lock in 0..<usedLocks where locks[lock].isWaiting { edges[edge(of: lock)] += 1 }
      for transaction in 0..<transactions.count {
        precondition(
          edges[transaction] == transactions[transaction].waitedForBy,
          "the number of edges to a transaction is wrong")
      }
    }
  #endif
}
