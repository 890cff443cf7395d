import ScenarioModel
import SimulationBasics

/// Ten users who add 1 to the same row by read, 1 ms of work and write, think, and do it again, for
/// five seconds.
func smallScenario(thinking: DurationDistribution = .exponential(mean: .milliseconds(5)))
  -> Scenario
{
  let row = RowReference(table: 0, key: 0)
  var system = SystemModel()
  system.database.network = .constant(.microseconds(100))
  return Scenario(
    name: "small", title: "Small", question: "What does a small run come to?",
    tables: [Table(name: "items", rows: 1, columns: [.init(name: "count", initialValue: 0)])],
    system: system,
    requests: [
      RequestClass(
        identifier: "add", name: "add",
        keys: [RowKey(name: "item", table: 0, choice: .virtualUser)],
        steps: [
          .retry(
            RetryPolicy(
              on: [.versionConflict], attempts: 3, backoff: Backoff(base: .milliseconds(1))),
            steps: [
              .transaction(
                TransactionStep(steps: [
                  .read(row), .cpu(.constant(.milliseconds(1))),
                  .update(UpdateStep(row: row, column: 0, change: .add(1))),
                ]))
            ]),
          .respond(status: 200),
        ])
    ],
    loads: [
      Load(
        name: "default", executor: .constantVUs(vus: 10, duration: .seconds(5)),
        iteration: [.request(0, key: .new), .sleep(thinking)])
    ], strategy: Strategy.builtIn[0])
}
