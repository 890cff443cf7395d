import ContentionEngine
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Parts and scenarios in k6's summary")
struct SummaryModeTests {
  private static func part(_ metric: String, _ tags: MetricPart.Tag...) -> MetricPart {
    MetricPart(metric: metric, tags: tags)
  }

  @Test("shows the part that k6 always measures below its whole, unless it has no samples")
  func expectedResponses() {
    // Two charges of 5 and 9 ms, both answered with 200.
    let text = K6SummaryText(K6Summary(SmallRun().result("none"))).text
    let values = ": avg=7ms min=5ms med=7ms max=9ms p(90)=8.6ms p(95)=8.8ms\n"
    let lines = text.split(separator: "\n").filter { $0.contains("=8.6ms") }
    #expect(lines.count >= 3)
    #expect(lines[0].hasPrefix("    http_req_duration....") && (lines[0] + "\n").hasSuffix(values))
    #expect(lines[1].hasPrefix("      { expected_response:true }..."))
    #expect((lines[1] + "\n").hasSuffix(values))

    var refused = SmallRun()
    refused.steps = [.refuse(Refusal(status: 409, counter: .stockDepletions))]
    #expect(
      !K6SummaryText(K6Summary(refused.result("none"))).text.contains("expected_response"))
  }

  @Test("shows the parts that thresholds name, also without samples, and judges them")
  func judgedParts() {
    var run = SmallRun()
    run.thresholds = [
      Threshold(
        part: Self.part("http_req_duration", .init(.status, "200")), method: .maximum,
        comparison: .less, bound: 9, text: "max<9"),
      Threshold(
        part: Self.part("http_reqs", .init(.status, "503")), method: .count, comparison: .less,
        bound: 1, text: "count<1"),
      .slowerThan(9),
    ]
    let result = run.result("none")
    let text = K6SummaryText(K6Summary(result)).text
    #expect(
      text.hasPrefix(
        """


          █ THRESHOLDS\u{20}

            http_req_duration
            ✓ 'p(95)<9' p(95)=8.8ms

              {status:200}
              ✗ 'max<9' max=9ms

            http_reqs{status:503}
            ✓ 'count<1' count=0


        """))
    #expect(text.contains("\n      { status:200 }"))
    #expect(text.contains("\n      { status:503 }"))
    let export = SummaryExport.text(result)
    #expect(export.contains("\"http_req_duration{status:200}\": {"))
    #expect(export.contains("\"max<9\": true"))
  }

  @Test("writes the method of a threshold as the threshold does")
  func writtenMethod() {
    var run = SmallRun()
    run.thresholds = [
      Threshold(
        metric: "http_req_duration", method: .percentile(95), comparison: .less, bound: 9,
        text: " p(95.0) < 9")
    ]
    #expect(
      K6SummaryText(K6Summary(run.result("none"))).text.contains(
        "    ✓ 'p(95.0) < 9' p(95.0)=8.8ms\n"))
  }

  @Test("has the columns that are asked for, under the names that were written")
  func columns() throws {
    let statistics = try ["max", "p(50.0)", "count", "max"].map { try TrendStatistic(text: $0) }
    let result = SmallRun().result("none")
    let text = K6SummaryText(K6Summary(result, statistics: statistics)).text
    #expect(text.contains(": max=9ms p(50.0)=7ms count=2 max=9ms\n"))
    let export = SummaryExport.text(result, statistics: statistics)
    #expect(export.contains("\"max\": 9,"))
    #expect(export.contains("\"p(50.0)\": 7,"))
    #expect(export.contains("\"count\": 2\n"))
    #expect(!export.contains("\"avg\""))
  }

  @Test("shows two scenarios' checks of one name as one check, as k6 does")
  func mergedChecks() {
    let tally = ScenarioTally(Self.twoLoads)
    for load in [0, 1, 1] {
      tally.record(
        Sample(
          at: .start, metric: .checks, value: load == 0 ? 0 : 1,
          source: SampleSource(load: load, check: 0)))
    }
    let sections = tally.sections(over: .seconds(1), statistics: TrendStatistic.usual)
    #expect(sections.map(\.name) == ["buyers"])
    #expect(sections[0].checks.map(\.name) == ["status is 200"])
    #expect(sections[0].checks[0].passes == 2)
    #expect(sections[0].checks[0].fails == 0)
  }

  @Test("has a section for each scenario that is not called 'default', in order of names")
  func scenarios() {
    var scenario = Self.twoLoads
    scenario.loads[0].name = "visitors"
    let tally = ScenarioTally(scenario)
    let buyer = SampleSource(load: 1, request: 0, status: 200)
    for milliseconds in [10, 15, 20] as [UInt64] {
      tally.record(
        Sample(
          at: .start, metric: .requestDuration, value: milliseconds * 1_000_000, source: buyer))
      tally.record(Sample(at: .start, metric: .requests, value: 1, source: buyer))
      tally.record(Sample(at: .start, metric: .requestFailed, value: 0, source: buyer))
    }
    tally.record(
      Sample(at: .start, metric: .checks, value: 1, source: SampleSource(load: 1, check: 0)))
    tally.record(
      Sample(at: .start, metric: .checks, value: 0, source: SampleSource(load: 1, check: 0)))
    tally.record(
      Sample(at: .start, metric: .iterations, value: 1, source: SampleSource(load: 0)))
    tally.record(Sample(at: .start, metric: .virtualUsers, value: 9, source: .run))
    let summary = K6Summary(
      seconds: 2, thresholds: [], checks: [], metrics: [],
      scenarios: tally.sections(
        over: .seconds(2), statistics: [.init(.median), .init(.percentile(95))]))
    #expect(
      K6SummaryText(summary).sections == """

          █ TOTAL RESULTS\u{20}


          █ SCENARIO: buyers\u{20}

            checks_total.......: 2      1/s
            checks_succeeded...: 50.00% 1 out of 2
            checks_failed......: 50.00% 1 out of 2

            ✗ status is 200
              ↳  50% — ✓ 1 / ✗ 1

            HTTP
            http_req_duration...: med=15ms p(95)=19.5ms
            http_req_failed.....: 0.00% 0 out of 3
            http_reqs...........: 3     1.5/s


          █ SCENARIO: visitors\u{20}

            EXECUTION
            iterations...: 1 0.5/s


        """)
  }

  @Test("leaves k6's block out when it is disabled, and nothing else")
  func disabled() {
    let result = SmallRun().result("none")
    let whole = RunScreen.text(result)
    let without = RunScreen.text(result, options: RunScreenOptions(summaryMode: .disabled))
    #expect(without == whole.replacing(K6SummaryText(K6Summary(result)).sections, with: "\n"))
    #expect(!without.contains("█ TOTAL"))
  }

  private static let twoLoads: Scenario = {
    var scenario = SmallRun().result("none").scenario
    var second = scenario.loads[0]
    second.name = "buyers"
    scenario.loads.append(second)
    return scenario
  }()
}
