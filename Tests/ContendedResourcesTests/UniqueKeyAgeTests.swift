import ContendedResources
import SimulationBasics
import TestSupport
import Testing

private let key = IdempotencyKey(number: 7)

private func seconds(_ count: UInt64) -> VirtualTime { .start + .seconds(count) }

/// One table whose rows expire after 10 s, and transactions as numbers.
private struct Database: ~Copyable {
  var keys: UniqueKeyTable
  var locks = RowLockTable(recordCount: 0, expectedTransactions: 0, rules: LockRules())

  init(isOrdered: Bool, expiry: VirtualDuration? = .seconds(10)) {
    keys = UniqueKeyTable(
      indexes: [UniqueIndexLayout(isOrdered: isOrdered, hasAges: true, expiry: expiry)],
      firstRecord: RecordID(index: 0), salt: 1, expectedKeys: 0, expectedTransactions: 0)
  }

  /// Inserts the key for a request, in a transaction that stays open.
  mutating func insert(_ number: Int, at second: UInt64) -> UniqueKeyTable.InsertOutcome {
    keys.purge(key, in: 0, at: seconds(second), locks: &locks)
    let outcome = keys.insert(
      key, in: 0, by: transaction(number), onDuplicate: .shared, locks: &locks)
    if outcome == .inserted {
      keys.noteOwner(request(number), of: key, in: 0, by: transaction(number), at: seconds(second))
    }
    return outcome
  }

  /// Sets PROCESSING anew, for a request that takes the key over; its transaction stays open.
  mutating func takeOver(_ number: Int, at second: UInt64) -> UniqueKeyTable.UpdateOutcome {
    let outcome = keys.update(
      key, in: 0, to: .processing, by: transaction(number), locks: &locks)
    if outcome == .staged {
      keys.noteOwner(request(number), of: key, in: 0, by: transaction(number), at: seconds(second))
    }
    return outcome
  }

  mutating func update(_ number: Int, to state: KeyState) -> UniqueKeyTable.UpdateOutcome {
    keys.update(key, in: 0, to: state, by: transaction(number), locks: &locks)
  }

  mutating func end(_ number: Int, committed: Bool = true) {
    keys.endTransaction(of: transaction(number), committed: committed, locks: &locks)
    while locks.nextGrant() != nil {}
    while locks.releaseNext(heldBy: transaction(number)) != nil {
      while locks.nextGrant() != nil {}
    }
  }

  mutating func state(at second: UInt64) -> KeyState? {
    keys.purge(key, in: 0, at: seconds(second), locks: &locks)
    return keys.lookup(key, in: 0, by: transaction(9))
  }
  func since() -> VirtualTime? { keys.processingSince(key, in: 0, by: transaction(9)) }
  func owner() -> RequestID? { keys.owner(of: key, in: 0, by: transaction(9)) }
}

@Suite("Ages of keys")
struct UniqueKeyAgeTests {
  @Test("are seen when the transaction that wrote them commits, and by itself before")
  func visibility() {
    for isOrdered in [false, true] {
      var database = Database(isOrdered: isOrdered)
      #expect(database.insert(1, at: 3) == .inserted)
      #expect(database.since() == nil)
      #expect(database.owner() == nil)
      #expect(database.keys.owner(of: key, in: 0, by: transaction(1)) == request(1))
      #expect(database.keys.processingSince(key, in: 0, by: transaction(1)) == seconds(3))
      database.end(1)
      #expect(database.since() == seconds(3))
      #expect(database.owner() == request(1))
    }
  }

  @Test("change with a take-over that commits, and not with one that rolls back")
  func takeOver() {
    var database = Database(isOrdered: false)
    #expect(database.insert(1, at: 0) == .inserted)
    database.end(1)
    #expect(database.takeOver(2, at: 5) == .staged)
    #expect(database.since() == seconds(0))
    database.end(2, committed: false)
    #expect(database.since() == seconds(0))
    #expect(database.owner() == request(1))
    #expect(database.takeOver(3, at: 6) == .staged)
    database.end(3)
    #expect(database.since() == seconds(6))
    #expect(database.owner() == request(3))
  }

  @Test("keep their owner when the state changes, and are PROCESSING since nothing then")
  func completed() {
    var database = Database(isOrdered: false)
    #expect(database.insert(1, at: 0) == .inserted)
    #expect(database.update(1, to: .failed) == .staged)
    #expect(database.keys.processingSince(key, in: 0, by: transaction(1)) == nil)
    database.end(1)
    #expect(database.since() == nil)
    #expect(database.owner() == request(1))
  }

  @Test("count from the insert for the expiry, however often the row is changed")
  func expiry() {
    for isOrdered in [false, true] {
      var database = Database(isOrdered: isOrdered)
      #expect(database.insert(1, at: 2) == .inserted)
      database.end(1)
      #expect(database.takeOver(2, at: 9) == .staged)
      database.end(2)
      #expect(database.state(at: 11) == .processing)
      #expect(database.state(at: 12) == nil)
      #expect(database.insert(3, at: 12) == .inserted)
      database.end(3)
      #expect(database.state(at: 21) == .processing)
      #expect(database.keys.committedRows == 2)
      // The first stays counted: nobody has ever finished it.
      #expect(database.keys.stuckCount == 1)
      #expect(database.keys.processingRows == 2)
    }
  }

