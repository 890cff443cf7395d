import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// How a distributed lock fails to protect: the golden traces 6 and 7 of R6, and names that nobody
/// shares.
///
/// Messages and commands take no time here, unless a test says otherwise.
@Suite("Distributed lock hazards")
struct DistributedLockHazardTests {
  // MARK: Trace 6: the lease ends before the work

  /// A lease of 5 s and a wait of 6 s in the database.
  ///
  /// u1 holds a row of another table for 6 s. u2 comes at 0, has the lock until 5 s, reads its row,
  /// waits for that other row until 6 s, and writes. u3 comes at 1 s, tries, and waits for the 4 s
  /// that the lock can last: it enters at 5 s, reads and writes at once.
  private func overrun(
    _ defence: Defence, client: LockClient = .redisson
  ) -> CompiledScenario {
    let tables =
      Build.tables() + [
        Table(name: "others", rows: 1, columns: [.init(name: "n", initialValue: 0)])
      ]
    let other = Step.lock(LockStep(RowReference(table: 2, key: 1)))
    func request(_ name: String, _ steps: Step...) -> RequestClass {
      RequestClass(
        identifier: name, name: name,
        keys: [
          RowKey(name: "account", table: 0, choice: .virtualUser),
          RowKey(name: "other", table: 2, choice: .virtualUser),
        ], steps: steps)
    }
    let lease = VirtualDuration.seconds(5)
    let requests = [
      request("blocker", Build.transaction(other, Build.delay(6_000))),
      request(
        "first",
        Build.lock(
          lease: lease, client: client,
          Build.transaction(Build.read(), other, Build.add(10)))),
      request(
        "second",
        Build.lock(
          lease: lease, client: client, Build.transaction(Build.read(), Build.add(10)))),
    ]
    let loads = requests.indices.map { index in
      var load = Build.once(1, request: index, name: requests[index].identifier)
      if index == 2 { load.startTime = .seconds(1) }
      return load
    }
    return Build.scenario(requests, loads: loads, tables: tables).compiled(defence)
  }

