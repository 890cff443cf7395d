import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// What becomes of a duplicate in each state of its key, under three ways to write the service:
/// each cell of the table in `Idempotency.md`, in a run that is small enough to check by hand.
///
/// A commit takes 10 ms, alone in its sync; nothing else takes time but what a test names.
@Suite("States of idempotency keys")
struct KeyStateTests {
  /// How a service deals with its keys.
  enum Code: CaseIterable {
    /// Looks up by a plain read, and sees nothing there but COMPLETED.
    case charge
    /// Looks up FOR UPDATE, and answers 409 while another works on it.
    case payment
    /// Marks the key in the transaction of the effect, and takes over what a dead owner has left.
    case asItShouldBe

    func around(_ steps: [Step]) -> Step {
      switch self {
      case .charge:
        .idempotent(
          IdempotentStep(
            table: 1, onProcessing: .insert, onFailed: .insert, layer: nil, steps: steps))
      case .payment:
        .idempotent(IdempotentStep(table: 1, lookup: .forUpdate, layer: nil, steps: steps))
      case .asItShouldBe:
        .idempotent(
          IdempotentStep(
            table: 1, completion: .withEffect, takeOverAfter: .minutes(1), layer: nil,
            steps: steps))
      }
    }
  }

  private func tables(expiry: VirtualDuration? = nil) -> [Table] {
    var tables = Build.tables()
    tables[1].expiry = expiry
    return tables
  }

  private var system: SystemModel {
    var system = SystemModel()
    system.database.commit = .constant(.milliseconds(10))
    system.database.engine = .mariaDB
    return system
  }

  /// Users who send the same key, each so long after the one before.
  private func load(_ users: Int, apart: VirtualDuration) -> Load {
    Load(
      name: "same",
      executor: .perVUIterations(vus: users, iterations: 1, maxDuration: .hours(100)),
      startStagger: .even(over: .nanoseconds(apart.inNanoseconds * UInt64(users))),
      iteration: [.request(0, key: .same)])
  }

  private func scenario(
    _ steps: [Step], users: Int = 2, apart: VirtualDuration, expiry: VirtualDuration? = nil
  ) -> CompiledScenario {
    Build.scenario(
      steps, load: load(users, apart: apart), tables: tables(expiry: expiry), system: system
    ).compiled("pessimistic")
  }

  private static let effect = Build.transaction(Build.read(), Build.add(10))

  private func delay(_ length: VirtualDuration) -> Step { .delay(.constant(length)) }

  /// The status that each user is told, in the order of the answers.
  private func statuses(_ compiled: CompiledScenario) -> [String] {
    var simulation = Simulation(compiled, seed: 1)
    simulation.runToEnd()
    let users = compiled.scenario.loads[0].executor.mostUsers
    return (0..<users).map { "u\($0 + 1) \(simulation.lastStatus(of: UserID(index: $0)))" }
  }

  // MARK: The table

  @Test("absent, because the first insert is not committed: 500, 409 and 409")
  func absent() {
    // u1 inserts until 10. u2 at 5: its insert, or its SELECT FOR UPDATE, waits for that.
    func statuses(_ code: Code) -> [String] {
      self.statuses(
        scenario([code.around([delay(.seconds(1)), Self.effect])], apart: .milliseconds(5)))
    }
    #expect(statuses(.charge) == ["u1 200", "u2 500"])
    #expect(statuses(.payment) == ["u1 200", "u2 409"])
    #expect(statuses(.asItShouldBe) == ["u1 200", "u2 409"])
  }

  @Test("PROCESSING by one who is at work: 500, 409 and 409")
  func processing() {
    func run(_ code: Code) -> (statuses: [String], result: RunResult) {
      let compiled = scenario(
        [code.around([delay(.seconds(1)), Self.effect])], apart: .milliseconds(500))
      return (statuses(compiled), compiled.run())
    }
    #expect(run(.charge).statuses == ["u1 200", "u2 500"])
    #expect(run(.charge).result.count(.duplicateKeyErrors) == 1)
    #expect(run(.payment).statuses == ["u1 200", "u2 409"])
    #expect(run(.asItShouldBe).statuses == ["u1 200", "u2 409"])
    for code in Code.allCases {
      #expect(run(code).result.broken(.oneEffectPerIntent) == 0)
      #expect(run(code).result.safety.columns[0].finalSum == 10)
    }
  }

  @Test("PROCESSING for longer than an owner can live: 500, 409, and one effect by another")
  func overdue() {
    // u1 hangs for 100 s before its effect. u2 comes after 70 s and does not hang.
    func run(_ code: Code) -> (statuses: [String], result: RunResult) {
      let compiled = scenario(
        [code.around([Build.inTurn([delay(.seconds(100))], []), Self.effect])],
        apart: .seconds(70))
      return (statuses(compiled), compiled.run())
    }
    #expect(run(.charge).statuses == ["u1 200", "u2 500"])
    #expect(run(.payment).statuses == ["u1 200", "u2 409"])
    // Who was taken over comes back and is told that the key is another's.
    #expect(run(.asItShouldBe).statuses == ["u1 409", "u2 200"])
    #expect(run(.asItShouldBe).result.count(.keyTakeovers) == 1)
    for code in Code.allCases {
      #expect(run(code).result.broken(.oneEffectPerIntent) == 0)
      #expect(run(code).result.safety.columns[0].finalSum == 10)
      #expect(run(code).result.broken(.noKeyStuck) == 0)
    }
  }

