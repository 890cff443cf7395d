import BundledModels
import ContentionEngine
import Experiments
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// What must come of each strategy by what it does, whatever the figures: without a guard two who
/// read one row at once lose an update; without a stored key a payment that is sent three times has
/// three effects; a lock that only some writers of a row take guards none of them.
@Suite("The models of the service")
struct EndpointModelTests {
  private static let unguarded = ["none", "idempotency-key"]
  private static let allStrategies = Strategy.builtIn.map(\.name)

  struct Expectation: Sendable, CustomTestStringConvertible {
    let model: String
    let load: Executor?
    let breaking: [String]
    var testDescription: String { model }
  }

  private static let expectations = [
    Expectation(
      model: "order-create", load: .constantVUs(vus: 200, duration: .seconds(20)),
      breaking: unguarded),
    Expectation(
      model: "payment-process", load: .constantVUs(vus: 200, duration: .seconds(30)),
      breaking: allStrategies.filter { $0 != "three-layer" }),
    Expectation(model: "coupon-issue", load: nil, breaking: unguarded),
    Expectation(model: "checkout-mix", load: nil, breaking: unguarded + ["distributed-lock"]),
    Expectation(model: "popular-products", load: nil, breaking: []),
  ]

  @Test(
    "keep their promises under the strategies that can, and under no other",
    arguments: expectations)
  func verdicts(_ expectation: Expectation) throws {
    var scenario = try Bundled.scenario(expectation.model)
    if let load = expectation.load { scenario.loads[0].executor = load }
    for strategy in scenario.strategies {
      let result = ProgramCompiler.compile(scenario, under: strategy).run()
      #expect(
        result.safety.isSafe == !expectation.breaking.contains(strategy.name),
        "under \(strategy.name)")
    }
  }

  @Test("give out as many coupons as there are, and no more, where the quantity is guarded")
  func coupons() throws {
    let scenario = try Bundled.scenario("coupon-issue")
    for strategy in scenario.strategies where !Self.unguarded.contains(strategy.name) {
      let result = ProgramCompiler.compile(scenario, under: strategy).run()
      #expect(result.safety.columns[0].finalSum == 0, "under \(strategy.name)")
      #expect(result.safety.columns[0].effects == 500)
      #expect(result.count(.stockDepletions) == 500)
      #expect(result.rate(.errors) == 0)
    }
  }

  @Test("charge an order once that is paid three times, and answer the repeats")
  func payments() throws {
    let result = try Bundled.scenario("payment-process").compiled("three-layer").run()
    // 10 products of which there are 507 each.
    #expect(result.safety.columns[0].finalSum == 0)
    #expect(result.safety.columns[1].effects <= 5_070)
    #expect(result.count(.idempotentReplays) <= 2 * 5_070)
    #expect(result.count(.idempotentReplays) >= 2 * result.safety.columns[1].effects - 200)
    #expect(result.checks.allSatisfy { $0.fails <= 20 })
  }

  @Test("deadlock on two ways to the same rows, unless these are locked in one order")
  func lockOrder() throws {
    var scenario = try Bundled.scenario("order-and-payment")
    scenario.tables[0].rows = 4
    scenario.tables[1].rows = 10
    scenario.loads[0].executor = .constantArrivalRate(
      rate: ArrivalRate(iterations: 80), duration: .seconds(60),
      users: UserPool(preAllocated: 200, maximum: 2_000))
    #expect(scenario.compiled("pessimistic").run().count(.deadlocks) == 0)
    scenario.hazards = [.unorderedLocks]
    #expect(scenario.compiled("pessimistic").run().count(.deadlocks) > 0)
  }

  @Test("die at more requests a second on a larger machine")
  func deadlyLoad() throws {
    func death(cores: Int, gibibytes: Int64) throws -> VirtualTime? {
      var scenario = try Bundled.scenario("order-and-payment")
      scenario.system.cores = cores
      scenario.system.memory?.size = gibibytes << 30
      let result = scenario.compiled("pessimistic").run()
      #expect((result.count(.instanceCrashes) > 0) == (result.memory?.firstDeath != nil))
      return result.memory?.firstDeath?.at
    }
    // 0.85 times 20 ms a request on two cores: no more than 118 a second, which arrive from 354 s
    // on. What arrives beyond that fills the 512 places; at 4 cores the load never gets there.
    let small = try #require(try death(cores: 2, gibibytes: 4))
    #expect(small > .start + .seconds(354))
    #expect(small < .start + .seconds(480))
    #expect(try death(cores: 4, gibibytes: 8) == nil)
  }
}
