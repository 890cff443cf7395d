import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Faults of the engine that its first readers found, each by the smallest run that showed it.
@Suite("Faults that were found")
struct RegressionTests {
  @Test("a request that is woken in the very moment in which the load is over waits no longer")
  func wokenAtTheEnd() {
    // One core; each request computes 40 s. The load ends at 10 s and interrupts at 40 s; the first
    // request gives the core to the second at 40 s too, just before, because that event was
    // scheduled first.
    var system = SystemModel()
    system.cores = 1
    let load = Load(
      name: "two", executor: .constantVUs(vus: 2, duration: .seconds(10)),
      gracefulStop: .seconds(30), iteration: [.request(0, key: .new)])
    let result = Build.scenario([Build.cpu(40_000)], load: load, system: system)
      .compiled("none").run()
    #expect(result.count(.requests) == 1)
    #expect(result.safety.interrupted == 1)
    #expect(result.resources.servers(.cores)?.queue.totalWait == 40_000_000_000)
  }

  @Test("an update counts in the transaction that made it, not in another of its request")
  func twoTransactions() {
    let steps = [
      Build.transaction(Build.read(), Build.add(10)),
      Build.transaction(Build.read(), Build.add(-4)),
    ]
    let result = Build.scenario(steps, load: Build.once(3)).compiled("pessimistic").run()
    #expect(result.safety.columns[0].effects == 6)
    #expect(result.safety.columns[0].finalSum == 18)
    #expect(result.safety.isSafe)
  }

  @Test("money that was added may be taken, whether or not the addition has a floor of its own")
  func floorCountsEveryEffect() {
    let charge = Build.request([Build.transaction(Build.read(), Build.add(10))], name: "charge")
    let deduct = Build.request(
      [Build.transaction(Build.read(), Build.add(-10, atLeast: 0))], name: "deduct")
    let load = Load(
      name: "both", executor: .perVUIterations(vus: 1, iterations: 5, maxDuration: .minutes(1)),
      iteration: [.request(0, key: .new), .request(1, key: .new)])
    let result = Build.scenario([charge, deduct], loads: [load]).compiled("pessimistic").run()
    #expect(result.safety.columns[0].effects == 10)
    #expect(result.broken(.neverOversold) == 0)
  }

  @Test("each column has a floor of its own")
  func floorsOfTwoColumns() {
    let table = Table(
      name: "accounts", rows: 1,
      columns: [
        Table.Column(name: "balance", initialValue: 100),
        Table.Column(name: "points", initialValue: 5),
      ])
    let steps = [
      Build.transaction(
        Build.read(), Build.add(-60, atLeast: 0), Build.add(-5, atLeast: 0, column: 1))
    ]
    let result = Build.scenario(steps, load: Build.once(1), tables: [table])
      .compiled("pessimistic").run()
    #expect(result.broken(.neverOversold) == 0)
    #expect(result.safety.columns.map(\.finalSum) == [40, 0])
  }

  @Test("a request whose steps name no status answers 200")
  func statusByDefault() {
    let result = Build.scenario([Build.cpu(1)], load: Build.once(1)).compiled("none").run()
    #expect(result.rate(.errors) == 0)
    #expect(result.rate(.requestFailed) == 0)
  }

  @Test("a stored answer is replayed with the status with which it was stored")
  func storedStatus() {
    let steps = [Build.idempotent(Build.cpu(1), .respond(status: 201))]
    let load = Load(
      name: "twice", executor: .perVUIterations(vus: 1, iterations: 2, maxDuration: .minutes(1)),
      iteration: [.request(0, key: .same), .check(name: "created", statuses: [201])])
    let result = Build.scenario(steps, load: load).compiled("none").run()
    #expect(result.count(.idempotentReplays) == 1)
    #expect(result.checks.map(\.passes) == [2])
  }

  @Test("a ramp that reaches its end in the moment of its end lets go as a ramp-down does")
  func rampDownAtTheEnd() {
    // Two users; the second stage falls to 0 within 2 s: one goes at 11 s, the last at 12 s, the
    // end. Neither gets time to finish its request, because gracefulRampDown is 0, though
    // gracefulStop is 30 s.
    let load = Load(
      name: "ramp",
      executor: .rampingVUs(
        startVUs: 2,
        stages: [
          Executor.Stage(duration: .seconds(10), target: 2),
          Executor.Stage(duration: .seconds(2), target: 0),
        ], gracefulRampDown: .zero), gracefulStop: .seconds(30),
      iteration: [.request(0, key: .new)])
    let result = Build.scenario([Build.delay(60_000)], load: load).compiled("none").run()
    #expect(result.virtualTime == .seconds(12))
    #expect(result.safety.interrupted == 2)
  }

