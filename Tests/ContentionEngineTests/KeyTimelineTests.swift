import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Idempotency keys, each in a run that is small enough to check by hand.
///
/// Commits take 10 ms each, alone in their sync unless said otherwise; nothing else takes time but
/// what a test names.
@Suite("Idempotency key timelines")
struct KeyTimelineTests {
  private func system(lockWaitTimeout: VirtualDuration = .seconds(50)) -> SystemModel {
    var system = SystemModel()
    system.database.commit = .constant(.milliseconds(10))
    system.database.engine = .mariaDB
    system.database.lockWaitTimeout = lockWaitTimeout
    return system
  }

  private func sameKey(
    _ users: Int, apart milliseconds: UInt64, iterations: Int = 1
  ) -> Load {
    Load(
      name: "same",
      executor: .perVUIterations(vus: users, iterations: iterations, maxDuration: .minutes(10)),
      startStagger: Build.everyStep(milliseconds, users: users),
      iteration: [.request(0, key: .same)])
  }

  @Test("a duplicate that comes while the first insert is uncommitted waits for it and is refused")
  func duplicateWaits() {
    // u1: absent; inserts at 0, durable at 10; works 20 ms; completes at 30, durable at 40. u2 at
    // 4: its read sees nothing yet, its insert waits until 10, is a duplicate, looks again, sees
    // PROCESSING: 409 at 10.
    let compiled = Build.scenario(
      [Build.idempotent(Build.delay(20))], load: sameKey(2, apart: 4), system: system()
    ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 commit", "4ms u2 row-lock wait", "10ms u2 answer 409", "10ms u1 external delay",
        "30ms u1 commit", "40ms u1 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.idempotencyConflicts) == 1)
    #expect(result.rate(.errors) == 0)
    #expect(result.safety.keyRows == 1)
    #expect(result.resources.keyWaits.totalWait == 6_000_000)
  }

  @Test(
    "one that comes during the work is refused at once, and one that comes after it gets the answer"
  )
  func replay() {
    // u1 as above: PROCESSING from 10 to 40. u2 at 15: 409 at once. u3 at 30: 409. u4 at 45: the
    // stored 200, at once. Requests that take no time are in no line.
    let compiled = Build.scenario(
      [Build.idempotent(Build.delay(20))], load: sameKey(4, apart: 15), system: system()
    ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 commit", "10ms u1 external delay", "30ms u1 commit", "40ms u1 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.idempotencyConflicts) == 2)
    #expect(result.count(.idempotentReplays) == 1)
    #expect(result.count(.duplicatePaymentsPrevented) == 3)
    #expect(result.count(.requests) == 4)
  }

