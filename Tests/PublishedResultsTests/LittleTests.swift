import BundledModels
import ContentionEngine
import Experiments
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Little's law in whole nanoseconds, on every queue of every run.
@Suite("Little's law")
struct LittleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let model: String
    let strategy: Strategy
    var testDescription: String { "\(model), \(strategy.name)" }
  }

  static let cases = BundledModels.all.flatMap { model in
    Strategy.builtIn.map { Case(model: model.name, strategy: $0) }
  }

  private func withoutSleeps(_ steps: [IterationStep]) -> [IterationStep] {
    steps.compactMap { step in
      switch step {
      case .sleep: nil
      case .request, .check, .barrier: step
      case .repeated(let count, let inner): .repeated(count, steps: withoutSleeps(inner))
      case .everyNth(let occasions, let inner, let otherwise):
        .everyNth(occasions, steps: withoutSleeps(inner), otherwise: withoutSleeps(otherwise))
      case .ifStatus(let statuses, let inner, let otherwise):
        .ifStatus(statuses, steps: withoutSleeps(inner), otherwise: withoutSleeps(otherwise))
      case .choose(let branches):
        .choose(
          branches.map { WeightedIteration(weight: $0.weight, steps: withoutSleeps($0.steps)) })
      }
    }
  }

  /// The model with something scarce everywhere, so that every queue of it forms.
  private func scarce(_ model: String) throws -> Scenario {
    var scenario = try publishedModel(model)
    scenario.system.instances = 2
    scenario.system.threads = RequestThreadsModel(size: 12, accepted: 40, backlog: 5)
    scenario.system.cores = 1
    scenario.system.pool = ConnectionPoolModel(size: 5, timeout: .milliseconds(40))
    scenario.system.database.cores = 2
    scenario.system.database.select = .exponential(mean: .microseconds(300))
    scenario.system.database.update = .exponential(mean: .microseconds(300))
    scenario.system.database.commit = .exponential(mean: .milliseconds(1))
    scenario.system.database.lockWaitTimeout = .milliseconds(30)
    scenario.system.database.engine = .mariaDB
    scenario.system.lockServer.command = .exponential(mean: .microseconds(200))
    return scenario
  }

  @Test(
    "holds to the nanosecond when the measurement begins late and users are cut off at its end",
    arguments: cases)
  func windows(of testCase: Case) throws {
    var interrupted: UInt64 = 0
    var unfinished: UInt64 = 0
    for seed: UInt64 in 1...3 {
      for groupCommit in [false, true] {
        var scenario = try scarce(testCase.model)
        scenario.system.database.groupCommit = groupCommit
        for index in scenario.loads.indices {
          scenario.loads[index].executor = .constantVUs(vus: 120, duration: .seconds(4))
          scenario.loads[index].startStagger = .drawn(.exponential(mean: .milliseconds(50)))
          scenario.loads[index].gracefulStop = .zero
          scenario.loads[index].warmUp = .milliseconds(1_234)
          // Constant pauses keep the users in step; then nobody may be at the service when the run
          // ends.
          scenario.loads[index].iteration = withoutSleeps(scenario.loads[index].iteration)
          scenario.loads[index].iteration.append(.sleep(.exponential(mean: .milliseconds(20))))
        }
        let result = ProgramCompiler.compile(scenario, under: testCase.strategy).result(seed: seed)
        interrupted += result.safety.interrupted
        for (name, queue) in result.resources.queues {
          unfinished += queue.unfinishedWaits
          #expect(
            queue.integral == queue.totalWait, "seed \(seed), \(name): ∫L dt is not ΣW")
          #expect(queue.window == result.window)
        }
      }
    }
    // Else the rule was not put to the test where it is easiest to break.
    #expect(interrupted > 0)
    #expect(unfinished > 0)
  }

  @Test(
    "agrees with what each request says of its own waits, when all of them are measured",
    arguments: cases)
  func requestsAgree(of testCase: Case) throws {
    for seed: UInt64 in 1...3 {
      var scenario = try scarce(testCase.model)
      for index in scenario.loads.indices {
        scenario.loads[index].executor = .perVUIterations(
          vus: 60, iterations: 5, maxDuration: .hours(1))
        // A wait that began in a warm-up is in its request's time and in no queue's.
        scenario.loads[index].warmUp = .zero
      }
      let result = ProgramCompiler.compile(scenario, under: testCase.strategy).result(seed: seed)
      #expect(result.safety.interrupted == 0)
      // The time split is kept by request and knows nothing of the queues.
      func asked(_ share: TimeShare) -> UInt128 { result.timeSplit.total(share) }
      func queued(_ kind: ServerUse.Kind) -> UInt128 {
        result.resources.servers(kind)?.queue.integral ?? 0
      }
      let rows = result.resources.tables.reduce(UInt128(0)) { $0 + $1.rowWaits.integral }
      #expect(asked(.rowLockWait) == rows + result.resources.keyWaits.integral, "seed \(seed)")
      #expect(asked(.threadQueue) == queued(.threads), "seed \(seed)")
      #expect(asked(.cpuQueue) == queued(.cores) + queued(.databaseCores), "seed \(seed)")
      #expect(asked(.poolWait) == queued(.pool), "seed \(seed)")
      #expect(
        asked(.distributedLockWait) == result.resources.lockWaits.integral, "seed \(seed)")
      for (name, queue) in result.resources.queues {
        #expect(queue.integral == queue.totalWait, "seed \(seed), \(name)")
        #expect(queue.unfinishedWaits == 0, "seed \(seed), \(name)")
      }
    }
  }
}
