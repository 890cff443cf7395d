import Measurements
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

@Suite("Parts of metrics")
struct PartTests {
  /// Two loads with checks, three requests, one of them without a method in its name.
  static let scenario: Scenario = {
    func request(_ name: String) -> RequestClass {
      RequestClass(identifier: name, name: name, keys: [], steps: [.respond(status: 200)])
    }
    func load(_ name: String, _ checks: String...) -> Load {
      Load(
        name: name, executor: .constantVUs(vus: 1, duration: .seconds(1)),
        iteration: [.request(0, key: .new)] + checks.map { .check(name: $0, statuses: [200]) })
    }
    return Scenario(
      name: "small", title: "Small", question: "", tables: [], system: SystemModel(),
      requests: [request("POST /orders"), request("GET  /orders"), request("POSTAL work")],
      loads: [load("a", "fine", "new"), load("b", "fine")], strategy: Strategy.builtIn[0])
  }()

  @Test("are told by k6's texts")
  func texts() {
    let tags = SampleTags(of: Self.scenario)
    func texts(_ source: SampleSource) -> [String?] {
      SampleTag.allCases.map { tags.text(of: $0, for: source) }
    }
    // check, error, error_code, expected_response, group, method, name, proto, scenario, status,
    // url
    #expect(texts(.run) == Array(repeating: nil, count: 11))
    #expect(
      texts(SampleSource(load: 1)) == [
        nil, nil, nil, nil, "", nil, nil, nil, "b", nil, nil,
      ])
    #expect(
      texts(SampleSource(load: 0, check: 1)) == [
        "new", nil, nil, nil, "", nil, nil, nil, "a", nil, nil,
      ])
    #expect(
      texts(SampleSource(load: 0, request: 1, status: 200)) == [
        nil, nil, nil, "true", "", "GET", "GET  /orders", "HTTP/1.1", "a", "200", "/orders",
      ])
    #expect(
      texts(SampleSource(load: 0, request: 0, status: 409)) == [
        nil, nil, "1409", "false", "", "POST", "POST /orders", "HTTP/1.1", "a", "409", "/orders",
      ])
    #expect(
      texts(SampleSource(load: 0, request: 2, silence: .refused)) == [
        nil, "dial: connection refused", "1212", "false", "", nil, "POSTAL work", nil, "a", "0",
        "POSTAL work",
      ])
    #expect(
      texts(SampleSource(load: 0, request: 2, silence: .reset)) == [
        nil, "read: connection reset by peer", "1220", "false", "", nil, "POSTAL work", nil, "a",
        "0", "POSTAL work",
      ])
    #expect(
      texts(SampleSource(load: 0, request: 2, silence: .timedOut)) == [
        nil, "request timeout", "1050", "false", "", nil, "POSTAL work", nil, "a", "0",
        "POSTAL work",
      ])
    // A request that is still served has no answer to tell of.
    #expect(
      texts(SampleSource(load: 1, request: 0)) == [
        nil, nil, nil, nil, "", "POST", "POST /orders", nil, "b", nil, "/orders",
      ])
  }

  /// A sample that a run of the scenario could hand on.
  private func sample(_ random: inout TestRandom) -> Sample {
    let metric = MetricName.allCases[random.below(MetricName.allCases.count)]
    let load = random.below(2)
    let request = random.below(3)
    var source =
      switch metric.subject {
      case .run: SampleSource.run
      case .load: SampleSource(load: load)
      case .check: SampleSource(load: load, check: load == 0 ? random.below(2) : 0)
      case .request, .answer: SampleSource(load: load, request: request)
      }
    if metric.subject == .answer {
      switch random.below(5) {
      case 0: source.silence = .refused
      case 1: source.silence = .reset
      case 2: source.silence = .timedOut
      default: source.status = ([200, 201, 302, 399, 400, 409, 503] as [UInt16])[random.below(7)]
      }
    }
    let value = metric.kind == .rate ? random.below(2) : random.below(1_000)
    return Sample(at: .start, metric: metric, value: UInt64(value), source: source)
  }

  private static let words: [SampleTag: [String]] = [
    .scenario: ["a", "b", "c"], .check: ["fine", "new", "old"],
    .name: ["POST /orders", "GET  /orders", "POSTAL work"], .method: ["POST", "GET", "PUT"],
    .url: ["/orders", "POSTAL work"], .status: ["200", "409", "0", "12", "x"],
    .expectedResponse: ["true", "false"], .proto: ["HTTP/1.1", "HTTP/2.0"],
    .error: ["dial: connection refused", "request timeout"],
    .errorCode: ["1409", "1212", "1220", "1050"], .group: ["g"],
  ]

  private func part(_ random: inout TestRandom) -> MetricPart {
    let metric = MetricName.allCases[random.below(MetricName.allCases.count)]
    let possible = metric.subject.tags + [.group]
    let tags = (0...random.below(2)).map { _ in
      let tag = possible[random.below(possible.count)]
      let words = Self.words[tag] ?? []
      return MetricPart.Tag(tag, words[random.below(words.count)])
    }
    return MetricPart(metric: metric.text, tags: tags)
  }

  @Test("hold the samples whose tags have the texts, and no others")
  func oracle() {
    let texts = SampleTags(of: Self.scenario)
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = TestRandom(seed: seed)
      var scenario = Self.scenario
      scenario.thresholds = (0..<30).map { _ in
        Threshold(part: part(&random), method: .count, comparison: .less, bound: 0, text: "")
      }
      let samples = (0..<2_000).map { _ in sample(&random) }
      var recorder = PartRecorder(for: scenario)
      for sample in samples.prefix(500) {
        recorder.record(sample.metric, sample.value, of: sample.source)
      }
      recorder.startWindow()
      for sample in samples { recorder.record(sample.metric, sample.value, of: sample.source) }
      #expect(recorder.parts.count > 10)
      for (index, part) in recorder.parts.enumerated() {
        var oracle = MetricRecorder()
        for sample in samples where sample.metric.text == part.metric {
          let fits = part.tags.allSatisfy {
            texts.text(of: $0.name, for: sample.source) == $0.value
          }
          guard fits else { continue }
          switch sample.metric.kind {
          case .counter: oracle.count(sample.metric, by: sample.value)
          case .gauge: oracle.sample(sample.metric, level: sample.value)
          case .rate: oracle.tell(sample.metric, sample.value == 1)
          case .trend: oracle.record(sample.metric, sample.value)
          }
        }
        guard let metric = MetricName(text: part.metric) else { continue }
        #expect(
          recorder.value(of: index, over: .seconds(3))
            == oracle.value(of: metric, over: .seconds(3)),
          "seed \(seed), \(part.text)")
      }
    }
  }

  @Test("are measured once, however often and in whatever order they are named")
  func once() {
    var scenario = Self.scenario
    let status = MetricPart.Tag(.status, "200")
    let load = MetricPart.Tag(.scenario, "a")
    scenario.thresholds = [
      MetricPart(metric: "http_reqs"), MetricPart(metric: "http_reqs", tags: [status, load]),
      .expectedDurations, MetricPart(metric: "http_reqs", tags: [load, status]),
      MetricPart(metric: "errors", tags: [status, load]),
    ].map { Threshold(part: $0, method: .count, comparison: .less, bound: 0, text: "") }
    let recorder = PartRecorder(for: scenario)
    #expect(
      recorder.parts.map(\.text) == [
        "http_reqs{status:200,scenario:a}", "errors{status:200,scenario:a}",
      ])
  }

  @Test("of what came with a feature are only in models that have it")
  func produced() {
    let late: [MetricName] = [
      .cacheHits, .cacheMisses, .keyTakeovers, .instanceCrashes, .requestsDropped,
      .connectionsRefused, .responsesLost, .lockServerTimeouts, .callSuccess, .callDuration,
      .clientTimeouts, .clientRetries, .retriesDenied, .callsNotPermitted,
    ]
    func produced(_ scenario: Scenario) -> [MetricName] {
      MetricName.allCases.filter { $0.isProduced(by: scenario) }
    }
    #expect(produced(Self.scenario) == MetricName.allCases.filter { !late.contains($0) })
    var takesOver = Self.scenario
    takesOver.requests[1].steps = [
      .transaction(
        TransactionStep(steps: [
          .idempotent(
            IdempotentStep(table: 0, takeOverAfter: .seconds(60), layer: nil, steps: []))
        ]))
    ]
    #expect(produced(takesOver).filter { late.contains($0) } == [.keyTakeovers])
  }
}
