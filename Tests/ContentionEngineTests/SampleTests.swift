import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

@Suite("Samples")
struct SampleTests {
  /// Two loads, and scarce threads, cores, connections and stock.
  static func crowded(_ name: String) throws -> Scenario {
    var scenario = try Bundled.scenario(name)
    scenario.tables[0].rows = 3
    scenario.system.cores = 1
    scenario.system.threads = RequestThreadsModel(size: 8, accepted: 12, backlog: 2)
    scenario.system.pool = ConnectionPoolModel(size: 2, timeout: .milliseconds(100))
    scenario.system.database.lockWaitTimeout = .milliseconds(60)
    let request = scenario.requests.count - 1
    scenario.loads = [
      Load(
        name: "steady", executor: .constantVUs(vus: 25, duration: .seconds(4)),
        iteration: [
          .request(0, key: .new), .check(name: "done", statuses: [200]),
          .check(name: "no crash", statuses: [200, 409]),
          .sleep(.exponential(mean: .milliseconds(200))),
        ]),
      Load(
        name: "burst",
        executor: .sharedIterations(vus: 10, iterations: 40, maxDuration: .seconds(2)),
        startTime: .seconds(1),
        iteration: [.request(request, key: .same), .check(name: "done", statuses: [200])]),
      Load(
        name: "ramp",
        executor: .rampingVUs(
          startVUs: 0, stages: [Executor.Stage(duration: .seconds(3), target: 8)],
          gracefulRampDown: .seconds(1)), gracefulStop: .milliseconds(50),
        iteration: [.request(request, key: .previous), .request(0, key: .new)]),
    ]
    return scenario
  }

  private static let models = [
    "balance-charge", "balance-deduct", "balance-mixed", "payment-same-key",
  ]

  /// Thresholds that name parts of every metric.
  private func parts(of scenario: Scenario) -> [Threshold] {
    var parts: [MetricPart] = []
    for metric in MetricName.allCases {
      func add(_ tags: MetricPart.Tag...) {
        if tags.allSatisfy({ metric.subject.tags.contains($0.name) }) {
          parts.append(MetricPart(metric: metric.text, tags: tags))
        }
      }
      for load in scenario.loads {
        add(.init(.scenario, load.name))
        add(.init(.status, "409"), .init(.scenario, load.name))
      }
      for request in scenario.requests { add(.init(.name, request.name)) }
      for value in ["200", "0", "503"] { add(.init(.status, value)) }
      add(.init(.check, "done"))
      add(.init(.expectedResponse, "false"))
      add(.init(.errorCode, "1212"))
    }
    return parts.map {
      Threshold(part: $0, method: .count, comparison: .less, bound: 0, text: "")
    }
  }

  @Test(
    "add up to every metric of the run, and to every part of one",
    arguments: SampleTests.models, Strategy.builtIn)
  func addUp(model: String, strategy: Strategy) throws {
    var scenario = try Self.crowded(model)
    let bare = ProgramCompiler.compile(scenario, under: strategy).run(seed: 3)
    scenario.thresholds = parts(of: scenario)
    let (samples, result) = ProgramCompiler.compile(scenario, under: strategy).sampled(seed: 3)
    #expect(result.digest == bare.digest)
    #expect(result.metrics == bare.metrics)
    #expect(result.parts.first?.part == .expectedDurations)
    #expect(result.parts.first?.value == bare.parts.first?.value)
    #expect(bare.parts.count == 1)
    for (earlier, later) in zip(samples, samples.dropFirst()) { #expect(earlier.at <= later.at) }
    let oracle = SampleOracle(
      samples: samples, tags: SampleTags(of: scenario), findings: result.safety.findings)
    for metric in MetricName.allCases {
      #expect(
        result[metric].words == oracle.value(of: MetricPart(metric: metric.text)), "\(metric.text)")
    }
    #expect(result.parts.count == 1 + scenario.thresholds.count)
    for (part, value) in result.parts {
      #expect(value.words == oracle.value(of: part), "\(part.text)")
    }
    #expect(result.count(.requests) > 100)
    // Nothing of this is empty: there are requests without an answer, and others than the first.
    #expect(samples.contains { $0.source.silence == .refused })
    #expect(samples.contains { $0.source.load == 2 && $0.source.status >= 200 })
    #expect(samples.contains { $0.source.check == 1 })
  }

  @Test("are those of the measured window only")
  func window() {
    // Requests of 100 ms back to back, from 2.05 s on: 80 of them.
    var load = Load(
      name: "steady", executor: .constantVUs(vus: 1, duration: .seconds(10)),
      iteration: [.request(0, key: .new)])
    load.warmUp = .milliseconds(2_050)
    var scenario = Build.scenario([Build.cpu(100)], load: load)
    let part = MetricPart(metric: "http_reqs", tags: [.init(.scenario, "steady")])
    scenario.thresholds = [
      Threshold(part: part, method: .count, comparison: .equal, bound: 80, text: "count==80")
    ]
    let (samples, result) = scenario.compiled("none").sampled()
    #expect(samples.count { $0.metric == .requests } == 80)
    #expect(samples.allSatisfy { $0.at >= .start + .milliseconds(2_050) })
    #expect(result.thresholds.map(\.outcome.observed) == [80])
    #expect(result.thresholds.map(\.outcome.passed) == [true])
    // At the window's start and at each second from 3 on; the last second is the end of the load.
    #expect(samples.filter { $0.metric == .virtualUsers }.map(\.value).allSatisfy { $0 == 1 })
    #expect(samples.count { $0.metric == .virtualUsers } >= 8)
  }

