import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// The golden files were printed by k6's own summary code (release v2.2.0) for the same inputs;
/// nothing of ours wrote them, so they are never rewritten.
@Suite("k6's summary")
struct K6SummaryTextTests {
  private static let times: K6Summary.Value = .trend([
    K6Summary.Statistic(.average, 12.3456), K6Summary.Statistic(.minimum, 1.2),
    K6Summary.Statistic(.median, 10.5), K6Summary.Statistic(.maximum, 1234.567),
    K6Summary.Statistic(.percentile(90), 20.25), K6Summary.Statistic(.percentile(95), 33.333),
  ])

  /// The inputs that `OUTPUTS.md` states for its text, in no particular order.
  static let documented = K6Summary(
    seconds: 30,
    thresholds: [
      result("http_req_failed", .rate, .less, 0.01, "rate<0.01", .rate, .plain, 0.0123, false),
      result(
        "http_req_duration", .percentile(95), .less, 500, "p(95)<500", .trend, .time, 33.333, true),
      result("http_req_duration", .average, .less, 10, "avg<10", .trend, .time, 12.3456, false),
    ],
    checks: [
      K6Summary.Check(name: "status is 200", passes: 10_000, fails: 0),
      K6Summary.Check(name: "no lost update", passes: 9_800, fails: 200),
    ],
    metrics: [
      metric("vus_max", .execution, .gauge(value: 1000, minimum: 1000, maximum: 1000)),
      metric("vus", .execution, .gauge(value: 7, minimum: 7, maximum: 1000)),
      metric("http_reqs", .http, .counter(count: 10_000, perSecond: 10_000.0 / 30)),
      metric("iterations", .execution, .counter(count: 10_000, perSecond: 10_000.0 / 30)),
      metric("http_req_failed", .http, .rate(RateResult(trues: 123, total: 10_000))),
      metric("http_req_duration", .http, times, .time),
      metric("iteration_duration", .execution, times, .time),
      metric("data_received", .network, .counter(count: 1_234_567, perSecond: 41_152.2), .data),
      metric("version_conflicts", .custom, .counter(count: 4321, perSecond: 144.03333)),
      metric("checks", .checks, .rate(RateResult(trues: 19_800, total: 20_000))),
    ])

  /// Parts of metrics, other statistics, names that differ in order, rates of nothing, and no
  /// checks.
  private static let parts = K6Summary(
    seconds: 1,
    thresholds: [
      result(
        "lock_wait_time{strategy:optimistic}", .average, .less, 10, "avg<10", .trend, .time,
        1999.995, false),
      result("lock_waits", .count, .less, 10, "count<10", .counter, .plain, 3, true),
      result("lock_waits", .rate, .less, 1, "rate<1", .counter, .plain, 0.000_000_4, true),
      result(
        "lock_wait_time", .percentile(99.9), .less, 100_000, "p(99.9)<100000", .trend, .time,
        70_000.125, true),
      result("lock2", .value, .greaterOrEqual, 1, "value>=1", .gauge, .plain, 1, true),
    ],
    checks: [],
    metrics: [
      metric("lock_wait_time{strategy:optimistic}", .custom, statistics(1999.995, 3, 0), .time),
      metric("lock_wait_time", .custom, statistics(0.5, 42, 70_000.125), .time),
      metric("lock_waits", .custom, .counter(count: 3, perSecond: 0.000_000_4)),
      metric("retry_count", .custom, statistics(1.0 / 3, 42, 9)),
      metric("errors", .custom, .rate(RateResult(trues: 0, total: 0))),
      metric("lock2", .custom, .gauge(value: 1, minimum: 0, maximum: 12_345)),
      metric("lock_", .custom, .gauge(value: 1, minimum: 0, maximum: 2)),
    ])

  @Test("is k6's text, byte for byte")
  func plain() throws {
    #expect(K6SummaryText(Self.documented).text == (try goldenText("k6-summary.txt")))
  }

