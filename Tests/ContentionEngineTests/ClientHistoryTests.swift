import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Clients in models that are drawn: what must hold whatever they do.
@Suite("Clients in random models")
struct ClientHistoryTests {
  // MARK: Models

  private static func milliseconds(_ random: inout TestRandom, below bound: Int) -> VirtualDuration
  {
    .milliseconds(UInt64(random.below(bound)))
  }

  private static func client(_ random: inout TestRandom) -> ClientPolicy {
    var client = ClientPolicy(
      timeout: .milliseconds(1 + UInt64(random.below(60))), attempts: 1 + random.below(5),
      backoff: Backoff(
        base: milliseconds(&random, below: 20), factor: [1, 2][random.below(2)],
        cap: .milliseconds(50), jitter: Backoff.Jitter.allCases[random.below(4)]),
      retryOn: [ClientPolicy.retriedStatuses, [0], [0, 409, 500, 503]][random.below(3)])
    if random.oneIn(3) {
      client.budget = RetryBudget(
        ratio: [0, 0.1, 0.5][random.below(3)], minimumPerSecond: random.below(20),
        limit: random.below(10))
    }
    if random.oneIn(4) {
      client.tokenBucket = TokenBucket(size: random.below(50), cost: 5, timeoutCost: 10)
    }
    if random.oneIn(3) {
      client.breaker = CircuitBreaker(
        failureRate: 0.5, window: 1 + random.below(20), minimumCalls: 1 + random.below(10),
        slowCall: .milliseconds(30), slowCallRate: [0.5, 1][random.below(2)],
        openFor: milliseconds(&random, below: 200), halfOpenCalls: 1 + random.below(4))
    }
    return client
  }

  private static func executor(_ random: inout TestRandom) -> Executor {
    switch random.below(4) {
    case 0: .constantVUs(vus: 1 + random.below(12), duration: .milliseconds(800))
    case 1: .perVUIterations(vus: 1 + random.below(8), iterations: 4, maxDuration: .seconds(2))
    case 2:
      .rampingVUs(
        startVUs: 1,
        stages: [
          Executor.Stage(duration: .milliseconds(400), target: 10),
          Executor.Stage(duration: .milliseconds(400), target: 0),
        ], gracefulRampDown: milliseconds(&random, below: 60))
    default:
      .constantArrivalRate(
        rate: ArrivalRate(iterations: 100), duration: .milliseconds(700),
        users: UserPool(preAllocated: 3, maximum: 10))
    }
  }

  /// A small crowded system, one or two loads, and whatever else a client may meet.
  static func scenario(_ random: inout TestRandom, clients: Bool = true) -> Scenario {
    var system = SystemModel()
    system.instances = 1 + random.below(3)
    system.network = .exponential(mean: .milliseconds(2))
    system.threads = RequestThreadsModel(size: 4, accepted: 8, backlog: 1)
    system.pool = ConnectionPoolModel(size: 2, timeout: .milliseconds(20))
    system.database.select = .constant(.milliseconds(1))
    system.database.update = .exponential(mean: .milliseconds(2))
    system.database.commit = .constant(.milliseconds(2))
    system.database.lockWaitTimeout = .milliseconds(25)
    if random.oneIn(3) {
      system.memory = MemoryModel(size: 75, base: 5, perRequest: 10, restart: .milliseconds(40))
    }
    let write = Build.transaction(Build.read(), Build.cpu(1), Build.add(1))
    let retried = Build.retry(attempts: 3, Backoff(base: .milliseconds(4)), write)
    var steps: [Step] = [Build.idempotent(layer: .idempotencyKey, retried)]
    if random.oneIn(2) { steps = [Build.lock(layer: .distributedLock, steps[0])] }
    if random.oneIn(4) { steps.insert(.barrier(parties: 2), at: 0) }
    if random.oneIn(4) { steps.append(.respond(status: 500)) }
    let keys: [IterationStep.KeyUse] = [.new, .same, .previous, .ofGroup(size: 2)]
    var loads: [Load] = []
    for index in 0..<(1 + random.below(2)) {
      let click =
        random.oneIn(3)
        ? DoubleClick(after: .exponential(mean: .milliseconds(5)), probability: 0.5) : nil
      var load = Load(
        name: "load\(index)", executor: executor(&random),
        gracefulStop: milliseconds(&random, below: 100),
        client: client(&random),
        iteration: [
          .request(0, key: keys[random.below(4)], doubleClick: click),
          .sleep(.exponential(mean: .milliseconds(5))), .request(0, key: keys[random.below(4)]),
        ])
      load.stopRetriesAtEnd = random.oneIn(4)
      if !clients || random.oneIn(5) { load.client = nil }
      loads.append(load)
    }
    var scenario = Build.scenario(
      [Build.request(steps)], loads: loads, tables: Build.tables(rows: 2), system: system)
    if clients && random.oneIn(2) {
      scenario.faults.append(
        .condition(
          .responseLoss, FaultOccasions(probability: 0.2, from: .milliseconds(100))))
    }
    if clients && random.oneIn(3) {
      scenario.faults.append(
        .condition(
          .doubleSubmit(after: .milliseconds(3)), FaultOccasions(probability: 0.2)))
    }
    return scenario
  }

