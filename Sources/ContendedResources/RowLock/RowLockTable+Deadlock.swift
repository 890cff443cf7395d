public import SimulationBasics

/// Cycles of waits.
///
/// Each waiter has one wait-for edge, so from each at most one path leads on. Only a new edge can
/// close a cycle: of a transaction that has begun to wait, or of a waiter whose edge was moved to
/// one who waits. Such a transaction is a suspect, if anybody waits for it. Where the rules want
/// all conflicts searched, each transaction is one that has begun to wait.
extension RowLockTable {
  /// The next transaction to roll back because of a deadlock; nil when no cycle of waits is left.
  ///
  /// To be asked after anything that makes or moves a wait. The caller rolls the victim back, that
  /// is, `abandonWait(of:)` and `releaseNext(heldBy:)` until nil, tells the grants, and asks again.
  ///
  /// - Complexity: O(length of the chain of waits) for each suspect; where all conflicts are
  ///   searched, O(locks on the records that anybody waits for).
  /// - Precondition: The victim of the last answer does not wait any more.
  public mutating func nextVictim() -> TransactionID? {
    precondition(
      victim.isNone || !isWaiting(victim), "the victim of an earlier deadlock still waits")
    victim = .none
    while checkedSuspects < suspectCount {
      let suspect = suspects[checkedSuspects]
      if rules.deadlockSearch == .allConflicts, findCycle(through: suspect) {
        // The suspect may be on further cycles, so that it is asked about again.
        recordFoundCycle()
        victim = chooseVictim()
        return victim
      }
      checkedSuspects += 1
      if rules.deadlockSearch == .firstConflict, closesCycle(suspect) {
        let latest = latestWaiter(onCycleOf: suspect)
        recordDeadlock(endingWith: latest)
        victim = chooseVictim()
        return victim
      }
    }
    checkedSuspects = 0
    suspectCount = 0
    return nil
  }

  /// Remembers that the wait of one transaction for another may have closed a cycle: somebody waits
  /// for the first, or all conflicts are searched.
  mutating func suspect(_ waiter: Int32, waitingFor blocker: Int32) {
    guard rules.detectsDeadlocks else { return }
    if rules.deadlockSearch == .firstConflict, transactions[blocker].wait < 0 { return }
    suspects.makeRoom(for: Int32(truncatingIfNeeded: suspectCount), filledWith: -1)
    suspects[suspectCount] = waiter
    suspectCount += 1
  }

  /// Whether the waits lead from a transaction back to itself.
  private func closesCycle(_ start: Int32) -> Bool {
    var current = start
    // A walk that has not ended after so many steps goes round in a cycle beside `start`; that
    // cycle has a suspect of its own.
    for _ in 0..<totalWaiting {
      let wait = transactions[current].wait
      guard wait >= 0 else { return false }
      current = edge(of: wait)
      if current == start { return true }
    }
    return false
  }

  private func latestWaiter(onCycleOf start: Int32) -> Int32 {
    var latest = start
    var current = edge(of: transactions[start].wait)
    while current != start {
      if transactions[current].waitNumber > transactions[latest].waitNumber { latest = current }
      current = edge(of: transactions[current].wait)
    }
    return latest
  }

  /// Writes the cycle down in the order of the waits, so that `latest` is its last member
  /// (lock0wait.cc: `lock_wait_order_for_choosing_victim`).
  private mutating func recordDeadlock(endingWith latest: Int32) {
    deadlock.count = 0
    var previous = latest
    repeat {
      let wait = transactions[previous].wait
      let current = edge(of: wait)
      deadlock.append(
        DeadlockMember(
          transaction: TransactionID(index: Int(current)),
          holds: request(of: conflict(of: wait, with: current)),
          waitsFor: request(of: transactions[current].wait)))
      previous = current
    } while previous != latest
  }

  /// The first lock of one transaction that is in the way of another's.
  func conflict(of wait: Int32, with blocker: Int32) -> Int32 {
    let wanted = locks[wait]
    var lock = firstLock(on: wanted.record)
    while lock >= 0 {
      if locks[lock].transaction == blocker, wanted.mode.conflicts(with: locks[lock].mode),
        wanted.kind.waits(for: locks[lock].kind)
      {
        return lock
      }
      lock = self.lock(after: lock)
    }
    preconditionFailure("a wait-for edge without a conflict")
  }

  /// The member of the recorded cycle that the rules sacrifice; later members win ties, so that
  /// among equals it is the one that began to wait last.
  private func chooseVictim() -> TransactionID {
    var chosen = deadlock.member(0).transaction
    for place in 1..<deadlock.count {
      let other = deadlock.member(place).transaction
      let isPreferred =
        switch rules.victim {
        case .innoDB: rollbackWeight(of: other) <= rollbackWeight(of: chosen)
        case .requester: true
        case .youngest: age(of: other) >= age(of: chosen)
        }
      if isPreferred { chosen = other }
    }
    return chosen
  }

  /// The number of transactions that took a first lock before this one; one that only waits is the
  /// youngest of all.
  private func age(of transaction: TransactionID) -> UInt64 {
    transactions[transaction.index].heldCount == 0 ? .max : transactions[transaction.index].age
  }

  /// What a rollback costs: row changes to undo and locks held (trx0trx.h: `TRX_WEIGHT`).
  ///
  /// InnoDB counts the lock that is waited for too; every member of a cycle waits for one, so that
  /// decides nothing.
  private func rollbackWeight(of transaction: TransactionID) -> Int {
    Int(transactions[transaction.index].rowChanges) + Int(transactions[transaction.index].heldCount)
  }
}