  @Test("COMPLETED: the stored answer, whoever asks")
  func completed() {
    for code in Code.allCases {
      let compiled = scenario([code.around([Self.effect])], apart: .seconds(1))
      #expect(statuses(compiled) == ["u1 200", "u2 200"])
      let result = compiled.run()
      #expect(result.count(.idempotentReplays) == 1)
      #expect(result.safety.columns[0].finalSum == 10)
    }
  }

  @Test("FAILED: 500, and a second try where the code looks at it")
  func failed() {
    func run(_ code: Code) -> (statuses: [String], result: RunResult) {
      let compiled = scenario(
        [code.around([Build.inTurn([Build.refuse], []), Self.effect])], apart: .seconds(1))
      return (statuses(compiled), compiled.run())
    }
    #expect(run(.charge).statuses == ["u1 422", "u2 500"])
    #expect(run(.charge).result.safety.columns[0].finalSum == 0)
    #expect(run(.payment).statuses == ["u1 422", "u2 200"])
    #expect(run(.asItShouldBe).statuses == ["u1 422", "u2 200"])
    #expect(run(.asItShouldBe).result.safety.columns[0].finalSum == 10)
  }

  @Test("expired: a second effect, whatever the code, and the ledger reports it")
  func expired() {
    for code in Code.allCases {
      let late = scenario(
        [code.around([Self.effect])], apart: .hours(24), expiry: .hours(24))
      #expect(statuses(late) == ["u1 200", "u2 200"])
      let result = late.run()
      #expect(result.broken(.oneEffectPerIntent) == 1)
      #expect(result.count(.duplicateEffects) == 1)
      #expect(result.count(.idempotentReplays) == 0)
      #expect(result.safety.columns[0].finalSum == 20)
      // The row is 24 h old only 10 ms after u2 would ask if it came at 23 h.
      let inTime = scenario(
        [code.around([Self.effect])], apart: .hours(23), expiry: .hours(24))
      #expect(inTime.run().broken(.oneEffectPerIntent) == 0)
      #expect(inTime.run().count(.idempotentReplays) == 1)
    }
  }

  // MARK: Taking over

