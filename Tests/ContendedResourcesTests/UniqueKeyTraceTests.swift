import ContendedResources
import SimulationBasics
import Testing

/// The shapes of an index in which one key behaves the same way.
private let layouts = [
  UniqueIndexLayout(isOrdered: false),
  UniqueIndexLayout(existingKeys: 0, order: .random, isOrdered: true),
  UniqueIndexLayout(existingKeys: 100, order: .random, isOrdered: true),
  UniqueIndexLayout(existingKeys: 100, order: .ascending, isOrdered: true),
]
/// Position is number: key 1 lies before key 2, and all in the gap before the supremum.
private let ascending = UniqueIndexLayout(order: .ascending, isOrdered: true)

private let firstComeFirstServed = LockRules()
private let contentionAware = LockRules(grantOrder: .contentionAware, allowsUpgradeBypass: true)

/// What real servers did to two and more sessions, statement by statement.
///
/// Sources: MySQL bug 96748 (gap locks of a missing key), the MySQL manual, "Locks Set by Different
/// SQL Statements in InnoDB" (three inserts and a rollback), and measurements of a MariaDB server:
/// if a winner rolls back on whom *k* inserts wait, *k* − 1 of them are deadlock victims.
@Suite("Unique keys, statement by statement")
struct UniqueKeyTraceTests {
  // MARK: Locking lookups of a missing key

