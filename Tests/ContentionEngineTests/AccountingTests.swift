import BundledModels
import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// What must be true of the books of every run.
@Suite("Accounting")
struct AccountingTests {
  /// The balance charge, crowded: many users, few rows, scarce threads, cores and connections.
  private func crowded(
    _ users: Int, seconds: UInt64, gracefulStop: VirtualDuration = .seconds(30)
  ) throws -> Scenario {
    var scenario = try Bundled.scenario("balance-charge")
    scenario.tables[0].rows = 5
    scenario.system.instances = 2
    scenario.system.cores = 1
    scenario.system.threads = RequestThreadsModel(size: 10, accepted: 20, backlog: 5)
    scenario.system.pool = ConnectionPoolModel(size: 3, timeout: .milliseconds(500))
    scenario.system.database.cores = 2
    scenario.loads[0].executor = .constantVUs(vus: users, duration: .seconds(seconds))
    scenario.loads[0].gracefulStop = gracefulStop
    scenario.loads[0].iteration = [
      .request(0, key: .new), .sleep(.exponential(mean: .milliseconds(300))),
    ]
    return scenario
  }

  @Test("the shares of every request's time sum to its latency", arguments: Strategy.builtIn)
  func timeSplit(strategy: Strategy) throws {
    let compiled = ProgramCompiler.compile(try crowded(20, seconds: 2), under: strategy)
    let (stories, result) = compiled.stories(seed: 7)
    #expect(stories.count > 50)
    for story in stories {
      let sum = story.spells.reduce(UInt64(0)) { $0 + $1.length.inNanoseconds }
      #expect(sum == story.latency.inNanoseconds)
    }
    let latencies = stories.reduce(UInt128(0)) { $0 + UInt128($1.latency.inNanoseconds) }
    #expect(result.timeSplit.totalLatency == latencies)
    #expect(result.trend(.requestDuration).sum == latencies)
    for share in TimeShare.allCases {
      let told = stories.reduce(UInt128(0)) { sum, story in
        sum + story.lengths(of: share).reduce(UInt128(0)) { $0 + UInt128($1.inNanoseconds) }
      }
      #expect(result.timeSplit.total(share) == told, "\(share.name)")
    }
  }

  @Test(
    "Little's law holds in every queue, everybody is accounted for, nothing is held at the end",
    arguments: Strategy.builtIn)
  func books(strategy: Strategy) throws {
    let compiled = ProgramCompiler.compile(try crowded(120, seconds: 5), under: strategy)
    for seed in [1, 2] as [UInt64] {
      let result = compiled.run(seed: seed)
      for queue in result.resources.queues { #expect(queue.result.littleHolds, "\(queue.name)") }
      let safety = result.safety
      #expect(safety.arrived == safety.answered + safety.interrupted + safety.inFlight)
      #expect(safety.inFlight == 0)
      #expect(safety.finding(.nothingHeldAtEnd).isHeld)
      #expect(safety.arrived > 1_000)
      #expect(result.trend(.requestDuration).sum == result.timeSplit.totalLatency)
      #expect(result.retries.reduce(0, +) == result.count(.requests))
      // A time share of a wait is the sum of the waits, where nobody waits beyond the end.
      let busy = result.resources.servers(.pool)
      #expect((busy?.busy.mostAtOnce ?? 0) <= 6)
    }
  }

  @Test("requests of interrupted users finish at the service and count as interrupted")
  func interrupted() throws {
    for strategy in Strategy.builtIn {
      let scenario = try crowded(120, seconds: 3, gracefulStop: .zero)
      let result = ProgramCompiler.compile(scenario, under: strategy).run()
      let safety = result.safety
      #expect(result.virtualTime == .seconds(3))
      #expect(safety.interrupted > 0, "\(strategy.name)")
      #expect(safety.arrived == safety.answered + safety.interrupted)
      #expect(result.count(.requests) == safety.answered)
      #expect(safety.finding(.nothingHeldAtEnd).isHeld, "\(strategy.name)")
      for queue in result.resources.queues { #expect(queue.result.littleHolds, "\(queue.name)") }
    }
  }

  @Test("what ends before the warm-up is over is not counted")
  func warmUp() {
    // Requests of 100 ms back to back: ends at 0.1, 0.2, … 10. From 2.05 s on 80 of them; the row
    // is held all the time.
    var load = Load(
      name: "steady", executor: .constantVUs(vus: 1, duration: .seconds(10)),
      iteration: [.request(0, key: .new)])
    load.warmUp = .milliseconds(2_050)
    let steps = [Build.transaction(Build.read(), Build.cpu(100), Build.add(1))]
    let result = Build.scenario(steps, load: load).compiled("pessimistic").run()
    #expect(result.count(.requests) == 80)
    #expect(result.window == .milliseconds(7_950))
    #expect(result.trend(.requestDuration).sum == 8_000_000_000)
    #expect(result.resources.hottestRow?.row.held == .milliseconds(7_950))
    // Money is money: the ledger counts from the start.
    #expect(result.safety.columns[0].effects == 100)
  }

  @Test("a queue that began before the warm-up was over counts from its end")
  func warmUpQueue() {
    // u2 waits for the only core 0–4 s, of which 3 s lie in the window.
    var system = SystemModel()
    system.cores = 1
    var load = Build.once(2)
    load.warmUp = .seconds(1)
    let result = Build.scenario([Build.cpu(4_000)], load: load, system: system)
      .compiled("none").run()
    #expect(result.resources.servers(.cores)?.queue.totalWait == 3_000_000_000)
    #expect(result.resources.servers(.cores)?.busy.integral == 7_000_000_000)
    #expect(result.count(.requests) == 2)
  }

  @Test("the rows of the series cover the run without a gap, and their counts sum to the totals")
  func series() throws {
    let compiled = ProgramCompiler.compile(
      try crowded(60, seconds: 4), under: Strategy.builtIn[2])
    var simulation = Simulation(compiled, seed: 3)
    simulation.runToEnd()
    let rows = simulation.takeClosedIntervals()
    let result = simulation.finish()
    var end = VirtualTime.start
    for row in rows {
      #expect(row.start == end)
      #expect(row.length > .zero)
      #expect(row.length <= .seconds(1))
      end = row.end
    }
    #expect(end.sinceStart == result.virtualTime)
    #expect(
      rows.reduce(0) { $0 + $1.conflicts } == result.count(.optimisticLockConflicts))
    #expect(rows.reduce(0) { $0 + $1.attempts } >= result.count(.requests))
  }

  @Test("slices of a run are the run")
  func slices() throws {
    let compiled = ProgramCompiler.compile(
      try crowded(40, seconds: 3), under: Strategy.builtIn[6])
    let whole = compiled.run(seed: 5)
    var simulation = Simulation(compiled, seed: 5)
    var moment = VirtualTime.start
    while !simulation.isOver {
      moment = moment + .milliseconds(77)
      simulation.run(through: moment)
    }
    let sliced = simulation.finish()
    #expect(sliced.digest == whole.digest)
    #expect(sliced.events == whole.events)
    #expect(sliced.metrics == whole.metrics)
    #expect(sliced.resources == whole.resources)
  }
}
