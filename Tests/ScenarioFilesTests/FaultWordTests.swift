import ScenarioFiles
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

@Suite("Faults of a model")
struct FaultWordTests {
  /// A model with a lock, a statement and two instances, so that every fault finds something.
  private static func model(_ faults: String) -> ModelText {
    ModelText(
      system: "{ instances: 2 }",
      steps: """
        [{ distributedLock: "a", wait: 0, lease: "1s", steps: [{ read: "users[user]" }] }, \
        { respond: 200 }]
        """,
      more: "faults: \(faults)")
  }

  @Test("are read in their order, or not at all")
  func order() throws {
    let model = Self.model("[{ responseLoss: 0.5 }, { pause: '1s', at: '2s' }]")
    #expect(
      try model.read().faults == [
        .condition(.responseLoss, FaultOccasions(probability: 0.5)),
        .event(.pause(.seconds(1), instance: nil), FaultMoments(at: .constant(.seconds(2)))),
      ])
    #expect(try Self.model("[]").read().faults == [])
    #expect(try ModelText().read().faults == [])
    #expect(
      try model.read([ModelOverride(path: "faults", value: "[]")]).faults == [])
    #expect(
      try model.read([ModelOverride(path: "faults[1].at", value: "9s")]).faults[1].text
        == "pause=1s@9s")
  }

  /// What stands in a model, and the same on the command line.
  static let same: [(String, String)] = [
    ("{ pause: '35s', at: '10s', instance: 1 }", "pause=35s@10s,instance=1"),
    (
      "{ pause: '35s', at: 0, every: '30s', times: 3, probability: 0.5 }",
      "pause=35s@0,every=30s,times=3,probability=0.5"
    ),
    ("{ at: '1s', instanceCrash: '10s' }", "instance-crash@1s"),
    (
      "{ instanceCrash: '1m', at: { uniform: ['1s', '9s'] }, instance: 2 }",
      "instance-crash=1m@1s..9s,instance=2"
    ),
    ("{ redisFailover: '200ms', at: { exponential: '5s' } }", "redis-failover=200ms@~5s"),
    ("{ redisOutage: '5s', at: '10s' }", "redis-outage=5s@10s"),
    (
      "{ redisOutage: '5s', at: '10s', policy: 'fail-open', timeout: '1s' }",
      "redis-outage=5s@10s,timeout=1s,policy=fail-open"
    ),
    (
      "{ databaseStall: '2s', at: '3s', every: { exponential: '1m' } }",
      "database-stall=2s@3s,every=~1m"
    ),
    ("{ clockJump: '10s', at: '5s' }", "clock-jump=10s@5s"),
    ("{ clockJump: '10s', at: '5s', direction: 'back' }", "clock-jump=-10s@5s"),
    ("{ clockJump: '10s', at: '5s', direction: 'ahead' }", "clock-jump=10s@5s"),
    ("{ responseLoss: 1 }", "response-loss"),
    (
      "{ responseLoss: 0.01, from: '1s', for: '5s', nth: [3, 7] }",
      "response-loss=1%@1s,for=5s,nth=3+7"
    ),
    (
      "{ doubleSubmit: '50ms', probability: 0.1, from: '10s', for: '5s' }",
      "double-submit=50ms@10s,probability=0.1,for=5s"
    ),
    ("{ doubleSubmit: 0 }", "double-submit=0"),
    ("{ slowCommit: '200ms', nth: 4 }", "slow-commit=200ms,nth=4"),
    (
      "{ networkDelay: '500ms', on: 'database', nth: [17] }",
      "network-delay=500ms,on=database,nth=17"
    ),
    ("{ networkDelay: '500ms' }", "network-delay=500ms"),
  ]

  @Test("say the same as their short text", arguments: same)
  func asText(words: String, text: String) throws {
    #expect(try Self.model("[\(words)]").read().faults == [try FaultParser.parse(text)])
  }

  private static func wrong(_ title: String, _ fault: String, _ expected: String...) -> WrongText {
    let text = model("[\(fault)]").text
    return WrongText(title, text, lines: expected.map { "m.json5:10: faults[0]\($0)" })
  }

  static let wrong: [WrongText] = [
    WrongText(
      "faults that are no list", model("{ pause: '1s', at: 0 }"),
      "m.json5:10: faults: expected a list with at least one fault, found an object"),
    WrongText(
      "too many faults", model("[\(list(101) { _ in "{ responseLoss: 0 }" })]"),
      "m.json5:10: faults: expected at most 100 faults"),
    wrong(
      "a fault that is no object", "'pause'",
      ": expected an object with one of 'responseLoss', 'doubleSubmit', 'pause', 'instanceCrash', "
        + "'redisFailover', 'redisOutage', 'databaseStall', 'slowCommit', 'networkDelay' and "
        + "'clockJump', found 'pause'"),
    wrong(
      "an unknown fault", "{ pawse: '1s' }",
      ".pawse: unknown fault 'pawse'; did you mean 'pause'?"),
    wrong(
      "a fault by the name of its flag", "{ 'response-loss': 1 }",
      ".response-loss: unknown fault 'response-loss'; did you mean 'responseLoss'?"),
    wrong(
      "two faults in one", "{ pause: '1s', responseLoss: 1, at: '1s' }",
      ".responseLoss: 'pause' and 'responseLoss' are two faults; put each in braces of its own"),
    wrong(
      "a fault of which nobody knows when", "{ pause: '1s' }",
      ".at: missing; expected a time such as \"10s\", { uniform: [\"1s\", \"9s\"] } or "
        + "{ exponential: \"30s\" }"),
    wrong(
      "a moment of a condition", "{ responseLoss: 1, at: '1s' }",
      ".at: 'at' is for faults that happen at moments; 'responseLoss' befalls occasions: say "
        + "'from', 'for' and 'nth'"),
    wrong(
      "occasions of an event", "{ pause: '1s', at: 0, nth: [3] }",
      ".nth: 'nth' is for faults that befall occasions; 'pause' happens at moments: say 'at', "
        + "'every' and 'times'"),
    wrong(
      "a word of another kind", "{ pause: '1s', at: 0, policy: 'fail-open' }",
      ".policy: unknown key; known here: 'pause', 'at', 'every', 'times', 'probability' and "
        + "'instance'"),
    wrong(
      "a misspelt word", "{ pause: '1s', at: 0, evry: '1s' }",
      ".evry: unknown key; did you mean 'every'?"),
    wrong(
      "a pause of no time", "{ pause: 0, at: 0 }",
      ".pause: expected a time above zero such as \"5ms\", found 0"),
    wrong(
      "a pause without a unit", "{ pause: 35, at: 0 }",
      ".pause: expected a time with a unit such as \"35ms\", found 35"),
    wrong(
      "a moment that is no time", "{ pause: '1s', at: true }",
      ".at: expected a time such as \"10s\", { uniform: [\"1s\", \"9s\"] } or "
        + "{ exponential: \"30s\" }, found true"),
    wrong(
      "a moment of another shape", "{ pause: '1s', at: { normal: { mean: '1s', sd: '1s' } } }",
      ".at.normal: unknown key; known here: 'uniform' and 'exponential'"),
    wrong(
      "a repetition after no time", "{ pause: '1s', at: 0, every: 0 }",
      ".every: expected a time above zero such as \"5ms\", found 0"),
    wrong(
      "a number of times for what happens once", "{ pause: '1s', at: 0, times: 2 }",
      ".times: has a meaning only beside 'every'"),
    wrong(
      "no times", "{ pause: '1s', at: 0, every: '1s', times: 0 }",
      ".times: expected a whole number of at least 1, found 0"),
    wrong(
      "a probability above one", "{ pause: '1s', at: 0, probability: 2 }",
      ".probability: expected a number from 0 to 1, found 2"),
    wrong(
      "a loss above one", "{ responseLoss: 1.5 }",
      ".responseLoss: expected a number from 0 to 1, found 1.5"),
    wrong(
      "two probabilities of one loss", "{ responseLoss: 0.5, probability: 0.5 }",
      ".probability: cannot stand beside 'responseLoss'; give one"),
    wrong(
      "an instance that is not there", "{ pause: '1s', at: 0, instance: 3 }",
      ".instance: expected at most 2, the number of instances, found 3"),
    wrong(
      "the instance 0", "{ pause: '1s', at: 0, instance: 0 }",
      ".instance: expected a whole number of at least 1, found 0"),
    wrong(
      "an unknown direction", "{ clockJump: '1s', at: 0, direction: 'forth' }",
      ".direction: expected 'ahead' or 'back', found 'forth'"),
    wrong(
      "an unknown policy", "{ redisOutage: '1s', at: 0, policy: 'fail-opn' }",
      ".policy: expected 'fail-closed' or 'fail-open', found 'fail-opn'; did you mean 'fail-open'?"),
    wrong(
      "a timeout of no time", "{ redisOutage: '1s', at: 0, timeout: 0 }",
      ".timeout: expected a time above zero such as \"5ms\", found 0"),
    wrong(
      "an unknown link", "{ networkDelay: '1s', on: 'db' }",
      ".on: expected 'client', 'database', 'redis' or 'all', found 'db'"),
    wrong(
      "occasions that do not rise", "{ responseLoss: 1, nth: [3, 3, 2] }",
      ".nth[1]: expected more than 3, the number before it, found 3",
      ".nth[2]: expected more than 3, the number before it, found 2"),
    wrong(
      "the occasion 0", "{ responseLoss: 1, nth: [0] }",
      ".nth[0]: expected a whole number of at least 1, found 0"),
    wrong(
      "no occasion", "{ responseLoss: 1, nth: [] }",
      ".nth: expected a list with at least one number, found an empty list"),
    wrong(
      "occasions as text", "{ responseLoss: 1, nth: '3+7' }",
      ".nth: expected a whole number of at least 1, or a list of them, found '3+7'"),
    wrong(
      "no length", "{ responseLoss: 1, for: 0 }",
      ".for: expected a time above zero such as \"5ms\", found 0"),
    WrongText(
      "faults of a lock server without a lock",
      ModelText(
        more: """
          faults: [{ redisFailover: '1s', at: 0 }, { redisOutage: '1s', at: 0 }, \
          { clockJump: '1s', at: 0 }, { networkDelay: '1s', on: 'redis' }, { networkDelay: '1s' }]
          """),
      "m.json5:10: faults[0].redisFailover: 'redisFailover' needs a distributedLock step",
      "m.json5:10: faults[1].redisOutage: 'redisOutage' needs a distributedLock step, or a cache "
        + "in redis",
      "m.json5:10: faults[2].clockJump: 'clockJump' needs a distributedLock step",
      "m.json5:10: faults[3].networkDelay: 'networkDelay' needs a distributedLock step, or a cache "
        + "in redis"),
    WrongText(
      "faults of a database without a statement",
      ModelText(
        more: """
          faults: [{ databaseStall: '1s', at: 0 }, { slowCommit: '1s' }, \
          { networkDelay: '1s', on: 'database' }]
          """),
      "m.json5:10: faults[0].databaseStall: 'databaseStall' needs a step that works on the "
        + "database",
      "m.json5:10: faults[1].slowCommit: 'slowCommit' needs a step that works on the database",
      "m.json5:10: faults[2].networkDelay: 'networkDelay' needs a step that works on the database"),
  ]

  @Test("are refused when something is wrong with them", arguments: wrong)
  func wrongFault(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }

  @Test("of a lock server find a cache in redis, whatever the layers are")
  func caches() throws {
    let model = ModelText(
      system: "{ caches: { far: { ttl: '1s', store: 'redis' } } }",
      steps: #"[{ cache: "far", steps: [{ cpu: "1ms" }] }, { respond: 200 }]"#,
      more: "faults: [{ redisOutage: '1s', at: 0 }]")
    #expect(try model.read().faults.count == 1)
    let locked = try ModelText(
      steps: """
        [{ distributedLock: "a", layer: "distributed-lock", wait: 0, lease: "1s", \
        steps: [{ cpu: "1ms" }] }, { respond: 200 }]
        """, more: "faults: [{ redisFailover: '1s', at: 0 }]"
    ).read()
    let fault = locked.faults[0]
    #expect(fault.canBefall(locked))
    #expect(fault.canBefall(locked, under: Defence(distributedLock: true)))
    #expect(!fault.canBefall(locked, under: Defence(writeGuard: .optimistic)))
  }
}