  @Test("two sessions that miss a key and insert it: the second is a victim", arguments: layouts)
  func gapLockPattern(layout: UniqueIndexLayout) {
    for rules in [firstComeFirstServed, contentionAware] {
      var s = sessions(layout, rules: rules)
      s.select(7, by: 1)
      s.select(7, by: 2)
      s.insert(7, by: 1)
      s.insert(7, by: 2)
      s.commit(1)
      #expect(
        s.happened() == [
          "1 missing", "2 missing", "1 waits", "2 waits", "2 deadlock", "1 inserted", "1 commits",
        ])
      #expect(s.rows.committedRows == 1)
    }
  }

  @Test(
    "of N sessions that miss a key before anyone inserts it, N − 1 are victims", arguments: 2...50)
  func manySessions(count: Int) {
    for layout in layouts {
      var s = sessions(layout)
      for session in 1...count { s.select(7, by: session) }
      #expect(s.happened() == (1...count).map { "\($0) missing" })
      for session in 1...count { s.insert(7, by: session) }
      // Each later inserter closes a cycle with the first waiter, and joined it last.
      let later = (2...count).flatMap { ["\($0) waits", "\($0) deadlock"] }
      #expect(s.happened() == ["1 waits"] + later + ["1 inserted"])
      s.commit(1)
      #expect(s.rows.committedRows == 1)
      #expect(s.rows.rowsInMemory == 1)
    }
  }

  @Test("it is N − 1 victims in every order of inserts and by either grant order")
  func anyOrder() {
    for seed in 0..<UInt64(50) {
      var choices = SeededChoices(seed: seed)
      let count = 2 + choices.next(below: 12)
      let rules = seed % 2 == 0 ? firstComeFirstServed : contentionAware
      var s = sessions(layouts[Int(seed / 2) % layouts.count], rules: rules)
      var order = Array(1...count)
      for place in 1..<count { order.swapAt(place, choices.next(below: place + 1)) }
      for session in 1...count { s.select(7, by: session) }
      for session in order where s.locks.heldCount(by: transaction(session)) > 0 {
        s.insert(7, by: session)
      }
      let happened = s.happened()
      #expect(happened.count { $0.hasSuffix("deadlock") } == count - 1)
      #expect(happened.count { $0.hasSuffix("inserted") } == 1)
    }
  }

  @Test("without gap locks the second insert waits for the end of the first", arguments: layouts)
  func readCommitted(layout: UniqueIndexLayout) {
    for mode in [LockMode.shared, .exclusive] {
      var s = sessions(layout)
      for _ in 0..<2 {
        s.select(7, by: 1, gapLocks: false)
        s.select(7, by: 2, gapLocks: false)
        s.insert(7, by: 1, onDuplicate: mode)
        s.insert(7, by: 2, onDuplicate: mode)
        #expect(s.happened() == ["1 missing", "2 missing", "1 inserted", "2 waits"])
        s.rollBack(1)
        #expect(s.happened() == ["1 rolls back", "2 inserted"])
        s.rollBack(2)
        #expect(s.happened() == ["2 rolls back"])
      }
      s.insert(7, by: 1, onDuplicate: mode)
      s.insert(7, by: 2, onDuplicate: mode)
      s.commit(1)
      s.commit(2)
      #expect(
        s.happened() == [
          "1 inserted", "2 waits", "1 commits", "2 duplicate processing", "2 commits",
        ])
      #expect(s.rows.committedRows == 1)
    }
  }

  @Test("different keys in one gap are a deadlock too, unless each has a gap to itself")
  func differentKeys() {
    for layout in layouts {
      var s = sessions(UniqueIndexLayout(order: layout.order, isOrdered: layout.isOrdered))
      s.select(1, by: 1)
      s.select(2, by: 2)
      s.insert(1, by: 1)
      s.insert(2, by: 2)
      let inserts =
        layout.isOrdered
        ? ["1 waits", "2 waits", "2 deadlock", "1 inserted"] : ["1 inserted", "2 inserted"]
      #expect(s.happened() == ["1 missing", "2 missing"] + inserts)
    }
  }

  @Test("ascending keys all meet in the gap before the supremum", arguments: [2, 5, 20])
  func supremum(count: Int) {
    var s = sessions(UniqueIndexLayout(existingKeys: 1_000, order: .ascending, isOrdered: true))
    for session in 1...count { s.select(session, by: session) }
    for session in 1...count { s.insert(session, by: session) }
    let later = (2...count).flatMap { ["\($0) waits", "\($0) deadlock"] }
    #expect(
      s.happened() == (1...count).map { "\($0) missing" } + ["1 waits"] + later + ["1 inserted"])
  }

  @Test("keys on both sides of a committed one lie in different gaps")
  func differentGaps() {
    var s = sessions(ascending)
    s.insert(5, by: 1)
    s.commit(1)
    s.select(3, by: 1)
    s.select(9, by: 2)
    s.insert(3, by: 1)
    s.insert(9, by: 2)
    #expect(
      s.happened() == [
        "1 inserted", "1 commits", "1 missing", "2 missing", "1 inserted", "2 inserted",
      ])
  }

  // MARK: Inserts of a taken key

  @Test("the inserts that wait for one that is rolled back: all but one are victims")
  func storm() {
    for count in 2...20 {
      for layout in layouts {
        for mode in [LockMode.shared, .exclusive] {
          var s = sessions(layout)
          s.insert(7, by: 1)
          let waiters = 2...(count + 1)
          for session in waiters { s.insert(7, by: session, onDuplicate: mode) }
          #expect(s.happened() == ["1 inserted"] + waiters.map { "\($0) waits" })
          s.rollBack(1)
          // All have locked the gap; the first waits for the others, each of whom closes a cycle.
          let later = waiters.dropFirst().flatMap { ["\($0) waits", "\($0) deadlock"] }
          #expect(s.happened() == ["1 rolls back", "2 waits"] + later + ["2 inserted"])
          s.commit(2)
          #expect(s.rows.committedRows == 1)
        }
      }
    }
  }

  @Test("the same number of victims where the heaviest waiter is served first")
  func stormByWeight() {
    for count in 2...20 {
      for layout in layouts {
        var s = sessions(layout, rules: contentionAware)
        for session in 1...(count + 1) { s.insert(7, by: session) }
        s.rollBack(1)
        let happened = s.happened()
        #expect(happened.count { $0.hasSuffix("deadlock") } == count - 1)
        #expect(happened.count { $0.hasSuffix("inserted") } == 2)
      }
    }
  }

  @Test("after a commit all plain inserts fail at once", arguments: layouts)
  func duplicatesAfterCommit(layout: UniqueIndexLayout) {
    var s = sessions(layout)
    s.insert(7, by: 1)
    s.insert(7, by: 3)
    s.insert(7, by: 2)
    s.update(7, to: .completed(status: 200), by: 1)
    s.commit(1)
    #expect(
      s.happened() == [
        "1 inserted", "3 waits", "2 waits", "1 staged", "1 commits",
        "3 duplicate completed(status: 200)", "2 duplicate completed(status: 200)",
      ])
  }

  @Test("after a commit inserts with ON DUPLICATE KEY go one after the other", arguments: layouts)
  func onDuplicateKey(layout: UniqueIndexLayout) {
    var s = sessions(layout)
    s.insert(7, by: 1)
    s.insert(7, by: 2, onDuplicate: .exclusive)
    s.insert(7, by: 3, onDuplicate: .exclusive)
    s.commit(1)
    #expect(
      s.happened() == [
        "1 inserted", "2 waits", "3 waits", "1 commits", "2 duplicate processing",
      ])
    // The update needs no further lock and waits for nobody.
    s.update(7, to: .failed, by: 2)
    s.commit(2)
    #expect(s.happened() == ["2 staged", "2 commits", "3 duplicate failed"])
  }

  @Test("a duplicate keeps its shared lock until its transaction ends", arguments: layouts)
  func duplicateKeepsLock(layout: UniqueIndexLayout) {
    var s = sessions(layout)
    s.insert(7, by: 1)
    s.commit(1)
    s.insert(7, by: 2)
    s.insert(7, by: 3)
    s.update(7, by: 4)
    #expect(
      s.happened() == [
        "1 inserted", "1 commits", "2 duplicate processing", "3 duplicate processing", "4 waits",
      ])
    s.commit(2)
    #expect(s.happened() == ["2 commits"])
    s.rollBack(3)
    #expect(s.happened() == ["3 rolls back", "4 staged"])
  }

  @Test("two duplicates that then update the row are a deadlock", arguments: layouts)
  func upgrade(layout: UniqueIndexLayout) {
    for rules in [firstComeFirstServed, contentionAware] {
      var s = sessions(layout, rules: rules)
      s.insert(7, by: 1)
      s.commit(1)
      s.insert(7, by: 2)
      s.insert(7, by: 3)
      _ = s.happened()
      s.update(7, by: 2)
      s.update(7, by: 3)
      #expect(s.happened() == ["2 waits", "3 waits", "3 deadlock", "2 staged"])
    }
  }

  @Test("a duplicate in an ordered index also locks the gap before the row")
  func nextKeyLock() {
    for layout in [ascending, UniqueIndexLayout(isOrdered: false)] {
      var s = sessions(layout)
      s.insert(5, by: 1)
      s.commit(1)
      s.insert(5, by: 2)
      _ = s.happened()
      s.insert(4, by: 3)
      s.insert(6, by: 4)
      s.commit(2)
      #expect(
        s.happened()
          == (layout.isOrdered
            ? ["3 waits", "4 inserted", "2 commits", "3 inserted"]
            : ["3 inserted", "4 inserted", "2 commits"]))
    }
  }

  @Test("a plain duplicate at once, where the row is committed", arguments: layouts)
  func committedDuplicate(layout: UniqueIndexLayout) {
    var s = sessions(layout)
    s.insert(7, by: 1)
    s.commit(1)
    s.insert(7, by: 1)
    s.commit(1)
    #expect(s.happened() == ["1 inserted", "1 commits", "1 duplicate processing", "1 commits"])
    #expect(s.locks.totalHeld == 0)
  }

  // MARK: Lookups and updates of an existing row

  @Test("a locking lookup waits for the writer and reads what was committed", arguments: layouts)
  func currentRead(layout: UniqueIndexLayout) {
    for gapLocks in [true, false] {
      var s = sessions(layout)
      s.insert(7, by: 1)
      s.select(7, by: 2, gapLocks: gapLocks)
      s.update(7, to: .completed(status: 201), by: 1)
      s.commit(1)
      s.select(7, by: 3, gapLocks: gapLocks)
      s.update(7, by: 2)
      s.commit(2)
      #expect(
        s.happened() == [
          "1 inserted", "2 waits", "1 staged", "1 commits", "2 found completed(status: 201)",
          "3 waits", "2 staged", "2 commits", "3 found failed",
        ])
    }
  }

  @Test("a lookup and an update that waited for a rolled-back insert find nothing")
  func waitingForNothing() {
    for layout in layouts {
      var s = sessions(layout)
      s.insert(7, by: 1)
      s.select(7, by: 2)
      s.update(7, by: 3)
      s.rollBack(1)
      #expect(
        s.happened() == [
          "1 inserted", "2 waits", "3 waits", "1 rolls back", "2 missing", "3 missing",
        ])
    }
  }

  @Test(
    "lookups that waited for a rolled-back insert share its gap at REPEATABLE READ alone",
    arguments: layouts)
  func lookupsAfterRollback(layout: UniqueIndexLayout) {
    for gapLocks in [true, false] {
      var s = sessions(layout)
      s.insert(7, by: 1)
      s.select(7, by: 2, gapLocks: gapLocks)
      s.select(7, by: 3, gapLocks: gapLocks)
      s.rollBack(1)
      #expect(
        s.happened() == [
          "1 inserted", "2 waits", "3 waits", "1 rolls back", "2 missing", "3 missing",
        ])
      s.insert(7, by: 2)
      s.insert(7, by: 3)
      #expect(
        s.happened()
          == (gapLocks
            ? ["2 waits", "3 waits", "3 deadlock", "2 inserted"] : ["2 inserted", "3 waits"]))
    }
  }

  @Test("updates of one row go one after the other; a rolled-back one changes nothing")
  func updates() {
    for layout in layouts {
      var s = sessions(layout)
      s.insert(7, by: 1)
      s.update(7, by: 2)
      s.commit(1)
      s.select(7, by: 3)
      s.rollBack(2)
      #expect(
        s.happened() == [
          "1 inserted", "2 waits", "1 commits", "2 staged", "3 waits", "2 rolls back",
          "3 found processing",
        ])
    }
  }

  @Test("a timeout ends the statement only: what the transaction has locked stays")
  func timeout() {
    for layout in layouts {
      var s = sessions(layout)
      s.insert(1, by: 1)
      s.insert(2, by: 2)
      s.insert(1, by: 2)
      s.timeOut(2)
      s.insert(2, by: 3)
      s.commit(1)
      #expect(
        s.happened() == [
          "1 inserted", "2 inserted", "2 waits", "2 timeout", "3 waits", "1 commits",
        ])
      s.commit(2)
      #expect(s.happened() == ["2 commits", "3 duplicate processing"])
    }
  }

  // MARK: Gaps that are split and joined

  @Test("who has locked a gap has locked both parts after an insert splits it")
  func inheritanceOnInsert() {
    var s = sessions(ascending)
    s.select(50, by: 1)
    s.insert(30, by: 1)
    s.insert(10, by: 2)
    s.insert(40, by: 3)
    #expect(s.happened() == ["1 missing", "1 inserted", "2 waits", "3 waits"])
    s.commit(1)
    #expect(s.happened() == ["1 commits", "3 inserted", "2 inserted"])
  }

  @Test("who has locked the gap before a row that is rolled back has locked the joined gap")
  func inheritanceOnRollback() {
    var s = sessions(ascending)
    s.insert(30, by: 1)
    s.select(20, by: 2)
    s.insert(35, by: 3)
    #expect(s.happened() == ["1 inserted", "2 missing", "3 inserted"])
    s.commit(3)
    s.rollBack(1)
    s.insert(32, by: 3)
    s.insert(10, by: 4)
    s.insert(40, by: 5)
    s.commit(2)
    #expect(
      s.happened() == [
        "3 commits", "1 rolls back", "3 waits", "4 waits", "5 inserted", "2 commits",
        "3 inserted", "4 inserted",
      ])
  }

  @Test(
    "an insert that waits before a row that is rolled back is woken and waits in the joined gap")
  func wokenToWaitAgain() {
    var s = sessions(ascending)
    s.insert(30, by: 1)
    s.select(20, by: 2)
    s.insert(10, by: 3)
    s.rollBack(1)
    s.commit(2)
    #expect(
      s.happened() == [
        "1 inserted", "2 missing", "3 waits", "1 rolls back", "3 waits", "2 commits",
        "3 inserted",
      ])
  }

  @Test("inserts of different keys do not wait for each other, whatever the order of the index")
  func noGapLocksNoWaits() {
    for layout in layouts {
      var s = sessions(layout)
      for session in 1...50 { s.insert(session, by: session) }
      #expect(s.happened() == (1...50).map { "\($0) inserted" })
      for session in 1...50 where session % 3 == 0 { s.rollBack(session) }
      for session in 1...50 where session % 3 == 1 { s.commit(session) }
      for session in 1...50 where session % 3 == 2 { s.commit(session) }
      #expect(s.locks.totalHeld == 0)
      #expect(s.rows.rowsInMemory == 34)
    }
  }
}
