import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Rows, transactions and retries, each in a run that is small enough to check by hand.
///
/// Unless a test says otherwise nothing takes time but what it names, and users start at once or 1
/// ms apart. Where a commit frees a row, the waiter goes on before the committer, because the
/// server frees the row before it answers.
@Suite("Row timelines")
struct RowTimelineTests {
  /// Commits of 10 ms, one sync at a time.
  private var slowCommit: SystemModel {
    var system = SystemModel()
    system.database.commit = .constant(.milliseconds(10))
    return system
  }

  @Test("an optimistic UPDATE waits for the writer before it and then sees the new version")
  func optimisticWaits() {
    // u1: reads at 0, computes 5, writes at 5, commits 5–15. u2: reads at 1 (version 0), computes
    // 5, at 6 wants the row that u1 holds; gets it at 15 with version 1: 0 rows, attempt 1 lost.
    // Attempt 2 at once (time has passed): reads version 1 at 15, computes 5, writes at 20, commits
    // 20–30.
    let steps = [
      Build.retry(.none, Build.transaction(Build.read(), Build.cpu(5), Build.add(10)))
    ]
    let scenario = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: slowCommit)
    let compiled = scenario.compiled("optimistic")
    #expect(
      compiled.timeline() == [
        "0 u1 cpu", "1ms u2 cpu", "5ms u1 commit", "6ms u2 row-lock wait", "15ms u2 cpu",
        "15ms u1 answer 200", "20ms u2 commit", "30ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.optimisticLockConflicts) == 1)
    #expect(result.retries == [1, 1])
    #expect(result.safety.columns[0].finalSum == 20)
    // Wasted: the attempt from 1 to 15.
    #expect(result.trend(.wastedWorkTime).sum == 14_000_000)
    #expect(result.resources.tables[0].rowWaits.totalWait == 9_000_000)
  }

