import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// The golden traces 4, 5, 7, 8 and 9 of R6; trace 6 is in the suite "Distributed lock hazards".
///
/// Nothing takes time but what a test names.
@Suite("Golden traces of rows and connections")
struct GoldenTracesRowTests {
  private static let atomic = Defence(writeGuard: .atomic)

  // MARK: Trace 4: two rows in opposite orders

  private func opposite(_ second: Build.Role, system: SystemModel = SystemModel())
    -> CompiledScenario
  {
    Build.roles(
      Build.Role(
        at: 0, rows: [1, 2],
        Build.transaction(Build.change(0), Build.delay(10), Build.change(1))), second,
      system: system
    ).compiled(Self.atomic)
  }

  /// Row 2 at 1 ms, row 1 at 11 ms.
  private var mirrored: Build.Role {
    Build.Role(
      at: 1, rows: [2, 1], Build.transaction(Build.change(0), Build.delay(10), Build.change(1)))
  }

  @Test("4: AB and BA: one 1213; of equals it is who began to wait last")
  func tie() throws {
    // u1 has row 1 from 0 and waits for row 2 from 10; u2 has row 2 from 1 and wants row 1 at 11.
    // Each has changed one row and holds one lock. u1 commits at 11.
    let compiled = opposite(mirrored)
    #expect(
      compiled.lockStory() == [
        "0 u1 takes X record accounts 1", "1ms u2 takes X record accounts 2",
        "10ms u1 awaits X record accounts 2 behind u2", "11ms u2 drops X record accounts 2",
        "11ms u1 takes X record accounts 2", "11ms u1 drops X record accounts 1",
        "11ms u1 drops X record accounts 2",
      ])
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "11ms u1 answer 200", "11ms u2 answer 500",
      ])
    let result = compiled.run()
    #expect(result.count(.deadlocks) == 1)
    #expect(result.safety.columns[0].finalSum == 20)
    let report = try #require(result.latestDeadlock)
    #expect(
      report.story == [
        "u1 UPDATE holds X record accounts 1, awaits X record accounts 2",
        "u2 UPDATE holds X record accounts 2, awaits X record accounts 1 (victim)",
      ])
    #expect(report.members.map(\.lockStructs) == [2, 2])
    #expect(report.members.map(\.rowChanges) == [1, 1])
    #expect(report.members.map(\.active) == [.milliseconds(11), .milliseconds(10)])
  }

  @Test("4: a transaction that has changed or locked one row more is heavier: the other is lost")
  func lighter() throws {
    // u2 closes the cycle as before, but weighs 4 (two rows, two locks) or 3 (one row, two locks)
    // against u1's 2: u1 is rolled back at 11, and u2 goes on.
    let rows = [3, 2, 1]
    let afterwards = [Build.change(1), Build.delay(10), Build.change(2)]
    for (first, changes) in [(Build.change(0), 2), (Build.rowLock(0), 1)] {
      let role = Build.Role(
        at: 1, rows: rows, .transaction(TransactionStep(steps: [first] + afterwards)))
      let compiled = opposite(role)
      #expect(
        compiled.timeline().filter { $0.contains("answer") } == [
          "11ms u2 answer 200", "11ms u1 answer 500",
        ])
      let result = compiled.run()
      #expect(result.safety.columns[0].finalSum == Int128(10 * changes + 10))
      let report = try #require(result.latestDeadlock)
      #expect(
        report.story == [
          "u1 UPDATE holds X record accounts 1, awaits X record accounts 2 (victim)",
          "u2 UPDATE holds X record accounts 2, awaits X record accounts 1",
        ])
      #expect(report.members.map(\.lockStructs) == [2, 3])
      #expect(report.members.map(\.rowChanges) == [1, changes])
    }
  }

  @Test("4: without detection the cycle stands until the first wait in it has run out")
  func noDetection() {
    // u1 waits from 10 ms, for 5 s; it rolls back at 5.01 s, and u2, who waits from 11 ms, goes on.
    var system = SystemModel()
    system.database.engine = .mariaDB
    system.database.deadlockDetection = false
    system.database.lockWaitTimeout = .seconds(5)
    let compiled = opposite(mirrored, system: system)
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "5.01s u1 answer 408", "5.01s u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.deadlocks) == 0)
    #expect(result.count(.pessimisticLockTimeouts) == 1)
    #expect(result.latestDeadlock == nil)
  }

  @Test("4: in sorted order nobody closes a cycle")
  func sorted() {
    // u2 wants row 1 at 1 ms and waits for u1's commit at 10; then it has both until 20.
    let work = Build.transaction(Build.change(0), Build.delay(10), Build.change(1))
    let scenario = Build.roles(
      Build.Role(at: 0, rows: [1, 2], work), Build.Role(at: 1, rows: [2, 1], work), order: .sorted)
    #expect(
      scenario.compiled(Self.atomic).timeline() == [
        "0 u1 external delay", "1ms u2 row-lock wait", "10ms u1 answer 200",
        "10ms u2 external delay", "20ms u2 answer 200",
      ])
    #expect(
      scenario.with(.unorderedLocks).compiled(Self.atomic).run().count(.deadlocks) == 1)
  }

  @Test("4: a retry inside the transaction that was the victim commits half of the work")
  func retryOfVictim() {
    // u2 is rolled back at 11, its change of row 2 with it; it changes row 1 at 16, in a
    // transaction that the server has begun for it, and commits.
    let second = Build.Role(
      at: 1, rows: [2, 1],
      Build.transaction(
        Build.change(0), Build.delay(10), Build.retrying(.deadlock, pause: 5, Build.change(1))))
    let compiled = opposite(second)
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "11ms u1 answer 200", "16ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.safety.columns[0].finalSum == 30)
    #expect(result.broken(.acknowledgedIsCommitted) == 1)
  }

  @Test("4: the victim may be a transaction inside another, whose locks stay")
  func innerVictim() {
    // u1 wants row 2 at 10. u2 has row 3 in its outer transaction and row 2 in the inner one, which
    // wants row 1 at 11 and is rolled back, of equals (one lock each) the later. Made again it has
    // row 2 from 16, row 1 at 26, and both transactions commit.
    let compiled = Build.roles(
      Build.Role(
        at: 0, rows: [1, 2],
        Build.transaction(Build.rowLock(0), Build.delay(10), Build.rowLock(1))),
      Build.Role(
        at: 1, rows: [3, 2, 1],
        Build.transaction(
          Build.change(0),
          Build.retrying(
            .deadlock, pause: 5,
            Build.requiresNew(Build.rowLock(1), Build.delay(10), Build.rowLock(2)))))
    ).compiled(Self.atomic)
    #expect(
      compiled.lockStory().filter { $0.contains(" u2 ") } == [
        "1ms u2 takes X record accounts 3", "1ms u2 takes X record accounts 2",
        "11ms u2 drops X record accounts 2", "16ms u2 takes X record accounts 2",
        "26ms u2 drops X record accounts 3", "26ms u2 drops X record accounts 2",
      ])
    let result = compiled.run()
    #expect(result.count(.deadlocks) == 1)
    #expect(result.rate(.errors) == 0)
    #expect(result.safety.columns[0].finalSum == 10)
  }

  @Test("4: a cycle that leads through a suspended transaction is seen by nobody, and ends by 1205")
  func cycleThroughSuspended() {
    // u1's inner transaction waits for u2 from 10; u2 waits for u1's outer one, which waits for
    // nothing that the database knows of. u1 gives up at 5.01 s, and u2 goes on.
    var system = SystemModel()
    system.database.engine = .mariaDB
    system.database.lockWaitTimeout = .seconds(5)
    let compiled = Build.roles(
      Build.Role(
        at: 0, rows: [1, 2],
        Build.transaction(
          Build.rowLock(0), Build.requiresNew(Build.delay(10), Build.rowLock(1)))),
      Build.Role(
        at: 1, rows: [2, 1],
        Build.transaction(Build.rowLock(0), Build.delay(10), Build.rowLock(1))), system: system
    ).compiled("none")
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "5.01s u1 answer 408", "5.01s u2 answer 200",
      ])
    #expect(compiled.run().count(.deadlocks) == 0)
  }

  // MARK: Trace 5: the optimistic pair

  /// Both read version 0, u1 at 0 and u2 at 1, and work for 5 ms. u1 commits from 5 to 15.
  private func pair(
    _ isolation: IsolationLevel, attempts: Int?, _ hazards: Hazard...
  ) -> CompiledScenario {
    var system = SystemModel()
    system.database.isolation = isolation
    system.database.commit = .constant(.milliseconds(10))
    var load = Build.once(2, stagger: Build.everyStep(1, users: 2))
    load.executor = .perVUIterations(vus: 2, iterations: 1, maxDuration: .seconds(1))
    load.stopRetriesAtEnd = true
    var scenario = Build.scenario(
      [
        Build.retry(
          attempts: attempts, .none,
          Build.transaction(Build.read(), Build.delay(5), Build.add(10)))
      ], load: load, system: system)
    scenario.hazards = hazards
    return scenario.compiled("optimistic")
  }

  private func version(after compiled: CompiledScenario) -> UInt64 {
    var simulation = Simulation(compiled, seed: 1)
    simulation.runToEnd()
    return simulation.committed(RowID(index: 0), column: 0).version
  }

  @Test(
    "5: an UPDATE with the old version waits for the writer and matches no row; a retry does",
    arguments: IsolationLevel.allCases)
  func retryOutside(isolation: IsolationLevel) {
    // u2's UPDATE waits from 6 to 15: 0 rows. It reads version 1 at 15, writes at 20, commits to
    // 30.
    let compiled = pair(isolation, attempts: 10)
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "1ms u2 external delay", "5ms u1 commit", "6ms u2 row-lock wait",
        "15ms u2 external delay", "15ms u1 answer 200", "20ms u2 commit", "30ms u2 answer 200",
      ])
    #expect(compiled.run().count(.optimisticLockConflicts) == 1)
    #expect(version(after: compiled) == 2)
  }

  @Test("5: a retry inside the transaction reads the old snapshot, and never succeeds")
  func retryInside() {
    // u2 has the row from 15 on, reads version 0 again and again, and fails at 15, 20, 25 and 30.
    let compiled = pair(.repeatableRead, attempts: 4, .retryInsideTransaction)
    #expect(
      compiled.timeline().filter { $0.contains("u2") } == [
        "1ms u2 external delay", "6ms u2 row-lock wait", "15ms u2 external delay",
        "20ms u2 external delay", "25ms u2 external delay", "30ms u2 answer 409",
      ])
    let result = compiled.run()
    #expect(result.count(.optimisticLockConflicts) == 4)
    #expect(result.count(.optimisticLockExhausted) == 1)
    #expect(version(after: compiled) == 1)
  }

  @Test("5: … however often it tries")
  func livelock() {
    // A conflict every 5 ms from 15 ms on; the last attempt begins at the load's end, 1 s: 15, 20,
    // … 1 005 are 199.
    let compiled = pair(.repeatableRead, attempts: nil, .retryInsideTransaction)
    #expect(compiled.run().count(.optimisticLockConflicts) == 199)
    #expect(version(after: compiled) == 1)
  }

  @Test("5: under READ COMMITTED a retry inside the transaction reads the new version")
  func retryInsideReadCommitted() {
    let compiled = pair(.readCommitted, attempts: 10, .retryInsideTransaction)
    #expect(compiled.timeline().last == "30ms u2 answer 200")
    #expect(compiled.run().count(.optimisticLockConflicts) == 1)
    #expect(version(after: compiled) == 2)
  }

  // MARK: Trace 7: unlocked before the commit, by the switch

  @Test("7: a lock inside the transaction is free before the commit, and the next one reads v0")
  func lockInsideTransaction() {
    // u1 works until 5 and commits until 15. Outside the transaction the lock is free at 15: u2
    // reads 10, works until 20, commits until 30. Inside it is free at 5: u2 reads 0, works until
    // 10, waits for u1's row until 15, and commits until 25.
    var system = SystemModel()
    system.database.commit = .constant(.milliseconds(10))
    let scenario = Build.scenario(
      [Build.lock(Build.transaction(Build.read(), Build.delay(5), Build.add(10)))],
      load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system)
    func second(_ compiled: CompiledScenario) -> [String] {
      compiled.timeline().filter { $0.contains("u2") && !$0.contains("redis") }
    }
    let right = scenario.compiled("distributed-lock")
    let wrong = scenario.with(.lockInsideTransaction).compiled("distributed-lock")
    #expect(
      second(right) == [
        "1ms u2 distributed-lock wait", "15ms u2 external delay", "20ms u2 commit",
        "30ms u2 answer 200",
      ])
    #expect(
      second(wrong) == [
        "1ms u2 distributed-lock wait", "5ms u2 external delay", "10ms u2 row-lock wait",
        "15ms u2 commit", "25ms u2 answer 200",
      ])
    #expect(right.run().broken(.noLostUpdate) == 0)
    #expect(wrong.run().broken(.noLostUpdate) == 1)
    #expect(wrong.run().broken(.oneHolderPerLock) == 0)
    let versioned = scenario.with(.lockInsideTransaction)
      .compiled(Defence(writeGuard: .optimistic, distributedLock: true)).run()
    #expect(versioned.count(.optimisticLockConflicts) == 1)
    #expect(versioned.broken(.noLostUpdate) == 0)
  }

  // MARK: Trace 8: error 1205

  /// u1 has row 2 until 20 s. u2 takes row 1 at 0.3 s and wants row 2 for at most 5 s; after that
  /// it waits 3 s in its transaction, and tries once more. u3 wants row 1 from 1 s on.
  private func timeouts(_ engine: DatabaseEngine, rollbackOnTimeout: Bool = false) -> [String] {
    var system = SystemModel()
    system.database.engine = engine
    system.database.lockWaitTimeout = .seconds(5)
    system.database.rollbackOnTimeout = rollbackOnTimeout
    return Build.roles(
      Build.Role(at: 0, rows: [2], Build.transaction(Build.rowLock(0), Build.delay(20_000))),
      Build.Role(
        at: 300, rows: [1, 2],
        Build.transaction(
          Build.rowLock(0),
          Build.retrying(.lockWaitTimeout, pause: 3_000, Build.rowLock(1)))),
      Build.Role(
        at: 1_000, rows: [1],
        Build.transaction(Build.rowLock(0, .exclusive, .timeout(.seconds(60))))), system: system
    ).compiled("none").timeline()
  }

  @Test("8: error 1205 ends the statement; what the transaction had locked before it keeps")
  func statementOnly() {
    // MariaDB: u2 waits 0.3–5.3, tries again 8.3–13.3, and rolls back; only then u3 has row 1.
    #expect(
      timeouts(.mariaDB)
        == [
          "0 u1 external delay", "0.3s u2 row-lock wait", "1s u3 row-lock wait", "5.3s u2 backoff",
          "8.3s u2 row-lock wait", "13.3s u2 answer 408", "13.3s u3 answer 200",
          "20s u1 answer 200",
        ].map { $0.replacingSeconds })
  }

  @Test("8: MySQL notices at the next full second that a wait has run out")
  func tick() {
    // 0.3 + 5 → 6; again 9–14.
    for engine in [DatabaseEngine.mySQL80, .mySQL57] {
      #expect(
        timeouts(engine)
          == [
            "0 u1 external delay", "0.3s u2 row-lock wait", "1s u3 row-lock wait", "6s u2 backoff",
            "9s u2 row-lock wait", "14s u2 answer 408", "14s u3 answer 200", "20s u1 answer 200",
          ].map { $0.replacingSeconds })
    }
  }

  @Test("8: with innodb_rollback_on_timeout the whole transaction goes, and its locks with it")
  func wholeTransaction() {
    #expect(
      timeouts(.mariaDB, rollbackOnTimeout: true)
        == [
          "0 u1 external delay", "0.3s u2 row-lock wait", "1s u3 row-lock wait", "5.3s u2 backoff",
          "5.3s u3 answer 200", "8.3s u2 row-lock wait", "13.3s u2 answer 408",
          "20s u1 answer 200",
        ].map { $0.replacingSeconds })
  }

  @Test("8: a retried statement commits what came before it, unless that was rolled back with it")
  func partialTransaction() {
    // u1 has row 2 until 7 s. u2 changes row 1 at 0 and fails at row 2 at 5 s; it tries again at 8
    // s, changes row 2, and commits: both changes, or with the whole transaction gone only the
    // second.
    func sum(rollbackOnTimeout: Bool) -> Int128 {
      var system = SystemModel()
      system.database.lockWaitTimeout = .seconds(5)
      system.database.rollbackOnTimeout = rollbackOnTimeout
      let result = Build.roles(
        Build.Role(at: 0, rows: [2], Build.transaction(Build.rowLock(0), Build.delay(7_000))),
        Build.Role(
          at: 0, rows: [1, 2],
          Build.transaction(
            Build.change(0, by: 1),
            Build.retrying(.lockWaitTimeout, pause: 3_000, Build.change(1, by: 100)))),
        system: system
      ).compiled(Self.atomic).run()
      #expect(result.rate(.errors) == 0)
      // A 200 for half of the work is found out.
      #expect(result.broken(.acknowledgedIsCommitted) == (rollbackOnTimeout ? 1 : 0))
      return result.safety.columns[0].finalSum
    }
    #expect(sum(rollbackOnTimeout: false) == 101)
    #expect(sum(rollbackOnTimeout: true) == 100)
  }

  // MARK: Trace 9: connections inside connections

  /// Ten users in a transaction each, who then begin another one in it, all in one moment; each
  /// message to the database takes 1 ms one way.
  private func nested(connections: Int) -> CompiledScenario {
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: connections, timeout: .seconds(30))
    system.database.network = .constant(.milliseconds(1))
    return Build.scenario(
      [Build.transaction(.barrier(parties: 10), Build.requiresNew(Build.delay(5)))],
      load: Build.once(10), system: system
    ).compiled("none")
  }

  @Test("9: ten threads that hold one of ten connections each and ask for another all time out")
  func poolDeadlock() {
    // BEGIN takes 0–2 ms; all wait from 2 ms to 30.002 s, and their ROLLBACKs take 2 ms more.
    let compiled = nested(connections: 10)
    let timeline = compiled.timeline()
    #expect(timeline.count { $0 == "2ms u1 pool wait" } == 1)
    #expect(timeline.count { $0.hasPrefix("2ms") && $0.hasSuffix("pool wait") } == 10)
    #expect(timeline.count { $0.hasPrefix("30.004s") && $0.hasSuffix("answer 503") } == 10)
    let result = compiled.run()
    #expect(result.count(.connectionTimeouts) == 10)
    #expect(result.rate(.errors) == 1)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("9: with eleven all are served: 10 · (2 − 1) + 1")
  func oneConnectionMore() {
    // An inner transaction has its connection for 9 ms (BEGIN 2, work 5, COMMIT 2), and 2 ms after
    // it its user gives the outer one up. At 2 u1 has the eleventh; the others queue. Connections
    // come free at 11 (u2 inside until 20), 13 (u3 until 22), 20 (u4 until 29), 22 twice (u5 and u6
    // until 31), 24 (u7 until 33), 29 (u8 until 38), 31 three times (u9 and u10 until 40).
    let compiled = nested(connections: 11)
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "13ms u1 answer 200", "22ms u2 answer 200", "24ms u3 answer 200", "31ms u4 answer 200",
        "33ms u5 answer 200", "33ms u6 answer 200", "35ms u7 answer 200", "40ms u8 answer 200",
        "42ms u9 answer 200", "42ms u10 answer 200",
      ])
    #expect(compiled.run().count(.connectionTimeouts) == 0)
  }

  @Test("a transaction inside another that wants a row of it waits for itself, until 1205")
  func selfDeadlock() {
    // The outer transaction waits for nothing that the database knows of: no cycle is seen.
    let compiled = Build.roles(
      Build.Role(
        at: 0, Build.transaction(Build.change(0), Build.requiresNew(Build.change(0))))
    ).compiled(Self.atomic)
    #expect(compiled.timeline() == ["0 u1 row-lock wait", "50s u1 answer 408"])
    let result = compiled.run()
    #expect(result.count(.pessimisticLockTimeouts) == 1)
    #expect(result.count(.deadlocks) == 0)
    #expect(result.safety.columns[0].finalSum == 0)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("a transaction inside another commits even though the outer one rolls back")
  func innerCommits() {
    let result = Build.roles(
      Build.Role(
        at: 0, rows: [1, 2],
        Build.transaction(
          Build.change(0, by: 1), Build.requiresNew(Build.change(1, by: 100)), Build.refuse))
    ).compiled(Self.atomic).run()
    #expect(result.safety.columns[0].finalSum == 100)
  }
}

extension String {
  /// Tenths of a second below one second as the timeline writes them.
  fileprivate var replacingSeconds: String {
    hasPrefix("0.3s ") ? "300ms " + dropFirst(5) : self
  }
}
