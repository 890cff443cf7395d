import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Each of Spring's hazards in a short run of the balance charge, or of a variant of it, beside the
/// same run without it: what it must break, and that nothing else did.
@Suite("Hazards in whole runs")
struct HazardRunTests {
  /// The balance charge with few rows, for 4 s.
  private func charge(
    users: Int = 40, rows: Int = 4, hazards: [Hazard] = [], key: IterationStep.KeyUse = .new
  ) throws -> Scenario {
    var scenario = try Bundled.scenario("balance-charge")
    scenario.tables[0].rows = rows
    scenario.loads[0].executor = .constantVUs(vus: users, duration: .seconds(4))
    scenario.loads[0].iteration = [
      .request(0, key: key), .sleep(.constant(.milliseconds(100))),
    ]
    scenario.hazards = hazards
    return scenario
  }

  /// The same run without and with one hazard.
  private func pair(
    _ hazard: Hazard, _ defence: Defence, users: Int = 40, rows: Int = 4,
    key: IterationStep.KeyUse = .new
  ) throws -> (right: RunResult, wrong: RunResult) {
    let right = try charge(users: users, rows: rows, key: key)
    let wrong = try charge(users: users, rows: rows, hazards: [hazard], key: key)
    #expect(hazard.applies(to: right))
    return (right.compiled(defence).run(), wrong.compiled(defence).run())
  }

  private static let locked = Defence(distributedLock: true)

  @Test("a lock that is bypassed, taken inside or named for each request loses updates")
  func uselessLocks() throws {
    for hazard in [Hazard.selfInvocation, .lockInsideTransaction, .lockKeyPerRequest] {
      let (right, wrong) = try pair(hazard, Self.locked)
      #expect(right.broken(.noLostUpdate) == 0)
      #expect(right.safety.columns[0].isExact)
      #expect(right.safety.isSafe)
      #expect(wrong.broken(.noLostUpdate) > 0, "\(hazard.rawValue)")
      #expect(wrong.safety.columns[0].difference < 0, "\(hazard.rawValue)")
      // None of them is seen by the lock server: whoever was inside was so alone.
      #expect(wrong.broken(.oneHolderPerLock) == 0)
    }
  }

  @Test("a lock that is bypassed costs no command; one for each request is never waited for")
  func uselessLockTraces() throws {
    let bypassed = try pair(.selfInvocation, Self.locked)
    #expect(bypassed.right.timeSplit.total(.redisCommand) > 0)
    #expect(bypassed.wrong.timeSplit.total(.redisCommand) == 0)
    let named = try pair(.lockKeyPerRequest, Self.locked)
    #expect(named.right.timeSplit.total(.distributedLockWait) > 0)
    #expect(named.wrong.timeSplit.total(.redisCommand) > 0)
    #expect(named.wrong.timeSplit.total(.distributedLockWait) == 0)
  }

  @Test("a version turns the updates that a useless lock would lose into conflicts")
  func versionHelps() throws {
    for hazard in [Hazard.selfInvocation, .lockInsideTransaction, .lockKeyPerRequest] {
      let (right, wrong) = try pair(
        hazard, Defence(writeGuard: .optimistic, distributedLock: true))
      #expect(right.count(.optimisticLockConflicts) == 0)
      #expect(wrong.count(.optimisticLockConflicts) > 0)
      #expect(wrong.broken(.noLostUpdate) == 0)
      #expect(wrong.safety.columns[0].isExact)
    }
  }

