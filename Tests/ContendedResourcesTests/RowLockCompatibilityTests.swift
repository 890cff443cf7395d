import ContendedResources
import SimulationBasics
import Testing

/// The tables of InnoDB's lock compatibility, written out.
@Suite("Row lock compatibility")
struct RowLockCompatibilityTests {
  private let holder = transaction(0)
  private let other = transaction(1)
  private let kinds: [LockKind] = [.record, .gap, .nextKey, .insertIntention]
  private let modes: [LockMode] = [.shared, .exclusive]

  /// Rows: what is asked for; columns: what another holds, both in the order of `kinds`. Whether
  /// conflicting modes make the request wait (lock0lock.cc, `rec_lock_check_conflict`).
  private let waits: [[Bool]] = [
    [true, false, true, false],
    [false, false, false, false],
    [true, false, true, false],
    [false, true, true, false],
  ]

  /// Rows: what is asked for; columns: what the same transaction holds in the same mode. Whether
  /// that is enough.
  private let isCovered: [[Bool]] = [
    [true, false, true, false],
    [false, true, true, false],
    [false, false, true, false],
    [false, false, false, false],
  ]

  /// A table in which `holder` has one lock on record 0, and nobody else any.
  private func table(_ mode: LockMode, _ kind: LockKind) -> RowLockTable {
    var table = RowLockTable(recordCount: 1, expectedTransactions: 2, rules: LockRules())
    if kind == .insertIntention {
      // A lock object for an insert intention is there only after a wait.
      #expect(table.acquire(.shared, .gap, on: record(0), for: other) == .granted)
      #expect(table.acquire(mode, kind, on: record(0), for: holder) == .queued(ahead: 0))
      #expect(table.releaseNext(heldBy: other) != nil)
      #expect(table.nextGrant()?.transaction == holder)
    } else {
      #expect(table.acquire(mode, kind, on: record(0), for: holder) == .granted)
    }
    #expect(table.heldCount(by: holder) == 1)
    return table
  }

