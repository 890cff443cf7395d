import ContendedResources
import SimulationBasics
import Testing

private let keyA = IdempotencyKey(number: 10)
private let keyB = IdempotencyKey(number: 20)
private let unordered = UniqueIndexLayout(isOrdered: false)
private let ordered = UniqueIndexLayout(existingKeys: 5, isOrdered: true)

/// Keys and locks together, with transactions that never wait.
private struct Database: ~Copyable {
  var keys: UniqueKeyTable
  var locks = RowLockTable(recordCount: 2, expectedTransactions: 1, rules: LockRules())

  init(_ layouts: UniqueIndexLayout...) {
    keys = UniqueKeyTable(
      indexes: layouts, firstRecord: record(2), salt: 5, expectedKeys: 1, expectedTransactions: 1)
  }

  mutating func insert(
    _ key: IdempotencyKey, in table: UInt8 = 0, by number: Int
  ) -> UniqueKeyTable.InsertOutcome {
    keys.insert(
      key, in: table, by: transaction(number), onDuplicate: .shared, locks: &locks)
  }
  mutating func update(
    _ key: IdempotencyKey, to state: KeyState, by number: Int
  ) -> UniqueKeyTable.UpdateOutcome {
    keys.update(key, in: 0, to: state, by: transaction(number), locks: &locks)
  }
  mutating func select(_ key: IdempotencyKey, by number: Int) -> UniqueKeyTable.LookupOutcome {
    keys.lockingLookup(key, in: 0, by: transaction(number), gapLocks: true, locks: &locks)
  }
  func lookup(_ key: IdempotencyKey, in table: UInt8 = 0, by number: Int) -> KeyState? {
    keys.lookup(key, in: table, by: transaction(number))
  }
  mutating func end(_ number: Int, committed: Bool) {
    keys.endTransaction(of: transaction(number), committed: committed, locks: &locks)
    while locks.releaseNext(heldBy: transaction(number)) != nil {}
    while locks.nextGrant() != nil {}
  }
  func hasOpenTransaction(_ number: Int) -> Bool {
    keys.hasOpenTransaction(of: transaction(number))
  }
  func place(of index: Int) -> KeyPlace? { keys.place(of: record(index)) }
  func place(of record: RecordID?) -> KeyPlace? { record.flatMap { keys.place(of: $0) } }
  func name(of key: IdempotencyKey, in table: UInt8 = 0) -> RecordID? {
    keys.record(of: key, in: table)
  }
  func holder(of key: IdempotencyKey) -> TransactionID? {
    name(of: key).flatMap { locks.holder(of: $0) }
  }
  mutating func forget(_ key: IdempotencyKey) { keys.forget(key, in: 0, locks: &locks) }
}

@Suite("Unique key table")
struct UniqueKeyTableTests {
  // MARK: One transaction

