import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Calls of one user, each worked out by hand. Nothing takes time but what the steps say.
@Suite("Clients")
struct ClientCallTests {
  private static let work = Build.transaction(Build.delay(5), Build.add(1))
  private static let guarded = Build.idempotent(layer: .idempotencyKey, work)

  /// Users who make calls and then think for 100 ms.
  private func load(
    _ client: ClientPolicy?, users: Int = 1, iterations: Int = 1,
    key: IterationStep.KeyUse = .new, click: DoubleClick? = nil
  ) -> Load {
    Load(
      name: "callers",
      executor: .perVUIterations(vus: users, iterations: iterations, maxDuration: .hours(1)),
      client: client,
      iteration: [
        .request(0, key: key, doubleClick: click), .check(name: "is 200", statuses: [200]),
        .sleep(.constant(.milliseconds(100))),
      ])
  }

  private func client(
    timeout: UInt64, attempts: Int = 1, pause: UInt64 = 0, retryOn: [UInt16]? = nil
  ) -> ClientPolicy {
    ClientPolicy(
      timeout: .milliseconds(timeout), attempts: attempts,
      backoff: Backoff(base: .milliseconds(pause)),
      retryOn: retryOn ?? ClientPolicy.retriedStatuses)
  }

  private func lost(_ numbers: UInt64..., probability: Double = 1) -> Fault {
    .condition(
      .responseLoss, FaultOccasions(probability: probability, numbers: numbers))
  }

  private func scenario(_ steps: [Step], _ load: Load, faults: [Fault] = []) -> Scenario {
    var scenario = Build.scenario(steps, load: load)
    scenario.faults = faults
    return scenario
  }

  private func sent(_ stories: [RequestStory]) -> [UInt64] {
    stories.map { $0.sentAt.nanosecondsSinceStart / 1_000_000 }.sorted()
  }

  private func milliseconds(_ value: UInt64) -> UInt64 { value * 1_000_000 }

  // MARK: Time-outs

  /// The service works for 50 ms; the client waits for 20.
  @Test("stop waiting after their time, and measure it as status 0; the service goes on")
  func timeout() {
    let (stories, result) = scenario([Build.delay(50)], load(client(timeout: 20)))
      .compiled("none").stories()
    #expect(result.count(.requests) == 1)
    #expect(result.rate(.requestFailed) == 1)
    #expect(result.rate(.success) == 0)
    #expect(result.trend(.requestDuration).maximum == milliseconds(20))
    #expect(result.count(.clientTimeouts) == 1)
    #expect(result.trend(.callDuration).maximum == milliseconds(20))
    #expect(result.rate(.callSuccess) == 0)
    #expect(result.checks.map(\.fails) == [1])
    #expect(result.trend(.iterationDuration).maximum == milliseconds(120))
    #expect(stories.map(\.latency) == [.milliseconds(50)])
    #expect(result.safety.arrived == 1)
    #expect(result.safety.interrupted == 1)
    #expect(result.safety.answered == 0)
  }

  @Test("have waited long enough when the answer comes in the moment in which their wait ends")
  func tie() {
    let result = scenario([Build.delay(20)], load(client(timeout: 20))).compiled("none").run()
    #expect(result.count(.clientTimeouts) == 1)
    let other = scenario([Build.delay(20)], load(client(timeout: 21))).compiled("none").run()
    #expect(other.count(.clientTimeouts) == 0)
    #expect(other.rate(.callSuccess) == 1)
    #expect(other.trend(.callDuration).maximum == milliseconds(20))
  }

  /// Sent at 0, 30 and 60; the last is given up at 80.
  @Test("send again after a time-out and the backoff, and hear no late answer")
  func retries() {
    let (stories, result) = scenario(
      [Build.delay(50)], load(client(timeout: 20, attempts: 3, pause: 10))
    ).compiled("none").stories()
    #expect(sent(stories) == [0, 30, 60])
    #expect(result.count(.requests) == 3)
    #expect(result.count(.clientRetries) == 2)
    #expect(result.count(.clientTimeouts) == 3)
    #expect(result.trend(.callDuration).maximum == milliseconds(80))
    #expect(result.trend(.callDuration).count == 1)
    #expect(result.rate(.callSuccess) == 0)
    #expect(result.virtualTime == .milliseconds(180))
    #expect(result.safety.interrupted == 3)
  }