  @Test("decides about a stranger's request by mode and kind, as the manual's tables say")
  func strangers() {
    for (column, heldKind) in kinds.enumerated() {
      for heldMode in modes where heldKind != .insertIntention || heldMode == .exclusive {
        for (row, kind) in kinds.enumerated() {
          for mode in modes where kind != .insertIntention || mode == .exclusive {
            var table = table(heldMode, heldKind)
            let conflicts = mode == .exclusive || heldMode == .exclusive
            let expected = conflicts && waits[row][column]
            #expect(table.wouldWait(mode, kind, on: record(0), for: other) == expected)
            let outcome = table.acquire(mode, kind, on: record(0), for: other)
            #expect(
              outcome == (expected ? .queued(ahead: 0) : .granted),
              "\(mode) \(kind) beside \(heldMode) \(heldKind)")
            #expect(table.blocker(of: other) == (expected ? holder : nil))
          }
        }
      }
    }
  }

  @Test("never lets a transaction wait for itself, and knows what it holds already")
  func ownLocks() {
    for (column, heldKind) in kinds.enumerated() {
      for heldMode in modes where heldKind != .insertIntention || heldMode == .exclusive {
        for (row, kind) in kinds.enumerated() {
          for mode in modes where kind != .insertIntention || mode == .exclusive {
            var table = table(heldMode, heldKind)
            let isStrong = heldMode == .exclusive || mode == .shared
            let expected = isStrong && isCovered[row][column]
            #expect(table.holds(mode, kind, on: record(0), by: holder) == expected)
            #expect(table.wouldWait(mode, kind, on: record(0), for: holder) == false)
            let outcome = table.acquire(mode, kind, on: record(0), for: holder)
            #expect(
              outcome == (expected ? .alreadyHeld : .granted),
              "\(mode) \(kind) beside one's own \(heldMode) \(heldKind)")
          }
        }
      }
    }
  }

  @Test("leaves no lock object for an insert intention that does not wait")
  func insertWithoutObject() {
    var table = RowLockTable(recordCount: 1, expectedTransactions: 2, rules: LockRules())
    let outcome = table.acquire(.exclusive, .insertIntention, on: record(0), for: holder)
    #expect(outcome == .granted)
    #expect(table.totalHeld == 0)
    // So a gap lock that comes later finds nothing either.
    #expect(table.acquire(.exclusive, .gap, on: record(0), for: other) == .granted)
  }

  @Test("keeps an insert behind a next-key lock that waits itself, and gap locks behind nobody")
  func insertBehindWaiter() {
    var table = RowLockTable(recordCount: 1, expectedTransactions: 4, rules: LockRules())
    #expect(table.acquire(.exclusive, .record, on: record(0), for: holder) == .granted)
    #expect(table.acquire(.exclusive, .nextKey, on: record(0), for: other) == .queued(ahead: 0))
    #expect(table.acquire(.exclusive, .gap, on: record(0), for: transaction(2)) == .granted)
    let insert = table.acquire(.exclusive, .insertIntention, on: record(0), for: transaction(3))
    #expect(insert == .queued(ahead: 1))
    #expect(table.blocker(of: transaction(3)) == transaction(2))
    #expect(table.releaseNext(heldBy: transaction(2)) != nil)
    #expect(table.nextGrant() == nil)
    #expect(table.blocker(of: transaction(3)) == other)
  }

  @Test("passes a split gap on to the new record, whoever holds it or waits for it")
  func splitGap() {
    var table = RowLockTable(recordCount: 2, expectedTransactions: 4, rules: LockRules())
    #expect(table.acquire(.shared, .gap, on: record(0), for: transaction(0)) == .granted)
    #expect(table.acquire(.exclusive, .record, on: record(0), for: transaction(1)) == .granted)
    let waiting = table.acquire(.exclusive, .nextKey, on: record(0), for: transaction(2))
    #expect(waiting == .queued(ahead: 0))
    table.inheritGap(from: record(0), to: record(1))
    #expect(table.holds(.shared, .gap, on: record(1), by: transaction(0)) == true)
    #expect(table.holds(.exclusive, .gap, on: record(1), by: transaction(0)) == false)
    #expect(table.heldCount(by: transaction(1)) == 1)
    #expect(table.holds(.exclusive, .gap, on: record(1), by: transaction(2)) == true)
    #expect(table.isWaiting(transaction(2)) == true)
    #expect(table.isHeld(record(1)) == false)
    let insertWaits = table.wouldWait(
      .exclusive, .insertIntention, on: record(1), for: transaction(3))
    #expect(insertWaits == true)
  }

  @Test("turns all locks on a removed record into locks on the gap before its heir, and wakes all")
  func removal() {
    var table = RowLockTable(recordCount: 2, expectedTransactions: 4, rules: LockRules())
    table.grantImplicit(on: record(0), to: transaction(0))
    table.grantImplicit(on: record(0), to: transaction(0))
    #expect(table.totalHeld == 1)
    let shared = LockRequest(record: record(0), mode: .shared, kind: .nextKey)
    for waiter in 1...2 {
      let outcome = table.acquire(.shared, .nextKey, on: record(0), for: transaction(waiter))
      #expect(outcome == .queued(ahead: waiter - 1))
    }
    table.removeRecord(record(0), heir: record(1))
    for waiter in 1...2 {
      let expected = LockGrant(transaction: transaction(waiter), request: shared)
      #expect(table.nextGrant() == expected)
      #expect(table.holds(.shared, .gap, on: record(1), by: transaction(waiter)) == true)
      #expect(table.holds(.exclusive, .gap, on: record(1), by: transaction(waiter)) == false)
    }
    #expect(table.nextGrant() == nil)
    #expect(table.isHeld(record(0)) == false)
    #expect(table.waiting(for: record(0)) == 0)
    #expect(
      table.releaseNext(heldBy: transaction(0))?.request
        == LockRequest(record: record(1), mode: .exclusive, kind: .gap))
    #expect(table.releaseNext(heldBy: transaction(0)) == nil)
  }
}