  @Test("an iteration that was begun and interrupted was not dropped")
  func interruptedIsNotDropped() {
    // k6 gives up what has not begun (`per_vu_iterations.go`): two of three, since the first has
    // begun.
    let load = Load(
      name: "slow", executor: .perVUIterations(vus: 1, iterations: 3, maxDuration: .seconds(1)),
      gracefulStop: .seconds(1), iteration: [.request(0, key: .new)])
    let result = Build.scenario([Build.delay(60_000)], load: load).compiled("none").run()
    #expect(result.count(.iterations) == 0)
    #expect(result.count(.droppedIterations) == 2)
  }

  @Test("a hundred thousand requests in no time need no deep stack")
  func requestsInNoTime() {
    let load = Load(
      name: "many", executor: .perVUIterations(vus: 1, iterations: 1, maxDuration: .minutes(1)),
      iteration: [.repeated(100_000, steps: [.request(0, key: .new)])])
    let result = Build.scenario([.respond(status: 200)], load: load).compiled("none").run()
    #expect(result.count(.requests) == 100_000)
    #expect(result.count(.iterations) == 1)
  }

  @Test("an optimistic transaction may write two columns of one row")
  func optimisticTwoColumns() {
    let table = Table(
      name: "accounts", rows: 1,
      columns: [
        Table.Column(name: "balance", initialValue: 0),
        Table.Column(name: "points", initialValue: 0),
      ])
    let steps = [
      Build.transaction(Build.read(), Build.add(10), Build.add(1, column: 1))
    ]
    let result = Build.scenario(steps, load: Build.once(1), tables: [table])
      .compiled("optimistic").run()
    #expect(result.count(.optimisticLockConflicts) == 0)
    #expect(result.safety.columns.map(\.finalSum) == [10, 1])
  }

  @Test("the witness of a lost update tells the value and the time of its own column")
  func witnessOfTwoColumns() throws {
    // Two users read balance 100 and points 7 at 0, compute 5 and 6 ms, and write. The last read of
    // each is points.
    let table = Table(
      name: "accounts", rows: 1,
      columns: [
        Table.Column(name: "balance", initialValue: 100),
        Table.Column(name: "points", initialValue: 7),
      ])
    var system = SystemModel()
    system.database.update = .constant(.milliseconds(1))
    let steps = [
      Build.transaction(Build.read(), Build.delay(5), Build.add(10), Build.add(1, column: 1))
    ]
    let result = Build.scenario(steps, load: Build.once(2), tables: [table], system: system)
      .compiled("none").run()
    let witness = try #require(result.safety.firstLostUpdate)
    #expect(witness.column == 0)
    #expect(witness.overwritten.valueRead == 100)
    #expect(witness.overwriting.valueRead == 100)
    #expect(witness.overwriting.readAt == .start)
    #expect(witness.valueAfterFirst == 110)
    #expect(witness.valueAfterSecond == 110)
  }

  @Test("a lock inside a lock leaves the outer one to its holder")
  func lockInLock() {
    let steps = [
      Build.lock(
        named: "outer", keys: [], Build.lock(named: "inner", keys: [], Build.cpu(1)), Build.cpu(1))
    ]
    let result = Build.scenario(steps, load: Build.once(3)).compiled("none").run()
    #expect(result.rate(.errors) == 0)
    #expect(result.safety.isSafe)
  }

  @Test("an atomic update of a row may come before a guarded one of another column")
  func mixedGuards() throws {
    let table = Table(
      name: "accounts", rows: 1,
      columns: [.init(name: "a", initialValue: 0), .init(name: "b", initialValue: 0)])
    let steps: [Step] = [
      Build.transaction(
        Build.read(),
        .update(
          UpdateStep(row: Build.account(), column: 0, change: .add(1), writeGuard: .atomic)),
        Build.add(1, column: 1))
    ]
    for strategy in ["none", "optimistic", "pessimistic"] {
      let result = Build.scenario(steps, load: Build.once(1), tables: [table])
        .compiled(strategy).run()
      #expect(result.rate(.errors) == 0, "\(strategy)")
      #expect(result.safety.isSafe, "\(strategy)")
      #expect(result.safety.columns.map(\.finalSum) == [1, 1], "\(strategy)")
    }
  }
}
