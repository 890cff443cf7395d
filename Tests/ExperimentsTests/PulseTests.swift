import ContentionEngine
import Experiments
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Pulse")
struct PulseTests {
  /// One server of 10 ms on average, so that 100 a second are what it can carry.
  private func scenario(rate: Int = 20) -> Scenario {
    var system = SystemModel()
    system.database.cores = 1
    system.database.select = .exponential(mean: .milliseconds(10))
    return Scenario(
      name: "pulse", title: "Pulse", question: "Does it come back?",
      tables: [Table(name: "items", rows: 10, columns: [.init(name: "count", initialValue: 0)])],
      system: system,
      requests: [
        RequestClass(
          identifier: "look", name: "look",
          keys: [RowKey(name: "item", table: 0, choice: .uniform)],
          steps: [.read(RowReference(table: 0, key: 0)), .respond(status: 200)])
      ],
      loads: [
        Load(
          name: "default",
          executor: .constantArrivalRate(
            rate: ArrivalRate(iterations: rate), duration: .seconds(60),
            users: UserPool(preAllocated: 10, maximum: 10_000)),
          arrivals: .poisson, iteration: [.request(0, key: .new)])
      ], strategy: Strategy.builtIn[0])
  }

  private let pulse = PulseExperiment.Pulse(of: .seconds(4))

  @Test("compares what each policy adds to the one before, all with the model's own time-out")
  func policies() {
    let own = ClientPolicy(
      timeout: .milliseconds(700), attempts: 3, backoff: Backoff(base: .milliseconds(30)),
      budget: RetryBudget(ratio: 0.2))
    let policies = PulsePolicy.all(like: own)
    #expect(policies.count == 7)
    #expect(policies.allSatisfy { $0.client.timeout == .milliseconds(700) })
    #expect(policies.map(\.client.attempts) == [1, 3, 3, 3, 3, 3, 3])
    #expect(policies[1].client.backoff == .none)
    #expect(policies[3].client.backoff.jitter == .full)
    #expect(policies.count { $0.client.budget != nil } == 1)
    #expect(policies[4].client.budget?.ratio == 0.2)
    #expect(policies.count { $0.client.tokenBucket != nil } == 1)
    #expect(policies.count { $0.client.breaker != nil } == 1)
  }

  @Test("finds what a service can carry, and tries steps of it")
  func capacity() {
    let loads = PulseLoads(of: scenario(), seed: 1)
    // M/M/1: 30 s of 20 a second are 600 services of 10 ms, whose mean is off by some 4 %.
    #expect(abs(loads.capacity - 100) < 15)
    #expect(loads.loads.count == 8)
    #expect(loads.loads == loads.loads.sorted())
    #expect(abs(Double(loads.loads[0]) - 0.2 * loads.capacity) <= 0.5)
  }

  @Test("of users takes three steps, and stops at two thousand users")
  func usersCapacity() {
    var scenario = scenario()
    scenario.loads[0].iteration.append(.sleep(.constant(.seconds(1))))
    scenario.loads[0].executor = .constantVUs(vus: 20, duration: .seconds(60))
    let loads = PulseLoads(of: scenario, seed: 1)
    #expect(loads.loads.count == 3)
    #expect(loads.pilot.busiest == "database cores")
    #expect(loads.pilot.load == 20)
    #expect(abs(Double(loads.loads[2]) / loads.capacity - 0.9) < 0.05)
    // With a hundred times as many cores nobody tries a hundred times as many users.
    scenario.system.database.cores = 100
    #expect(PulseLoads(of: scenario, seed: 1).loads == [600, 1_200, 1_800])
  }