  private static let strategies = ["none", "optimistic", "pessimistic", "three-layer"]

  // MARK: What must hold

  /// That shares sum to latencies and that requests are accounted for the engine itself checks.
  @Test("what was sent is answered, interrupted or in flight, and nothing is held at the end")
  func conservation() {
    var retries: UInt64 = 0
    var timeouts: UInt64 = 0
    var lost: UInt64 = 0
    var denied: UInt64 = 0
    var notPermitted: UInt64 = 0
    withEverySeed(1...150) { seed, random in
      let scenario = Self.scenario(&random)
      let compiled = scenario.compiled(Self.strategies[random.below(4)])
      var simulation = Simulation(compiled, seed: seed)
      while simulation.runNextEvent() {}
      let keys = simulation.sharedKeyCount
      let result = simulation.finish()
      let safety = result.safety
      guard safety.arrived == safety.answered + safety.interrupted + safety.inFlight else {
        throw Mismatch("conservation")
      }
      if safety.inFlight > 0 { throw Mismatch("\(safety.inFlight) in flight at the end") }
      if !safety.finding(.nothingHeldAtEnd).isHeld { throw Mismatch("held at the end") }
      let mostKeys = scenario.loads.count + result.users
      if keys > mostKeys { throw Mismatch("\(keys) keys left") }
      // Every http request was answered to somebody, or was given up after its time-out.
      guard case .rate(let calls) = result[.callSuccess] else { return }
      let ended = result.trend(.callDuration).count
      if calls.total < ended { throw Mismatch("calls \(calls.total) of \(ended)") }
      if calls.total > ended + result.count(.callsNotPermitted) { throw Mismatch("calls") }
      if let longest = scenario.loads.compactMap({ $0.client?.timeout }).max(),
        scenario.loads.allSatisfy({ $0.client != nil }), scenario.sendsOnlyOnce,
        result.trend(.requestDuration).count > 0,
        result.trend(.requestDuration).maximum > longest.inNanoseconds
      {
        throw Mismatch("somebody waited for longer than its time-out")
      }
      retries += result.count(.clientRetries)
      timeouts += result.count(.clientTimeouts)
      lost += result.count(.responsesLost)
      denied += result.count(.retriesDenied)
      notPermitted += result.count(.callsNotPermitted)
    }
    #expect(retries > 1_000)
    #expect(timeouts > 1_000)
    #expect(lost > 100)
    #expect(denied > 100)
    #expect(notPermitted > 100)
  }

  @Test("a run again is the same run")
  func repeated() {
    withEverySeed(1...30) { seed, random in
      let compiled = Self.scenario(&random).compiled("three-layer")
      let first = compiled.run(seed: seed)
      let again = compiled.run(seed: seed)
      guard first.digest == again.digest, first.metrics == again.metrics,
        first.safety == again.safety, first.dangers == again.dangers
      else { throw Mismatch("two runs") }
    }
  }

