import ContendedResources
import SimulationBasics
import TestSupport
import Testing

@Suite("Row lock grant order")
struct RowLockGrantOrderTests {
  private let fifo = LockRules()
  private let byWeight = LockRules(grantOrder: .contentionAware)

  private func lock(
    _ place: Int, for owner: Int, _ mode: LockMode = .exclusive, in table: inout RowLockTable
  ) {
    #expect(table.acquire(mode, .record, on: record(place), for: transaction(owner)) == .granted)
  }

  private func wait(
    _ place: Int, for owner: Int, _ mode: LockMode = .exclusive, in table: inout RowLockTable
  ) {
    let outcome = table.acquire(mode, .record, on: record(place), for: transaction(owner))
    guard case .queued = outcome else {
      Issue.record("\(owner) does not wait for \(place): \(outcome)")
      return
    }
    #expect(table.nextVictim() == nil)
  }

  /// Ends a transaction and expects that these waits end with it, in this order.
  private func expectEnd(
    of owner: Int, in table: inout RowLockTable, serves expected: [Int],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    while table.releaseNext(heldBy: transaction(owner)) != nil {}
    var granted: [Int] = []
    while let grant = table.nextGrant() { granted.append(Int(grant.transaction.index)) }
    #expect(granted == expected, sourceLocation: sourceLocation)
  }

  @Test("by weight is that of arrival on one hot row, whoever comes, gives up or stays long")
  func oneHotRow() {
    withEverySeed(1...20) { seed, random in
      var plain = RowLockTable(recordCount: 1, expectedTransactions: 1, rules: fifo)
      var weighed = RowLockTable(recordCount: 1, expectedTransactions: 1, rules: byWeight)
      for step in 0..<2_000 {
        let user = transaction(random.below(40))
        if plain.isWaiting(user) {
          // Few give up, so that the queue grows long and waits become old.
          guard random.oneIn(20) else { continue }
          let abandoned = plain.abandonWait(of: user)
          #expect(weighed.abandonWait(of: user) == abandoned)
        } else if plain.heldCount(by: user) > 0 {
          let released = plain.releaseNext(heldBy: user)
          #expect(weighed.releaseNext(heldBy: user) == released)
        } else {
          let outcome = plain.acquire(.exclusive, .record, on: record(0), for: user)
          #expect(weighed.acquire(.exclusive, .record, on: record(0), for: user) == outcome)
        }
        let grant = plain.nextGrant()
        if weighed.nextGrant() != grant { throw Mismatch("another grant at step \(step)") }
        if plain.nextGrant() != nil { throw Mismatch("two grants of one row") }
        _ = weighed.nextGrant()
      }
    }
  }

  /// 0 holds A. 1 waits for it and holds nothing. 2 holds B and waits for A, and 3 waits for B. 4
  /// holds C and waits for A; 5 holds D and waits for C, and 6 waits for D.
  private func chains(_ rules: LockRules) -> RowLockTable {
    var table = RowLockTable(recordCount: 4, expectedTransactions: 7, rules: rules)
    lock(0, for: 0, in: &table)
    lock(1, for: 2, in: &table)
    lock(2, for: 4, in: &table)
    lock(3, for: 5, in: &table)
    wait(0, for: 1, in: &table)
    wait(0, for: 2, in: &table)
    wait(1, for: 3, in: &table)
    wait(0, for: 4, in: &table)
    wait(2, for: 5, in: &table)
    wait(3, for: 6, in: &table)
    return table
  }

  @Test("by weight serves first who keeps most others waiting, directly or not")
  func heaviestFirst() {
    // The weights: 1 has 1; 2 has 1 + 1 (3); 4 has 1 + 2 (5, for which 6 waits).
    var weighed = chains(byWeight)
    expectEnd(of: 0, in: &weighed, serves: [4])
    #expect(weighed.blocker(of: transaction(2)) == transaction(4))
    expectEnd(of: 4, in: &weighed, serves: [5, 2])
    var plain = chains(fifo)
    expectEnd(of: 0, in: &plain, serves: [1])
    expectEnd(of: 1, in: &plain, serves: [2])
    expectEnd(of: 2, in: &plain, serves: [3, 4])
  }

