import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// The same model and seed give the same run, and nobody's luck depends on anybody else.
@Suite("Determinism")
struct DeterminismTests {
  private func crowded(_ users: Int = 50) throws -> Scenario {
    var scenario = try Bundled.scenario("balance-charge")
    scenario.tables[0].rows = 5
    scenario.loads[0].executor = .constantVUs(vus: users, duration: .seconds(5))
    scenario.loads[0].iteration = [
      .request(0, key: .new), .sleep(.exponential(mean: .milliseconds(200))),
    ]
    return scenario
  }

  @Test(
    "a run again is the same run, another seed or replication is another",
    arguments: Strategy.builtIn)
  func repeated(strategy: Strategy) throws {
    let compiled = ProgramCompiler.compile(try crowded(), under: strategy)
    let first = compiled.run(seed: 1)
    let again = compiled.run(seed: 1)
    #expect(first.digest == again.digest)
    #expect(first.events == again.events)
    #expect(first.metrics == again.metrics)
    #expect(first.resources == again.resources)
    #expect(first.safety == again.safety)
    #expect(first.digest != compiled.run(seed: 2).digest)
    #expect(first.digest != compiled.run(seed: 1, replication: 1).digest)
  }

  @Test("one user more leaves the others' draws as they were")
  func anotherUser() {
    // Nothing is scarce and everybody has a row, so that a user meets nobody. All times are drawn.
    var system = SystemModel()
    let drawn = DurationDistribution.lognormal(
      median: .milliseconds(2), percentile95: .milliseconds(5))
    system.network = drawn
    system.database.network = drawn
    system.database.select = .exponential(mean: .milliseconds(1))
    system.lockServer.network = drawn
    func lines(_ users: Int) -> [String] {
      let load = Load(
        name: "many",
        executor: .perVUIterations(vus: users, iterations: 5, maxDuration: .minutes(10)),
        startStagger: .drawn(.exponential(mean: .milliseconds(10))),
        iteration: [.request(0, key: .new), .sleep(.exponential(mean: .milliseconds(50)))])
      let steps = [
        Build.lock(
          .cpu(.gamma(mean: .milliseconds(3), shape: 2)),
          Build.transaction(Build.read(), Build.add(1)))
      ]
      return Build.scenario(
        steps, load: load, tables: Build.tables(rows: 50), system: system
      ).compiled("optimistic").timeline(seed: 11)
    }
    let ten = lines(10)
    let eleven = lines(11)
    for user in 1...10 {
      let alone = ten.filter { $0.contains(" u\(user) ") }
      #expect(alone.count > 50)
      #expect(alone == eleven.filter { $0.contains(" u\(user) ") }, "user \(user)")
    }
    #expect(eleven.contains { $0.contains(" u11 ") })
  }

  @Test("one user more in one load leaves the draws of another load as they were")
  func anotherUserElsewhere() {
    func lines(first: Int) -> [String] {
      func load(_ name: String, users: Int) -> Load {
        Load(
          name: name,
          executor: .perVUIterations(vus: users, iterations: 5, maxDuration: .minutes(10)),
          iteration: [.request(0, key: .new), .sleep(.exponential(mean: .milliseconds(50)))])
      }
      var scenario = Build.scenario(
        [.delay(.exponential(mean: .milliseconds(20)))], load: load("one", users: first))
      scenario.loads.append(load("two", users: 1))
      // The user of the second load comes after all of the first.
      let number = " u\(first + 1) "
      return scenario.compiled("none").timeline(seed: 5).filter { $0.contains(number) }
        .map { $0.split(separator: number).joined(separator: " user ") }
    }
    let alone = lines(first: 1)
    #expect(alone.count >= 10)
    #expect(alone == lines(first: 2))
    #expect(alone == lines(first: 7))
  }

  @Test("two strategies meet the same users: the first request of each takes the same way")
  func commonRandomNumbers() throws {
    func firstLegs(_ strategy: String) throws -> [VirtualDuration] {
      let (stories, _) = try crowded(20).compiled(strategy).stories(seed: 3)
      return (1...20).map { user in
        stories.first { $0.user == user }?.spells.first?.length ?? .zero
      }
    }
    let expected = try firstLegs("none")
    #expect(Set(expected).count > 15)
    for strategy in Strategy.builtIn {
      #expect(try firstLegs(strategy.name) == expected)
    }
  }

  @Test("the digest is that of the events in their order, worked out by hand")
  func handMadeDigest() {
    // One user, one request that waits 5 ms outside. At 0 the load starts (event 8 of load 0),
    // which sends the request, and the second begins (14). At 5 ms the request (0 of request 0)
    // goes on: it is answered, and the load is over, whose end is cancelled. At 1 s the second
    // passes (14), and no further one is due.
    let compiled = Build.scenario([Build.delay(5)], load: Build.once(1)).compiled("none")
    let result = compiled.run(seed: 99)
    var digest = RunDigest()
    digest.record(time: 0, word: 8)
    digest.record(time: 0, word: 14)
    digest.record(time: 5_000_000, word: 0)
    digest.record(time: 1_000_000_000, word: 14)
    #expect(result.events == 4)
    #expect(result.digest == digest)
    #expect(result.virtualTime == .milliseconds(5))
  }
}