  /// The first comes to a slow branch, the second to a quick one.
  @Test("go on with the answer to a later attempt while the first still runs")
  func laterAnswer() {
    let (stories, result) = scenario(
      [
        .everyNth(
          EveryNth(every: 1_000, first: 1, counting: .ofGroup(size: 1)), steps: [Build.delay(200)],
          otherwise: [Build.delay(5)])
      ], load(client(timeout: 20, attempts: 3))
    ).compiled("none").stories()
    #expect(stories.map(\.latency) == [.milliseconds(5), .milliseconds(200)])
    #expect(result.trend(.callDuration).maximum == milliseconds(25))
    #expect(result.rate(.callSuccess) == 1)
    #expect(result.checks.map(\.passes) == [1])
    #expect(result.safety.answered == 1)
    #expect(result.safety.interrupted == 1)
  }

  @Test("stand at no barrier any more when they have waited long enough")
  func barrier() {
    // Two users belong together; the second comes at 50 ms, when the first has gone at 20 ms.
    var load = load(client(timeout: 20), users: 2)
    load.startStagger = Build.everyStep(50, users: 2)
    let result = scenario([.barrier(parties: 2), Build.delay(1)], load).compiled("none").run()
    #expect(result.count(.clientTimeouts) == 2)
    #expect(result.safety.interrupted == 2)
    #expect(result.safety.inFlight == 0)
  }

  // MARK: Retries

  /// Sent at 0, 5 + 10 and 20 + 20.
  @Test("send again after the statuses of their policy, with a growing backoff")
  func statuses() {
    var policy = client(timeout: 1_000, attempts: 3)
    policy.backoff = Backoff(base: .milliseconds(10), factor: 2)
    let (stories, result) = scenario([Build.delay(5), .respond(status: 503)], load(policy))
      .compiled("none").stories()
    #expect(sent(stories) == [0, 15, 40])
    #expect(result.trend(.callDuration).maximum == milliseconds(45))
    #expect(result.safety.answered == 3)

    let other = scenario([Build.delay(5), .respond(status: 404)], load(policy))
      .compiled("none").run()
    #expect(other.count(.requests) == 1)
    #expect(other.rate(.callSuccess) == 0)
  }

  @Test("let the clock move before they send again what took no time")
  func noTime() {
    let result = scenario([.respond(status: 500)], load(client(timeout: 10, attempts: 3)))
      .compiled("none").run()
    #expect(result.count(.requests) == 3)
    #expect(result.trend(.callDuration).maximum == milliseconds(2))
  }

  @Test("count a refusal of the business as no failure of a call")
  func refusal() {
    let result = scenario([Build.delay(5), Build.refuse], load(client(timeout: 10, attempts: 3)))
      .compiled("none").run()
    #expect(result.count(.requests) == 1)
    #expect(result.rate(.callSuccess) == 1)
  }

