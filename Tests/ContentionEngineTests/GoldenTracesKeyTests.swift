import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// The golden traces 1 to 3 of R6: inserts of one missing key.
///
/// A SELECT takes 1 ms at the server, after its locks; commits take 10 ms where a test says so, and
/// all else no time. `end` is the supremum, behind all keys: the table is empty, so that its one
/// gap lies before it. All users of a load share the key 0. Rules: SEMANTICS 1.2 and 1.4.
@Suite("Golden traces of unique keys")
struct GoldenTracesKeyTests {
  private func system(
    _ isolation: IsolationLevel = .repeatableRead, commit: UInt64 = 0, select: UInt64 = 1
  ) -> SystemModel {
    var system = SystemModel()
    system.database.isolation = isolation
    system.database.select = .constant(.milliseconds(select))
    system.database.commit = .constant(.milliseconds(commit))
    return system
  }

  private func compiled(
    _ steps: Step..., users: Int, apart: UInt64 = 0, key: IterationStep.KeyUse = .same,
    tables: [Table] = Build.tables(), system: SystemModel
  ) -> CompiledScenario {
    let stagger = apart == 0 ? StartStagger.none : Build.everyStep(apart, users: users)
    return Build.scenario(
      steps, load: Build.once(users, stagger: stagger, key: key), tables: tables, system: system
    ).compiled("none")
  }

  // MARK: Trace 1: gap locks

  @Test("1: two who find a key missing lock its gap, and the second INSERT closes a cycle")
  func gapLocks() throws {
    // Both SELECT … FOR UPDATE at 0: each has the gap. At 1 ms u1's INSERT waits for u2's gap, and
    // u2's for u1's: equal weights (one lock each), so u2, who joined last, is rolled back. u1
    // inserts; the row splits the gap, and u1 has both halves. It works until 6.
    let compiled = compiled(
      Build.transaction(Build.selectThenInsert(Build.delay(5))), users: 2, system: system())
    #expect(
      compiled.lockStory() == [
        "0 u1 takes X gap keys end", "0 u2 takes X gap keys end",
        "1ms u1 awaits X insert keys end behind u2", "1ms u2 drops X gap keys end",
        "1ms u1 takes X insert keys end", "1ms u1 takes X gap keys key 0",
        "6ms u1 drops X gap keys end", "6ms u1 drops X insert keys end",
        "6ms u1 drops X gap keys key 0",
      ])
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "1ms u2 answer 500", "6ms u1 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.deadlocks) == 1)
    #expect(result.safety.keyRows == 1)

