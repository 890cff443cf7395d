import ContendedResources
import SimulationBasics
import Testing

@Suite("Row lock deadlocks")
struct RowLockDeadlockTests {
  private let first = transaction(0)
  private let second = transaction(1)
  private let third = transaction(2)
  private let fourth = transaction(3)
  private let recordA = record(0)
  private let recordB = record(1)
  private let recordC = record(2)
  private let mariaDB = LockRules()
  private let mySQL = LockRules(grantOrder: .contentionAware, allowsUpgradeBypass: true)

  private func table(_ rules: LockRules) -> RowLockTable {
    RowLockTable(recordCount: 3, expectedTransactions: 4, rules: rules)
  }

  private func row(_ record: RecordID) -> LockRequest {
    LockRequest(record: record, mode: .exclusive, kind: .record)
  }

  /// Ends a victim's transaction, as the engine does, and tells whose waits end with it.
  private func rollBack(_ victim: TransactionID, in table: inout RowLockTable) -> [TransactionID] {
    _ = table.abandonWait(of: victim)
    return end(victim, in: &table)
  }

  private func end(_ ended: TransactionID, in table: inout RowLockTable) -> [TransactionID] {
    while table.releaseNext(heldBy: ended) != nil {}
    var granted: [TransactionID] = []
    while let grant = table.nextGrant() { granted.append(grant.transaction) }
    return granted
  }