  @Test("do not let a row expire that is uncommitted or locked")
  func inHand() {
    for isOrdered in [false, true] {
      var database = Database(isOrdered: isOrdered)
      #expect(database.insert(1, at: 0) == .inserted)
      #expect(database.insert(2, at: 20) == .waits)
      #expect(database.keys.processingSince(key, in: 0, by: transaction(1)) == seconds(0))
      database.end(1)
      // The second has the shared lock now, so the row is still there for it.
      #expect(database.insert(2, at: 30) == .duplicate(.processing))
      #expect(database.state(at: 40) == .processing)
      database.end(2)
      #expect(database.state(at: 40) == nil)
    }
  }

  @Test("never let a row expire where there is no expiry")
  func never() {
    var database = Database(isOrdered: true, expiry: nil)
    #expect(database.insert(1, at: 0) == .inserted)
    database.end(1)
    #expect(database.state(at: 1_000_000) == .processing)
  }

  // MARK: Every short history

  private enum Letter: CaseIterable {
    case insert, takeOver, complete, fail, commit, rollBack, timePasses
  }

  /// One row, written by one transaction at a time.
  private struct NaiveRow {
    struct Version: Equatable {
      var state: KeyState
      var insertedAt: UInt64
      var since: UInt64
      var owner: Int
    }
    var committed: Version?
    var staged: Version?
    /// Whether the present transaction has met the row as a duplicate, and keeps the lock.
    var isLocked = false
  }

  @Test("are what a naive row tells in every history of up to six operations")
  func everyHistory() throws {
    for isOrdered in [false, true] {
      try forEveryWord(upTo: 6, over: Letter.allCases) { word in
        var database = Database(isOrdered: isOrdered)
        var naive = NaiveRow()
        var now: UInt64 = 0
        // Each transaction has one writer, which is the next number.
        var writer = 1
        for letter in word {
          if naive.staged == nil, let row = naive.committed, now - row.insertedAt >= 10,
            letter == .insert, !naive.isLocked
          {
            naive.committed = nil
          }
          let seen = naive.staged ?? naive.committed
          switch letter {
          case .insert:
            let outcome = database.insert(writer, at: now)
            if let seen {
              naive.isLocked = true
              guard outcome == .duplicate(seen.state) else { throw Mismatch("\(word): \(outcome)") }
            } else {
              naive.staged = NaiveRow.Version(
                state: .processing, insertedAt: now, since: now, owner: writer)
            }
          case .takeOver, .complete, .fail:
            let state: KeyState =
              letter == .takeOver
              ? .processing : letter == .complete ? .completed(status: 200) : .failed
            let outcome =
              letter == .takeOver
              ? database.takeOver(writer, at: now) : database.update(writer, to: state)
            guard outcome == (seen == nil ? .missing : .staged) else {
              throw Mismatch("\(word): \(outcome)")
            }
            naive.staged = seen
            naive.staged?.state = state
            if letter == .takeOver {
              naive.staged?.since = now
              naive.staged?.owner = writer
            }
          case .commit, .rollBack:
            database.end(writer, committed: letter == .commit)
            if letter == .commit { naive.committed = naive.staged ?? naive.committed }
            naive.staged = nil
            naive.isLocked = false
            writer += 1
          case .timePasses: now += 5
          }
          let row = naive.committed
          let since = row.flatMap { $0.state == .processing ? seconds($0.since) : nil }
          guard database.keys.lookup(key, in: 0, by: transaction(0)) == row?.state,
            database.keys.processingSince(key, in: 0, by: transaction(0)) == since,
            database.keys.owner(of: key, in: 0, by: transaction(0))
              == row.map({ request($0.owner) })
          else { throw Mismatch("\(word): others see another row") }
        }
      }
    }
  }

  // MARK: Misuse

  @Test("stop the run when they are asked of an index that keeps none")
  func withoutAges() async {
    await #expect(processExitsWith: .failure) {
      let keys = UniqueKeyTable(
        indexes: [UniqueIndexLayout(isOrdered: false)], firstRecord: RecordID(index: 0), salt: 1,
        expectedKeys: 0, expectedTransactions: 0)
      _ = keys.owner(
        of: IdempotencyKey(number: 1), in: 0, by: TransactionID(index: 0))
    }
  }

  @Test("stop the run when somebody becomes the owner who has not written the row")
  func strangeOwner() async {
    await #expect(processExitsWith: .failure) {
      var keys = UniqueKeyTable(
        indexes: [UniqueIndexLayout(isOrdered: false, hasAges: true)],
        firstRecord: RecordID(index: 0), salt: 1, expectedKeys: 0, expectedTransactions: 0)
      keys.noteOwner(
        RequestID(index: 1), of: IdempotencyKey(number: 1), in: 0, by: TransactionID(index: 0),
        at: .start)
    }
  }
}
