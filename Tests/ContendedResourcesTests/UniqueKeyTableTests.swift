import ContendedResources
import SimulationBasics
import Testing

private let keyA = IdempotencyKey(number: 10)
private let keyB = IdempotencyKey(number: 20)

@Suite("Unique key table")
struct UniqueKeyTableTests {
  typealias Woken = UniqueKeyTable.WokenStatement

  private static func table() -> UniqueKeyTable {
    UniqueKeyTable(expectedKeys: 1, expectedRequests: 2)
  }

  // MARK: One transaction

  @Test("shows an inserted row to its inserter at once and to others after the commit")
  func insert() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.lookup(keyA, by: first) == .processing)
    #expect(table.lookup(keyA, by: second) == nil)
    #expect(table.committedRows == 0)
    table.endTransaction(of: first, committed: true)
    #expect(table.nextWoken() == nil)
    #expect(table.lookup(keyA, by: second) == .processing)
    #expect(table.committedRows == 1)
    #expect(table.processingRows == 1)
    #expect(table.insert(keyA, by: second) == .duplicate(.processing))
  }

  @Test("shows a staged update to its writer at once and to others after the commit")
  func update() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    table.endTransaction(of: first, committed: true)
    #expect(table.nextWoken() == nil)
    #expect(table.update(keyA, to: .completed(status: 200), by: first) == .staged)
    #expect(table.lookup(keyA, by: first) == .completed(status: 200))
    #expect(table.lookup(keyA, by: second) == .processing)
    #expect(table.processingRows == 1)
    table.endTransaction(of: first, committed: true)
    #expect(table.nextWoken() == nil)
    #expect(table.insert(keyA, by: second) == .duplicate(.completed(status: 200)))
    #expect(table.processingRows == 0)
    #expect(table.committedRows == 1)
  }

  @Test("forgets what a transaction staged when it rolls back")
  func rollback() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.update(keyA, to: .failed, by: first) == .staged)
    table.endTransaction(of: first, committed: false)
    #expect(table.nextWoken() == nil)
    #expect(table.lookup(keyA, by: first) == nil)
    #expect(table.rowsInMemory == 0)
    #expect(table.committedRows == 0)
    #expect(table.insert(keyA, by: second) == .inserted)
    table.endTransaction(of: second, committed: true)
    #expect(table.nextWoken() == nil)
    #expect(table.update(keyA, to: .failed, by: second) == .staged)
    table.endTransaction(of: second, committed: false)
    #expect(table.nextWoken() == nil)
    #expect(table.lookup(keyA, by: first) == .processing)
    #expect(table.processingRows == 1)
  }

  @Test("calls a second insert of one's own key a duplicate at once")
  func ownDuplicate() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyA, by: first) == .duplicate(.processing))
    #expect(table.update(keyA, to: .completed(status: 201), by: first) == .staged)
    #expect(table.insert(keyA, by: first) == .duplicate(.completed(status: 201)))
  }

  @Test("has no row to update for a key that was never inserted")
  func updateMissing() {
    var table = Self.table()
    #expect(table.update(keyA, to: .failed, by: first) == .missing)
  }

  @Test("ends a transaction over several keys at once")
  func severalKeys() {
    var table = Self.table()
    for number in 0..<20 {
      #expect(table.insert(IdempotencyKey(number: UInt64(number)), by: first) == .inserted)
    }
    table.endTransaction(of: first, committed: true)
    #expect(table.nextWoken() == nil)
    #expect(table.committedRows == 20)
    #expect(table.rowsInMemory == 20)
  }

  // MARK: Duplicates of an uncommitted row

  /// Measured on a real server: a duplicate insert blocks for the rest of the winner's transaction,
  /// then fails with 1062.
  @Test("makes duplicates of an uncommitted row wait, and fails them in order after its commit")
  func duplicatesAfterCommit() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyA, by: third) == .waiting(for: first))
    #expect(table.insert(keyA, by: second) == .waiting(for: first))
    #expect(table.waiting(for: keyA) == 2)
    #expect(table.update(keyA, to: .completed(status: 200), by: first) == .staged)
    table.endTransaction(of: first, committed: true)
    let outcome = Woken.Outcome.duplicate(.completed(status: 200))
    #expect(table.nextWoken() == Woken(request: third, outcome: outcome))
    #expect(table.nextWoken() == Woken(request: second, outcome: outcome))
    #expect(table.nextWoken() == nil)
    #expect(table.isWaiting(second) == false)
  }

  @Test("lets the longest waiter insert after a rollback, the others go on waiting behind it")
  func duplicatesAfterRollback() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyA, by: second) == .waiting(for: first))
    #expect(table.insert(keyA, by: third) == .waiting(for: first))
    table.endTransaction(of: first, committed: false)
    #expect(table.nextWoken() == Woken(request: second, outcome: .inserted))
    #expect(table.nextWoken() == nil)
    #expect(table.lookup(keyA, by: second) == .processing)
    #expect(table.lookup(keyA, by: third) == nil)
    #expect(table.insert(keyA, by: first) == .waiting(for: second))
    table.endTransaction(of: second, committed: true)
    #expect(
      table.nextWoken() == Woken(request: third, outcome: .duplicate(.processing)))
    #expect(
      table.nextWoken() == Woken(request: first, outcome: .duplicate(.processing)))
    #expect(table.nextWoken() == nil)
  }

  @Test("makes a duplicate wait for an uncommitted update too, and answers with how it ended")
  func duplicateOfUpdate() {
    for committed in [true, false] {
      var table = Self.table()
      #expect(table.insert(keyA, by: first) == .inserted)
      table.endTransaction(of: first, committed: true)
      #expect(table.nextWoken() == nil)
      #expect(table.update(keyA, to: .failed, by: first) == .staged)
      #expect(table.insert(keyA, by: second) == .waiting(for: first))
      table.endTransaction(of: first, committed: committed)
      let state = committed ? KeyState.failed : .processing
      #expect(table.nextWoken() == Woken(request: second, outcome: .duplicate(state)))
      #expect(table.nextWoken() == nil)
    }
  }

  @Test("gives a waiting update the row with the state that it has then")
  func waitingUpdate() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.update(keyA, to: .failed, by: first) == .staged)
    #expect(table.update(keyA, to: .processing, by: second) == .waiting(for: first))
    #expect(table.update(keyA, to: .processing, by: third) == .waiting(for: first))
    table.endTransaction(of: first, committed: true)
    #expect(table.nextWoken() == Woken(request: second, outcome: .locked(.failed)))
    #expect(table.nextWoken() == nil)
    #expect(table.update(keyA, to: .processing, by: second) == .staged)
    table.endTransaction(of: second, committed: true)
    // Third sees that somebody was faster, and changes nothing.
    #expect(table.nextWoken() == Woken(request: third, outcome: .locked(.processing)))
    #expect(table.nextWoken() == nil)
    table.endTransaction(of: third, committed: true)
    #expect(table.nextWoken() == nil)
    #expect(table.lookup(keyA, by: first) == .processing)
    #expect(table.processingRows == 1)
  }

  @Test("has no row for an update that waited for an insert which was rolled back")
  func updateOfRolledBack() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.update(keyA, to: .failed, by: second) == .waiting(for: first))
    table.endTransaction(of: first, committed: false)
    #expect(table.nextWoken() == Woken(request: second, outcome: .missing))
    #expect(table.nextWoken() == nil)
    #expect(table.rowsInMemory == 0)
  }

  @Test("wakes the waiters of several keys in the order in which the keys were taken")
  func severalKeysWithWaiters() {
    var table = Self.table()
    #expect(table.insert(keyB, by: first) == .inserted)
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyA, by: second) == .waiting(for: first))
    #expect(table.insert(keyB, by: third) == .waiting(for: first))
    table.endTransaction(of: first, committed: false)
    #expect(table.nextWoken() == Woken(request: third, outcome: .inserted))
    #expect(table.nextWoken() == Woken(request: second, outcome: .inserted))
    #expect(table.nextWoken() == nil)
  }

  // MARK: The other ends of a wait, and ties between two of them

  @Test("forgets a waiter that timed out or was interrupted")
  func abandoning() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyA, by: second) == .waiting(for: first))
    #expect(table.insert(keyA, by: third) == .waiting(for: first))
    table.abandonWait(of: second)
    #expect(table.isWaiting(second) == false)
    table.endTransaction(of: first, committed: false)
    #expect(table.nextWoken() == Woken(request: third, outcome: .inserted))
    #expect(table.nextWoken() == nil)
  }

  @Test("drops the row when the only waiter times out and the inserter then rolls back")
  func timeoutThenRollback() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyA, by: second) == .waiting(for: first))
    table.abandonWait(of: second)
    table.endTransaction(of: first, committed: false)
    #expect(table.nextWoken() == nil)
    #expect(table.rowsInMemory == 0)
  }

  @Test("shows a late timeout that the wait is over, when the end of the inserter came first")
  func endThenTimeout() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyA, by: second) == .waiting(for: first))
    table.endTransaction(of: first, committed: false)
    #expect(table.nextWoken() == Woken(request: second, outcome: .inserted))
    #expect(table.nextWoken() == nil)
    #expect(table.isWaiting(second) == false)
  }

  @Test("rolls back the insert of an owner that is gone, and the waiter inserts")
  func ownerGone() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyB, by: second) == .inserted)
    #expect(table.insert(keyA, by: second) == .waiting(for: first))
    table.endTransaction(of: first, committed: false)
    #expect(table.nextWoken() == Woken(request: second, outcome: .inserted))
    #expect(table.nextWoken() == nil)
    // The other way round: the waiter is gone with all that it had inserted.
    #expect(table.insert(keyA, by: third) == .waiting(for: second))
    table.abandonWait(of: third)
    table.endTransaction(of: third, committed: false)
    #expect(table.nextWoken() == nil)
    table.endTransaction(of: second, committed: true)
    #expect(table.nextWoken() == nil)
    #expect(table.committedRows == 2)
  }

  // MARK: Forgetting

  @Test("counts a row that was forgotten in processing as stuck for good")
  func forgetting() {
    var table = Self.table()
    #expect(table.insert(keyA, by: first) == .inserted)
    #expect(table.insert(keyB, by: first) == .inserted)
    #expect(table.update(keyB, to: .completed(status: 200), by: first) == .staged)
    table.endTransaction(of: first, committed: true)
    #expect(table.nextWoken() == nil)
    table.forget(keyA)
    table.forget(keyB)
    table.forget(IdempotencyKey(number: 99))
    #expect(table.rowsInMemory == 0)
    #expect(table.committedRows == 2)
    #expect(table.processingRows == 1)
    #expect(table.stuckCount == 1)
  }

  @Test("uses the memory of forgotten rows again")
  func memory() {
    var table = Self.table()
    for number in 0..<10_000 {
      let key = IdempotencyKey(number: UInt64(number))
      #expect(table.insert(key, by: first) == .inserted)
      #expect(table.update(key, to: .failed, by: first) == .staged)
      table.endTransaction(of: first, committed: true)
      #expect(table.nextWoken() == nil)
      table.forget(key)
      if table.rowsInMemory != 0 { break }
    }
    #expect(table.rowsInMemory == 0)
    #expect(table.committedRows == 10_000)
  }

  // MARK: Against the oracle

  @Test("agrees with dictionaries on every history of six operations on one key")
  func everyHistory() {
    checkEveryHistory(of: KeysBesideDictionaries.self, letters: letters(3, keys: 1), length: 6)
  }

  @Test("agrees with dictionaries on every history of five operations on two keys")
  func everyHistoryOfTwoKeys() {
    checkEveryHistory(of: KeysBesideDictionaries.self, letters: letters(3, keys: 2), length: 5)
  }

  @Test("agrees with dictionaries on long histories")
  func longHistories() {
    checkLongHistories(
      of: KeysBesideDictionaries.self, letters: letters(6, keys: 5), seeds: 0..<20,
      length: 2_000)
  }

  private func letters(_ requests: Int, keys: Int) -> [KeysBesideDictionaries.Operation] {
    var letters: [KeysBesideDictionaries.Operation] = []
    for request in 0..<requests {
      for key in 0..<keys { letters += [.insert(request, key: key), .update(request, key: key)] }
      letters += [
        .end(request, committed: true), .end(request, committed: false), .abandon(request),
      ]
    }
    for key in 0..<keys { letters.append(.forget(key)) }
    return letters
  }

  // MARK: Preconditions

  @Test("stops the run when something is asked before the woken ones were told", arguments: 0..<5)
  func notTold(kind: Int) async {
    await #expect(processExitsWith: .failure) { [kind] in
      let key = IdempotencyKey(number: 10)
      let other = IdempotencyKey(number: 20)
      var table = UniqueKeyTableTests.table()
      _ = table.insert(key, by: RequestID(index: 0))
      _ = table.insert(key, by: RequestID(index: 1))
      table.endTransaction(of: RequestID(index: 0), committed: true)
      switch kind {
      case 0: _ = table.insert(other, by: RequestID(index: 2))
      case 1: _ = table.update(other, to: .failed, by: RequestID(index: 2))
      case 2: table.endTransaction(of: RequestID(index: 2), committed: true)
      case 3: table.forget(other)
      default: table.abandonWait(of: RequestID(index: 1))
      }
    }
  }

  @Test("stops the run when a waiting request asks for something else", arguments: 0..<3)
  func askingWhileWaiting(kind: Int) async {
    await #expect(processExitsWith: .failure) { [kind] in
      let key = IdempotencyKey(number: 10)
      var table = UniqueKeyTableTests.table()
      _ = table.insert(key, by: RequestID(index: 0))
      _ = table.insert(key, by: RequestID(index: 1))
      switch kind {
      case 0: _ = table.insert(IdempotencyKey(number: 20), by: RequestID(index: 1))
      case 1: _ = table.update(key, to: .failed, by: RequestID(index: 1))
      default: table.endTransaction(of: RequestID(index: 1), committed: true)
      }
    }
  }

  @Test("stops the run when a wait is given up that nobody is in")
  func abandoningNothing() async {
    await #expect(processExitsWith: .failure) {
      var table = UniqueKeyTableTests.table()
      table.abandonWait(of: RequestID(index: 0))
    }
  }

  @Test("stops the run when a key is forgotten that a transaction has in its hands")
  func forgettingTooEarly() async {
    await #expect(processExitsWith: .failure) {
      var table = UniqueKeyTableTests.table()
      _ = table.insert(IdempotencyKey(number: 10), by: RequestID(index: 0))
      table.forget(IdempotencyKey(number: 10))
    }
  }
}