  @Test("shows an inserted row to its inserter at once and to others after the commit")
  func insert() {
    var database = Database(unordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    #expect(database.lookup(keyA, by: 0) == .processing)
    #expect(database.lookup(keyA, by: 1) == nil)
    #expect(database.hasOpenTransaction(0) == true)
    #expect(database.keys.committedRows == 0)
    database.end(0, committed: true)
    #expect(database.lookup(keyA, by: 1) == .processing)
    #expect(database.hasOpenTransaction(0) == false)
    #expect(database.keys.committedRows == 1)
    #expect(database.keys.processingRows == 1)
    #expect(database.insert(keyA, by: 1) == .duplicate(.processing))
  }

  @Test("shows a staged update to its writer at once and to others after the commit")
  func update() {
    var database = Database(unordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    database.end(0, committed: true)
    #expect(database.update(keyA, to: .completed(status: 200), by: 0) == .staged)
    #expect(database.lookup(keyA, by: 0) == .completed(status: 200))
    #expect(database.lookup(keyA, by: 1) == .processing)
    #expect(database.keys.processingRows == 1)
    database.end(0, committed: true)
    #expect(database.insert(keyA, by: 1) == .duplicate(.completed(status: 200)))
    #expect(database.keys.processingRows == 0)
    #expect(database.keys.committedRows == 1)
  }

  @Test("undoes what a transaction staged when it rolls back", arguments: [unordered, ordered])
  func rollback(layout: UniqueIndexLayout) {
    var database = Database(layout)
    #expect(database.insert(keyA, by: 0) == .inserted)
    #expect(database.update(keyA, to: .failed, by: 0) == .staged)
    database.end(0, committed: false)
    #expect(database.lookup(keyA, by: 0) == nil)
    #expect(database.keys.rowsInMemory == 0)
    #expect(database.keys.committedRows == 0)
    #expect(database.insert(keyA, by: 1) == .inserted)
    database.end(1, committed: true)
    #expect(database.update(keyA, to: .failed, by: 1) == .staged)
    database.end(1, committed: false)
    #expect(database.lookup(keyA, by: 0) == .processing)
    #expect(database.keys.processingRows == 1)
  }

  @Test("calls a second insert of one's own key a duplicate at once")
  func ownDuplicate() {
    var database = Database(ordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    #expect(database.insert(keyA, by: 0) == .duplicate(.processing))
    #expect(database.update(keyA, to: .completed(status: 201), by: 0) == .staged)
    #expect(database.insert(keyA, by: 0) == .duplicate(.completed(status: 201)))
    #expect(database.select(keyA, by: 0) == .found(.completed(status: 201)))
  }

  @Test("has no row to update for a key that was never inserted")
  func updateMissing() {
    var database = Database(unordered)
    #expect(database.update(keyA, to: .failed, by: 0) == .missing)
    #expect(database.select(keyA, by: 0) == .missing)
    #expect(database.update(keyA, to: .failed, by: 0) == .missing)
  }

  @Test("ends a transaction over several keys at once", arguments: [unordered, ordered])
  func severalKeys(layout: UniqueIndexLayout) {
    for committed in [true, false] {
      var database = Database(layout)
      for number in 0..<100 {
        #expect(database.insert(IdempotencyKey(number: UInt64(number)), by: 0) == .inserted)
      }
      database.end(0, committed: committed)
      #expect(database.keys.committedRows == (committed ? 100 : 0))
      #expect(database.keys.rowsInMemory == (committed ? 100 : 0))
    }
  }

  @Test("keeps the same key of two tables apart")
  func twoTables() {
    var database = Database(unordered, ordered)
    #expect(database.insert(keyA, in: 0, by: 0) == .inserted)
    #expect(database.insert(keyA, in: 1, by: 1) == .inserted)
    database.end(0, committed: true)
    #expect(database.lookup(keyA, in: 0, by: 2) == .processing)
    #expect(database.lookup(keyA, in: 1, by: 2) == nil)
  }

  // MARK: Locks

  @Test("needs no lock object for an insert, and one for an update of a committed row")
  func lockObjects() {
    for layout in [unordered, ordered] {
      var database = Database(layout)
      #expect(database.insert(keyA, by: 0) == .inserted)
      #expect(database.update(keyA, to: .failed, by: 0) == .staged)
      #expect(database.locks.totalHeld == 0)
      database.end(0, committed: true)
      #expect(database.update(keyA, to: .processing, by: 0) == .staged)
      #expect(database.update(keyA, to: .failed, by: 0) == .staged)
      #expect(database.locks.totalHeld == 1)
      #expect(database.holder(of: keyA) == transaction(0))
      database.end(0, committed: true)
      #expect(database.locks.totalHeld == 0)
    }
  }

  @Test("gives an inserter the lock object when another meets the row")
  func implicitLock() {
    var database = Database(ordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    #expect(database.insert(keyA, by: 1) == .waits)
    #expect(database.holder(of: keyA) == transaction(0))
    let name = database.name(of: keyA) ?? record(0)
    let waited = database.locks.waitedRequest(of: transaction(1))
    #expect(waited == LockRequest(record: name, mode: .shared, kind: .nextKey))
    #expect(database.insert(keyA, by: 2) == .waits)
    #expect(database.locks.totalHeld == 1)
  }

  /// Each insert and each update is a row change, and the heavier member of a deadlock survives:
  /// here the second, although it joined last.
  @Test("counts row changes for the choice of a victim")
  func weight() {
    var database = Database(unordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    #expect(database.insert(keyB, by: 1) == .inserted)
    #expect(database.update(keyB, to: .failed, by: 1) == .staged)
    #expect(database.insert(keyB, by: 0) == .waits)
    #expect(database.insert(keyA, by: 1) == .waits)
    let victim = database.locks.nextVictim()
    #expect(victim == transaction(0))
  }

  @Test("says what a record is")
  func places() {
    var database = Database(unordered, ordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    #expect(database.insert(keyB, in: 1, by: 0) == .inserted)
    #expect(database.place(of: 2) == .supremum(table: 0))
    #expect(database.place(of: 3) == .supremum(table: 1))
    #expect(database.place(of: 4) == .existingKey(0, table: 1))
    #expect(database.place(of: 8) == .existingKey(4, table: 1))
    let rowOfA = database.name(of: keyA)
    #expect(database.place(of: rowOfA) == .key(keyA, table: 0))
    let gapOfA = rowOfA.map { record(Int($0.index) + 1) }
    #expect(database.place(of: gapOfA) == .gap(of: keyA, table: 0))
    let rowOfB = database.name(of: keyB, in: 1)
    #expect(database.place(of: rowOfB) == .key(keyB, table: 1))
    database.end(0, committed: false)
    #expect(database.place(of: rowOfA) == nil)
    #expect(database.place(of: 100) == nil)
  }

  // MARK: Forgetting

  @Test("forgets rows but not that they were there")
  func forgetting() {
    var database = Database(unordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    #expect(database.insert(keyB, by: 0) == .inserted)
    #expect(database.update(keyB, to: .completed(status: 200), by: 0) == .staged)
    database.end(0, committed: true)
    database.forget(keyA)
    database.forget(keyB)
    database.forget(IdempotencyKey(number: 99))
    #expect(database.keys.rowsInMemory == 0)
    #expect(database.keys.committedRows == 2)
    #expect(database.keys.processingRows == 1)
    #expect(database.keys.stuckCount == 1)
  }

  @Test("keeps the rows of an ordered index, counts each stuck one once and finds it again")
  func forgettingOrdered() {
    var database = Database(ordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    database.end(0, committed: true)
    database.forget(keyA)
    database.forget(keyA)
    #expect(database.keys.rowsInMemory == 1)
    #expect(database.keys.stuckCount == 1)
    #expect(database.insert(keyA, by: 0) == .duplicate(.processing))
    #expect(database.update(keyA, to: .failed, by: 0) == .staged)
    #expect(database.keys.stuckCount == 0)
    database.end(0, committed: true)
    #expect(database.keys.processingRows == 0)
  }

  @Test("keeps a forgotten row until no lock stands on it")
  func lingering() {
    var database = Database(unordered)
    #expect(database.insert(keyA, by: 0) == .inserted)
    database.end(0, committed: true)
    #expect(database.insert(keyA, by: 1) == .duplicate(.processing))
    #expect(database.select(keyB, by: 2) == .missing)
    database.forget(keyA)
    database.forget(keyB)
    #expect(database.lookup(keyA, by: 0) == nil)
    #expect(database.keys.rowsInMemory == 2)
    database.end(1, committed: true)
    // A new row must not get the record on which the gap lock stands.
    #expect(database.insert(IdempotencyKey(number: 30), by: 3) == .inserted)
    for _ in 0..<2 { database.forget(keyA) }
    #expect(database.keys.rowsInMemory == 2)
    database.end(2, committed: true)
    database.forget(keyA)
    #expect(database.keys.rowsInMemory == 1)
    #expect(database.keys.stuckCount == 1)
  }

  @Test("uses the memory of forgotten rows again")
  func memory() {
    var database = Database(unordered)
    for number in 0..<10_000 {
      let key = IdempotencyKey(number: UInt64(number))
      #expect(database.insert(key, by: 0) == .inserted)
      #expect(database.update(key, to: .failed, by: 0) == .staged)
      database.end(0, committed: true)
      database.forget(key)
      if database.keys.rowsInMemory != 0 { break }
    }
    #expect(database.keys.rowsInMemory == 0)
    #expect(database.keys.committedRows == 10_000)
    // Two records for a row: no more than one row was ever needed.
    #expect(database.place(of: 2 + 1 + 2) == nil)
  }

  // MARK: Preconditions

  @Test("stops the run when a waiting transaction asks for something else", arguments: 0..<4)
  func askingWhileWaiting(kind: Int) async {
    await #expect(processExitsWith: .failure) { [kind] in
      let key = IdempotencyKey(number: 10)
      var database = Database(UniqueIndexLayout(isOrdered: false))
      _ = database.insert(key, by: 0)
      _ = database.insert(key, by: 1)
      switch kind {
      case 0: _ = database.insert(IdempotencyKey(number: 20), by: 1)
      case 1: _ = database.update(key, to: .failed, by: 1)
      case 2: _ = database.select(key, by: 1)
      default: database.end(1, committed: true)
      }
    }
  }

  @Test("stops the run when a key is forgotten that a transaction has in its hands")
  func forgettingTooEarly() async {
    await #expect(processExitsWith: .failure) {
      var database = Database(UniqueIndexLayout(isOrdered: false))
      _ = database.insert(IdempotencyKey(number: 10), by: 0)
      database.forget(IdempotencyKey(number: 10))
    }
  }

  @Test("stops the run when a record is not one of a unique index")
  func strangeRecord() async {
    await #expect(processExitsWith: .failure) {
      let database = Database(UniqueIndexLayout(isOrdered: false))
      _ = database.place(of: 1)
    }
  }

  @Test("stops the run when a table has fewer than no keys")
  func negative() async {
    await #expect(processExitsWith: .failure) {
      _ = UniqueIndexLayout(existingKeys: -1, isOrdered: true)
    }
  }
}