  @Test("a connection is held while its request waits for a lock inside the transaction")
  func connectionWhileWaiting() {
    // Two connections, three users 1 ms apart, one lock, work of 10 ms. Outside the transaction
    // nobody waits for a connection. Inside, u2 has the second one and waits for the lock until 10;
    // u3 waits for a connection until u1 gives its up.
    var system = SystemModel()
    system.pool.size = 2
    let scenario = Build.scenario(
      [Build.lock(Build.transaction(Build.delay(10)))],
      load: Build.once(3, stagger: Build.everyStep(1, users: 3)), system: system)
    func waits(_ compiled: CompiledScenario) -> [String] {
      compiled.timeline().filter { $0.contains("wait") && !$0.contains("u1") }
    }
    let right = scenario.compiled("distributed-lock")
    let wrong = scenario.with(.lockInsideTransaction).compiled("distributed-lock")
    #expect(waits(right) == ["1ms u2 distributed-lock wait", "2ms u3 distributed-lock wait"])
    #expect(waits(wrong).prefix(2) == ["1ms u2 distributed-lock wait", "2ms u3 pool wait"])
    #expect(right.run().timeSplit.total(.poolWait) == 0)
    #expect(wrong.run().timeSplit.total(.poolWait) == 8_000_000)
  }

  @Test("in the balance charge, too: users of other rows then wait for connections")
  func poolWait() throws {
    // 100 users of two rows ask for 1 000 charges a second; a lock that is held for 2.7 ms, from
    // the read to the update, allows 740. So users queue for it, each with one of five connections.
    // Outside the transaction at most two are inside, and hold one each.
    func run(_ hazards: [Hazard]) throws -> RunResult {
      var scenario = try charge(users: 100, rows: 2, hazards: hazards)
      scenario.system.pool.size = 5
      return scenario.compiled(Self.locked).run()
    }
    let right = try run([])
    let wrong = try run([.lockInsideTransaction])
    #expect(right.timeSplit.total(.poolWait) == 0)
    #expect(wrong.timeSplit.total(.poolWait) > 0)
    let pool = try #require(wrong.resources.servers(.pool))
    #expect(pool.utilisation > 0.9)
  }

  @Test("a retry inside the transaction reads the old version until its attempts are used up")
  func retryInside() throws {
    // Two users a row, so that a retry outside finds the row free.
    let (right, wrong) = try pair(
      .retryInsideTransaction, Defence(writeGuard: .optimistic), users: 8, rows: 4)
    #expect(right.count(.optimisticLockConflicts) > 0)
    #expect(right.count(.optimisticLockExhausted) == 0)
    #expect(right.rate(.errors) == 0)
    // Ten attempts each: 0.05 + 0.1 + … + 12.8 s of backoff with the row's lock in hand, so that
    // the others wait, and are in time when they come to read only after it.
    #expect(wrong.count(.optimisticLockExhausted) > 0)
    #expect(wrong.rate(.errors) > 0)
    #expect(wrong.count(.requests) * 2 < right.count(.requests))
    #expect(wrong.broken(.noLostUpdate) == 0)
  }

  @Test("a lease that ends in the middle of the work lets a second in, and updates are lost")
  func shortLease() throws {
    let (right, wrong) = try pair(.leaseShorterThanWork, Self.locked)
    #expect(right.count(.leaseExpirations) == 0)
    #expect(right.safety.isSafe)
    #expect(wrong.count(.leaseExpirations) > 0)
    #expect(wrong.broken(.oneHolderPerLock) > 0)
    #expect(wrong.broken(.noLostUpdate) > 0)
    // The unlock throws although the commit stands.
    #expect(wrong.rate(.errors) > 0)
    #expect(wrong.broken(.failedHasNoEffect) > 0)
  }

  @Test("rows that are locked as they are drawn deadlock; in their order they do not")
  func unorderedLocks() throws {
    // A transfer between three of ten accounts.
    var transfer = try charge()
    transfer.tables[0].rows = 10
    transfer.requests[0].keys = [
      RowKey(name: "user", table: 0, choice: .uniform, count: 3...3, order: .sorted)
    ]
    #expect(Hazard.unorderedLocks.applies(to: transfer))
    let right = transfer.compiled("pessimistic").run()
    let wrong = transfer.with(.unorderedLocks).compiled("pessimistic").run()
    #expect(right.count(.deadlocks) == 0)
    #expect(right.resources.tables[0].rowWaits.entries > 0)
    #expect(wrong.count(.deadlocks) > 0)
    #expect(wrong.latestDeadlock != nil)
    #expect(wrong.safety.columns[0].isExact)
  }