  /// First holds A and waits for B; second holds B and asks for A.
  private func crossed(_ rules: LockRules, changes: (Int, Int)) -> RowLockTable {
    var table = table(rules)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordB, for: second) == .granted)
    for _ in 0..<changes.0 { table.noteRowChange(by: first) }
    for _ in 0..<changes.1 { table.noteRowChange(by: second) }
    #expect(table.acquire(.exclusive, .record, on: recordB, for: first) == .queued(ahead: 0))
    #expect(table.nextVictim() == nil)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 0))
    return table
  }

  // MARK: Two transactions

  @Test("of equals, sacrifices the one that joined last, and tells the cycle")
  func latestLosesTies() {
    for rules in [mariaDB, mySQL] {
      var table = crossed(rules, changes: (1, 1))
      #expect(table.nextVictim() == second)
      #expect(table.deadlock.count == 2)
      #expect(
        table.deadlock.member(0)
          == DeadlockMember(transaction: first, holds: row(recordA), waitsFor: row(recordB)))
      #expect(
        table.deadlock.member(1)
          == DeadlockMember(transaction: second, holds: row(recordB), waitsFor: row(recordA)))
      let served = rollBack(second, in: &table)
      #expect(served == [first])
      #expect(table.nextVictim() == nil)
      #expect(table.holder(of: recordB) == first)
    }
  }

  @Test("spares who has changed more rows, though it joined last")
  func lighterIsVictim() {
    var table = crossed(mySQL, changes: (1, 2))
    #expect(table.nextVictim() == first)
    let served = rollBack(first, in: &table)
    #expect(served == [second])
    #expect(table.nextVictim() == nil)
  }

  @Test("counts held locks as weight, beside changed rows")
  func locksWeigh() {
    var table = table(mySQL)
    _ = table.acquire(.exclusive, .record, on: recordC, for: second)
    _ = table.acquire(.exclusive, .record, on: recordA, for: first)
    _ = table.acquire(.exclusive, .record, on: recordB, for: second)
    _ = table.acquire(.exclusive, .record, on: recordB, for: first)
    _ = table.acquire(.exclusive, .record, on: recordA, for: second)
    #expect(table.nextVictim() == first)
  }

  @Test("forgets the noted changes when the transaction ends")
  func weightEnds() {
    var table = table(mySQL)
    for _ in 0..<5 { table.noteRowChange(by: second) }
    #expect(table.releaseNext(heldBy: second) == nil)
    _ = table.acquire(.exclusive, .record, on: recordA, for: first)
    _ = table.acquire(.exclusive, .record, on: recordB, for: second)
    _ = table.acquire(.exclusive, .record, on: recordB, for: first)
    _ = table.acquire(.exclusive, .record, on: recordA, for: second)
    #expect(table.nextVictim() == second)
  }

  @Test("with detection off lets the cycle stand until a timeout ends it")
  func detectionOff() {
    var table = crossed(LockRules(detectsDeadlocks: false), changes: (1, 1))
    #expect(table.nextVictim() == nil)
    #expect(table.isWaiting(first) == true)
    #expect(table.isWaiting(second) == true)
    // Statement-only rollback: the first keeps A.
    #expect(table.abandonWait(of: first) == row(recordB))
    #expect(table.nextGrant() == nil)
    #expect(table.holder(of: recordA) == first)
    let servedAtEnd = end(first, in: &table)
    #expect(servedAtEnd == [second])
  }

  @Test("sacrifices the requester or the youngest when the rules say so, whatever they weigh")
  func otherRules() {
    var requester = crossed(LockRules(victim: .requester), changes: (0, 5))
    #expect(requester.nextVictim() == second)
    var youngest = table(LockRules(victim: .youngest))
    _ = youngest.acquire(.exclusive, .record, on: recordA, for: first)
    _ = youngest.acquire(.exclusive, .record, on: recordB, for: second)
    for _ in 0..<5 { youngest.noteRowChange(by: second) }
    _ = youngest.acquire(.exclusive, .record, on: recordA, for: second)
    _ = youngest.acquire(.exclusive, .record, on: recordB, for: first)
    #expect(youngest.nextVictim() == second)
  }

  // MARK: Raising a shared lock

  @Test("lets the only reader raise its lock past a waiting writer, if the server can")
  func bypass() {
    var table = table(mySQL)
    #expect(table.acquire(.shared, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 0))
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .granted)
    #expect(table.nextVictim() == nil)
    let servedAtEnd = end(first, in: &table)
    #expect(servedAtEnd == [second])
  }

  @Test("without that, reader and waiting writer are a deadlock, and the writer has less to undo")
  func noBypass() {
    var table = table(mariaDB)
    #expect(table.acquire(.shared, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 0))
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .queued(ahead: 1))
    #expect(table.nextVictim() == second)
    // What the second has is only its place in the queue.
    #expect(table.deadlock.member(0).transaction == second)
    #expect(table.deadlock.member(0).holds == row(recordA))
    let served = rollBack(second, in: &table)
    #expect(served == [first])
  }

  @Test("two readers that both raise their locks are a deadlock on every server")
  func doubleUpgrade() {
    for rules in [mariaDB, mySQL] {
      var table = table(rules)
      for reader in [first, second] {
        #expect(table.acquire(.shared, .record, on: recordA, for: reader) == .granted)
      }
      #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .queued(ahead: 0))
      #expect(table.nextVictim() == nil)
      #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 1))
      #expect(table.nextVictim() == second)
      #expect(
        table.deadlock.member(1).holds
          == LockRequest(record: recordA, mode: .shared, kind: .record))
      let served = rollBack(second, in: &table)
      #expect(served == [first])
      #expect(table.nextVictim() == nil)
    }
  }

  // MARK: More transactions

  /// InnoDB looks at the members in the order of the waits, the latest joiner last, and a later one
  /// that is not heavier replaces the choice (lock0wait.cc).
  @Test("of three, takes the lightest; of the lightest, the last on the way back to the latest")
  func cycleOfThree() {
    for weights in 0..<27 {
      let changes = [weights % 3, weights / 3 % 3, weights / 9]
      var table = table(mySQL)
      for member in 0..<3 {
        let outcome = table.acquire(
          .exclusive, .record, on: record(member), for: transaction(member))
        #expect(outcome == .granted)
        for _ in 0..<changes[member] { table.noteRowChange(by: transaction(member)) }
      }
      // 0 waits for 1, 1 waits for 2, and 2 closes the cycle by waiting for 0.
      #expect(table.acquire(.exclusive, .record, on: recordB, for: first) == .queued(ahead: 0))
      #expect(table.acquire(.exclusive, .record, on: recordC, for: second) == .queued(ahead: 0))
      #expect(table.nextVictim() == nil)
      #expect(table.acquire(.exclusive, .record, on: recordA, for: third) == .queued(ahead: 0))
      let lightest = changes.min() ?? 0
      let victim = changes.lastIndex(of: lightest) ?? 0
      #expect(table.nextVictim() == transaction(victim))
      let told = (0..<3).map { table.deadlock.member($0).transaction }
      #expect(told == [first, second, third])
    }
  }

  @Test("sees a long chain that is no cycle for what it is")
  func chain() {
    var table = RowLockTable(recordCount: 100, expectedTransactions: 1, rules: mySQL)
    for member in 0..<100 {
      _ = table.acquire(.exclusive, .record, on: record(member), for: transaction(member))
    }
    for member in (1..<100).reversed() {
      _ = table.acquire(.exclusive, .record, on: record(member - 1), for: transaction(member))
      #expect(table.nextVictim() == nil)
    }
    _ = table.acquire(.exclusive, .record, on: record(99), for: transaction(0))
    #expect(table.nextVictim() == transaction(0))
    #expect(table.deadlock.count == 100)
  }

  @Test("finds the cycle that a moved wait-for edge closes, when the first reason to wait has gone")
  func movedEdge() {
    for rules in [mariaDB, mySQL] {
      var table = table(rules)
      // Two readers of A; whoever wants to write it waits for one of them only.
      for reader in [first, second] {
        #expect(table.acquire(.shared, .record, on: recordA, for: reader) == .granted)
      }
      #expect(table.acquire(.exclusive, .record, on: recordB, for: third) == .granted)
      #expect(table.acquire(.exclusive, .record, on: recordA, for: third) == .queued(ahead: 0))
      #expect(table.acquire(.exclusive, .record, on: recordA, for: fourth) == .queued(ahead: 1))
      // MySQL looks at the newest lock first, MariaDB at the oldest.
      let reason = rules == mySQL ? second : first
      let rest = rules == mySQL ? first : second
      #expect(table.blocker(of: third) == reason)
      #expect(table.blocker(of: fourth) == reason)
      // The other reader now waits for the third: a deadlock, but no cycle of edges.
      #expect(table.acquire(.exclusive, .record, on: recordB, for: rest) == .queued(ahead: 0))
      #expect(table.nextVictim() == nil)
      // The reason goes, and both edges lead to the other reader.
      let servedAtEnd = end(reason, in: &table)
      #expect(servedAtEnd == [])
      #expect(table.blocker(of: third) == rest)
      #expect(table.blocker(of: fourth) == rest)
      // Both have one lock; the reader began to wait last.
      #expect(table.nextVictim() == rest)
      #expect(table.deadlock.count == 2)
      let served = rollBack(rest, in: &table)
      #expect(served == [third])
      #expect(table.blocker(of: fourth) == third)
      #expect(table.nextVictim() == nil)
    }
  }

  // MARK: Inserts

  @Test("of N transactions that lock one missing key's gap and insert, N - 1 are victims")
  func gapLockThenInsert() {
    for rules in [mariaDB, mySQL] {
      for count in 2...50 {
        var table = RowLockTable(recordCount: 1, expectedTransactions: 1, rules: rules)
        for session in 0..<count {
          let outcome = table.acquire(.exclusive, .gap, on: recordA, for: transaction(session))
          #expect(outcome == .granted)
        }
        var granted: [TransactionID] = []
        var victims: [TransactionID] = []
        for session in 0..<count {
          // A victim of an earlier insert has ended.
          if victims.contains(transaction(session)) { continue }
          let outcome = table.acquire(
            .exclusive, .insertIntention, on: recordA, for: transaction(session))
          #expect(outcome != .alreadyHeld)
          while let victim = table.nextVictim() {
            victims.append(victim)
            granted += rollBack(victim, in: &table)
          }
        }
        #expect(victims.count == count - 1)
        #expect(granted == [first])
        // The first waiter closes every cycle and never joined last.
        #expect(!victims.contains(first))
        #expect(table.totalWaiting == 0)
      }
    }
  }

  @Test("of k duplicates that waited for an insert that is rolled back, k - 1 are victims")
  func duplicatesAfterRollback() {
    for rules in [mariaDB, mySQL] {
      for count in 2...20 {
        var table = RowLockTable(recordCount: 2, expectedTransactions: 1, rules: rules)
        let inserter = transaction(0)
        for waiter in 1...count {
          table.grantImplicit(on: recordA, to: inserter)
          let outcome = table.acquire(.shared, .nextKey, on: recordA, for: transaction(waiter))
          #expect(outcome == .queued(ahead: waiter - 1))
        }
        table.removeRecord(recordA, heir: recordB)
        let servedAtEnd = end(inserter, in: &table)
        #expect(servedAtEnd == (1...count).map { transaction($0) })
        var victims: [TransactionID] = []
        var granted: [TransactionID] = []
        for waiter in 1...count where !victims.contains(transaction(waiter)) {
          _ = table.acquire(.exclusive, .insertIntention, on: recordB, for: transaction(waiter))
          while let victim = table.nextVictim() {
            victims.append(victim)
            granted += rollBack(victim, in: &table)
          }
        }
        #expect(victims.count == count - 1)
        #expect(granted == [transaction(1)])
      }
    }
  }
}
