import ContendedResources
import SimulationBasics
import Testing

@Suite("Row lock table")
struct RowLockTableTests {
  private let first = transaction(0)
  private let second = transaction(1)
  private let third = transaction(2)
  private let recordA = record(0)
  private let recordB = record(1)
  private let recordC = record(2)

  private func table(_ rules: LockRules = LockRules()) -> RowLockTable {
    RowLockTable(recordCount: 3, expectedTransactions: 3, rules: rules)
  }

  private func row(_ record: RecordID) -> LockRequest {
    LockRequest(record: record, mode: .exclusive, kind: .record)
  }

  // MARK: Granting

  @Test("passes a record to the longest waiter on release, in either grant order")
  func handover() {
    for order in [LockRules.GrantOrder.firstComeFirstServed, .contentionAware] {
      var table = table(LockRules(grantOrder: order))
      #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .granted)
      #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 0))
      #expect(table.acquire(.exclusive, .record, on: recordA, for: third) == .queued(ahead: 1))
      #expect(table.waiting(for: recordA) == 2)
      #expect(table.blocker(of: third) == first)
      #expect(
        table.releaseNext(heldBy: first) == ReleasedLock(request: row(recordA), isLast: true))
      #expect(table.releaseNext(heldBy: first) == nil)
      #expect(table.nextGrant() == LockGrant(transaction: second, request: row(recordA)))
      #expect(table.nextGrant() == nil)
      #expect(table.holder(of: recordA) == second)
      #expect(table.heldCount(by: second) == 1)
      #expect(table.isWaiting(second) == false)
      #expect(table.blocker(of: third) == second)
      #expect(table.releaseNext(heldBy: second)?.isLast == true)
      #expect(table.nextGrant()?.transaction == third)
      #expect(
        table.releaseNext(heldBy: third) == ReleasedLock(request: row(recordA), isLast: true))
      #expect(table.holder(of: recordA) == nil)
      #expect(table.isHeld(recordA) == false)
      #expect(table.totalHeld == 0)
    }
  }

  @Test("releases locks in the order in which they were granted")
  func releaseOrder() {
    var table = table()
    #expect(table.acquire(.exclusive, .record, on: recordB, for: second) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordC, for: first) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordB, for: first) == .queued(ahead: 0))
    #expect(table.releaseNext(heldBy: second)?.request == row(recordB))
    #expect(table.nextGrant()?.transaction == first)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .granted)
    #expect(table.releaseNext(heldBy: first)?.request == row(recordC))
    #expect(table.releaseNext(heldBy: first)?.request == row(recordB))
    #expect(table.releaseNext(heldBy: first)?.request == row(recordA))
    #expect(table.releaseNext(heldBy: first) == nil)
  }

  @Test("has nothing to tell of a transaction and a record that it has never seen")
  func stranger() {
    var table = RowLockTable(recordCount: 0, expectedTransactions: 0, rules: LockRules())
    #expect(table.releaseNext(heldBy: transaction(50)) == nil)
    #expect(table.release(record(9), heldBy: transaction(50)) == nil)
    #expect(table.heldCount(by: transaction(50)) == 0)
    #expect(table.isWaiting(transaction(50)) == false)
    #expect(table.waitedRequest(of: transaction(50)) == nil)
    #expect(table.wouldWait(.exclusive, .record, on: record(9), for: transaction(50)) == false)
    #expect(table.holder(of: record(9)) == nil)
    #expect(table.waiting(for: record(9)) == 0)
    #expect(table.acquire(.shared, .nextKey, on: record(9), for: transaction(50)) == .granted)
    #expect(table.holds(.shared, .gap, on: record(9), by: transaction(50)) == true)
  }

  // MARK: Shared and exclusive

  @Test("lets readers share, and serves all of them before or after a writer, not around it")
  func queueBehindWaiters() {
    for order in [LockRules.GrantOrder.firstComeFirstServed, .contentionAware] {
      var table = table(LockRules(grantOrder: order))
      #expect(table.acquire(.shared, .record, on: recordA, for: first) == .granted)
      #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 0))
      // Compatible with what is held, but not with the writer that came before.
      #expect(table.acquire(.shared, .record, on: recordA, for: third) == .queued(ahead: 1))
      #expect(table.blocker(of: second) == first)
      #expect(table.blocker(of: third) == second)
      #expect(
        table.acquire(.shared, .record, on: recordA, for: transaction(3)) == .queued(ahead: 2))
      // The writer gives up: both readers go on.
      let waited = table.abandonWait(of: second)
      #expect(waited == row(recordA))
      #expect(table.nextGrant()?.transaction == third)
      #expect(table.nextGrant()?.transaction == transaction(3))
      #expect(table.nextGrant() == nil)
      #expect(table.releaseNext(heldBy: first)?.isLast == false)
    }
  }

  @Test("raises a shared lock at once when nobody else is there, and keeps both")
  func upgrade() {
    var table = table()
    #expect(table.acquire(.shared, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.shared, .record, on: recordA, for: first) == .alreadyHeld)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .alreadyHeld)
    #expect(table.heldCount(by: first) == 2)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 0))
    #expect(table.releaseNext(heldBy: first)?.isLast == false)
    #expect(table.nextGrant() == nil)
    #expect(table.releaseNext(heldBy: first)?.isLast == true)
    #expect(table.nextGrant()?.transaction == second)
  }

  @Test("releases a row that did not match, and nothing else")
  func singleRelease() {
    var table = table()
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.exclusive, .gap, on: recordB, for: first) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordB, for: first) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordB, for: second) == .queued(ahead: 0))
    #expect(table.release(recordC, heldBy: first) == nil)
    let released = table.release(recordB, heldBy: first)
    #expect(released == ReleasedLock(request: row(recordB), isLast: true))
    #expect(table.nextGrant() == LockGrant(transaction: second, request: row(recordB)))
    #expect(table.holds(.exclusive, .gap, on: recordB, by: first) == true)
    #expect(table.release(recordB, heldBy: first) == nil)
    #expect(table.holder(of: recordA) == first)
  }

  @Test("asks for the gap only when the record itself is held already")
  func nextKeyAfterRecord() {
    var table = table()
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.shared, .record, on: recordA, for: second) == .queued(ahead: 0))
    // It does not stand behind the reader that it keeps waiting.
    #expect(table.wouldWait(.exclusive, .nextKey, on: recordA, for: first) == false)
    #expect(table.acquire(.exclusive, .nextKey, on: recordA, for: first) == .granted)
    #expect(table.acquire(.exclusive, .nextKey, on: recordA, for: first) == .alreadyHeld)
    #expect(table.holds(.exclusive, .gap, on: recordA, by: first) == true)
  }

  // MARK: The ends of a wait, and ties between two of them

  @Test("lets a waiter that timed out leave from the middle, with its other locks")
  func timeout() {
    var table = table()
    _ = table.acquire(.exclusive, .record, on: recordA, for: first)
    _ = table.acquire(.exclusive, .record, on: recordB, for: second)
    _ = table.acquire(.exclusive, .record, on: recordA, for: second)
    _ = table.acquire(.exclusive, .record, on: recordA, for: third)
    #expect(table.abandonWait(of: second) == row(recordA))
    #expect(table.nextGrant() == nil)
    #expect(table.heldCount(by: second) == 1)
    #expect(table.releaseNext(heldBy: first)?.isLast == true)
    #expect(table.nextGrant()?.transaction == third)
  }

  @Test("shows a late timeout that the wait is over, when the release came first")
  func releaseThenTimeout() {
    var table = table()
    _ = table.acquire(.exclusive, .record, on: recordA, for: first)
    _ = table.acquire(.exclusive, .record, on: recordA, for: second)
    _ = table.releaseNext(heldBy: first)
    // Before the grant is told.
    #expect(table.isWaiting(second) == false)
    #expect(table.waitedRequest(of: second) == nil)
    #expect(table.holder(of: recordA) == second)
  }

  @Test("frees the record when the only waiter and the holder end together")
  func bothEnd() {
    var table = table()
    _ = table.acquire(.exclusive, .record, on: recordA, for: first)
    _ = table.acquire(.exclusive, .record, on: recordA, for: second)
    #expect(table.abandonWait(of: second) == row(recordA))
    #expect(table.releaseNext(heldBy: first)?.isLast == true)
    #expect(table.nextGrant() == nil)
    // The other order: the waiter gets the record and gives it up at once.
    _ = table.acquire(.exclusive, .record, on: recordA, for: first)
    _ = table.acquire(.exclusive, .record, on: recordA, for: second)
    #expect(table.releaseNext(heldBy: first)?.isLast == true)
    #expect(table.releaseNext(heldBy: second)?.isLast == true)
  }

  // MARK: Preconditions

  @Test("stops the run when a waiting transaction asks for another lock")
  func askingWhileWaiting() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 2, expectedTransactions: 2, rules: LockRules())
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 0))
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 1))
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 1), for: TransactionID(index: 1))
    }
  }

  @Test("stops the run when a transaction abandons a wait that it is not in")
  func abandoningNothing() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 1, expectedTransactions: 2, rules: LockRules())
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 0))
      _ = table.abandonWait(of: TransactionID(index: 0))
    }
  }

  @Test("stops the run when a transaction ends while it waits")
  func releasingWhileWaiting() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 1, expectedTransactions: 2, rules: LockRules())
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 0))
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 1))
      _ = table.releaseNext(heldBy: TransactionID(index: 1))
    }
  }

  @Test("stops the run when one who waits gives up a single row")
  func releasingOneWhileWaiting() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 2, expectedTransactions: 2, rules: LockRules())
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 0))
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 1), for: TransactionID(index: 1))
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 1))
      _ = table.release(RecordID(index: 1), heldBy: TransactionID(index: 1))
    }
  }

  @Test("stops the run when the victim of an earlier deadlock was not rolled back")
  func victimLeftWaiting() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 2, expectedTransactions: 2, rules: LockRules())
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 0))
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 1), for: TransactionID(index: 1))
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 1), for: TransactionID(index: 0))
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: 0), for: TransactionID(index: 1))
      _ = table.nextVictim()
      _ = table.nextVictim()
    }
  }

  @Test("stops the run on a shared intention to insert")
  func sharedIntention() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 1, expectedTransactions: 1, rules: LockRules())
      _ = table.acquire(
        .shared, .insertIntention, on: RecordID(index: 0), for: TransactionID(index: 0))
    }
  }

  @Test("stops the run when an uncommitted row is locked by another than its inserter")
  func implicitOnHeld() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 1, expectedTransactions: 2, rules: LockRules())
      _ = table.acquire(
        .shared, .record, on: RecordID(index: 0), for: TransactionID(index: 0))
      table.grantImplicit(on: RecordID(index: 0), to: TransactionID(index: 1))
    }
  }

  @Test("stops the run when a record inherits from itself")
  func ownHeir() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 1, expectedTransactions: 1, rules: LockRules())
      table.removeRecord(RecordID(index: 0), heir: RecordID(index: 0))
    }
  }

  @Test("stops the run when a record splits its own gap")
  func ownGap() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 1, expectedTransactions: 1, rules: LockRules())
      table.inheritGap(from: RecordID(index: 0), to: RecordID(index: 0))
    }
  }

  @Test("stops the run when a record is outside the numbers")
  func noSuchRecord() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(recordCount: 1, expectedTransactions: 1, rules: LockRules())
      _ = table.acquire(
        .exclusive, .record, on: RecordID(index: -1), for: TransactionID(index: 0))
    }
  }
}