  @Test("send the same key and the same rows again")
  func sameRequest() {
    var scenario = Build.scenario(
      [Build.delay(50)], load: load(client(timeout: 20, attempts: 3), users: 3, iterations: 5),
      tables: Build.tables(rows: 1_000), keys: [.uniform])
    scenario.faults = []
    var simulation = Simulation(scenario.compiled("none"), seed: 1)
    var pairs = 0
    while simulation.runNextEvent() {
      let seen = simulation.requestsInFlight()
      for first in seen {
        for second in seen where second.user == first.user && second.sentAt > first.sentAt {
          guard
            second.sentAt.nanosecondsSinceStart - first.sentAt.nanosecondsSinceStart < 60_000_000
          else { continue }
          pairs += 1
          #expect(
            simulation.rows(of: first.request, key: 0)
              == simulation.rows(of: second.request, key: 0))
          #expect(simulation.key(of: first.request) == simulation.key(of: second.request))
        }
      }
    }
    #expect(pairs > 0)
    #expect(simulation.sharedKeyCount == 1)
  }

  @Test("leave no key behind")
  func keysAreForgotten() {
    for key in [IterationStep.KeyUse.new, .previous, .ofGroup(size: 2)] {
      let scenario = scenario(
        [Self.guarded],
        load(client(timeout: 2, attempts: 4, pause: 1), users: 4, iterations: 50, key: key))
      var simulation = Simulation(scenario.compiled("idempotency-key"), seed: 1)
      while simulation.runNextEvent() {}
      // One of the load, and those that users may send again.
      #expect(simulation.sharedKeyCount <= (key == .previous ? 5 : 1))
    }
  }

  // MARK: Lost answers

  /// Answered at 5 ms, and lost; sent again at 20 ms.
  @Test("have their effect twice when an answer is lost and nothing tells a retry from a request")
  func lostWithoutKey() {
    let result = scenario(
      [Self.work], load(client(timeout: 20, attempts: 2)), faults: [lost(1)]
    ).compiled("atomic").run()
    #expect(result.count(.responsesLost) == 1)
    #expect(result.count(.clientTimeouts) == 1)
    #expect(result.count(.requests) == 2)
    #expect(result.trend(.requestDuration).maximum == milliseconds(20))
    #expect(result.trend(.requestDuration).minimum == milliseconds(5))
    #expect(result.trend(.callDuration).maximum == milliseconds(25))
    #expect(result.rate(.callSuccess) == 1)
    #expect(result.broken(.oneEffectPerIntent) == 1)
    #expect(result.broken(.acknowledgedIsCommitted) == 0)
    #expect(result.broken(.failedHasNoEffect) == 0)
    #expect(result.dangers[.responseLostAfterCommit] == 1)
    #expect(result.dangers[.sentAgainAfterEffect] == 1)
    #expect(result.safety.answered == 1)
    #expect(result.safety.interrupted == 1)
  }

  @Test("hear the stored answer when an answer is lost and the key is known")
  func lostWithKey() {
    let result = scenario(
      [Self.guarded], load(client(timeout: 20, attempts: 2)), faults: [lost(1)]
    ).compiled("idempotency-key").run()
    #expect(result.count(.idempotentReplays) == 1)
    #expect(result.broken(.oneEffectPerIntent) == 0)
    #expect(result.safety.finding(.acknowledgedIsCommitted).examined == 1)
    #expect(result.broken(.acknowledgedIsCommitted) == 0)
    #expect(result.broken(.noDuplicateFails) == 0)
    #expect(result.rate(.callSuccess) == 1)
    #expect(result.safety.isSafe)
  }

  @Test("wait as long as k6 does for an answer that is lost, when they have no policy")
  func lostWithoutPolicy() {
    let result = scenario([Self.work], load(nil), faults: [lost(1)]).compiled("atomic").run()
    #expect(result.trend(.requestDuration).maximum == milliseconds(60_000))
    #expect(result.count(.requests) == 1)
    #expect(result.broken(.failedHasNoEffect) == 1)
  }

  @Test("lose no answer that nobody waits for")
  func nobodyWaits() {
    // Time-outs at 2, 4 and 6 ms; the answers leave at 5, 7 and 9 ms.
    let result = scenario(
      [Self.work], load(client(timeout: 2, attempts: 3)), faults: [lost()]
    ).compiled("atomic").run()
    #expect(result.count(.responsesLost) == 0)
    #expect(result.count(.clientTimeouts) == 3)
    #expect(result.dangers[.committedUnheard] == 3)
  }

  // MARK: What the ledger says of calls

  @Test("break the promise of a failure once for a call, whatever its attempts did")
  func failedButPresent() {
    let result = scenario(
      [Self.work], load(client(timeout: 20, attempts: 3)), faults: [lost()]
    ).compiled("atomic").run()
    #expect(result.count(.requests) == 3)
    #expect(result.rate(.callSuccess) == 0)
    #expect(result.safety.finding(.failedHasNoEffect).examined == 1)
    #expect(result.broken(.failedHasNoEffect) == 1)
    #expect(result.broken(.oneEffectPerIntent) == 2)
  }

  @Test("break it also when an attempt commits after the client has given up, once")
  func lateEffect() {
    let (_, result) = scenario([Self.work], load(client(timeout: 2, attempts: 2)))
      .compiled("atomic").stories()
    #expect(result.safety.finding(.failedHasNoEffect).examined == 1)
    #expect(result.broken(.failedHasNoEffect) == 1)
    #expect(result.broken(.oneEffectPerIntent) == 1)
    #expect(result.dangers[.committedUnheard] == 2)
  }

  @Test("keep the promise when the attempts that failed have done nothing")
  func honestFailure() {
    // A lock that is never free for the second user: each of its attempts fails before its effect.
    let steps = [
      Build.lock(named: "lock", keys: [], wait: .milliseconds(1), Build.delay(200), Self.work)
    ]
    var load = load(client(timeout: 1_000, attempts: 3, retryOn: [409]), users: 2)
    load.startStagger = Build.everyStep(10, users: 2)
    let result = scenario(steps, load).compiled("atomic").run()
    #expect(result.count(.requests) == 4)
    #expect(result.safety.finding(.failedHasNoEffect).examined == 1)
    #expect(result.broken(.failedHasNoEffect) == 0)
    // An effect and then an error: the call that fails so breaks it, once.
    let other = scenario(
      [Self.work, .respond(status: 500)], self.load(client(timeout: 20, attempts: 2))
    ).compiled("atomic").run()
    #expect(other.safety.finding(.failedHasNoEffect).examined == 1)
    #expect(other.broken(.failedHasNoEffect) == 1)
  }

  // MARK: What permits attempts

  @Test("make no retry that their budget does not allow, and end the call with the last status")
  func budget() {
    var policy = client(timeout: 100, attempts: 3)
    policy.budget = RetryBudget(ratio: 0, limit: 3)
    let result = scenario(
      [Build.delay(5), .respond(status: 503)], load(policy, iterations: 3)
    ).compiled("none").run()
    // Two retries of the first call, one of the second.
    #expect(result.count(.requests) == 6)
    #expect(result.count(.clientRetries) == 3)
    #expect(result.count(.retriesDenied) == 2)
    #expect(result.trend(.callDuration).maximum == milliseconds(15))
    #expect(result.trend(.callDuration).minimum == milliseconds(5))
  }

  @Test("pay for retries with tokens, more after a time-out")
  func tokens() {
    var policy = client(timeout: 20, attempts: 10)
    policy.tokenBucket = TokenBucket(size: 25, cost: 5, timeoutCost: 10)
    let result = scenario([Build.delay(50)], load(policy)).compiled("none").run()
    #expect(result.count(.clientRetries) == 2)
    #expect(result.count(.retriesDenied) == 1)
    let other = scenario([Build.delay(5), .respond(status: 503)], load(policy))
      .compiled("none").run()
    #expect(other.count(.clientRetries) == 5)
  }

  /// Calls at 0 and 105 ms fail; the breaker is open from 110 ms on, for 150 ms. Those at 210 and
  /// 310 ms: the first is not permitted; the second is a trial, fails, and opens it again.
  @Test("send nothing while their breaker is open: the call has failed at once, with status 0")
  func breaker() {
    var policy = client(timeout: 100)
    policy.breaker = CircuitBreaker(
      window: 2, minimumCalls: 2, openFor: .milliseconds(150), halfOpenCalls: 1)
    let (stories, result) = scenario(
      [Build.delay(5), .respond(status: 503)], load(policy, iterations: 5)
    ).compiled("none").stories()
    #expect(sent(stories) == [0, 105, 310])
    #expect(result.count(.requests) == 3)
    #expect(result.count(.callsNotPermitted) == 2)
    #expect(result.trend(.callDuration).count == 3)
    guard case .rate(let calls) = result[.callSuccess] else { return }
    #expect(calls.total == 5)
    #expect(result.count(.iterations) == 5)
  }

  @Test("end a call with the last status when the breaker does not permit its retry")
  func breakerStopsRetry() {
    var policy = client(timeout: 100, attempts: 3, pause: 10)
    policy.breaker = CircuitBreaker(window: 1, minimumCalls: 1)
    var load = load(policy)
    load.iteration[1] = .check(name: "is 503", statuses: [503])
    let result = scenario([Build.delay(5), .respond(status: 503)], load).compiled("none").run()
    #expect(result.count(.requests) == 1)
    #expect(result.count(.callsNotPermitted) == 1)
    #expect(result.count(.clientRetries) == 0)
    #expect(result.trend(.callDuration).maximum == milliseconds(15))
    #expect(result.checks.map(\.passes) == [1])
  }

  // MARK: The end of users and loads

  @Test("end their calls silently when they are interrupted, in a wait, a backoff or a loss")
  func interrupted() {
    for (milliseconds, arrived) in [(10, 1), (25, 1), (40, 2)] as [(UInt64, UInt64)] {
      for faults in [[], [lost()]] {
        var load = load(client(timeout: 20, attempts: 5, pause: 10))
        load.executor = .constantVUs(vus: 1, duration: .milliseconds(milliseconds))
        load.gracefulStop = .zero
        let scenario = scenario([Build.delay(faults.isEmpty ? 50 : 5)], load, faults: faults)
        var simulation = Simulation(scenario.compiled("none"), seed: 1)
        while simulation.runNextEvent() {}
        #expect(simulation.sharedKeyCount == 1)
        let result = simulation.finish()
        #expect(result.safety.arrived == arrived)
        #expect(result.safety.interrupted == arrived)
        #expect(result.safety.inFlight == 0)
        #expect(result.trend(.callDuration).count == 0)
        #expect(result.count(.clientRetries) == arrived - 1)
        #expect(result.virtualTime == .milliseconds(milliseconds))
      }
    }
  }

  @Test("give up at the end of a load that stops retries then")
  func stopRetriesAtEnd() {
    var load = load(client(timeout: 20, attempts: 5, pause: 10))
    load.executor = .constantVUs(vus: 1, duration: .milliseconds(55))
    load.gracefulStop = .seconds(10)
    load.stopRetriesAtEnd = true
    // Sent at 0 and 30; the next would be sent at 60.
    let (stories, result) = scenario([Build.delay(50)], load).compiled("none").stories()
    #expect(sent(stories) == [0, 30])
    #expect(result.gaveUpAtEnd == 1)
    #expect(result.virtualTime == .milliseconds(55))
    #expect(result.trend(.callDuration).count == 0)
  }

  @Test("keep an iteration by rate busy for as long as the call takes")
  func byRate() {
    // Due at 0, 100, …, 900; each call takes 20 + 10 + 20 ms, and nobody is missing.
    let load = Load(
      name: "open",
      executor: .constantArrivalRate(
        rate: ArrivalRate(iterations: 10), duration: .seconds(1),
        users: UserPool(preAllocated: 1, maximum: 1)),
      client: client(timeout: 20, attempts: 2, pause: 10), iteration: [.request(0, key: .new)])
    let result = scenario([Build.delay(50)], load).compiled("none").run()
    #expect(result.count(.iterations) == 10)
    #expect(result.count(.requests) == 20)
    #expect(result.trend(.iterationDuration).maximum == milliseconds(50))
    #expect(result.count(.droppedIterations) == 0)
  }

  // MARK: Sending twice

  @Test("click twice at the first attempt only")
  func doubleClick() {
    let click = DoubleClick(after: .constant(.milliseconds(3)))
    let (stories, result) = scenario(
      [Build.delay(50)], load(client(timeout: 20, attempts: 2), click: click)
    ).compiled("none").stories()
    #expect(sent(stories) == [0, 3, 20])
    // Nobody stops waiting for a second click, because nobody waits for it.
    #expect(result.count(.requests) == 3)
    #expect(result.count(.clientTimeouts) == 2)
    #expect(result.safety.answered == 1)
    #expect(result.safety.interrupted == 2)
  }

  @Test("send twice what a fault says, but neither a retry nor what is clicked twice")
  func doubleSubmit() {
    let fault = Fault.condition(
      .doubleSubmit(after: .milliseconds(2)), FaultOccasions(numbers: [1, 3]))
    let plain = scenario([Self.work], load(nil, iterations: 4), faults: [fault])
    let (stories, result) = plain.compiled("atomic").stories()
    #expect(sent(stories) == [0, 2, 105, 210, 212, 315])
    #expect(result.broken(.oneEffectPerIntent) == 2)
    #expect(result.safety.answered == 6)

    let retried = scenario(
      [Build.delay(50)], load(client(timeout: 20, attempts: 2)),
      faults: [.condition(.doubleSubmit(after: .milliseconds(2)), FaultOccasions())])
    #expect(sent(retried.compiled("none").stories().stories) == [0, 2, 20])

    let click = DoubleClick(after: .constant(.milliseconds(3)))
    let clicked = scenario([Build.delay(50)], load(nil, click: click), faults: [fault])
    #expect(sent(clicked.compiled("none").stories().stories) == [0, 3])
  }

  // MARK: An instance that dies

  /// It dies at 100 ms, when two more come than fit into its memory.
  @Test("hear of a connection that broke, and send again")
  func instanceDies() {
    var system = SystemModel()
    system.memory = MemoryModel(size: 25, base: 5, perRequest: 10, restart: .milliseconds(50))
    var scenario = Build.roles(
      Build.Role(at: 0, Build.delay(120)), Build.Role(at: 100, Build.delay(1_000)),
      Build.Role(at: 100, Build.delay(1_000)), system: system)
    scenario.loads[0].client = client(timeout: 1_000, attempts: 2, pause: 60)
    let result = scenario.compiled("none").run()
    // Broken at 100, sent again at 160, answered at 280.
    #expect(result.trend(.callDuration).maximum == milliseconds(280))
    #expect(result.rate(.callSuccess) == 1)
    #expect(result.count(.requestsDropped) == 3)
    #expect(result.count(.clientTimeouts) == 0)
    #expect(result.safety.answered == 4)
  }

  @Test("have waited long enough before they hear of a connection that broke on a long way")
  func instanceDiesFarAway() {
    var system = SystemModel()
    system.memory = MemoryModel(size: 25, base: 5, perRequest: 10, restart: .milliseconds(50))
    system.network = .constant(.milliseconds(40))
    var scenario = Build.roles(
      Build.Role(at: 0, Build.delay(500)), Build.Role(at: 60, Build.delay(1_000)),
      Build.Role(at: 60, Build.delay(1_000)), system: system)
    scenario.loads[0].client = client(timeout: 120)
    let result = scenario.compiled("none").run()
    #expect(result.count(.clientTimeouts) == 1)
    #expect(result.trend(.callDuration).maximum == milliseconds(120))
    #expect(result.trend(.requestDuration).maximum == milliseconds(120))
  }

  // MARK: Samples

  @Test("hand time-outs on as k6 tags them")
  func samples() {
    let scenario = scenario([Build.delay(50)], load(client(timeout: 20, attempts: 2)))
    let (samples, result) = scenario.compiled("none").sampled()
    let tags = SampleTags(of: scenario)
    let durations = samples.filter { $0.metric == .requestDuration }
    #expect(durations.map(\.value) == [milliseconds(20), milliseconds(20)])
    for sample in durations {
      #expect(tags.text(of: .error, for: sample.source) == "request timeout")
      #expect(tags.text(of: .errorCode, for: sample.source) == "1050")
      #expect(tags.text(of: .status, for: sample.source) == "0")
      #expect(tags.text(of: .expectedResponse, for: sample.source) == "false")
      #expect(tags.text(of: .proto, for: sample.source) == nil)
    }
    let oracle = SampleOracle(samples: samples, tags: tags, findings: result.safety.findings)
    for metric in MetricName.allCases {
      #expect(result[metric].words == oracle.value(of: MetricPart(metric: metric.text)))
    }
  }
}