@Suite("Clients of a model")
struct ClientWordTests {
  private static func client(_ client: String) -> ModelText {
    ModelText(more: "client: \(client)")
  }

  @Test("are those of k6 unless something else is said")
  func standard() throws {
    #expect(try Self.client("{}").read().loads[0].client == ClientPolicy())
    #expect(ClientPolicy().timeout == .seconds(60))
    #expect(ClientPolicy().attempts == 1)
    #expect(try ModelText().read().loads[0].client == nil)
  }

  @Test("say how long they wait, and how often and when they try")
  func whole() throws {
    let client = try Self.client(
      """
      { timeout: '2s', attempts: 3, backoff: { exponential: { base: '100ms' }, jitter: 'full' }, \
      retryOn: [0, 503], budget: { ratio: 0.1, minPerSecond: 10, limit: 100 }, \
      tokenBucket: { size: 100, cost: 7, timeoutCost: 14 }, \
      breaker: { failureRate: 0.25, window: 50, minimumCalls: 20, slowCall: '1s', \
      slowCallRate: 0.75, openFor: '5s', halfOpenCalls: 3 } }
      """
    ).read().loads[0].client
    #expect(
      client
        == ClientPolicy(
          timeout: .seconds(2), attempts: 3,
          backoff: Backoff(base: .milliseconds(100), factor: 2, jitter: .full),
          retryOn: [0, 503], budget: RetryBudget(ratio: 0.1, minimumPerSecond: 10, limit: 100),
          tokenBucket: TokenBucket(size: 100, cost: 7, timeoutCost: 14),
          breaker: CircuitBreaker(
            failureRate: 0.25, window: 50, minimumCalls: 20, slowCall: .seconds(1),
            slowCallRate: 0.75, openFor: .seconds(5), halfOpenCalls: 3)))
  }

  @Test("have the usual budget, tokens and breaker where nothing else is said")
  func parts() throws {
    let client = try #require(
      try Self.client("{ attempts: 2, budget: { ratio: 0.2 }, tokenBucket: {}, breaker: {} }")
        .read().loads[0].client)
    #expect(client.retryOn == ClientPolicy.retriedStatuses)
    #expect(client.budget == RetryBudget(ratio: 0.2))
    #expect(client.tokenBucket == TokenBucket())
    #expect(client.breaker == CircuitBreaker())
    // A window that is full is judged, as in Resilience4j.
    let small = try Self.client("{ breaker: { window: 10 } }").read().loads[0].client
    #expect(small?.breaker == CircuitBreaker(window: 10, minimumCalls: 10))
  }

  @Test("are each load's own in scenarios")
  func scenarios() throws {
    let text = """
      { requests: { look: { steps: [{ respond: 200 }] } }, scenarios: {
        one: { vus: 1, duration: "1s", client: { timeout: "1s" },
          iteration: [{ request: "look" }, { sleep: "1s" }] },
        two: { vus: 1, duration: "1s", iteration: [{ request: "look" }, { sleep: "1s" }] },
      } }
      """
    let scenario = try ScenarioReader.read(Array(text.utf8), file: "m.json5", modelName: "m")
    #expect(scenario.loads.map { $0.client } == [ClientPolicy(timeout: .seconds(1)), nil])
  }

  private static func wrong(
    _ title: String, _ text: String, _ expected: String...
  ) -> WrongText {
    WrongText(title, client(text).text, lines: expected.map { "m.json5:10: client\($0)" })
  }

  static let wrong: [WrongText] = [
    wrong("a client that is no object", "'2s'", ": expected an object, found '2s'"),
    wrong("an unknown word", "{ timout: '1s' }", ".timout: unknown key; did you mean 'timeout'?"),
    wrong(
      "a timeout of no time", "{ timeout: 0 }",
      ".timeout: expected a time above zero such as \"5ms\", found 0"),
    wrong(
      "no attempt", "{ attempts: 0 }",
      ".attempts: expected a whole number of at least 1, found 0"),
    wrong(
      "too many attempts", "{ attempts: 1001 }",
      ".attempts: expected a whole number of at most 1000, found 1001"),
    wrong(
      "words of retries where there is none",
      "{ backoff: '1s', retryOn: [500], budget: { ratio: 1 }, tokenBucket: {} }",
      ".backoff: has a meaning only beside 'attempts'",
      ".retryOn: has a meaning only beside 'attempts'",
      ".budget: has a meaning only beside 'attempts'",
      ".tokenBucket: has a meaning only beside 'attempts'"),
    wrong(
      "a backoff that is none", "{ attempts: 2, backoff: 'fast' }",
      ".backoff: expected \"none\", \"mean-response-time\", \"50ms\", { fixed: \"50ms\" } or "
        + "{ exponential: { base: \"50ms\" } }, found 'fast'"),
    wrong(
      "a status that is none", "{ attempts: 2, retryOn: [0, 99, 600] }",
      ".retryOn[1]: expected a status from 100 to 599, found 99",
      ".retryOn[2]: expected a status from 100 to 599, found 600"),
    wrong(
      "a status twice", "{ attempts: 2, retryOn: [503, 503] }",
      ".retryOn[1]: '503' is given twice"),
    wrong(
      "a status alone", "{ attempts: 2, retryOn: 503 }",
      ".retryOn: expected a list with at least one status, found 503"),
    wrong(
      "no status", "{ attempts: 2, retryOn: [] }",
      ".retryOn: expected a list with at least one status, found an empty list"),
    wrong(
      "a budget without a ratio", "{ attempts: 2, budget: {} }",
      ".budget.ratio: missing; expected a number from 0 to 1"),
    wrong(
      "a ratio above one", "{ attempts: 2, budget: { ratio: 1.5 } }",
      ".budget.ratio: expected a number from 0 to 1, found 1.5"),
    wrong(
      "a budget of nothing", "{ attempts: 2, budget: { ratio: 0, minPerSecond: -1, limit: 0 } }",
      ".budget.minPerSecond: expected a whole number of at least 0, found -1",
      ".budget.limit: expected a whole number of at least 1, found 0"),
    wrong(
      "a retry that costs nothing", "{ attempts: 2, tokenBucket: { cost: 0 } }",
      ".tokenBucket.cost: expected a whole number of at least 1, found 0"),
    wrong(
      "retries that cost more than there is",
      "{ attempts: 2, tokenBucket: { size: 8, cost: 9, timeoutCost: 10 } }",
      ".tokenBucket.cost: expected at most 8, which is 'size', found 9",
      ".tokenBucket.timeoutCost: expected at most 8, which is 'size', found 10"),
    wrong(
      "a bucket too small for the usual costs", "{ attempts: 2, tokenBucket: { size: 8 } }",
      ".tokenBucket.size: expected at least 10, which is 'timeoutCost' unless given, found 8"),
    wrong(
      "rates out of range", "{ breaker: { failureRate: 0, slowCallRate: 2 } }",
      ".breaker.failureRate: expected a number from 0.001 to 1, found 0",
      ".breaker.slowCallRate: expected a number from 0.001 to 1, found 2"),
    wrong(
      "windows out of range", "{ breaker: { window: 0, halfOpenCalls: 100001 } }",
      ".breaker.window: expected a whole number of at least 1, found 0",
      ".breaker.halfOpenCalls: expected a whole number of at most 100000, found 100001"),
    wrong(
      "more calls than the window has", "{ breaker: { window: 10, minimumCalls: 11 } }",
      ".breaker.minimumCalls: expected at most 10, which is 'window', found 11"),
    wrong(
      "a breaker that is never open", "{ breaker: { openFor: 0, slowCall: 0 } }",
      ".breaker.openFor: expected a time above zero such as \"5ms\", found 0",
      ".breaker.slowCall: expected a time above zero such as \"5ms\", found 0"),
    WrongText(
      "a client beside scenarios",
      """
      { requests: { look: { steps: [{ respond: 200 }] } },
        client: {},
        scenarios: { one: { vus: 1, iterations: 1, iteration: [{ request: "look" }] } } }
      """,
      "m.json5:3: scenarios: cannot stand beside 'client'; give one"),
    WrongText(
      "a client without a load",
      """
      { requests: { look: { steps: [{ respond: 200 }] } },
        client: { timeout: 0 },
        iteration: [{ request: "look" }] }
      """,
      "m.json5:1: load: missing; expected a load such as { vus: 100, duration: \"60s\" } or "
        + "{ stages: [\"30s:100\"] }",
      "m.json5:2: client.timeout: expected a time above zero such as \"5ms\", found 0"),
  ]

  @Test("are refused when something is wrong with them", arguments: wrong)
  func wrongClient(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }
}