  @Test("without a guard the same two lose an update, and the witness tells how")
  func lostUpdate() throws {
    // u1 reads 0 at 0, commits 10 at 15. u2 reads 0 at 1, waits 6–15, writes 10 at 15, commits
    // 15–25.
    let steps = [Build.transaction(Build.read(), Build.cpu(5), Build.add(10))]
    let scenario = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: slowCommit)
    let compiled = scenario.compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 cpu", "1ms u2 cpu", "5ms u1 commit", "6ms u2 row-lock wait", "15ms u2 commit",
        "15ms u1 answer 200", "25ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.broken(.noLostUpdate) == 1)
    #expect(result.safety.columns[0].finalSum == 10)
    #expect(result.safety.columns[0].intendedChange == 20)
    let witness = try #require(result.safety.firstLostUpdate)
    func story(_ part: LostUpdateWitness.Part) -> String {
      "u\(part.user.index + 1) read \(part.valueRead) at \(part.readAt.sinceStart), "
        + "committed \(part.valueWritten) at \(part.committedAt.sinceStart)"
    }
    #expect(story(witness.overwritten) == "u1 read 0 at 0, committed 10 at 15ms")
    #expect(story(witness.overwriting) == "u2 read 0 at 1ms, committed 10 at 25ms")
    #expect(witness.rowNumber == 1)
  }

  @Test("SELECT … FOR UPDATE makes the second wait before it reads")
  func pessimistic() {
    // u1: row from 0, computes to 5, commits to 15. u2 wants the row at 1, reads 10 at 15,
    // computes, commits 20–30.
    let steps = [Build.transaction(Build.read(), Build.cpu(5), Build.add(10))]
    let compiled = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: slowCommit
    ).compiled("pessimistic")
    #expect(
      compiled.timeline() == [
        "0 u1 cpu", "1ms u2 row-lock wait", "5ms u1 commit", "15ms u2 cpu", "15ms u1 answer 200",
        "20ms u2 commit", "30ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.safety.columns[0].finalSum == 20)
    // Held 0–30 by one or the other.
    #expect(result.resources.tables[0].hottestRow?.held == .milliseconds(30))
    #expect(result.resources.tables[0].hottestRow?.holds == 2)
  }

  @Test("one statement that adds needs no read and holds the row only while it commits")
  func atomic() {
    // Both compute side by side; u1 writes at 5 and commits to 15; u2 waits from 6, writes at 15,
    // commits to 25.
    let steps = [Build.transaction(Build.read(), Build.cpu(5), Build.add(10))]
    let compiled = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: slowCommit
    ).compiled("atomic")
    #expect(
      compiled.timeline() == [
        "0 u1 cpu", "1ms u2 cpu", "5ms u1 commit", "6ms u2 row-lock wait", "15ms u2 commit",
        "15ms u1 answer 200", "25ms u2 answer 200",
      ])
    #expect(compiled.run().safety.columns[0].finalSum == 20)
  }

  @Test(
    "a plain read under REPEATABLE READ stays as old as the first; under READ COMMITTED it does not"
  )
  func isolation() {
    // u1 writes at 0 and commits 0–10. u2 reads balance at 1, waits outside for 20 ms, reads again
    // at 21 and writes what it read the second time plus 1: 11 when it saw the commit, 1 when it
    // did not.
    func finalBalance(_ isolation: IsolationLevel) -> Int128 {
      let writer = Build.request([Build.transaction(Build.read(), Build.add(10))], name: "write")
      let reader = Build.request(
        [
          .transaction(
            TransactionStep(
              isolation: isolation,
              steps: [Build.read(), Build.delay(20), Build.read(), Build.add(1)]))
        ], name: "read")
      var second = Build.once(1, request: 1, name: "second")
      second.startTime = .milliseconds(1)
      return Build.scenario(
        [writer, reader], loads: [Build.once(1, name: "first"), second], system: slowCommit
      ).compiled("none").run().safety.columns[0].finalSum
    }
    #expect(finalBalance(.readCommitted) == 11)
    #expect(finalBalance(.repeatableRead) == 1)
  }

  @Test(
    "a lock wait ends at its time-out in MariaDB and at the next tick of a second in MySQL",
    arguments: [
      (DatabaseEngine.mariaDB, "1.55s u2 answer 408"), (.mySQL80, "2s u2 answer 408"),
    ])
  func lockWaitTimeout(engine: DatabaseEngine, answer: String) {
    // u1 has the row from 0 to 10 s. u2 wants it at 0.05 s and gives up after 1.5 s, at 1.55 s.
    var system = SystemModel()
    system.database.engine = engine
    system.database.lockWaitTimeout = .milliseconds(1_500)
    let steps = [Build.transaction(Build.read(), Build.delay(10_000), Build.add(1))]
    let compiled = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(50, users: 2)), system: system
    ).compiled("pessimistic")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "50ms u2 row-lock wait", answer, "10s u1 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.pessimisticLockTimeouts) == 1)
    #expect(result.rate(.errors) == 0.5)
    #expect(result.safety.isSafe)
  }

  @Test("a lock wait that is over in time leaves no time-out behind")
  func lockWaitInTime() {
    // As before, but u1 lets go at 1 s: u2 has the row from 1 s to 2 s, past its time-out at 1.55
    // s.
    var system = SystemModel()
    system.database.engine = .mariaDB
    system.database.lockWaitTimeout = .milliseconds(1_500)
    let steps = [Build.transaction(Build.read(), Build.delay(1_000), Build.add(1))]
    let compiled = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(50, users: 2)), system: system
    ).compiled("pessimistic")
    #expect(compiled.timeline().last == "2s u2 answer 200")
    #expect(compiled.run().count(.pessimisticLockTimeouts) == 0)
  }

  @Test("a time-out ends the statement; its transaction rolls back and another attempt may be made")
  func timeoutIsRetried() {
    // u1 has the row 0–2 s. u2 waits 0.05–1.05, tries again at once, waits 1.05–2 and has the row
    // 2–4.
    var system = SystemModel()
    system.database.engine = .mariaDB
    system.database.lockWaitTimeout = .seconds(1)
    system.database.rollback = .constant(.milliseconds(10))
    let steps = [
      Build.retry(
        on: [.lockWaitTimeout], .none,
        Build.transaction(Build.read(), Build.delay(2_000), Build.add(1)))
    ]
    let compiled = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(50, users: 2)), system: system
    ).compiled("pessimistic")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "50ms u2 row-lock wait", "1.05s u2 commit", "1.06s u2 row-lock wait",
        "2s u1 answer 200", "2s u2 external delay", "4s u2 answer 200",
      ])
  }

  @Test("a refusal by a floor leaves everything as it was", arguments: WriteGuard.allCases)
  func floor(writeGuard: WriteGuard) {
    // 25 is there; three take 10 one after another: two succeed, the third is refused, whatever the
    // guard.
    let steps = [
      Build.retry(
        .none, Build.transaction(Build.read(), Build.cpu(1), Build.add(-10, atLeast: 0)))
    ]
    let compiled = Build.scenario(
      steps, load: Build.once(3, stagger: Build.everyStep(100, users: 3)),
      tables: Build.tables(balance: 25), system: slowCommit
    ).compiled(Defence(writeGuard: writeGuard))
    // The atomic statement learns of it at the server; the others before they send the UPDATE.
    #expect(
      compiled.timeline() == [
        "0 u1 cpu", "1ms u1 commit", "11ms u1 answer 200", "100ms u2 cpu", "101ms u2 commit",
        "111ms u2 answer 200", "200ms u3 cpu", "201ms u3 answer 409",
      ])
    let result = compiled.run()
    #expect(result.safety.columns[0].finalSum == 5)
    #expect(result.count(.insufficientBalance) == 1)
    #expect(result.rate(.errors) == 0)
    #expect(result.broken(.neverOversold) == 0)
  }

  @Test("without a guard two who read before either writes oversell")
  func oversell() {
    // 15 is there; both read it at 0 and 1, both take 10. The second commit leaves 5 where −5 would
    // be true.
    let steps = [Build.transaction(Build.read(), Build.cpu(5), Build.add(-10, atLeast: 0))]
    let result = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(1, users: 2)),
      tables: Build.tables(balance: 15), system: slowCommit
    ).compiled("none").run()
    #expect(result.broken(.neverOversold) == 1)
    #expect(result.broken(.noLostUpdate) == 1)
    #expect(result.safety.columns[0].finalSum == 5)
  }

  // MARK: Deadlocks

  /// Two request classes over one row of each of two tables; the second starts 1 ms after the
  /// first.
  private func crossing(
    first: [Step], second: [Step], detects: Bool = true, rollback: UInt64 = 0
  ) -> Scenario {
    let tables = ["a", "b"].map {
      Table(name: $0, rows: 1, columns: [Table.Column(name: "value", initialValue: 0)])
    }
    let keys = [
      RowKey(name: "a", table: 0, choice: .uniform), RowKey(name: "b", table: 1, choice: .uniform),
    ]
    var system = slowCommit
    system.database.deadlockDetection = detects
    system.database.engine = .mariaDB
    system.database.lockWaitTimeout = .seconds(1)
    system.database.rollback = .constant(.milliseconds(rollback))
    var later = Build.once(1, request: 1, name: "later")
    later.startTime = .milliseconds(1)
    return Build.scenario(
      [
        RequestClass(identifier: "ab", name: "ab", keys: keys, steps: first),
        RequestClass(identifier: "ba", name: "ba", keys: keys, steps: second),
      ], loads: [Build.once(1), later], tables: tables, system: system)
  }
  private let a = RowReference(table: 0, key: 0)
  private let b = RowReference(table: 1, key: 1)
  private func add(_ row: RowReference) -> Step {
    .update(UpdateStep(row: row, column: 0, change: .add(1)))
  }

  @Test("of two equal transactions that wait for each other the one that closed the circle goes")
  func deadlockTie() {
    // u1 locks a at 0, u2 b at 1. u1 wants b at 5 and waits; u2 wants a at 6: a cycle, one lock
    // each, no row changed: the latest joiner, u2, is the victim. Its rollback lets u1 have b at 6,
    // before u2 has its answer; u1 commits 11–21 with 2 changes.
    let compiled = crossing(
      first: [
        Build.transaction(
          .lock(LockStep(a)), Build.delay(5), .lock(LockStep(b)), Build.delay(5), add(a))
      ],
      second: [
        Build.transaction(
          .lock(LockStep(b)), Build.delay(5), .lock(LockStep(a)), Build.delay(5), add(b))
      ]
    ).compiled("pessimistic")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "1ms u2 external delay", "5ms u1 row-lock wait",
        "6ms u2 statements", "6ms u1 external delay", "6ms u2 answer 500", "11ms u1 commit",
        "21ms u1 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.deadlocks) == 1)
    #expect(result.count(.deadlockExhausted) == 1)
  }

  @Test("the lighter of two transactions goes, even if it was there first")
  func deadlockWeight() {
    // u1 only locks a (weight 1); u2 locks and changes b (weight 2), and closes the cycle at 6. u1
    // is rolled back in its wait: ROLLBACK costs it 3 ms, 6–9. u2 has a at 6, computes to 11,
    // commits 11–21.
    let compiled = crossing(
      first: [
        Build.transaction(
          .lock(LockStep(a)), Build.delay(5), .lock(LockStep(b)), Build.delay(5), add(a))
      ],
      second: [
        Build.transaction(add(b), Build.delay(5), .lock(LockStep(a)), Build.delay(5), add(a))
      ],
      rollback: 3
    ).compiled("atomic")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "1ms u2 external delay", "5ms u1 row-lock wait",
        "6ms u1 statements", "6ms u2 row-lock wait", "6ms u2 external delay", "6ms u1 commit",
        "9ms u1 answer 500",
        "11ms u2 commit", "21ms u2 answer 200",
      ])
  }

  @Test("a deadlock's victim tries again and succeeds")
  func deadlockRetried() {
    // As in the tie, but u2 makes another attempt at 6: b is u1's until 21. It has b at 21, a at
    // 26, commits 31–41.
    let second = Build.transaction(
      .lock(LockStep(b)), Build.delay(5), .lock(LockStep(a)), Build.delay(5), add(b))
    let compiled = crossing(
      first: [
        Build.transaction(
          .lock(LockStep(a)), Build.delay(5), .lock(LockStep(b)), Build.delay(5), add(a))
      ],
      second: [Build.retry(.none, second)]
    ).compiled("pessimistic")
    #expect(
      compiled.timeline().suffix(6) == [
        "11ms u1 commit", "21ms u2 external delay", "21ms u1 answer 200", "26ms u2 external delay",
        "31ms u2 commit", "41ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.deadlocks) == 1)
    #expect(result.rate(.errors) == 0)
  }

  @Test("without detection a deadlock ends by the time-out of a wait")
  func deadlockUndetected() {
    // u1 waits for b from 5, u2 for a from 6; u1 gives up at 1.005 s and lets go of a: u2 has it
    // then.
    let compiled = crossing(
      first: [
        Build.transaction(
          .lock(LockStep(a)), Build.delay(5), .lock(LockStep(b)), Build.delay(5), add(a))
      ],
      second: [
        Build.transaction(
          .lock(LockStep(b)), Build.delay(5), .lock(LockStep(a)), Build.delay(5), add(b))
      ],
      detects: false
    ).compiled("pessimistic")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "1ms u2 external delay", "5ms u1 row-lock wait",
        "6ms u2 row-lock wait", "1.005s u1 answer 408", "1.005s u2 external delay",
        "1.01s u2 commit", "1.02s u2 answer 200",
      ])
  }

  // MARK: Commit

  @Test("commits that come during a sync go together with the next one")
  func groupCommit() {
    // Four users on four rows, 1 ms apart, no work: u1 syncs 0–10; u2, u3 and u4 wait and share
    // 10–20.
    let steps = [Build.transaction(Build.add(1))]
    let tables = Build.tables(rows: 4)
    let load = Build.once(4, stagger: Build.everyStep(1, users: 4))
    let together = Build.scenario(steps, load: load, tables: tables, system: slowCommit)
      .compiled("atomic")
    #expect(
      together.timeline() == [
        "0 u1 commit", "1ms u2 commit", "2ms u3 commit", "3ms u4 commit", "10ms u1 answer 200",
        "20ms u2 answer 200", "20ms u3 answer 200", "20ms u4 answer 200",
      ])
    let log = together.run().resources.servers(.log)
    #expect(log?.busy.integral == 20_000_000)
    // The waits before the sync: 9 + 8 + 7 ms.
    #expect(log?.queue.totalWait == 24_000_000)

    var system = slowCommit
    system.database.groupCommit = false
    let alone = Build.scenario(steps, load: load, tables: tables, system: system)
      .compiled("atomic")
    #expect(
      alone.timeline().suffix(4) == [
        "10ms u1 answer 200", "20ms u2 answer 200", "30ms u3 answer 200", "40ms u4 answer 200",
      ])
    // 9 + 18 + 27 ms.
    #expect(alone.run().resources.servers(.log)?.queue.totalWait == 54_000_000)
  }

  @Test("a transaction that wrote nothing commits at once")
  func emptyCommit() {
    let compiled = Build.scenario(
      [Build.transaction(Build.read(), Build.cpu(2))], load: Build.once(1), system: slowCommit
    ).compiled("pessimistic")
    #expect(compiled.timeline() == ["0 u1 cpu", "2ms u1 answer 200"])
  }

  @Test(
    "a statement is a leg, its service and a leg back, and a transaction has two more statements")
  func statement() {
    // Legs of 1 ms; BEGIN 2, SELECT 3, UPDATE 4, COMMIT 5. 0–1 leg, –3 BEGIN, –4, –5 leg, –8
    // SELECT, –9, –10 leg, –14 UPDATE, –15, –16 leg, –21 sync, –22 leg. Outside a transaction: –1
    // leg, –4 SELECT, –5 and no COMMIT.
    var system = SystemModel()
    system.database.network = .constant(.milliseconds(1))
    system.database.begin = .constant(.milliseconds(2))
    system.database.select = .constant(.milliseconds(3))
    system.database.update = .constant(.milliseconds(4))
    system.database.commit = .constant(.milliseconds(5))
    let inside = Build.scenario(
      [Build.transaction(Build.read(), Build.add(1))], load: Build.once(1), system: system
    ).compiled("none")
    let split = inside.run().timeSplit
    #expect(split.total(.statement) == 15_000_000)
    #expect(split.total(.commit) == 7_000_000)
    #expect(inside.timeline().last == "22ms u1 answer 200")
    let outside = Build.scenario([Build.read()], load: Build.once(1), system: system)
      .compiled("none")
    #expect(outside.timeline().last == "5ms u1 answer 200")
    // An UPDATE that commits by itself: leg, service, sync, leg, in one statement.
    let update = Build.scenario([Build.add(1)], load: Build.once(1), system: system)
      .compiled("atomic")
    #expect(update.timeline().last == "11ms u1 answer 200")
  }
}
