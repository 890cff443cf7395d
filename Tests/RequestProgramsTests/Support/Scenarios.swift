import ScenarioModel
import SimulationBasics

/// Scenarios for the tests of the compiler, written in code so that no model file can change them.
enum Scenarios {
  /// The balance charge as the bundled model has it, for one user and one minute.
  static func charge() -> Scenario {
    var system = SystemModel()
    system.network = .lognormal(median: .milliseconds(1), percentile95: .milliseconds(3))
    system.threads = RequestThreadsModel(size: 200, accepted: 8192, backlog: 100)
    system.cores = 4
    system.pool = ConnectionPoolModel(size: 20, timeout: .seconds(30))
    system.database.cores = 8
    system.database.network = .constant(.microseconds(150))
    let statement = DurationDistribution.constant(.microseconds(200))
    system.database.begin = statement
    system.database.select = statement
    system.database.insert = statement
    system.database.update = statement
    system.database.rollback = statement
    system.database.commit = .constant(.milliseconds(2))
    system.lockServer.network = .constant(.microseconds(150))
    system.lockServer.command = .constant(.microseconds(20))

    let user = RowReference(table: 0, key: 0)
    let transaction = Step.transaction(
      TransactionStep(steps: [
        .read(user), .cpu(.constant(.milliseconds(1))),
        .update(UpdateStep(row: user, column: 0, change: .add(10_000))),
      ]))
    let retry = RetryPolicy(
      on: [.versionConflict, .deadlock], attempts: 10,
      backoff: Backoff(base: .milliseconds(50), factor: 2, cap: .seconds(30)))
    let idempotent = IdempotentStep(
      table: 1, layer: .idempotencyKey, steps: [.retry(retry, steps: [transaction])])
    let lock = DistributedLockStep(
      name: LockName(text: "balance:user:{user}", keys: [0]), wait: .seconds(10),
      lease: .seconds(30), layer: .distributedLock, steps: [.idempotent(idempotent)])
    return Scenario(
      name: "balance-charge", title: "Balance charge", question: "",
      tables: [
        Table(name: "users", rows: 100, columns: [Table.Column(name: "balance", initialValue: 0)]),
        Table(name: "charge_idempotency", rows: 0, columns: [], hasUniqueKey: true),
      ],
      system: system,
      requests: [
        RequestClass(
          identifier: "charge", name: "POST /api/users/{user}/balance/charge",
          keys: [RowKey(name: "user", table: 0, choice: .virtualUser)],
          steps: [
            .cpu(.constant(.microseconds(500))), .distributedLock(lock), .respond(status: 200),
          ])
      ],
      loads: [
        Load(
          name: "default", executor: .constantVUs(vus: 1, duration: .minutes(1)),
          iteration: [.request(0, key: .new), .sleep(.constant(.seconds(1)))])
      ], strategy: Strategy.builtIn[2])
  }

  /// A charge whose steps nest in every way that a model may write.
  static func nested() -> Scenario {
    var scenario = charge()
    let user = RowReference(table: 0, key: 0)
    let other = RowReference(table: 0, key: 1)
    let write = Step.transaction(
      TransactionStep(
        isolation: .readCommitted,
        steps: [
          .lock(LockStep(other)), .read(user),
          .update(UpdateStep(row: user, column: 0, change: .add(-1), atLeast: 0)),
          .update(UpdateStep(row: other, column: 0, change: .set(7))),
        ]))
    func retry(_ reasons: [FailureReason], _ steps: [Step]) -> Step {
      .retry(RetryPolicy(on: reasons, attempts: 3, backoff: .none), steps: steps)
    }
    func lock(_ text: String, _ keys: [Int], _ steps: [Step]) -> Step {
      .distributedLock(
        DistributedLockStep(
          name: LockName(text: text, keys: keys), wait: .seconds(1), lease: .seconds(1),
          layer: text == "optional" ? .distributedLock : nil, steps: steps))
    }
    scenario.requests[0].keys.append(RowKey(name: "other", table: 0, choice: .uniform))
    scenario.requests[0].steps = [
      .read(user),
      lock(
        "outer:{user}", [0],
        [
          retry(
            [.connectionTimeout, .distributedLockTimeout],
            [
              .connection(steps: [write, .read(other), .delay(.constant(.milliseconds(1)))]),
              lock(
                "optional", [],
                [
                  .idempotent(
                    IdempotentStep(
                      table: 1, onFailed: .refuse, layer: .idempotencyKey,
                      steps: [retry([.versionConflict], [write]), .read(user)])),
                  .idempotent(IdempotentStep(table: 1, layer: nil, steps: [write])),
                ]),
            ])
        ]),
      .refuse(Refusal(status: 409, counter: .stockDepletions)),
    ]
    return scenario
  }
}
