import ContentionEngine
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// A run small enough to follow by hand: one table, one request class, every time a constant.
///
/// A statement takes 1 ms, a commit 3 ms, nothing else takes time, and nothing is limited. So a
/// charge takes 5 ms alone and holds its row for 4 ms (from the UPDATE), or for 5 ms when the
/// SELECT locks it.
struct SmallRun {
  var identifier = "charge"
  var column = Table.Column(name: "balance", initialValue: 0)
  var rows = 1
  var change: Int64 = 10_000
  var atLeast: Int64?
  var backoff = Backoff.none
  var key = IterationStep.KeyUse.new
  var executor = Executor.perVUIterations(vus: 2, iterations: 1, maxDuration: .minutes(1))
  var gracefulStop = VirtualDuration.seconds(30)
  var thinkTime: VirtualDuration?
  var lock: LockName?
  /// Steps instead of the read and the update.
  var steps: [Step]?
  var moreRequests: [RequestClass] = []
  var thresholds: [Threshold] = []
  var hazards: [Hazard] = []
  var faults: [Fault] = []
  var client: ClientPolicy?
  var system = SmallRun.system
  var seed: UInt64 = 1

  static let system: SystemModel = {
    var system = SystemModel()
    system.database.select = .constant(.milliseconds(1))
    system.database.update = .constant(.milliseconds(1))
    system.database.commit = .constant(.milliseconds(3))
    return system
  }()

  func result(_ strategyName: String) -> RunResult {
    let row = RowReference(table: 0, key: 0)
    let refusal = Refusal.insufficientBalance
    let charge: [Step] =
      steps ?? [
        .retry(
          RetryPolicy(on: [.versionConflict], attempts: 10, backoff: backoff),
          steps: [
            .transaction(
              TransactionStep(steps: [
                .read(row),
                .update(
                  UpdateStep(
                    row: row, column: 0, change: .add(change), atLeast: atLeast, refusal: refusal)),
              ]))
          ])
      ]
    let guarded: [Step] =
      lock.map {
        [
          .distributedLock(
            DistributedLockStep(
              name: $0, wait: .seconds(100), lease: .seconds(100), layer: .distributedLock,
              steps: charge))
        ]
      } ?? charge
    let request = RequestClass(
      identifier: identifier, name: "POST /\(identifier)",
      keys: [RowKey(name: "user", table: 0, choice: .virtualUser)],
      steps: guarded + [.respond(status: 200)])
    var iteration: [IterationStep] = [
      .request(0, key: key), .check(name: "status is 200", statuses: [200]),
    ]
    if let thinkTime { iteration.append(.sleep(.constant(thinkTime))) }
    guard let strategy = Strategy.builtIn.first(where: { $0.name == strategyName }) else {
      preconditionFailure("no such strategy")
    }
    let scenario = Scenario(
      name: "small", title: "Small", question: "What happens?",
      tables: [
        Table(name: "users", rows: rows, columns: [column]),
        Table(name: "keys", rows: 0, columns: [], hasUniqueKey: true),
      ], system: system, requests: [request] + moreRequests,
      loads: [
        Load(
          name: "default", executor: executor, gracefulStop: gracefulStop, client: client,
          iteration: iteration)
      ], strategy: strategy, thresholds: thresholds, hazards: hazards, faults: faults)
    var simulation = Simulation(ProgramCompiler.compile(scenario, under: strategy), seed: seed)
    simulation.runToEnd()
    return simulation.finish()
  }
}

extension Threshold {
  static func slowerThan(_ milliseconds: Double) -> Threshold {
    Threshold(
      metric: "http_req_duration", method: .percentile(95), comparison: .less, bound: milliseconds,
      text: "p(95)<\(Int(milliseconds))")
  }
}