  @Test("strikes at a whole second, behind one that tells how things were")
  func moments() {
    let usual = PulseExperiment.Pulse(of: .seconds(10))
    #expect(usual.at == .seconds(20))
    #expect(usual.end == .seconds(180))
    #expect(usual.rest == .seconds(150))
    #expect(PulseExperiment.Pulse(of: .milliseconds(100)).at == .seconds(2))
    #expect(PulseExperiment.Pulse.shortestLoad(for: .seconds(10)) == .seconds(60))
    #expect(PulseExperiment.Pulse.shortestLoad(for: .milliseconds(1_001)) == .seconds(10))
    #expect(PulseExperiment.Pulse.shortestLoad(for: .milliseconds(2_001)) == .seconds(13))
    for seconds: UInt64 in 10...200 {
      let pulse = PulseExperiment.Pulse(of: .seconds(1), in: .seconds(seconds))
      #expect(pulse.at >= .seconds(1))
      #expect(pulse.at.inNanoseconds % 1_000_000_000 == 0)
      #expect(pulse.at <= .nanoseconds(pulse.end.inNanoseconds / 9 + 1_000_000_000))
    }
  }

  @Test("sees users come back who are still under way when the load is over")
  func users() {
    var scenario = scenario()
    scenario.loads[0].iteration.append(.sleep(.constant(.seconds(1))))
    scenario.loads[0].executor = .constantVUs(vus: 20, duration: .seconds(60))
    scenario.loads[0].warmUp = .seconds(30)
    let table = PulseExperiment(
      scenario, policies: [PulsePolicy.all(like: nil)[0]], loads: [20], pulse: pulse, seeds: [1, 2]
    ).runAll()
    #expect(table.rows[0].recoveries == 2)
  }

  @Test("does not depend on the order in which the runs were made")
  func anyOrder() {
    let experiment = PulseExperiment(
      scenario(), policies: PulsePolicy.all(like: nil), loads: [20, 60], pulse: pulse,
      seeds: [1, 2])
    #expect(experiment.runCount == 28)
    var parts: [PulseExperiment.Run?] = Array(repeating: nil, count: experiment.runCount)
    for index in (0..<experiment.runCount).reversed() { parts[index] = experiment.run(index) }
    let table = experiment.merge(parts.compactMap { $0 })
    #expect(table == experiment.runAll())
    #expect(table.rows.map(\.load).prefix(4) == [20, 60, 20, 60])
    #expect(table.policies == PulsePolicy.all(like: nil))
  }

  @Test(
    "ends where clients send once, and never where they all send four times at more than a quarter")
  func metastable() {
    let policies = PulsePolicy.all(like: nil)
    let table = PulseExperiment(
      scenario(), policies: [policies[0], policies[1]], loads: [20, 60], pulse: pulse,
      seeds: [1, 2, 3]
    ).runAll()
    // Four attempts of 20 a second are 80 of 100: it drains. Of 60 they are 240: it cannot.
    #expect(table.rows.map(\.recoveries) == [3, 3, 3, 0])
    #expect(table.largestSafeLoad(of: policies[0]) == 60)
    #expect(table.largestSafeLoad(of: policies[1]) == 20)
    for row in table.rows {
      // Poisson arrivals of seven seconds: the standard deviation is √(n/7).
      let before = row.before?.mean ?? 0
      #expect(abs(before - Double(row.load)) < 4 * (Double(row.load) / 7 / 3).squareRoot())
    }
    let lost = table.rows[3]
    #expect(lost.after.mean < 6, "most answers come when nobody waits")
    #expect(lost.recovery == nil)
  }

  // MARK: Hand-made tables

  private func row(_ policy: PulsePolicy, _ load: Int, back: [Double?]) -> PulseTable.Row {
    PulseTable.Row(
      policy: policy, load: load,
      runs: back.enumerated().map {
        PulseExperiment.Run(
          seed: UInt64($0), digest: .init(), before: 10, after: 5, recovery: $1)
      })
  }

  @Test("is safe up to a load when it comes back at that and at every smaller one")
  func largest() {
    let policy = PulsePolicy.all(like: nil)[0]
    for pattern in 0..<8 {
      let rows = (0..<3).map { index in
        row(policy, 10 * (index + 1), back: [1, pattern >> index & 1 == 1 ? 2 : nil])
      }
      var expected: Int?
      for index in 0..<3 {
        if pattern >> index & 1 == 0 { break }
        expected = 10 * (index + 1)
      }
      #expect(PulseTable(rows: rows, pulse: pulse).largestSafeLoad(of: policy) == expected)
    }
  }
}