    let report = try #require(result.latestDeadlock)
    #expect(report.moment.sinceStart == .milliseconds(1))
    #expect(
      report.story == [
        "u1 INSERT holds X gap keys end, awaits X insert keys end",
        "u2 INSERT holds X gap keys end, awaits X insert keys end (victim)",
      ])
    #expect(report.members.map(\.lockStructs) == [2, 2])
    #expect(report.members.map(\.rowChanges) == [0, 0])
    #expect(report.members.map(\.active) == [.milliseconds(1), .milliseconds(1)])
  }

  /// They come 1 ms apart and begin together, at the barrier: all SELECTs are served before the
  /// first INSERT.
  private func together(_ users: Int, _ engine: DatabaseEngine) -> CompiledScenario {
    var system = system()
    system.database.engine = engine
    return compiled(
      .barrier(parties: users), Build.transaction(Build.selectThenInsert(Build.delay(5))),
      users: users, apart: 1, system: system)
  }

  @Test(
    "1: N who have all found a key missing make N − 1 deadlocks and one row, N = 2 … 50",
    arguments: [DatabaseEngine.mySQL80, .mariaDB])
  func gapLocksOfMany(engine: DatabaseEngine) {
    for users in 2...50 {
      // The last one comes after N − 1 ms, SELECTs for 1 ms; the one who inserts works for 5 ms.
      let result = together(users, engine).run()
      #expect(result.count(.deadlocks) == UInt64(users - 1), "\(users) users")
      #expect(result.safety.keyRows == 1, "\(users) users")
      #expect(result.safety.answered == UInt64(users))
      #expect(result.safety.isSafe)
      #expect(result.virtualTime == .milliseconds(UInt64(users) + 5))
    }
  }

  @Test("1: it is the first INSERT that succeeds; all others fail in the same moment")
  func firstInserterWins() {
    // MariaDB looks at the oldest lock first: u1's INSERT waits for u2, and each later INSERT waits
    // for u1 and closes a cycle with it.
    #expect(
      together(4, .mariaDB).timeline().filter { $0.contains("answer") } == [
        "4ms u2 answer 500", "4ms u3 answer 500", "4ms u4 answer 500", "9ms u1 answer 200",
      ])
    // MySQL looks at the newest first: u1 to u3 wait for u4, whose INSERT closes the first cycle.
    // When u4 is gone, the others wait for the oldest that is left: u2 for u1 and u1 for u2, and
    // when u2 is gone, u3 and u1 for each other.
    #expect(
      together(4, .mySQL80).timeline().filter { $0.contains("answer") } == [
        "4ms u4 answer 500", "4ms u2 answer 500", "4ms u3 answer 500", "9ms u1 answer 200",
      ])
  }

  // MARK: Trace 2: READ COMMITTED

  @Test("2: without gap locks the second INSERT waits for the first, and fails when it commits")
  func readCommittedCommit() {
    // u1: INSERT at 1, works until 6, commits until 16. u2's INSERT at 1 makes u1's implicit lock
    // explicit, and waits for S; has it at 16; error 1062; its rollback gives S up.
    let compiled = compiled(
      Build.transaction(Build.selectThenInsert(Build.delay(5))), users: 2,
      system: system(.readCommitted, commit: 10))
    #expect(
      compiled.lockStory() == [
        "1ms u1 takes X record keys key 0", "1ms u2 awaits S next-key keys key 0 behind u1",
        "16ms u1 drops X record keys key 0", "16ms u2 takes S next-key keys key 0",
        "16ms u2 drops S next-key keys key 0",
      ])
    #expect(
      compiled.timeline() == [
        "0 u1 statements", "0 u2 statements", "1ms u1 external delay", "1ms u2 row-lock wait",
        "6ms u1 commit", "16ms u2 answer 500", "16ms u1 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.duplicateKeyErrors) == 1)
    #expect(result.count(.deadlocks) == 0)
    #expect(result.safety.keyRows == 1)
  }

  @Test("2: … and inserts when the first rolls back")
  func readCommittedRollback() {
    // u1 is refused at 6 and rolls back: its row goes, and u2's S becomes a lock on the gap that
    // the row was in. u2 inserts, works until 11, commits until 21.
    let compiled = compiled(
      Build.transaction(
        Build.selectThenInsert(Build.delay(5), Build.inTurn([Build.refuse], []))),
      users: 2, system: system(.readCommitted, commit: 10))
    #expect(
      compiled.lockStory() == [
        "1ms u1 takes X record keys key 0", "1ms u2 awaits S next-key keys key 0 behind u1",
        "6ms u1 drops X record keys key 0", "6ms u2 gives up S next-key keys key 0",
        "6ms u2 takes S gap keys end", "6ms u2 takes S gap keys key 0",
        "21ms u2 drops S gap keys end", "21ms u2 drops S gap keys key 0",
      ])
    #expect(
      compiled.timeline() == [
        "0 u1 statements", "0 u2 statements", "1ms u1 external delay", "1ms u2 row-lock wait",
        "6ms u1 answer 422", "6ms u2 external delay", "11ms u2 commit", "21ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.duplicateKeyErrors) == 0)
    #expect(result.count(.deadlocks) == 0)
    #expect(result.safety.keyRows == 1)
  }

  @Test(
    "2: two who wait FOR UPDATE for a row that is rolled back insert one after the other",
    arguments: IsolationLevel.allCases)
  func lookupOfVanishingRow(isolation: IsolationLevel) {
    // u1 inserts at 1 and is refused at 6; u2 and u3 come at 2 and 4 and wait for its row. Under
    // READ COMMITTED they keep nothing of it: u2 and u3 find the key missing at 6, u2 inserts at 7,
    // u3's INSERT waits for it until 12, and is a duplicate. Under REPEATABLE READ both lock the
    // gap, and the second INSERT closes a cycle at 7.
    let result = compiled(
      Build.transaction(
        Build.selectThenInsert(Build.delay(5), Build.inTurn([Build.refuse], [], []))),
      users: 3, apart: 2, system: system(isolation)
    ).run()
    let deadlocks: UInt64 = isolation == .repeatableRead ? 1 : 0
    #expect(result.count(.deadlocks) == deadlocks)
    #expect(result.count(.duplicateKeyErrors) == 1 - deadlocks)
    #expect(result.safety.keyRows == 1)
  }

  // MARK: Trace 3: the first of several inserters rolls back

  /// The first to come works 5 ms and is refused; the others come 1 ms apart and insert, too.
  private func rolledBack(users: Int, _ ifDuplicate: InsertStep.IfDuplicate = .fail)
    -> CompiledScenario
  {
    compiled(
      Build.transaction(
        Build.insert(ifDuplicate), Build.delay(5),
        .everyNth(
          EveryNth(every: 1_000_000, first: 1, counting: .ofGroup(size: users)),
          steps: [Build.refuse], otherwise: [])),
      users: users, apart: 1, system: system())
  }

  @Test("3: when the first of three inserters rolls back, the others share its gap: one 1213")
  func threeInserts() throws {
    // u1 inserts at 0; u2 at 1 and u3 at 2 wait for S. At 5 u1 rolls back: both have S on the gap;
    // u2 wants to insert and waits for u3's, u3 for u2's: u3 joined last. u2 works until 10.
    let compiled = rolledBack(users: 3)
    #expect(
      compiled.lockStory() == [
        "1ms u1 takes X record keys key 0", "1ms u2 awaits S next-key keys key 0 behind u1",
        "2ms u3 awaits S next-key keys key 0 behind u1", "5ms u1 drops X record keys key 0",
        "5ms u2 gives up S next-key keys key 0", "5ms u3 gives up S next-key keys key 0",
        "5ms u2 takes S gap keys end", "5ms u3 takes S gap keys end",
        "5ms u2 awaits X insert keys end behind u3", "5ms u3 drops S gap keys end",
        "5ms u2 takes X insert keys end", "5ms u2 takes S gap keys key 0",
        "10ms u2 drops S gap keys end", "10ms u2 drops X insert keys end",
        "10ms u2 drops S gap keys key 0",
      ])
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "5ms u1 answer 422", "5ms u3 answer 500", "10ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.deadlocks) == 1)
    #expect(result.count(.duplicateKeyErrors) == 0)
    #expect(result.safety.keyRows == 1)
    #expect(
      try #require(result.latestDeadlock).story == [
        "u2 INSERT holds S gap keys end, awaits X insert keys end",
        "u3 INSERT holds S gap keys end, awaits X insert keys end (victim)",
      ])
  }

  @Test("3: k who wait for an insert that is rolled back make k − 1 deadlocks")
  func storm() {
    for waiters in 1...4 {
      // They come at 1 … k ms, k ≤ 4: before the rollback at 5.
      for ifDuplicate in [InsertStep.IfDuplicate.fail, .update] {
        let result = rolledBack(users: waiters + 1, ifDuplicate).run()
        #expect(result.count(.deadlocks) == UInt64(waiters - 1), "\(waiters) waiters")
        #expect(result.safety.keyRows == 1)
      }
    }
  }

  // MARK: Duplicates

  @Test("a duplicate keeps its shared lock until its transaction ends: an upsert waits for it")
  func sharedLockStays() {
    // u1 inserts at 0 and commits, all in one event. u2 at 1: error 1062, and S; tries again at 11
    // in the same transaction, and then gives up. u3 at 2 wants X, and has it at 11.
    let compiled = compiled(
      Build.transaction(
        Build.inTurn(
          [Build.insert()], [Build.retrying(.duplicateKey, pause: 10, Build.insert())],
          [Build.insert(.update)])), users: 3, apart: 1, system: system())
    #expect(
      compiled.timeline() == [
        "1ms u2 backoff", "2ms u3 row-lock wait", "11ms u2 answer 500",
        "11ms u3 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.duplicateKeyErrors) == 2)
    #expect(result.count(.deadlocks) == 0)
  }

  @Test("INSERT … ON DUPLICATE KEY UPDATE makes users wait for one another, and none fails")
  func upsert() {
    // u1 inserts at 0 and works until 10; u2 has X from 10 to 20, u3 from 20 to 30.
    let compiled = compiled(
      Build.transaction(Build.insert(.update), Build.delay(10)), users: 3, apart: 1,
      system: system())
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "1ms u2 row-lock wait", "2ms u3 row-lock wait",
        "10ms u1 answer 200", "10ms u2 external delay", "20ms u2 answer 200",
        "20ms u3 external delay", "30ms u3 answer 200",
      ])
    #expect(
      compiled.lockStory().filter { $0.contains("awaits") || $0.contains("takes X next") } == [
        "1ms u2 awaits X next-key keys key 0 behind u1",
        "2ms u3 awaits X next-key keys key 0 behind u1", "10ms u2 takes X next-key keys key 0",
        "20ms u3 takes X next-key keys key 0",
      ])
    #expect(compiled.run().safety.keyRows == 1)
  }

  @Test(
    "plain inserts of a key that is committed meanwhile fail together; INSERT IGNORE goes on")
  func plainAndIgnore() {
    // S locks share: u2 and u3 both go on at 10.
    func answers(_ ifDuplicate: InsertStep.IfDuplicate) -> [String] {
      compiled(
        Build.transaction(Build.insert(ifDuplicate), Build.delay(10)), users: 3, apart: 1,
        system: system()
      ).timeline().filter { $0.contains("answer") }
    }
    #expect(
      answers(.fail) == ["10ms u1 answer 200", "10ms u2 answer 500", "10ms u3 answer 500"])
    #expect(
      answers(.ignore) == ["10ms u1 answer 200", "20ms u2 answer 200", "20ms u3 answer 200"])
  }

  // MARK: Different keys in one gap

  private func differentKeys(
    among existing: Int, _ order: Table.KeyOrder, _ isolation: IsolationLevel
  ) -> CompiledScenario {
    var tables = Build.tables()
    tables[1].rows = existing
    tables[1].keyOrder = order
    return compiled(
      Build.transaction(Build.selectThenInsert(Build.delay(5))), users: 2, key: .new,
      tables: tables, system: system(isolation))
  }

  @Test("different keys in one gap deadlock as one key does; under READ COMMITTED they do not")
  func unrelatedKeys() {
    for (existing, order) in [(0, Table.KeyOrder.random), (1_000, .ascending)] {
      let compiled = differentKeys(among: existing, order, .repeatableRead)
      #expect(compiled.run().count(.deadlocks) == 1)
      #expect(compiled.run().safety.keyRows == 1)
      #expect(
        compiled.timeline().filter { $0.contains("answer") } == [
          "1ms u2 answer 500", "6ms u1 answer 200",
        ])
      let relaxed = differentKeys(among: existing, order, .readCommitted).run()
      #expect(relaxed.count(.deadlocks) == 0)
      #expect(relaxed.safety.keyRows == 2)
    }
  }

  @Test("random keys share one of the gaps between n others with probability 2/(n + 2)")
  func sharedGaps() {
    // n = 8: 0.2. In 600 runs 120 ± 9.8; four standard deviations are allowed.
    let compiled = differentKeys(among: 8, .random, .repeatableRead)
    let deadlocks = (1...600).reduce(0) { $0 + compiled.run(seed: $1).count(.deadlocks) }
    #expect((81...159).contains(deadlocks))
  }
}