  @Test("the second enters at 5 s, and the first's unlock at 6 s throws though it has committed")
  func unlockThrows() {
    let compiled = overrun(Defence(distributedLock: true))
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "0 u2 row-lock wait", "1s u3 redis command",
        "1s u3 distributed-lock wait", "5s u3 answer 200", "6s u1 answer 200", "6s u2 answer 500",
      ])
    let result = compiled.run()
    #expect(result.count(.leaseExpirations) == 1)
    #expect(result.broken(.oneHolderPerLock) == 1)
    #expect(result.broken(.failedHasNoEffect) == 1)
    #expect(result.safety.longestOverlap == .zero)
  }

  @Test("without a version the first overwrites what the second has written")
  func lostUpdate() {
    let result = overrun(Defence(distributedLock: true)).run()
    #expect(result.broken(.noLostUpdate) == 1)
    #expect(result.safety.columns[0].effects == 2)
    #expect(result.safety.columns[0].finalSum == 10)
  }

  @Test("with a version exactly one of the two commits")
  func version() {
    let result = overrun(Defence(writeGuard: .optimistic, distributedLock: true)).run()
    #expect(result.count(.optimisticLockConflicts) == 1)
    #expect(result.broken(.noLostUpdate) == 0)
    #expect(result.safety.columns[0].effects == 1)
    #expect(result.safety.columns[0].finalSum == 10)
  }

  @Test(
    "with a fencing token the first's write is rejected",
    arguments: [LockClient.redissonFenced, .redisson])
  func fencing(client: LockClient) {
    let compiled = overrun(Defence(distributedLock: true, fencingToken: true), client: client)
    let result = compiled.run()
    #expect(compiled.timeline().last == "6s u2 answer 500")
    #expect(result.broken(.noLostUpdate) == 0)
    #expect(result.safety.columns[0].effects == 1)
    #expect(result.safety.columns[0].finalSum == 10)
    #expect(result.broken(.failedHasNoEffect) == 0)
  }

  @Test("a watchdog keeps the second out until the first is done")
  func watchdog() {
    let compiled = overrun(Defence(distributedLock: true), client: .watchdog)
    // u2 commits at 6 s; u3 hears of it at once.
    #expect(compiled.timeline().suffix(2) == ["6s u2 answer 200", "6s u3 answer 200"])
    #expect(compiled.run().safety.isSafe)
    #expect(compiled.run().safety.columns[0].finalSum == 20)
  }

  @Test("a spinning client loses the update as silently as the lock")
  func spin() {
    // u3 polls every 50 ms from 1 s: its try at 5 s comes at the very end of the lease.
    let result = overrun(Defence(distributedLock: true), client: .spin).run()
    #expect(result.rate(.errors) == 0)
    #expect(result.count(.leaseExpirations) == 1)
    #expect(result.broken(.noLostUpdate) == 1)
  }

  // MARK: Trace 7: unlocked before the commit

  /// u1 reads at 0, writes and unlocks at 5, and commits from 5 to 15. u2 comes at 1.
  private func unlockedBeforeCommit(_ writeGuard: WriteGuard) -> CompiledScenario {
    var system = SystemModel()
    system.database.commit = .constant(.milliseconds(10))
    let inside = Build.lock(Build.read(), Build.delay(5), Build.add(10))
    return Build.scenario(
      [Build.transaction(inside)],
      load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system
    ).compiled(Defence(writeGuard: writeGuard, distributedLock: true))
  }

  @Test("who gets a lock that was released before the commit loses the update")
  func earlyUnlock() {
    // u2 has the lock at 5, reads what was committed before, works until 10, waits for u1's row
    // until 15, writes, and commits until 25. Nobody was ever in the lock beside another.
    let compiled = unlockedBeforeCommit(.none)
    let timeline = compiled.timeline()
    #expect(
      timeline.filter { $0.contains("u1") } == [
        "0 u1 external delay", "5ms u1 commit", "15ms u1 answer 200",
      ])
    #expect(
      timeline.filter { $0.contains("u2") } == [
        "1ms u2 redis command", "1ms u2 distributed-lock wait", "5ms u2 external delay",
        "10ms u2 row-lock wait", "15ms u2 commit", "25ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.broken(.oneHolderPerLock) == 0)
    #expect(result.broken(.noLostUpdate) == 1)
    #expect(result.safety.columns[0].finalSum == 10)
  }

  @Test("with a version it fails with a conflict instead")
  func earlyUnlockAndVersion() {
    let compiled = unlockedBeforeCommit(.optimistic)
    #expect(compiled.timeline().contains("15ms u2 answer 409"))
    let result = compiled.run()
    #expect(result.count(.optimisticLockConflicts) == 1)
    #expect(result.broken(.noLostUpdate) == 0)
    #expect(result.safety.columns[0].finalSum == 10)
  }

  // MARK: Names with the idempotency key in them

  /// Two users update one row under a lock whose name nobody shares.
  private func keyed(
    users: Int, iterations: Int = 1, key: IterationStep.KeyUse = .new,
    client: LockClient = .redisson, lease: VirtualDuration? = .seconds(30),
    defence: Defence = Defence(distributedLock: true)
  ) -> CompiledScenario {
    let step = Build.lock(
      lease: lease, client: client, isPerRequest: true,
      Build.transaction(Build.read(), Build.delay(5), Build.add(10)))
    var load = Build.once(users, key: key)
    load.executor = .perVUIterations(
      vus: users, iterations: iterations, maxDuration: .minutes(10))
    return Build.scenario([step], load: load).compiled(defence)
  }

  @Test(
    "exclude nobody but requests with the same key", arguments: LockClient.allCases)
  func perRequest(client: LockClient) {
    let different = keyed(users: 2, client: client)
    #expect(
      different.timeline().filter { $0.contains("answer") } == [
        "5ms u1 answer 200", "5ms u2 answer 200",
      ])
    #expect(different.run().broken(.noLostUpdate) == 1)
    #expect(different.run().broken(.nothingHeldAtEnd) == 0)
    let same = keyed(users: 2, key: .same, client: client).run()
    #expect(same.broken(.noLostUpdate) == 0)
    #expect(same.broken(.oneHolderPerLock) == 0)
    #expect(same.trend(.distributedLockWaitTime).maximum >= 5_000_000)
  }

  @Test("are as good as new for each request, its tokens too")
  func tokens() {
    // Each name counts from 1, so no write is ever older than another.
    let compiled = keyed(
      users: 3, iterations: 50, defence: Defence(distributedLock: true, fencingToken: true))
    let result = compiled.run()
    #expect(result.rate(.errors) == 0)
    #expect(result.count(.requests) == 150)
  }

  @Test("may run out, and are forgotten with the request that gives up or is refused")
  func expiry() {
    for client in LockClient.allCases where client != .watchdog {
      let result = keyed(
        users: 3, iterations: 20, key: .same, client: client, lease: .milliseconds(3)
      ).run()
      #expect(result.count(.leaseExpirations) > 0)
      #expect(result.broken(.nothingHeldAtEnd) == 0)
      #expect(result.safety.finding(.everyRequestAccounted).isHeld)
    }
  }
}