  @Test("are none unless they are asked for")
  func none() {
    var simulation = Simulation(
      Build.scenario([Build.cpu(100)], load: Build.once(3)).compiled("none"), seed: 1)
    simulation.runToEnd()
    #expect(simulation.takeSamples() == [])
  }

  @Test("tell in their order what k6 tells of a request")
  func order() {
    let load = Load(
      name: "one", executor: .perVUIterations(vus: 1, iterations: 1, maxDuration: .seconds(9)),
      iteration: [.request(0, key: .new), .check(name: "done", statuses: [200])])
    let (samples, _) = Build.scenario([Build.cpu(100)], load: load).compiled("none").sampled()
    let told = samples.filter { $0.at == .start + .milliseconds(100) }
    #expect(
      told.map(\.metric) == [
        .requests, .requestDuration, .requestFailed, .errors, .success, .retryCount, .lockWaitTime,
        .connectionWaitTime, .distributedLockWaitTime, .backoffTime, .wastedWorkTime, .checks,
        .iterationDuration, .iterations,
      ])
    let answer = SampleSource(load: 0, request: 0, status: 200)
    #expect(told.prefix(11).allSatisfy { $0.source == answer })
    #expect(told[1].value == 100_000_000)
    #expect(told[11].source == SampleSource(load: 0, check: 0))
    #expect(told[13].source == SampleSource(load: 0))
    #expect(samples.first?.source == .run)
    #expect(samples.first?.metric == .virtualUsers)
  }

  @Test("name checks as the programs number them")
  func checkNames() throws {
    var scenario = try Self.crowded("balance-mixed")
    scenario.loads[0].iteration = [
      .request(0, key: .new), .check(name: "a", statuses: [200]),
      .repeated(2, steps: [.check(name: "b", statuses: [200])]),
      .everyNth(
        EveryNth(every: 2), steps: [.check(name: "c", statuses: [200])],
        otherwise: [.check(name: "d", statuses: [200])]), .check(name: "a", statuses: [409]),
    ]
    let compiled = ProgramCompiler.compile(scenario, under: scenario.strategy)
    for (load, iteration) in zip(scenario.loads, compiled.iterations) {
      #expect(load.checkNames == iteration.checks.map(\.name))
    }
  }

  @Test("are of metrics that the reader of models knows by the same tags")
  func metrics() {
    let read = MetricKinds.subjects.map { "\($0.name) \($0.subject)" }
    #expect(read.sorted() == MetricName.allCases.map { "\($0.text) \($0.subject)" }.sorted())
  }
}

@Suite("Parts of metrics in a run")
struct PartRunTests {
  @Test("equal the whole where nothing else occurs, and sum up to it where they share it")
  func sums() throws {
    var scenario = try SampleTests.crowded("balance-charge")
    let metrics = MetricName.allCases.filter { $0.subject.tags.contains(.scenario) }
    func part(_ metric: MetricName, _ load: String) -> MetricPart {
      MetricPart(metric: metric.text, tags: [.init(.scenario, load)])
    }
    let all = scenario.loads
    scenario.thresholds = metrics.flatMap { metric in
      all.map {
        Threshold(
          part: part(metric, $0.name), method: .count, comparison: .less, bound: 0, text: "")
      }
    }
    let shared = scenario.compiled("pessimistic").run()
    scenario.loads = [all[0]]
    let alone = scenario.compiled("pessimistic").run()
    for metric in metrics where metric != .checks {
      #expect(alone.value(of: part(metric, "steady")) == alone[metric], "\(metric.text)")
      let values = all.compactMap { shared.value(of: part(metric, $0.name)) }
      #expect(values.count == 3)
      #expect(sums(of: values) == sums(of: [shared[metric]]), "\(metric.text)")
    }
    // Safety checks belong to no load.
    let own = alone.checks.reduce(0) { $0 + $1.passes + $1.fails }
    guard case .rate(let rate) = alone.value(of: part(.checks, "steady")) else {
      Issue.record("no rate")
      return
    }
    #expect(rate.total == own)
  }

  /// What of values can be added.
  private func sums(of values: [MetricValue]) -> [UInt128] {
    var sums: [UInt128] = [0, 0]
    for value in values {
      switch value {
      case .counter(let counter): sums[0] += UInt128(counter.count)
      case .gauge: break
      case .rate(let rate):
        sums[0] += UInt128(rate.trues)
        sums[1] += UInt128(rate.total)
      case .trend(let trend):
        sums[0] += UInt128(trend.count)
        sums[1] += trend.sum
      }
    }
    return sums
  }

  @Test("hold the durations of expected answers, whoever asks")
  func expected() {
    // Every other request is refused, after 30 ms instead of 50.
    let steps: [Step] = [
      Build.cpu(30),
      .everyNth(
        EveryNth(every: 2), steps: [.refuse(Refusal(status: 409, counter: .missingKeys))],
        otherwise: []), Build.cpu(20), .respond(status: 200),
    ]
    let load = Load(
      name: "one", executor: .perVUIterations(vus: 1, iterations: 10, maxDuration: .seconds(9)),
      iteration: [.request(0, key: .new)])
    let result = Build.scenario(steps, load: load).compiled("none").run()
    guard case .trend(let trend) = result.value(of: .expectedDurations) else {
      Issue.record("no trend")
      return
    }
    #expect(trend.count == 5)
    #expect(trend.minimum == 50_000_000)
    #expect(trend.maximum == 50_000_000)
    #expect(result.trend(.requestDuration).count == 10)
    #expect(result.trend(.requestDuration).minimum == 30_000_000)
  }
}
