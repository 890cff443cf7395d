import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// The rules of row locks in whole runs: grant order, isolation, NOWAIT and SKIP LOCKED.
///
/// Nothing takes time but what a test names.
@Suite("Row lock rules")
struct RowLockRuleTests {
  private func answers(_ compiled: CompiledScenario) -> [String] {
    compiled.timeline().filter { $0.contains("answer") }
  }

  // MARK: Grant order

  private func digest(_ engine: DatabaseEngine, _ scenario: Scenario) -> RunDigest {
    var scenario = scenario
    scenario.system.database.engine = engine
    scenario.loads[0].executor = .constantVUs(vus: 200, duration: .seconds(3))
    let result = scenario.compiled("pessimistic").run()
    #expect(result.resources.tables[0].rowWaits.waitCount > 300)
    return result.digest
  }

  @Test("on one hot row contention-aware grants are those in order of arrival")
  func oneRow() throws {
    var scenario = try Bundled.scenario("balance-charge")
    scenario.tables[0].rows = 1
    #expect(digest(.mySQL80, scenario) == digest(.mySQL57, scenario))
    #expect(digest(.mySQL80, scenario) == digest(.mariaDB, scenario))
  }

  @Test("where transactions lock several rows they are not")
  func severalRows() throws {
    var scenario = try Bundled.scenario("balance-charge")
    scenario.requests[0].keys = [
      RowKey(name: "user", table: 0, choice: .uniform, count: 3...3, order: .sorted)
    ]
    #expect(digest(.mySQL80, scenario) != digest(.mySQL57, scenario))
    #expect(digest(.mySQL57, scenario) == digest(.mariaDB, scenario))
  }