/// The table beside dictionaries; after each end all woken statements are told, and a woken update
/// goes on at once, as in the engine.
private struct KeysBesideDictionaries: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case insert(Int, key: Int)
    case update(Int, key: Int)
    case end(Int, committed: Bool)
    case abandon(Int)
    case forget(Int)

    var request: Int? {
      switch self {
      case .insert(let request, _), .update(let request, _), .end(let request, _),
        .abandon(let request):
        request
      case .forget: nil
      }
    }
  }
  struct Waiter {
    var member: Int
    var key: Int
    var isUpdate: Bool
  }

  var table = UniqueKeyTable(expectedKeys: 1, expectedRequests: 1)
  var committed: [Int: KeyState] = [:]
  var staged: [Int: KeyState] = [:]
  var writer: [Int: Int] = [:]
  /// By request: the keys in its hands, in the order in which it took them.
  var taken: [Int: [Int]] = [:]
  var waiters: [Waiter] = []
  var forgotten: [KeyState] = []
  var updates: UInt16 = 0

  mutating func step(_ operation: Operation) -> StepResult {
    switch operation {
    case .insert(let member, let key):
      if isWaiting(member) { return .illegal }
      let outcome = table.insert(name(key), by: request(member))
      return outcome == expectedInsert(member, key) ? .agreed : .differed("\(outcome)")
    case .update(let member, let key):
      if isWaiting(member) { return .illegal }
      updates += 1
      // Each update writes another status; each fifth goes back to processing.
      let state: KeyState = updates % 5 == 0 ? .processing : .completed(status: updates)
      let outcome = table.update(name(key), to: state, by: request(member))
      return outcome == expectedUpdate(member, key, state) ? .agreed : .differed("\(outcome)")
    case .end(let member, let isCommitted):
      if isWaiting(member) || taken[member] == nil { return .illegal }
      return endOnBoth(member, isCommitted)
    case .abandon(let member):
      if !isWaiting(member) { return .illegal }
      table.abandonWait(of: request(member))
      waiters.removeAll { $0.member == member }
    case .forget(let key):
      guard writer[key] == nil, let state = committed[key] else { return .illegal }
      table.forget(name(key))
      committed[key] = nil
      forgotten.append(state)
    }
    return .agreed
  }

  private func name(_ key: Int) -> IdempotencyKey { IdempotencyKey(number: UInt64(key)) }
  private func isWaiting(_ member: Int) -> Bool { waiters.contains { $0.member == member } }

  private mutating func take(_ key: Int, _ member: Int, _ state: KeyState) {
    writer[key] = member
    staged[key] = state
    taken[member, default: []].append(key)
  }

  private mutating func expectedInsert(_ member: Int, _ key: Int) -> UniqueKeyTable.InsertOutcome {
    if let owner = writer[key], owner != member {
      waiters.append(Waiter(member: member, key: key, isUpdate: false))
      return .waiting(for: request(owner))
    }
    if let state = staged[key] ?? committed[key] { return .duplicate(state) }
    take(key, member, .processing)
    return .inserted
  }

  private mutating func expectedUpdate(
    _ member: Int, _ key: Int, _ state: KeyState
  ) -> UniqueKeyTable.UpdateOutcome {
    if let owner = writer[key], owner != member {
      waiters.append(Waiter(member: member, key: key, isUpdate: true))
      return .waiting(for: request(owner))
    }
    if staged[key] != nil {
      staged[key] = state
      return .staged
    }
    if committed[key] == nil { return .missing }
    take(key, member, state)
    return .staged
  }

  private mutating func endOnBoth(_ member: Int, _ isCommitted: Bool) -> StepResult {
    table.endTransaction(of: request(member), committed: isCommitted)
    let keys = taken.removeValue(forKey: member) ?? []
    for key in keys {
      if isCommitted { committed[key] = staged[key] }
      staged[key] = nil
      writer[key] = nil
    }
    for key in keys {
      while writer[key] == nil, let place = waiters.firstIndex(where: { $0.key == key }) {
        let waiter = waiters.remove(at: place)
        let outcome: UniqueKeyTable.WokenStatement.Outcome
        switch (committed[key], waiter.isUpdate) {
        case (nil, true): outcome = .missing
        case (nil, false):
          outcome = .inserted
          take(key, waiter.member, .processing)
        case (.some(let state), false): outcome = .duplicate(state)
        case (.some(let state), true):
          outcome = .locked(state)
          take(key, waiter.member, state)
        }
        let expected = UniqueKeyTable.WokenStatement(
          request: request(waiter.member), outcome: outcome)
        let woken = table.nextWoken()
        if woken != expected { return .differed("\(String(describing: woken)), not \(expected)") }
      }
    }
    return table.nextWoken() == nil ? .agreed : .differed("woke too many")
  }

  func differenceInState() -> String? {
    for key in 0..<5 {
      for member in 0..<6 {
        let expected = writer[key] == member ? staged[key] : committed[key]
        if table.lookup(name(key), by: request(member)) != expected { return "lookup of \(key)" }
      }
      if table.waiting(for: name(key)) != waiters.count(where: { $0.key == key }) {
        return "waiters of \(key)"
      }
    }
    for member in 0..<6 where table.isWaiting(request(member)) != isWaiting(member) {
      return "wait of \(member)"
    }
    let all = Array(committed.values) + forgotten
    if table.committedRows != all.count { return "\(table.committedRows) committed" }
    if table.processingRows != all.count(where: { $0 == .processing }) { return "processing" }
    if table.stuckCount != forgotten.count(where: { $0 == .processing }) { return "stuck" }
    let inMemory = Set(committed.keys).union(staged.keys)
    return table.rowsInMemory == inMemory.count ? nil : "rows in memory"
  }
}
