import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

extension ListingTests {
  /// The loads line by line, each space once.
  private func listing(_ loads: Load...) -> String {
    var scenario = Shop.scenario([])
    scenario.loads = loads
    let text = ProgramCompiler.compile(scenario, under: Strategy.builtIn[0]).listing()
    let lines = text.split(separator: "\n").drop { !$0.hasPrefix("load") }
    return lines.map { $0.split(separator: " ").joined(separator: " ") + "\n" }.joined()
  }

  @Test("shows rates, second clicks, choices and what depends on the last answer")
  func loads() {
    let name = Shop.scenario([]).requests[0].identifier
    let even = Load(
      name: "even",
      executor: .constantArrivalRate(
        rate: ArrivalRate(iterations: 100), duration: .minutes(1),
        users: UserPool(preAllocated: 1, maximum: 1)),
      iteration: [
        .choose([
          WeightedIteration(
            weight: 3,
            steps: [
              .request(
                0, key: .new,
                doubleClick: DoubleClick(after: .constant(.milliseconds(150)), probability: 0.25))
            ]),
          WeightedIteration(weight: 1, steps: []),
        ]),
        .ifStatus(
          [0, 503], steps: [.sleep(.constant(.seconds(1)))],
          otherwise: [.request(0, key: .previous)]),
      ])
    let poisson = Load(
      name: "random",
      executor: .rampingArrivalRate(
        startRate: ArrivalRate(iterations: 1, timeUnit: .minutes(1)),
        stages: [Executor.Stage(duration: .hours(1), target: 600)],
        users: UserPool(preAllocated: 0, maximum: 50)), arrivals: .poisson, iteration: [])
    let expected = """
      load even: constant-arrival-rate, 100 iterations in 1s for 1m, 1 user
      1 one by chance, weights of 4 in all
      2 weight 3 → 4
      3 weight 1 → 7
      4 request \(name) with a new key
      5 the same once more (after 150ms, with a chance of 25 %)
      6 → 7
      7 no answer → 10
      8 status 503 → 10
      9 → 12
      10 sleep (1s)
      11 → 13
      12 request \(name) with the key of the request before
      13 the iteration is over
      load random: ramping-arrival-rate, from 1 iteration in 1m, 1h:600, 0 to 50 users, as a Poisson \
      process
      1 the iteration is over

      """
    #expect(listing(even, poisson) == expected)
  }
}
