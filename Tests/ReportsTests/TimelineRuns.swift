import ContentionEngine
import Reports
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Small models whose promises are broken in moments that can be worked out by hand: a SELECT and
/// an UPDATE take 1 ms, a COMMIT 3 ms, a command to the lock server nothing.
enum TimelineRuns {
  static let system: SystemModel = {
    var system = SystemModel()
    system.database.select = .constant(.milliseconds(1))
    system.database.update = .constant(.milliseconds(1))
    system.database.commit = .constant(.milliseconds(3))
    return system
  }()

  static let row = RowReference(table: 0, key: 0)
  static let charge = Step.update(UpdateStep(row: row, column: 0, change: .add(10_000)))

  static func work(_ steps: Step...) -> Step { .transaction(TransactionStep(steps: steps)) }
  static func delay(_ milliseconds: UInt64) -> Step {
    .delay(.constant(.milliseconds(milliseconds)))
  }

  static func lock(
    lease: VirtualDuration = .seconds(30), isPerRequest: Bool = false, _ steps: Step...
  ) -> Step {
    .distributedLock(
      DistributedLockStep(
        name: LockName(text: "balance:user:{user}", keys: [0], isPerRequest: isPerRequest),
        wait: .seconds(10), lease: lease, layer: nil, steps: steps))
  }

  static func scenario(
    _ requests: [[Step]], loads: [Load], strategy: String = "none", faults: [Fault] = []
  ) -> CompiledScenario {
    guard let strategy = Strategy.builtIn.first(where: { $0.name == strategy }) else {
      preconditionFailure("no such strategy")
    }
    let classes = requests.enumerated().map { index, steps in
      let name = requests.count == 1 ? "charge" : "charge\(index + 1)"
      return RequestClass(
        identifier: name, name: "POST /\(name)",
        keys: [RowKey(name: "user", table: 0, choice: .list([3]))], steps: steps)
    }
    let scenario = Scenario(
      name: "small", title: "Small", question: "What happens?",
      tables: [
        Table(name: "users", rows: 5, columns: [.init(name: "balance", initialValue: 30_000)]),
        Table(name: "keys", rows: 0, columns: [], hasUniqueKey: true),
      ], system: system, requests: classes, loads: loads, strategy: strategy, faults: faults)
    return ProgramCompiler.compile(scenario, under: strategy)
  }

  /// Users with one request each: the first from 0 ms on, the second from 1 ms on.
  static func inTurn(_ requests: [Step]..., strategy: String = "none") -> CompiledScenario {
    let loads = requests.indices.map { index in
      Load(
        name: "user\(index + 1)",
        executor: .perVUIterations(vus: 1, iterations: 1, maxDuration: .minutes(1)),
        startTime: .milliseconds(UInt64(index)), iteration: [.request(index, key: .new)])
    }
    return scenario(requests, loads: loads, strategy: strategy)
  }

  /// One user who sends a request again after some milliseconds.
  static func twice(
    after milliseconds: UInt64, _ steps: Step..., strategy: String = "none"
  ) -> CompiledScenario {
    let click = DoubleClick(after: .constant(.milliseconds(milliseconds)))
    return scenario(
      [steps],
      loads: [
        Load(
          name: "impatient",
          executor: .perVUIterations(vus: 1, iterations: 1, maxDuration: .minutes(1)),
          iteration: [.request(0, key: .new, doubleClick: click)])
      ], strategy: strategy)
  }
}

extension CompiledScenario {
  /// The timeline of the first breach of a promise; the run stops there.
  func timeline(of promise: SafetyPromise, seed: UInt64 = 1) -> Timeline? {
    var watch = RunWatch()
    watch.tellsStory = true
    watch.stopsAt = [promise]
    var simulation = Simulation(self, seed: seed, watch: watch)
    simulation.runToEnd()
    let story = simulation.takeStory()
    let breaches = simulation.finish().breaches
    return breaches.first { $0.promise == promise }.map {
      Timeline(story: story, breach: $0, of: self)
    }
  }
}
