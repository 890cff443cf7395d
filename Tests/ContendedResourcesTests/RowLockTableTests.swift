import ContendedResources
import SimulationBasics
import Testing

@Suite("Row lock table")
struct RowLockTableTests {
  // MARK: Granting

  @Test("passes a row to the longest waiter on release")
  func handover() {
    var table = RowLockTable(rowCount: 1, expectedRequests: 4, detectsDeadlocks: true)
    #expect(table.acquire(rowA, for: first) == .granted)
    #expect(table.acquire(rowA, for: second) == .queued(ahead: 0))
    #expect(table.acquire(rowA, for: third) == .queued(ahead: 1))
    #expect(table.waiting(for: rowA) == 2)
    #expect(table.releaseNext(heldBy: first) == .passed(rowA, to: second))
    #expect(table.releaseNext(heldBy: first) == nil)
    #expect(table.holder(of: rowA) == second)
    #expect(table.heldCount(by: second) == 1)
    #expect(table.isWaiting(second) == false)
    #expect(table.releaseNext(heldBy: second) == .passed(rowA, to: third))
    #expect(table.releaseNext(heldBy: third) == .freed(rowA))
    #expect(table.holder(of: rowA) == nil)
    #expect(table.totalHeld == 0)
  }

  @Test("changes nothing when the holder asks again")
  func alreadyHeld() {
    var table = RowLockTable(rowCount: 1, expectedRequests: 1, detectsDeadlocks: true)
    #expect(table.acquire(rowA, for: first) == .granted)
    #expect(table.acquire(rowA, for: first) == .alreadyHeld)
    #expect(table.heldCount(by: first) == 1)
    #expect(table.releaseNext(heldBy: first) == .freed(rowA))
    #expect(table.releaseNext(heldBy: first) == nil)
  }

  @Test("releases rows in the order in which they were taken, also those that were passed on")
  func releaseOrder() {
    var table = RowLockTable(rowCount: 3, expectedRequests: 2, detectsDeadlocks: true)
    #expect(table.acquire(rowB, for: second) == .granted)
    #expect(table.acquire(rowC, for: first) == .granted)
    #expect(table.acquire(rowB, for: first) == .queued(ahead: 0))
    #expect(table.releaseNext(heldBy: second) == .passed(rowB, to: first))
    #expect(table.acquire(rowA, for: first) == .granted)
    #expect(table.releaseNext(heldBy: first) == .freed(rowC))
    #expect(table.releaseNext(heldBy: first) == .freed(rowB))
    #expect(table.releaseNext(heldBy: first) == .freed(rowA))
    #expect(table.releaseNext(heldBy: first) == nil)
  }

  @Test("has nothing to release for a request that it has never seen")
  func stranger() {
    var table = RowLockTable(rowCount: 1, expectedRequests: 0, detectsDeadlocks: true)
    #expect(table.releaseNext(heldBy: request(50)) == nil)
    #expect(table.heldCount(by: request(50)) == 0)
    #expect(table.isWaiting(request(50)) == false)
    #expect(table.waitedRow(of: request(50)) == nil)
  }

  // MARK: The ends of a wait, and ties between two of them

  @Test("lets a waiter that timed out leave from the middle, with its other locks")
  func timeout() {
    var table = RowLockTable(rowCount: 2, expectedRequests: 4, detectsDeadlocks: true)
    #expect(table.acquire(rowA, for: first) == .granted)
    #expect(table.acquire(rowB, for: second) == .granted)
    #expect(table.acquire(rowA, for: second) == .queued(ahead: 0))
    #expect(table.acquire(rowA, for: third) == .queued(ahead: 1))
    #expect(table.abandonWait(of: second) == rowA)
    #expect(table.heldCount(by: second) == 1)
    #expect(table.releaseNext(heldBy: first) == .passed(rowA, to: third))
  }