  @Test("with several rows who keeps others waiting goes first, in MySQL 8.0 alone")
  func weights() {
    // u1 has row 1 until 10. u2 wants it at 1; u3 has row 2 from 2 and wants row 1, too; u4 wants
    // row 2 at 3. At 10 u2 is first in the queue; u3 weighs 2, itself and u4. In order of arrival
    // u2 has row 1 until 20, u3 both until 30, u4 row 2 until 40. By weight u3 has both until 20,
    // and gives up row 2, which it took first, before row 1: u4 and u2 have one each until 30.
    func answers(_ engine: DatabaseEngine) -> [String] {
      var system = SystemModel()
      system.database.engine = engine
      let work = Build.transaction(Build.rowLock(0), Build.delay(10))
      return self.answers(
        Build.roles(
          Build.Role(at: 0, rows: [1], work), Build.Role(at: 1, rows: [1], work),
          Build.Role(
            at: 2, rows: [2, 1],
            Build.transaction(Build.rowLock(0), Build.rowLock(1), Build.delay(10))),
          Build.Role(at: 3, rows: [2], work), system: system
        ).compiled("none"))
    }
    let inOrder = [
      "10ms u1 answer 200", "20ms u2 answer 200", "30ms u3 answer 200", "40ms u4 answer 200",
    ]
    #expect(answers(.mySQL57) == inOrder)
    #expect(answers(.mariaDB) == inOrder)
    #expect(
      answers(.mySQL80) == [
        "10ms u1 answer 200", "20ms u3 answer 200", "30ms u4 answer 200", "30ms u2 answer 200",
      ])
  }

  @Test("who shares a row and wants it alone passes the queue in MySQL 8.0 alone")
  func upgrade() {
    // u1 shares row 1 from 0; u2 wants it alone at 1; u1 wants it alone at 10. In MySQL 8.0 u1 has
    // it at once, since u2 waits for u1 anyway. Before, u1 waits behind u2, who waits for u1: of
    // equals (one lock against none: u2 is lighter) u2 is rolled back.
    func answers(_ engine: DatabaseEngine) -> [String] {
      var system = SystemModel()
      system.database.engine = engine
      return self.answers(
        Build.roles(
          Build.Role(
            at: 0,
            Build.transaction(
              Build.rowLock(0, .share), Build.delay(10), Build.rowLock(0), Build.delay(10))),
          Build.Role(at: 1, Build.transaction(Build.rowLock(0), Build.delay(10))), system: system
        ).compiled("none"))
    }
    #expect(answers(.mySQL80) == ["20ms u1 answer 200", "30ms u2 answer 200"])
    #expect(answers(.mySQL57) == ["10ms u2 answer 500", "20ms u1 answer 200"])
    #expect(answers(.mariaDB) == ["10ms u2 answer 500", "20ms u1 answer 200"])
  }

  @Test("readers FOR SHARE go together, and one who comes behind a waiting writer waits, too")
  func sharing() {
    // u1 and u2 share until 10 and 11. u3 wants the row alone at 2; u4 wants to share it at 3 and
    // stands behind u3: u3 11–21, u4 21–31.
    let share = Build.transaction(Build.rowLock(0, .share), Build.delay(10))
    let compiled = Build.roles(
      Build.Role(at: 0, share), Build.Role(at: 1, share),
      Build.Role(at: 2, Build.transaction(Build.rowLock(0), Build.delay(10))),
      Build.Role(at: 3, share)
    ).compiled("none")
    #expect(
      answers(compiled) == [
        "10ms u1 answer 200", "11ms u2 answer 200", "21ms u3 answer 200", "31ms u4 answer 200",
      ])
  }

  // MARK: Isolation

  @Test("READ COMMITTED gives up a row that does not match at once, REPEATABLE READ keeps it")
  func releaseOfMismatch() {
    // u1 changes the row and commits from 5 to 15. u2 read version 0 at 1; its UPDATE waits from 6
    // and matches no row at 15; its ROLLBACK is served until 25. u3 wants the row from 7 on.
    func answers(_ isolation: IsolationLevel) -> [String] {
      var system = SystemModel()
      system.database.isolation = isolation
      system.database.commit = .constant(.milliseconds(10))
      system.database.rollback = .constant(.milliseconds(10))
      let change = Build.transaction(Build.read(), Build.delay(5), Build.add(10))
      return self.answers(
        Build.roles(
          Build.Role(at: 0, change), Build.Role(at: 1, change),
          Build.Role(at: 7, Build.transaction(Build.rowLock(0))), system: system
        ).compiled("optimistic"))
    }
    #expect(
      answers(.repeatableRead) == [
        "15ms u1 answer 200", "25ms u2 answer 409", "25ms u3 answer 200",
      ])
    #expect(
      answers(.readCommitted) == [
        "15ms u1 answer 200", "15ms u3 answer 200", "25ms u2 answer 409",
      ])
  }

  @Test("a row that was locked before the UPDATE that matches nothing stays locked")
  func lockedBefore() {
    // u1's UPDATE would leave less than nothing: no row matches at 0, and its ROLLBACK is served
    // until 10. u2 wants the row for 1 ms at 1: it is free, unless u1 had locked it before.
    func answers(_ steps: Step...) -> [String] {
      var system = SystemModel()
      system.database.isolation = .readCommitted
      system.database.rollback = .constant(.milliseconds(10))
      return self.answers(
        Build.roles(
          Build.Role(at: 0, .transaction(TransactionStep(steps: steps))),
          Build.Role(at: 1, Build.transaction(Build.rowLock(0), Build.delay(1))), system: system
        ).compiled("atomic"))
    }
    let withdraw = Build.add(-10, atLeast: 0)
    #expect(answers(withdraw) == ["2ms u2 answer 200", "10ms u1 answer 409"])
    #expect(
      answers(Build.rowLock(0), withdraw) == ["10ms u1 answer 409", "11ms u2 answer 200"])
  }

  /// Both read 0; u1 commits 10 from 5 to 15, u2 wants to write from 6 on.
  private func readModifyWrite(
    snapshotIsolation: Bool, _ isolation: IsolationLevel = .repeatableRead, retries: Bool = false
  ) -> CompiledScenario {
    var system = SystemModel()
    system.database.engine = .mariaDB
    system.database.isolation = isolation
    system.database.snapshotIsolation = snapshotIsolation
    system.database.commit = .constant(.milliseconds(10))
    let work = Build.transaction(Build.read(), Build.delay(5), Build.add(10))
    return Build.scenario(
      [retries ? Build.retry(on: [.recordChanged], .none, work) : work],
      load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system
    ).compiled("none")
  }

  @Test("a write to a row that has changed since the snapshot is lost, or error 1020")
  func snapshotIsolation() {
    let lost = readModifyWrite(snapshotIsolation: false)
    #expect(answers(lost) == ["15ms u1 answer 200", "25ms u2 answer 200"])
    #expect(lost.run().broken(.noLostUpdate) == 1)
    let refused = readModifyWrite(snapshotIsolation: true)
    #expect(answers(refused) == ["15ms u2 answer 500", "15ms u1 answer 200"])
    #expect(refused.run().broken(.noLostUpdate) == 0)
    #expect(refused.run().safety.columns[0].finalSum == 10)
    // READ COMMITTED has no snapshot that could be out of date.
    let relaxed = readModifyWrite(snapshotIsolation: true, .readCommitted).run()
    #expect(relaxed.broken(.noLostUpdate) == 1)
  }

  @Test("error 1020 rolls back the transaction; made again, it has a snapshot of its own")
  func snapshotRetry() {
    // u2 again from 15: reads 10, works until 20, commits until 30.
    let compiled = readModifyWrite(snapshotIsolation: true, retries: true)
    #expect(answers(compiled) == ["15ms u1 answer 200", "30ms u2 answer 200"])
    #expect(compiled.run().safety.columns[0].finalSum == 20)
    #expect(compiled.run().broken(.noLostUpdate) == 0)
  }

  // MARK: Patience

  @Test("NOWAIT fails at once with error 3572, and has locked nothing")
  func noWait() {
    // u1 has the row until 10. u2 fails at 1; u3 tries at 2, 6 and 10: there u1, whose event was
    // scheduled first, has given it up.
    let compiled = Build.roles(
      Build.Role(at: 0, Build.transaction(Build.rowLock(0), Build.delay(10))),
      Build.Role(
        at: 0, Build.transaction(Build.delay(1), Build.rowLock(0, .exclusive, .noWait))),
      Build.Role(
        at: 2,
        Build.retrying(
          .lockNotAvailable, attempts: 3, pause: 4,
          Build.transaction(Build.rowLock(0, .exclusive, .noWait), Build.delay(10))))
    ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "0 u2 external delay", "1ms u2 answer 500", "2ms u3 backoff",
        "6ms u3 backoff",
        "10ms u1 answer 200", "10ms u3 external delay", "20ms u3 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.pessimisticLockTimeouts) == 0)
    #expect(result.resources.tables[0].rowWaits.entries == 0)
  }

  @Test("SKIP LOCKED leaves out the rows that others have, and only these")
  func skipLocked() {
    // u1 has row 2 until 10. u2 wants rows 1 to 3 at 1 and has 1 and 3; it changes these.
    let compiled = Build.roles(
      Build.Role(at: 0, rows: [2], Build.transaction(Build.rowLock(0), Build.delay(10))),
      Build.Role(
        at: 1, rows: [1, 2, 3],
        Build.transaction(
          .lock(
            LockStep(RowReference(table: 0, key: 0), mode: .exclusive, patience: .skipLocked)),
          .update(
            UpdateStep(row: RowReference(table: 0, key: 0), column: 0, change: .add(10))),
          Build.delay(1)))
    ).compiled("none")
    #expect(answers(compiled) == ["2ms u2 answer 200", "10ms u1 answer 200"])
    var simulation = Simulation(compiled, seed: 1)
    simulation.runToEnd()
    let values = (0..<3).map { simulation.committed(RowID(index: $0), column: 0).value }
    #expect(values == [10, 0, 10])
    #expect(simulation.finish().safety.isSafe)
  }

  @Test("a statement may wait less long than the database lets it")
  func ownTimeout() {
    var system = SystemModel()
    system.database.engine = .mariaDB
    let compiled = Build.roles(
      Build.Role(at: 0, Build.transaction(Build.rowLock(0), Build.delay(5_000))),
      Build.Role(
        at: 100, Build.transaction(Build.rowLock(0, .exclusive, .timeout(.milliseconds(500))))),
      system: system
    ).compiled("none")
    #expect(answers(compiled) == ["600ms u2 answer 408", "5s u1 answer 200"])
  }
}