  @Test("is k6's text in k6's colours")
  func colored() throws {
    let options = K6SummaryText.Options(isColored: true)
    #expect(
      K6SummaryText(Self.documented, options: options).text
        == (try goldenText("k6-summary-colored.txt")))
  }

  @Test("is k6's text with parts of metrics, other statistics, one unit and no checks")
  func partsOfMetrics() throws {
    let options = K6SummaryText.Options(timeUnit: .milliseconds)
    #expect(
      K6SummaryText(Self.parts, options: options).text == (try goldenText("k6-summary-parts.txt")))
  }

  @Test("shows no thresholds where there are none")
  func nothing() {
    let empty = K6Summary(seconds: 0, thresholds: [], checks: [], metrics: [])
    #expect(K6SummaryText(empty).text == "\n\n  █ TOTAL RESULTS \n\n\n\n")
  }

  @Test("prints the method of a threshold that says what must not be")
  func different() {
    let summary = K6Summary(
      seconds: 1,
      thresholds: [
        Self.result("deadlocks", .count, .different, 3, "count!=3", .counter, .plain, 4, true)
      ],
      checks: [], metrics: [])
    #expect(K6SummaryText(summary).text.contains("\n    ✓ 'count!=3' count=4\n"))
  }

  @Test("takes measured metrics: nanoseconds become milliseconds, percentiles are k6's")
  func measured() {
    var recorder = MetricRecorder()
    for value in [10, 15, 20] as [UInt64] {
      recorder.record(.requestDuration, value * 1_000_000)
      recorder.record(.retryCount, value)
      recorder.count(.requests)
    }
    let metrics = [MetricName.requestDuration, .requests, .retryCount].map {
      K6Summary.Metric(
        $0, recorder.value(of: $0, over: .seconds(2)),
        statistics: [.init(.median), .init(.percentile(95)), .init(.count)])
    }
    let threshold = Threshold(
      metric: "http_req_duration", method: .percentile(90), comparison: .less, bound: 19,
      text: "p(90)<19")
    let result = K6Summary.ThresholdResult(
      threshold, on: .requestDuration, recorder.value(of: .requestDuration, over: .seconds(2)))
    #expect(!result.passed)
    let summary = K6Summary(seconds: 2, thresholds: [result], checks: [], metrics: metrics)
    #expect(
      K6SummaryText(summary).sections
        == [
          "", "  █ THRESHOLDS ", "",
          "    http_req_duration", "    ✗ 'p(90)<19' p(90)=19ms", "", "",
          "  █ TOTAL RESULTS ", "",
          "    CUSTOM", "    retry_count.........: med=15   p(95)=19.5   count=3", "",
          "    HTTP", "    http_req_duration...: med=15ms p(95)=19.5ms count=3",
          "    http_reqs...........: 3 1.5/s", "", "",
        ].joined(separator: "\n"))
  }

  @Test("lists every metric of a run but the checks, which have a block of their own")
  func everyMetric() {
    let recorder = MetricRecorder()
    let metrics = MetricName.allCases.map {
      K6Summary.Metric(
        $0, recorder.value(of: $0, over: .seconds(1)), statistics: TrendStatistic.usual)
    }
    let text = K6SummaryText(
      K6Summary(seconds: 1, thresholds: [], checks: [], metrics: metrics)
    ).text
    for metric in MetricName.allCases {
      #expect(text.contains("    \(metric.text)..") == (metric != .checks))
    }
  }

  // MARK: Short forms

  private static func metric(
    _ name: String, _ section: MetricSection, _ value: K6Summary.Value,
    _ content: MetricContent = .plain
  ) -> K6Summary.Metric {
    K6Summary.Metric(name: name, content: content, section: section, value: value)
  }

  private static func statistics(
    _ average: Double, _ count: Double, _ percentile: Double
  ) -> K6Summary.Value {
    .trend([
      K6Summary.Statistic(.average, average), K6Summary.Statistic(.count, count),
      K6Summary.Statistic(.percentile(99.9), percentile),
    ])
  }

  private static func result(
    _ metric: String, _ method: Threshold.Method, _ comparison: Threshold.Comparison,
    _ bound: Double, _ text: String, _ kind: MetricKind, _ content: MetricContent,
    _ observed: Double, _ passed: Bool
  ) -> K6Summary.ThresholdResult {
    K6Summary.ThresholdResult(
      threshold: Threshold(
        metric: metric, method: method, comparison: comparison, bound: bound, text: text),
      kind: kind, content: content, observed: observed, passed: passed)
  }
}