  @Test("the take-over, line by line: insert, hang, take over, effect with the mark, and rollback")
  func timeline() {
    // u1: insert 0–10 ms, hangs until 100 s, its UPDATE of the key matches nothing, rollback,
    // FAILED matches nothing. u2 at 70 s: takes over until 70.01, effect and mark until 70.02.
    let compiled = scenario(
      [
        Code.asItShouldBe.around([
          Build.inTurn([delay(.milliseconds(99_990))], []), Self.effect,
        ])
      ], apart: .seconds(70))
    #expect(
      compiled.timeline() == [
        "0 u1 commit", "10ms u1 external delay", "1m10s u2 commit", "1m10.01s u2 commit",
        "1m10.02s u2 answer 200", "1m40s u1 answer 409",
      ])
  }

  @Test("an owner that hangs with the effect made and not committed loses it by the mark")
  func hangsInsideItsTransaction() {
    // u1 has changed the row, and hangs with its lock for 40 s, from 40 s on. u2 takes the key over
    // at 70 s and waits for the row. At 80 s u1 finds that the key is another's and rolls back; u2
    // has the row then.
    let work = Build.inTurn(
      [
        delay(.seconds(40)),
        Build.transaction(Build.read(), Build.add(10), delay(.seconds(40))),
      ], [Self.effect])
    let compiled = scenario([Code.asItShouldBe.around([work])], apart: .seconds(70))
    #expect(statuses(compiled) == ["u1 409", "u2 200"])
    let result = compiled.run()
    #expect(result.safety.columns[0].finalSum == 10)
    #expect(result.broken(.oneEffectPerIntent) == 0)
    #expect(result.timeSplit.total(.rowLockWait) > 9_900_000_000)
    #expect(result.safety.isSafe)
  }

  @Test("an owner that hangs after its transaction has completed the key: nothing to take over")
  func hangsAfterItsEffect() {
    let compiled = scenario(
      [Code.asItShouldBe.around([Self.effect, Build.inTurn([delay(.seconds(100))], [])])],
      apart: .seconds(70))
    #expect(statuses(compiled) == ["u1 200", "u2 200"])
    #expect(compiled.run().count(.keyTakeovers) == 0)
    #expect(compiled.run().count(.idempotentReplays) == 1)
    #expect(compiled.run().safety.columns[0].finalSum == 10)
  }

  @Test("of several that would take a key over one does, and the others find it at work")
  func oneWins() {
    // u1 hangs; u2, u3 and u4 come at 70 s within 8 ms, while the take-over commits, and u2 works
    // for 1 s. The others wait for its commit, find the key young, and are refused.
    var system = system
    system.database.groupCommit = true
    let work = Build.inTurn(
      [delay(.seconds(100))], [delay(.seconds(1))], [delay(.seconds(1))], [delay(.seconds(1))])
    var roles = Build.scenario(
      [Code.asItShouldBe.around([work, Self.effect])], load: load(4, apart: .milliseconds(4)),
      tables: tables(), system: system)
    // The first comes 70 s before the others: they think before they ask.
    roles.loads[0].iteration = [
      .everyNth(
        EveryNth(every: 1_000_000, first: 1, counting: .ofGroup(size: 4)), steps: [],
        otherwise: [.sleep(.constant(.seconds(70)))]),
      .request(0, key: .same),
    ]
    let compiled = roles.compiled("pessimistic")
    #expect(statuses(compiled) == ["u1 409", "u2 200", "u3 409", "u4 409"])
    let result = compiled.run()
    #expect(result.count(.keyTakeovers) == 1)
    #expect(result.safety.columns[0].finalSum == 10)
    #expect(result.broken(.oneEffectPerIntent) == 0)
  }

  @Test("who has taken over and hangs is taken over in turn, and comes back to nothing")
  func takenOverTwice() {
    // u1 hangs until 300 s, u2 takes over at 70 s and hangs until 300 s, u3 finds the key 70 s old.
    let compiled = scenario(
      [
        Code.asItShouldBe.around([
          Build.inTurn([delay(.seconds(300))], [delay(.seconds(230))], []), Self.effect,
        ])
      ], users: 3, apart: .seconds(70))
    #expect(statuses(compiled) == ["u1 409", "u2 409", "u3 200"])
    #expect(compiled.run().count(.keyTakeovers) == 2)
    #expect(compiled.run().safety.columns[0].finalSum == 10)
  }

  @Test("in one transaction around the step the mark checks the owner as well")
  func completedInSame() {
    let step = Step.idempotent(
      IdempotentStep(
        table: 1, completion: .same, takeOverAfter: .minutes(1), layer: nil,
        steps: [Build.inTurn([delay(.seconds(100))], []), Build.read(), Build.add(10)]))
    let compiled = scenario([Build.transaction(step)], apart: .seconds(70))
    #expect(statuses(compiled) == ["u1 409", "u2 200"])
    #expect(compiled.run().safety.columns[0].finalSum == 10)
  }

  // MARK: The hazard

  @Test("taken over where the mark is apart from the effect, one key has two effects")
  func hazard() {
    // The owner hangs before its effect, or between its effect and the mark: both ways.
    for work in [
      [Build.inTurn([delay(.seconds(100))], []), Self.effect],
      [Self.effect, Build.inTurn([delay(.seconds(100))], [])],
    ] {
      let scenario = Build.scenario(
        [Build.idempotent(work[0], work[1])],
        load: load(2, apart: .seconds(70)), tables: tables(), system: system)
      let right = scenario.compiled("pessimistic").run()
      #expect(right.count(.keyTakeovers) == 0)
      #expect(right.broken(.oneEffectPerIntent) == 0)
      let wrong = scenario.with(.takeoverWithoutAtomicCompletion).compiled("pessimistic").run()
      #expect(wrong.count(.keyTakeovers) == 1)
      #expect(wrong.broken(.oneEffectPerIntent) == 1)
      #expect(wrong.count(.duplicateEffects) == 1)
      #expect(wrong.safety.columns[0].finalSum == 20)
    }
  }

  // MARK: Ways to write the steps

  @Test("steps without a transaction are completed behind them, in one of its own")
  func withoutTransaction() {
    let compiled = scenario(
      [Code.asItShouldBe.around([delay(.seconds(1))])], apart: .seconds(2))
    #expect(statuses(compiled) == ["u1 200", "u2 200"])
    #expect(compiled.run().broken(.noKeyStuck) == 0)
  }

  @Test("a way past the transaction leaves no key stuck")
  func transactionInABranch() {
    // The first has its effect in one transaction, the second, with another key, has none.
    var scenario = Build.scenario(
      [Code.asItShouldBe.around([Build.inTurn([Self.effect], [])])], load: Build.once(2),
      tables: tables(), system: system)
    scenario.system.database.groupCommit = true
    let result = scenario.compiled("pessimistic").run()
    #expect(result.safety.keyRows == 2)
    #expect(result.broken(.noKeyStuck) == 0)
    #expect(result.rate(.errors) == 0)
  }

  @Test("an attempt that fails takes its mark back, and the next makes it")
  func retried() {
    // Two requests with keys of their own write one row: the second conflicts and tries again.
    let work = Build.retry(
      .none,
      Build.transaction(Build.read(), delay(.milliseconds(5)), Build.add(10)))
    var scenario = Build.scenario(
      [Code.asItShouldBe.around([work])], load: Build.once(2), tables: tables(), system: system)
    scenario.system.database.groupCommit = true
    let result = scenario.compiled("optimistic").run()
    #expect(result.count(.optimisticLockConflicts) == 1)
    #expect(result.safety.columns[0].finalSum == 20)
    #expect(result.broken(.noKeyStuck) == 0)
    #expect(result.safety.isSafe)
  }
}