  @Test("samples add up to every metric")
  func samples() {
    withEverySeed(1...20) { seed, random in
      let scenario = Self.scenario(&random)
      let (samples, result) = scenario.compiled("optimistic").sampled(seed: seed)
      let oracle = SampleOracle(
        samples: samples, tags: SampleTags(of: scenario), findings: result.safety.findings)
      for metric in MetricName.allCases {
        let value = oracle.value(of: MetricPart(metric: metric.text))
        if result[metric].words != value { throw Mismatch("\(metric.text): \(value)") }
      }
    }
  }

  /// Only what is about calls may differ.
  @Test("a client that never stops waiting and sends once changes nothing")
  func unused() {
    withEverySeed(1...40) { seed, random in
      let bare = Self.scenario(&random, clients: false)
      var scenario = bare
      for load in scenario.loads.indices {
        scenario.loads[load].client = ClientPolicy(
          timeout: .hours(24), budget: RetryBudget(ratio: 0.1), tokenBucket: TokenBucket(),
          breaker: CircuitBreaker(failureRate: 1, window: 1_000_000, minimumCalls: 1_000_000))
      }
      let strategy = Self.strategies[random.below(4)]
      let first = bare.compiled(strategy).run(seed: seed)
      let second = scenario.compiled(strategy).run(seed: seed)
      guard first.digest == second.digest, first.events == second.events,
        first.resources == second.resources, first.timeSplit == second.timeSplit,
        first.retries == second.retries, first.checks == second.checks,
        first.virtualTime == second.virtualTime
      else { throw Mismatch("another run") }
      for metric in MetricName.allCases where !MetricName.ofCalls.contains(metric) {
        if first[metric] != second[metric] { throw Mismatch(metric.text) }
      }
      for promise in SafetyPromise.allCases
      where first.safety.finding(promise) != second.safety.finding(promise) {
        throw Mismatch(promise.text)
      }
    }
  }

  // MARK: Bounds

  /// Attempts ≤ (1 + ratio) · calls + limit + minimum · seconds.
  @Test("a budget bounds how many requests there are for so many calls")
  func budgetBound() {
    withEverySeed(1...60) { seed, random in
      var system = SystemModel()
      system.threads = RequestThreadsModel(size: 2, accepted: 200, backlog: 10)
      let budget = RetryBudget(
        ratio: [0, 0.1, 0.25][random.below(3)], minimumPerSecond: random.below(8),
        limit: random.below(12))
      let load = Load(
        name: "many", executor: .constantVUs(vus: 20, duration: .seconds(5)),
        client: ClientPolicy(
          timeout: .milliseconds(50), attempts: 10,
          backoff: Backoff(base: .milliseconds(5), jitter: .full), budget: budget),
        iteration: [.request(0, key: .new), .sleep(.exponential(mean: .milliseconds(200)))])
      let result = Build.scenario(
        [.delay(.exponential(mean: .milliseconds(20)))], load: load, system: system
      ).compiled("none").run(seed: seed)
      let retries = Double(result.count(.clientRetries))
      guard case .rate(let calls) = result[.callSuccess] else { return }
      let bound =
        budget.ratio * Double(calls.trues) + Double(budget.limit)
        + Double(budget.minimumPerSecond) * result.virtualTime.inSeconds
      if retries > bound { throw Mismatch("\(retries) retries, at most \(bound)") }
      // The budget is what stops them.
      if result.count(.retriesDenied) == 0 { throw Mismatch("no retry was denied") }
    }
  }
}

extension MetricName {
  fileprivate static let ofCalls: [MetricName] = [
    .callSuccess, .callDuration, .clientTimeouts, .clientRetries, .retriesDenied,
    .callsNotPermitted,
  ]
}

extension Scenario {
  /// Whether there are no second clicks, for which nobody waits.
  fileprivate var sendsOnlyOnce: Bool {
    !has(.doubleSubmit)
      && loads.allSatisfy { load in
        load.iteration.allSatisfy { step in
          if case .request(_, _, .some) = step { false } else { true }
        }
      }
  }
}