  @Test("lets an interrupted waiter roll back: it leaves the queue and frees its rows")
  func cancellation() {
    var table = RowLockTable(rowCount: 2, expectedRequests: 4, detectsDeadlocks: true)
    #expect(table.acquire(rowA, for: first) == .granted)
    #expect(table.acquire(rowB, for: second) == .granted)
    #expect(table.acquire(rowA, for: second) == .queued(ahead: 0))
    #expect(table.abandonWait(of: second) == rowA)
    #expect(table.releaseNext(heldBy: second) == .freed(rowB))
    #expect(table.releaseNext(heldBy: second) == nil)
    #expect(table.releaseNext(heldBy: first) == .freed(rowA))
  }

  @Test("passes on the row of a holder that died")
  func ownerGone() {
    var table = RowLockTable(rowCount: 1, expectedRequests: 4, detectsDeadlocks: true)
    #expect(table.acquire(rowA, for: first) == .granted)
    #expect(table.acquire(rowA, for: second) == .queued(ahead: 0))
    // The server rolls the dead client's transaction back: the same release.
    #expect(table.releaseNext(heldBy: first) == .passed(rowA, to: second))
    #expect(table.releaseNext(heldBy: first) == nil)
  }

  @Test("serves the next when a timeout and the release fall together, timeout first")
  func timeoutThenRelease() {
    var table = RowLockTable(rowCount: 1, expectedRequests: 4, detectsDeadlocks: true)
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowA, for: second)
    _ = table.acquire(rowA, for: third)
    #expect(table.abandonWait(of: second) == rowA)
    #expect(table.releaseNext(heldBy: first) == .passed(rowA, to: third))
  }

  @Test("shows a late timeout that the wait is over, when the release came first")
  func releaseThenTimeout() {
    var table = RowLockTable(rowCount: 1, expectedRequests: 4, detectsDeadlocks: true)
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowA, for: second)
    #expect(table.releaseNext(heldBy: first) == .passed(rowA, to: second))
    #expect(table.isWaiting(second) == false)
    #expect(table.waitedRow(of: second) == nil)
    #expect(table.holder(of: rowA) == second)
  }

  @Test("frees the row when the only waiter and the holder end together")
  func bothEnd() {
    var table = RowLockTable(rowCount: 1, expectedRequests: 4, detectsDeadlocks: true)
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowA, for: second)
    #expect(table.abandonWait(of: second) == rowA)
    #expect(table.releaseNext(heldBy: first) == .freed(rowA))
    // The other order: the waiter gets the row and gives it up at once.
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowA, for: second)
    #expect(table.releaseNext(heldBy: first) == .passed(rowA, to: second))
    #expect(table.releaseNext(heldBy: second) == .freed(rowA))
  }

  // MARK: Deadlocks

  @Test("makes the requester the victim of a cycle among equals, and leaves it outside the queue")
  func requesterLosesTies() {
    var table = RowLockTable(rowCount: 2, expectedRequests: 2, detectsDeadlocks: true)
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowB, for: second)
    #expect(table.acquire(rowB, for: first) == .queued(ahead: 0))
    #expect(table.acquire(rowA, for: second) == .deadlock(victim: second))
    #expect(table.isWaiting(second) == false)
    #expect(table.waiting(for: rowA) == 0)
    #expect(table.releaseNext(heldBy: second) == .passed(rowB, to: first))
  }

  @Test("spares a requester that has changed more rows, which then waits for the victim's row")
  func lighterIsVictim() {
    var table = RowLockTable(rowCount: 2, expectedRequests: 2, detectsDeadlocks: true)
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowB, for: second)
    table.noteRowChange(by: second)
    #expect(table.acquire(rowB, for: first) == .queued(ahead: 0))
    #expect(table.acquire(rowA, for: second) == .deadlock(victim: first))
    #expect(table.waitedRow(of: second) == rowA)
    #expect(table.abandonWait(of: first) == rowB)
    #expect(table.releaseNext(heldBy: first) == .passed(rowA, to: second))
  }

  @Test("counts held locks as weight, beside changed rows")
  func locksWeigh() {
    var table = RowLockTable(rowCount: 3, expectedRequests: 2, detectsDeadlocks: true)
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowB, for: second)
    _ = table.acquire(rowC, for: second)
    _ = table.acquire(rowB, for: first)
    #expect(table.acquire(rowA, for: second) == .deadlock(victim: first))
  }

  @Test("forgets the noted changes when the transaction ends")
  func weightEnds() {
    var table = RowLockTable(rowCount: 2, expectedRequests: 2, detectsDeadlocks: true)
    for _ in 0..<5 { table.noteRowChange(by: second) }
    #expect(table.releaseNext(heldBy: second) == nil)
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowB, for: second)
    _ = table.acquire(rowB, for: first)
    #expect(table.acquire(rowA, for: second) == .deadlock(victim: second))
  }

  /// InnoDB looks at the members in the order of the waits, the latest joiner last, and a later one
  /// that is not heavier replaces the choice (lock0wait.cc).
  @Test("of three, takes the lightest; of the lightest, the last on the way back to the requester")
  func cycleOfThree() {
    for weights in 0..<27 {
      let changes = [weights % 3, weights / 3 % 3, weights / 9]
      var table = RowLockTable(rowCount: 3, expectedRequests: 3, detectsDeadlocks: true)
      for member in 0..<3 {
        #expect(table.acquire(RowID(index: member), for: request(member)) == .granted)
        for _ in 0..<changes[member] { table.noteRowChange(by: request(member)) }
      }
      // 0 waits for 1, 1 waits for 2, and 2 closes the cycle by waiting for 0.
      #expect(table.acquire(rowB, for: first) == .queued(ahead: 0))
      #expect(table.acquire(rowC, for: second) == .queued(ahead: 0))
      let lightest = changes.min() ?? 0
      let victim = changes.lastIndex(of: lightest) ?? 0
      #expect(table.acquire(rowA, for: third) == .deadlock(victim: request(victim)))
    }
  }

  @Test("sees a long chain that is no cycle for what it is")
  func chain() {
    var table = RowLockTable(rowCount: 100, expectedRequests: 1, detectsDeadlocks: true)
    for member in 0..<100 {
      #expect(table.acquire(RowID(index: member), for: request(member)) == .granted)
    }
    for member in (1..<100).reversed() {
      let outcome = table.acquire(RowID(index: member - 1), for: request(member))
      #expect(outcome == .queued(ahead: 0))
    }
    #expect(table.acquire(RowID(index: 99), for: request(0)) == .deadlock(victim: request(0)))
  }

  @Test("with detection off lets the cycle stand until a timeout ends it")
  func detectionOff() {
    var table = RowLockTable(rowCount: 2, expectedRequests: 2, detectsDeadlocks: false)
    _ = table.acquire(rowA, for: first)
    _ = table.acquire(rowB, for: second)
    #expect(table.acquire(rowB, for: first) == .queued(ahead: 0))
    #expect(table.acquire(rowA, for: second) == .queued(ahead: 0))
    #expect(table.abandonWait(of: first) == rowB)
    #expect(table.releaseNext(heldBy: first) == .passed(rowA, to: second))
  }

  // MARK: Against the oracle

  @Test("agrees with arrays on every history of six operations on two rows")
  func everyHistory() {
    checkEveryHistory(
      of: LocksBesideArrays.self, letters: letters(requests: 3, rows: 2, withChanges: false),
      length: 6)
  }

  @Test("agrees with arrays on every history of six operations of two weighted transactions")
  func everyWeightedHistory() {
    checkEveryHistory(
      of: LocksBesideArrays.self, letters: letters(requests: 2, rows: 2, withChanges: true),
      length: 6)
  }

  @Test("agrees with arrays on long histories full of deadlocks")
  func longHistories() {
    checkLongHistories(
      of: LocksBesideArrays.self, letters: letters(requests: 8, rows: 5, withChanges: true),
      seeds: 0..<20, length: 2_000)
  }

  private func letters(
    requests: Int, rows: Int, withChanges: Bool
  ) -> [LocksBesideArrays.Operation] {
    var letters: [LocksBesideArrays.Operation] = []
    for request in 0..<requests {
      for row in 0..<rows { letters.append(.acquire(request, row: row)) }
      letters += [.abandon(request), .release(request)]
      if withChanges { letters.append(.change(request)) }
    }
    return letters
  }

  // MARK: Preconditions

  @Test("stops the run when a waiting request asks for another row")
  func askingWhileWaiting() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(rowCount: 2, expectedRequests: 2, detectsDeadlocks: true)
      _ = table.acquire(RowID(index: 0), for: RequestID(index: 0))
      _ = table.acquire(RowID(index: 0), for: RequestID(index: 1))
      _ = table.acquire(RowID(index: 1), for: RequestID(index: 1))
    }
  }

  @Test("stops the run when a request abandons a wait that it is not in")
  func abandoningNothing() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(rowCount: 1, expectedRequests: 2, detectsDeadlocks: true)
      _ = table.acquire(RowID(index: 0), for: RequestID(index: 0))
      _ = table.abandonWait(of: RequestID(index: 0))
    }
  }

  @Test("stops the run when a transaction ends while it waits")
  func releasingWhileWaiting() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(rowCount: 1, expectedRequests: 2, detectsDeadlocks: true)
      _ = table.acquire(RowID(index: 0), for: RequestID(index: 0))
      _ = table.acquire(RowID(index: 0), for: RequestID(index: 1))
      _ = table.releaseNext(heldBy: RequestID(index: 1))
    }
  }

  @Test("stops the run when the victim of an earlier deadlock was not rolled back")
  func victimLeftWaiting() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(rowCount: 2, expectedRequests: 3, detectsDeadlocks: true)
      _ = table.acquire(RowID(index: 0), for: RequestID(index: 0))
      _ = table.acquire(RowID(index: 1), for: RequestID(index: 1))
      table.noteRowChange(by: RequestID(index: 1))
      _ = table.acquire(RowID(index: 1), for: RequestID(index: 0))
      _ = table.acquire(RowID(index: 0), for: RequestID(index: 1))
      _ = table.acquire(RowID(index: 0), for: RequestID(index: 2))
    }
  }

  @Test("stops the run when a row is outside the table")
  func noSuchRow() async {
    await #expect(processExitsWith: .failure) {
      var table = RowLockTable(rowCount: 1, expectedRequests: 1, detectsDeadlocks: true)
      _ = table.acquire(RowID(index: 1), for: RequestID(index: 0))
    }
  }
}