  @Test("by weight lets who came first go first among equals")
  func tiesByArrival() {
    var table = RowLockTable(recordCount: 4, expectedTransactions: 8, rules: byWeight)
    lock(0, for: 0, in: &table)
    lock(1, for: 2, in: &table)
    lock(2, for: 3, in: &table)
    wait(0, for: 1, in: &table)
    wait(0, for: 3, in: &table)
    wait(0, for: 2, in: &table)
    wait(1, for: 4, in: &table)
    wait(2, for: 5, in: &table)
    // 2 and 3 weigh two each, and 3 came before 2.
    expectEnd(of: 0, in: &table, serves: [3])
    // 3 gives up its own C first, then A.
    expectEnd(of: 3, in: &table, serves: [5, 2])
    expectEnd(of: 2, in: &table, serves: [4, 1])
  }

  @Test("by weight lets a reader past a waiting writer at the moment of granting; by arrival not")
  func readersPastWriter() {
    for (rules, expected) in [(byWeight, [1, 3]), (fifo, [1])] {
      var table = RowLockTable(recordCount: 1, expectedTransactions: 4, rules: rules)
      lock(0, for: 0, in: &table)
      wait(0, for: 1, .shared, in: &table)
      wait(0, for: 2, .exclusive, in: &table)
      wait(0, for: 3, .shared, in: &table)
      expectEnd(of: 0, in: &table, serves: expected)
      #expect(table.blocker(of: transaction(2)) == transaction(1))
      #expect(table.blocker(of: transaction(3)) == (rules == fifo ? transaction(2) : nil))
    }
  }

  @Test("by weight serves a heavy writer before the readers that came first")
  func heavyWriterFirst() {
    var table = RowLockTable(recordCount: 2, expectedTransactions: 5, rules: byWeight)
    lock(0, for: 0, in: &table)
    lock(1, for: 2, in: &table)
    wait(0, for: 1, .shared, in: &table)
    wait(0, for: 2, .exclusive, in: &table)
    wait(0, for: 3, .shared, in: &table)
    wait(1, for: 4, in: &table)
    expectEnd(of: 0, in: &table, serves: [2])
    #expect(table.blocker(of: transaction(1)) == transaction(2))
    #expect(table.blocker(of: transaction(3)) == transaction(2))
    expectEnd(of: 2, in: &table, serves: [4, 1, 3])
  }

  /// Three wait: 1 (wait number 0, alone), 2 (number 1) and 3, which waits for 2. As soon as more
  /// than 0 + 2 · 3 waits have begun, 1 weighs three, and 2 still 1 + 1.
  @Test("raises the weight of who has waited through twice as many new waits as there are waiters")
  func antiStarvation() {
    for (otherWaits, expected) in [(3, 2), (4, 1)] {
      var table = RowLockTable(recordCount: 3, expectedTransactions: 6, rules: byWeight)
      lock(0, for: 0, in: &table)
      lock(1, for: 2, in: &table)
      lock(2, for: 4, in: &table)
      wait(0, for: 1, in: &table)
      wait(0, for: 2, in: &table)
      wait(1, for: 3, in: &table)
      for _ in 0..<otherWaits {
        wait(2, for: 5, in: &table)
        _ = table.abandonWait(of: transaction(5))
        #expect(table.nextGrant() == nil)
      }
      expectEnd(of: 0, in: &table, serves: [expected])
    }
  }

  @Test("looks only at those for whose wait the leaving transaction was the reason")
  func onlyOwnWaiters() {
    var table = RowLockTable(recordCount: 1, expectedTransactions: 5, rules: byWeight)
    lock(0, for: 0, .shared, in: &table)
    lock(0, for: 1, .shared, in: &table)
    // The newest reader is the reason.
    wait(0, for: 2, in: &table)
    #expect(table.blocker(of: transaction(2)) == transaction(1))
    expectEnd(of: 0, in: &table, serves: [])
    #expect(table.blocker(of: transaction(2)) == transaction(1))
    expectEnd(of: 1, in: &table, serves: [2])
  }
}
