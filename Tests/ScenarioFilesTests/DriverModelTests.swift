import BundledMeasurements
import BundledModels
import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// What the parameters of a run change in the model of its strategy.
@Suite("Driver model")
struct DriverModelTests {
  private let runs: [MeasuredRun]
  private let steps: [MeasuredStep]

  init() throws {
    runs = try MeasuredRunReader.runs(BundledMeasurements.runs.text, file: "runs.csv")
    steps = try MeasuredRunReader.steps(BundledMeasurements.steps.text, file: "steps.csv")
  }

  private func scenario(_ number: Int) throws -> Scenario {
    try scenario(of: #require(runs.first { $0.number == number }))
  }

  private func scenario(of run: MeasuredRun) throws -> Scenario {
    let model = DriverModel(of: run.setting, steps: steps)
    let bundled = try #require(BundledModels.all.first { $0.name == model.name })
    return try ScenarioReader.read(
      bundled.text, file: model.name, modelName: model.name, overrides: model.overrides)
  }

  /// The steps inside the outermost transaction.
  private func transaction(_ scenario: Scenario) throws -> [Step] {
    func find(_ steps: [Step]) -> [Step]? {
      for step in steps {
        if case .transaction(let found) = step { return found.steps }
        if let found = find(step.innerSteps) { return found }
      }
      return nil
    }
    return try #require(find(scenario.requests[0].steps))
  }

  @Test("takes every measured run without a problem, with its users, length and warm-up")
  func everyRun() throws {
    for run in runs {
      let scenario = try scenario(of: run)
      let load = scenario.loads[0]
      #expect(
        load.executor == .constantVUs(vus: run.setting.users, duration: run.setting.duration))
      #expect(load.warmUp == run.setting.warmUp)
      #expect(load.startStagger == .even(over: .seconds(1)))
    }
  }

  @Test("polls for the lock as the run says, and works longer in each n-th request")
  func spinLock() throws {
    let scenario = try scenario(130)
    guard case .distributedLock(let lock) = scenario.requests[0].steps[0] else {
      Issue.record("the first step is no lock")
      return
    }
    #expect(lock.lease == .milliseconds(200))
    #expect(lock.wait == .seconds(10))
    #expect(lock.poll == Backoff(base: .milliseconds(10)))
    #expect(scenario.strategy.name == "none")
    #expect(
      try transaction(scenario)[1]
        == .everyNth(
          EveryNth(every: 20, onlyFirstAttempt: true),
          steps: [.delay(.constant(.milliseconds(600)))],
          otherwise: [.delay(.constant(.milliseconds(20)))]))
  }

  @Test("has users of a hot row and others with rows of their own")
  func hotRow() throws {
    let scenario = try scenario(109)
    #expect(scenario.tables[0].rows == 26)
    guard case .list(let rows) = scenario.requests[0].keys[0].choice else {
      Issue.record("the rows are no list")
      return
    }
    #expect(rows.count == 50)
    #expect(rows.prefix(6) == [1, 2, 1, 3, 1, 4])
    #expect(rows.last == 26)
    #expect(scenario.system.pool.size == 10)
  }

  @Test("locks two rows, drawn or sorted, with a retry or without")
  func deadlocks() throws {
    let plain = try scenario(126)
    let key = plain.requests[0].keys[0]
    #expect(key.count == 2...2)
    #expect(key.order == .drawn)
    #expect(!key.redrawOnRetry)
    let steps = try transaction(plain)
    #expect(steps[0] == .lock(LockStep(RowReference(table: 0, key: 0, item: 0))))
    #expect(steps[1] == .delay(.constant(.milliseconds(5))))
    #expect(steps[3] == .lock(LockStep(RowReference(table: 0, key: 0, item: 1))))
    #expect(steps[4] == .delay(.constant(.milliseconds(10))))
    guard case .retry(let policy, _) = plain.requests[0].steps[0] else {
      Issue.record("the first step is no retry")
      return
    }
    #expect(policy.attempts == 1)
    #expect(try scenario(53).requests[0].keys[0].order == .sorted)
    guard case .retry(let again, _) = try scenario(56).requests[0].steps[0] else {
      Issue.record("the first step is no retry")
      return
    }
    #expect(again.attempts == 11)
    #expect(again.backoff == Backoff(base: .milliseconds(50)))
  }

  @Test("lets the winner of each m-th round roll back, counted by the groups")
  func rollbacks() throws {
    let steps = try transaction(scenario(62))
    guard case .everyNth(let occasions, let refusals, let others) = steps[4] else {
      Issue.record("nobody rolls back")
      return
    }
    // In each third round whoever is done first rolls back, and another one comes to this place:
    // the third of every four that do.
    #expect(occasions == EveryNth(every: 4, first: 3, counting: .ofGroup(size: 3)))
    #expect(refusals.count == 1)
    #expect(others == [])
    #expect(try transaction(scenario(57))[4] == .delay(.zero))
    let iteration = try scenario(60).loads[0].iteration
    #expect(
      Array(iteration.prefix(3)) == [
        .barrier(parties: 5), .request(0, key: .ofGroup(size: 5)), .barrier(parties: 5),
      ])
  }

  @Test("sends the key of the request before in each n-th")
  func sameKey() throws {
    #expect(
      try scenario(307).loads[0].iteration[0]
        == .everyNth(
          EveryNth(every: 10), steps: [.request(0, key: .previous)],
          otherwise: [.request(0, key: .new)]))
  }
}