  @Test("SELECT … FOR UPDATE and then INSERT makes unrelated keys deadlock")
  func selectThenInsert() throws {
    let (right, wrong) = try pair(
      .selectForUpdateThenInsert, Defence(writeGuard: .pessimistic, idempotencyKey: true),
      rows: 40)
    #expect(right.count(.deadlocks) == 0)
    #expect(right.rate(.errors) == 0)
    #expect(wrong.count(.deadlocks) > 0)
    #expect(wrong.rate(.errors) > 0)
    // Under READ COMMITTED there are no gaps to deadlock over.
    var relaxed = try charge(rows: 40, hazards: [.selectForUpdateThenInsert])
    relaxed.system.database.isolation = .readCommitted
    let result = relaxed.compiled(Defence(writeGuard: .pessimistic, idempotencyKey: true)).run()
    #expect(result.count(.deadlocks) == 0)
    #expect(result.rate(.errors) == 0)
  }

  @Test("also where the key stands in the transaction with the work, which then completes it")
  func selectThenInsertInside() throws {
    // The idempotent step inside the transaction: its key's own transactions hold their locks
    // beside the outer one's.
    let steps = [
      Build.transaction(
        Build.idempotent(Build.delay(5), Build.add(10)))
    ]
    let scenario = Build.scenario(steps, load: Build.once(1))
    let wrong = scenario.with(.selectForUpdateThenInsert).compiled("atomic")
    #expect(wrong.timeline() == ["0 u1 external delay", "5ms u1 answer 200"])
    #expect(wrong.run().safety.isSafe)
    #expect(wrong.run().safety.keyRows == 1)
  }

  @Test("a duplicate that does not look whether the first is at work runs into the unique key")
  func processingUnchecked() throws {
    // Neighbours send the same key in pairs.
    let (right, wrong) = try pair(
      .processingUnchecked, Defence(writeGuard: .pessimistic, idempotencyKey: true),
      key: .ofGroup(size: 2))
    #expect(right.count(.duplicateKeyErrors) == 0)
    #expect(right.count(.idempotencyConflicts) > 0)
    #expect(right.rate(.errors) == 0)
    #expect(wrong.count(.duplicateKeyErrors) > 0)
    #expect(wrong.count(.idempotencyConflicts) == 0)
    #expect(wrong.rate(.errors) > 0)
    // It is an error, not a second payment.
    #expect(right.broken(.oneEffectPerIntent) == 0)
    #expect(wrong.broken(.oneEffectPerIntent) == 0)
  }

  @Test("when every user works on the first row, one row does all the work there is")
  func singleUser() throws {
    let (right, wrong) = try pair(.singleUser, Defence(writeGuard: .pessimistic), rows: 40)
    // Users who have a row each never wait for one.
    #expect(right.timeSplit.total(.rowLockWait) == 0)
    #expect(wrong.timeSplit.total(.rowLockWait) > 0)
    #expect(wrong.count(.requests) < right.count(.requests))
    let row = try #require(wrong.resources.tables[0].hottestRow)
    #expect(row.number == 1)
    #expect(row.utilisation > 0.9)
    #expect(wrong.safety.columns[0].isExact)
  }

  @Test("clients that send no key are all answered 400, and nothing is done")
  func missingKey() throws {
    let (right, wrong) = try pair(.missingKey, Defence(idempotencyKey: true), rows: 40)
    #expect(right.count(.missingKeys) == 0)
    #expect(wrong.count(.missingKeys) == wrong.count(.requests))
    #expect(wrong.count(.requests) > 0)
    #expect(wrong.safety.columns[0].effects == 0)
  }
}
