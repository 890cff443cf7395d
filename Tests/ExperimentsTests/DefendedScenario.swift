import ScenarioModel
import SimulationBasics

/// Users of two instances who add 1 to rows that two of them share, under a lock, a key and a
/// version, each layer if it is on: every step takes a constant time.
///
/// A request is sent at the start, reads at 0.2 ms, computes for 10 ms, and writes after that.
func defendedScenario(
  users: Int = 2, rows: Int = 1, lease: VirtualDuration = .seconds(3), hasLock: Bool = true,
  hasKey: Bool = true, length: VirtualDuration = .seconds(2)
) -> Scenario {
  let row = RowReference(table: 0, key: 0)
  var system = SystemModel()
  system.instances = 2
  system.database.network = .constant(.microseconds(100))
  var steps: [Step] = [
    .retry(
      RetryPolicy(on: [.versionConflict], attempts: 3, backoff: Backoff(base: .milliseconds(1))),
      steps: [
        .transaction(
          TransactionStep(steps: [
            .read(row), .cpu(.constant(.milliseconds(10))),
            .update(UpdateStep(row: row, column: 0, change: .add(1))),
          ]))
      ])
  ]
  if hasKey {
    steps = [.idempotent(IdempotentStep(table: 1, layer: .idempotencyKey, steps: steps))]
  }
  if hasLock {
    steps = [
      .distributedLock(
        DistributedLockStep(
          name: LockName(text: "item:{item}", keys: [0]), wait: .seconds(1), lease: lease,
          layer: .distributedLock, steps: steps))
    ]
  }
  return Scenario(
    name: "defended", title: "Defended", question: "Which layer keeps what?",
    tables: [
      Table(name: "items", rows: rows, columns: [.init(name: "count", initialValue: 0)]),
      Table(name: "keys", rows: 0, columns: [], hasUniqueKey: true),
    ],
    system: system,
    requests: [
      RequestClass(
        identifier: "add", name: "add",
        keys: [RowKey(name: "item", table: 0, choice: .virtualUser)],
        steps: steps + [.respond(status: 200)])
    ],
    loads: [
      Load(
        name: "default", executor: .constantVUs(vus: users, duration: length),
        iteration: [.request(0, key: .new), .sleep(.constant(.milliseconds(100)))])
    ], strategy: Strategy.builtIn[0])
}