/// The lock table beside arrays; a deadlock's victim is rolled back at once, as the engine does.
private struct LocksBesideArrays: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case acquire(Int, row: Int)
    case abandon(Int)
    case release(Int)
    case change(Int)

    var request: Int? {
      switch self {
      case .acquire(let request, _), .abandon(let request), .release(let request),
        .change(let request):
        request
      }
    }
  }

  static let rowCount = 5
  static let requestCount = 8
  var table = RowLockTable(rowCount: rowCount, expectedRequests: 1, detectsDeadlocks: true)
  var holders = [Int?](repeating: nil, count: rowCount)
  var queues = [[Int]](repeating: [], count: rowCount)
  /// By request: its rows, oldest first.
  var held = [[Int]](repeating: [], count: requestCount)
  var changes = [Int](repeating: 0, count: requestCount)

  mutating func step(_ operation: Operation) -> StepResult {
    switch operation {
    case .acquire(let member, let row):
      if rowAwaited(by: member) != nil { return .illegal }
      let outcome = table.acquire(RowID(index: row), for: request(member))
      let expected = expectedAcquire(row, member)
      if outcome != expected { return .differed("\(outcome), not \(expected)") }
      if case .deadlock(let victim) = outcome {
        if victim != request(member) {
          let awaited = table.abandonWait(of: victim)
          if Int(awaited.index) != rowAwaited(by: Int(victim.index)) {
            return .differed("the victim waited for \(awaited)")
          }
          forgetWait(of: Int(victim.index))
        }
        var released = false
        repeat {
          switch releaseOnBoth(Int(victim.index)) {
          case .some(let difference): return .differed(difference)
          case nil: released = held[Int(victim.index)].isEmpty
          }
        } while !released
      }
    case .abandon(let member):
      guard let row = rowAwaited(by: member) else { return .illegal }
      let abandoned = table.abandonWait(of: request(member))
      if abandoned != RowID(index: row) { return .differed("waited for \(abandoned)") }
      forgetWait(of: member)
    case .release(let member):
      if rowAwaited(by: member) != nil { return .illegal }
      if let difference = releaseOnBoth(member) { return .differed(difference) }
    case .change(let member):
      table.noteRowChange(by: request(member))
      changes[member] += 1
    }
    return .agreed
  }

  private mutating func expectedAcquire(
    _ row: Int, _ member: Int
  ) -> RowLockTable.AcquireOutcome {
    guard let holder = holders[row] else {
      holders[row] = member
      held[member].append(row)
      return .granted
    }
    if holder == member { return .alreadyHeld }
    queues[row].append(member)
    var cycle: [Int] = []
    var current: Int? = holder
    while let next = current, next != member {
      cycle.append(next)
      current = rowAwaited(by: next).flatMap { holders[$0] }
    }
    guard current == member else { return .queued(ahead: queues[row].count - 1) }
    cycle.append(member)
    let weights = cycle.map { changes[$0] + held[$0].count }
    let lightest = weights.min() ?? 0
    let victim = cycle[weights.lastIndex(of: lightest) ?? 0]
    if victim == member { forgetWait(of: member) }
    return .deadlock(victim: request(victim))
  }

  private mutating func releaseOnBoth(_ member: Int) -> String? {
    let outcome = table.releaseNext(heldBy: request(member))
    var expected: RowLockTable.ReleaseOutcome?
    if held[member].isEmpty {
      changes[member] = 0
    } else {
      let row = held[member].removeFirst()
      if queues[row].isEmpty {
        holders[row] = nil
        expected = .freed(RowID(index: row))
      } else {
        let next = queues[row].removeFirst()
        holders[row] = next
        held[next].append(row)
        expected = .passed(RowID(index: row), to: request(next))
      }
    }
    return outcome == expected ? nil : "released \(String(describing: outcome))"
  }

  private func rowAwaited(by member: Int) -> Int? {
    queues.firstIndex { $0.contains(member) }
  }

  private mutating func forgetWait(of member: Int) {
    for row in queues.indices { queues[row].removeAll { $0 == member } }
  }

  func differenceInState() -> String? {
    var total = 0
    for row in holders.indices {
      if table.holder(of: RowID(index: row)) != holders[row].map(request) {
        return "wrong holder of \(row)"
      }
      if table.waiting(for: RowID(index: row)) != queues[row].count {
        return "wrong queue of \(row)"
      }
      if holders[row] != nil { total += 1 }
    }
    for member in held.indices {
      let awaited = rowAwaited(by: member)
      if table.waitedRow(of: request(member)) != awaited.map({ RowID(index: $0) }) {
        return "wrong wait of \(member)"
      }
      if table.isWaiting(request(member)) != (awaited != nil) { return "wrong wait" }
      if table.heldCount(by: request(member)) != held[member].count {
        return "wrong number of rows of \(member)"
      }
    }
    return table.totalHeld == total ? nil : "wrong total"
  }
}