  @Test("a failed key is taken over by the next that comes, or refuses it, as the model says")
  func failed() {
    // 5 is there and 10 wanted. u1: insert 0–10, refused at 10, FAILED by 20, answer 409. u2 at 30:
    // `retry` takes over 30–40, is refused by the floor, FAILED again 40–50; `refuse` answers at
    // once.
    func compiled(_ onFailed: IdempotentStep.OnFailed) -> CompiledScenario {
      Build.scenario(
        [
          Build.idempotent(
            onFailed: onFailed, Build.transaction(Build.read(), Build.add(-10, atLeast: 0)))
        ], load: sameKey(2, apart: 30), tables: Build.tables(balance: 5), system: system()
      ).compiled("pessimistic")
    }
    #expect(
      compiled(.retry).timeline() == [
        "0 u1 commit", "10ms u1 commit", "20ms u1 answer 409", "30ms u2 commit", "40ms u2 commit",
        "50ms u2 answer 409",
      ])
    #expect(compiled(.retry).run().count(.insufficientBalance) == 2)
    #expect(compiled(.retry).run().count(.idempotencyConflicts) == 0)
    #expect(
      compiled(.refuse).timeline() == ["0 u1 commit", "10ms u1 commit", "20ms u1 answer 409"])
    #expect(compiled(.refuse).run().count(.insufficientBalance) == 1)
    #expect(compiled(.refuse).run().count(.idempotencyConflicts) == 1)
    #expect(compiled(.refuse).run().broken(.noKeyStuck) == 0)
  }

  @Test("of two that take a failed key over one wins, and the other sees it at work")
  func takeOver() {
    // Six users 9 ms apart, one key, 5 there and 10 wanted. u1: insert 0–10, FAILED by 20. u2 at 9:
    // waits for the insert, 409 at 10. u3 at 18: PROCESSING still, 409 at once. u4 at 27: FAILED;
    // takes the key over, 27–37. u5 at 36: the take-over is uncommitted, so it sees FAILED, too;
    // its UPDATE waits until 37 and then finds PROCESSING: no row; it looks again: 409 at 37. u4 is
    // refused by the floor and FAILED again by 47. u6 at 45 sees PROCESSING: 409.
    let compiled = Build.scenario(
      [Build.idempotent(Build.transaction(Build.read(), Build.add(-10, atLeast: 0)))],
      load: sameKey(6, apart: 9), tables: Build.tables(balance: 5), system: system()
    ).compiled("pessimistic")
    #expect(
      compiled.timeline() == [
        "0 u1 commit", "9ms u2 row-lock wait", "10ms u2 answer 409", "10ms u1 commit",
        "20ms u1 answer 409", "27ms u4 commit", "36ms u5 row-lock wait", "37ms u5 answer 409",
        "37ms u4 commit", "47ms u4 answer 409",
      ])
    let result = compiled.run()
    #expect(result.safety.keyRows == 1)
    #expect(result.count(.insufficientBalance) == 2)
    #expect(result.count(.idempotencyConflicts) == 4)
  }

  @Test("a take-over that does not come in time is a failure, not a second run of the work")
  func takeOverTimesOut() {
    // As above, but 8 ms apart and with a lock wait of 1 ms. u1: insert 0–10, FAILED by 20. u2 at 8
    // waits for the insert and gives up at 9: 408. u3 at 16: 409 at once. u4 at 24 takes over until
    // 34. u5 at 32 waits for it and gives up at 33: 408, and does no work.
    let compiled = Build.scenario(
      [Build.idempotent(Build.transaction(Build.read(), Build.add(-10, atLeast: 0)))],
      load: sameKey(5, apart: 8), tables: Build.tables(balance: 5),
      system: system(lockWaitTimeout: .milliseconds(1))
    ).compiled("pessimistic")
    #expect(
      compiled.timeline() == [
        "0 u1 commit", "8ms u2 row-lock wait", "9ms u2 answer 408", "10ms u1 commit",
        "20ms u1 answer 409", "24ms u4 commit", "32ms u5 row-lock wait", "33ms u5 answer 408",
        "34ms u4 commit", "44ms u4 answer 409",
      ])
    #expect(compiled.run().count(.insufficientBalance) == 2)
  }

  @Test("when the first inserter rolls back, the one that waits inserts and does the work")
  func waiterInserts() {
    // The key and the work in one transaction, so that the insert of u1 is uncommitted until the
    // end. u1 inserts at 0, works 20 ms and is refused by the floor: ROLLBACK at 20. u2's insert
    // waits from 5 to 20 and is done then; it works to 40, is refused, too, and rolls back. No key
    // row stays.
    let work = [Build.delay(20), Build.read(), Build.add(-10, atLeast: 0)]
    let steps = [
      Build.transaction(
        .idempotent(
          IdempotentStep(table: 1, insert: .same, completion: .same, layer: nil, steps: work)))
    ]
    let compiled = Build.scenario(
      steps, load: sameKey(2, apart: 5), tables: Build.tables(balance: 5), system: system()
    ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "5ms u2 row-lock wait", "20ms u1 answer 409",
        "20ms u2 external delay", "40ms u2 answer 409",
      ])
    let result = compiled.run()
    #expect(result.safety.keyRows == 0)
    #expect(result.count(.insufficientBalance) == 2)
  }

  @Test("keys of different requests never meet")
  func differentKeys() {
    var system = system()
    system.database.groupCommit = true
    let compiled = Build.scenario(
      [Build.idempotent(Build.delay(20))], load: Build.once(5), system: system
    ).compiled("none")
    let result = compiled.run()
    #expect(result.count(.idempotencyConflicts) == 0)
    #expect(result.safety.keyRows == 5)
    #expect(result.safety.isSafe)
  }

  @Test("an idempotency key stops the same request twice, not two requests of one row")
  func doesNotGuardTheRow() {
    let steps = [
      Build.idempotent(Build.transaction(Build.read(), Build.delay(5), Build.add(10)))
    ]
    let result = Build.scenario(steps, load: Build.once(2), system: system())
      .compiled("none").run()
    #expect(result.broken(.noLostUpdate) == 1)
    #expect(result.broken(.oneEffectPerIntent) == 0)
  }

  @Test("without a key the same request twice has two effects, and the ledger says so")
  func noKey() {
    let steps = [Build.transaction(Build.read(), Build.add(10))]
    let result = Build.scenario(steps, load: sameKey(3, apart: 50), system: system())
      .compiled("pessimistic").run()
    #expect(result.broken(.oneEffectPerIntent) == 2)
    #expect(result.count(.duplicateEffects) == 2)
    #expect(result.safety.columns[0].finalSum == 30)
  }
}
