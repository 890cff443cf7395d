import ContentionEngine
import Experiments
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// Runs made up of a few figures; all others are 0, and every promise is held.
func madeUpRun(
  _ replication: Int, _ figures: [(RunFigure, Double)], broken: [(SafetyPromise, UInt64)] = [],
  thresholds: [Bool] = [], requests: UInt64 = 10
) -> RunSummary {
  var values = [Double](repeating: 0, count: RunFigure.allCases.count)
  for (figure, value) in figures { values[figure.index] = value }
  return RunSummary(
    seed: 1, replication: UInt32(replication), digest: RunDigest(), events: 100, requests: requests,
    figures: values,
    findings: SafetyPromise.allCases.map { promise in
      SafetyReport.Finding(
        promise: promise, examined: 10, broken: broken.first { $0.0 == promise }?.1 ?? 0)
    },
    thresholds: thresholds.map { Threshold.Outcome(observed: 1, passed: $0) })
}

@Suite("Replication report")
struct ReplicationReportTests {
  private static func series(
    broken: UInt64 = 0, holds: [Bool] = [true, true, true]
  ) -> RunSeries {
    // p95 12, 13 and 14 ms: mean 13, s = 1, half of the interval 4.302 653 / √3 = 2.484 1.
    RunSeries(
      (0..<3).map { index in
        madeUpRun(
          index,
          [
            (.successShare, 1), (.requestsPerSecond, 100), (.successesPerSecond, 100),
            (.meanLatency, 5e6), (.medianLatency, 4e6), (.latency95, Double(12 + index) * 1e6),
            (.latency99, 20e6), (.callSuccessShare, 1), (.callLatency95, Double(12 + index) * 1e6),
            (.callLatency99, 20e6), (.lostUpdates, Double(broken)), (.deadlocks, Double(index)),
          ], broken: [(.noLostUpdate, broken)], thresholds: [true, holds[index]])
      })
  }

  private static func report(
    _ series: RunSeries, precision: Double? = nil, warmUp: FoundWarmUp? = nil
  ) -> ReplicationReport {
    ReplicationReport(
      series,
      setting: ReplicationSetting(
        heading: "small · 10 users · 5s · optimistic · seed 1 · 3 runs",
        precision: precision.map {
          ReplicationSetting.Precision(
            rule: .relativePrecision($0, least: 3, most: 3), figures: [.successShare, .latency95])
        }, warmUp: warmUp, thresholds: ["http_reqs count>1", "http_req_duration p(95)<13"],
        command: "simulate --replications 3"))
  }

  @Test("answers whether promises were held, how fast it was, and which thresholds hold")
  func answer() {
    #expect(
      Self.report(Self.series()).answer == [
        "Every promise was held in all 3 runs.",
        "100.0 ± 0.0 requests/s, p95 13.0 ± 2.5 ms, success 100.00 ± 0.00 %.",
        "The thresholds hold in all 3 runs.",
      ])
    let broken = Self.report(Self.series(broken: 2, holds: [true, false, false]))
    #expect(
      broken.answer == [
        "PROMISES WERE BROKEN: no lost update (6 times in 3 of 3 runs).",
        "100.0 ± 0.0 requests/s, p95 13.0 ± 2.5 ms, success 100.00 ± 0.00 %.",
        "Thresholds fail: http_req_duration p(95)<13 in 2 of 3 runs.",
      ])
    #expect(!broken.meetsThresholds)
    #expect(Self.report(Self.series()).meetsThresholds)
  }

  @Test("says whether the figures are as precise as was asked for")
  func precision() {
    #expect(
      Self.report(Self.series(), precision: 0.2).answer[2]
        == "3 runs were enough: success the same in every run and p95 to ± 19.1 %, where 20.0 % was asked for."
    )
    #expect(
      Self.report(Self.series(), precision: 0.05).answer[2]
        == "NOT PRECISE ENOUGH: after 3 runs, the most there may be, p95 to ± 19.1 %, where 5.0 % was"
        + " asked for.")
  }

  @Test("says that the intervals were waited for only where they became narrow enough")
  func stopNote() {
    let note = "The runs ended when the intervals were narrow enough"
    #expect(Self.report(Self.series(), precision: 0.2).text.contains(note))
    #expect(!Self.report(Self.series(), precision: 0.05).text.contains(note))
  }

  /// Two runs with a p95 of 12 and 14 ms, and one without an answered request.
  private static let withGap = RunSeries([
    madeUpRun(0, [(.successShare, 1), (.latency95, 12e6), (.callLatency95, 12e6)]),
    madeUpRun(1, [], requests: 0),
    madeUpRun(2, [(.successShare, 1), (.latency95, 14e6), (.callLatency95, 14e6)]),
  ])

  @Test("leaves runs without an answered request out of latencies and shares")
  func withoutRequests() throws {
    let report = Self.report(Self.withGap)
    // Of 12 and 14 the mean is 13 and the standard error 1; t(1; 0.975) is 12.706.
    #expect(report.answer[1].contains("p95 13.0 ± 12.7 ms, success 100.00 ± 0.00 %"))
    #expect(report.text.contains("No request was answered in 1 of 3 runs: "))
    let row = try #require(report.csv.split(separator: "\n").dropFirst(2).first)
    let fields = row.split(separator: ",", omittingEmptySubsequences: false)
    #expect(fields[5 + RunFigure.latency95.index] == "")
    #expect(fields[5 + RunFigure.requestsPerSecond.index] == "0")
    let none = Self.report(RunSeries([madeUpRun(0, [], requests: 0)]), precision: 0.5)
    #expect(none.answer[1] == "No request was answered in the run.")
    #expect(none.answer[2].hasPrefix("NOT PRECISE ENOUGH"))
  }

  @Test("says that percentiles of many values are not known to the last digit")
  func rounded() {
    let note = "Percentiles of more than 10 000 values are known to 0.4 %."
    #expect(!Self.report(RunSeries([madeUpRun(0, [], requests: 10_000)])).text.contains(note))
    #expect(Self.report(RunSeries([madeUpRun(0, [], requests: 10_001)])).text.contains(note))
  }

  @Test("says what was left out, and when the runs are too short to tell")
  func warmUp() {
    func found(_ seconds: UInt64, tooShort: Bool) -> String {
      let means = tooShort ? [1.0, 1] : [Double](repeating: 1, count: 40)
      return Self.report(
        Self.series(),
        warmUp: FoundWarmUp(
          length: .seconds(seconds), warmUp: .mser(batchMeans: means), size: 5, runs: 5)
      ).answer[2]
    }
    let how = "MSER-5 on 40 batches of 5 answers, averaged over 5 runs"
    #expect(
      found(3, tooShort: false)
        == "The first 3s of each run are left out, until it has settled (\(how)).")
    #expect(
      found(0, tooShort: false)
        == "Nothing is left out: the runs have settled from the start (\(how)).")
    #expect(found(2, tooShort: true).hasPrefix("TOO SHORT: the runs do not show that they settle"))
  }

  @Test("is, of these runs, exactly this")
  func golden() throws {
    let text = Self.report(Self.series(broken: 2), precision: 0.2).text
    #expect(text == (try goldenText("replication-report.txt", of: text)))
    for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test("writes a row of CSV for each run, with every figure")
  func csv() throws {
    let lines = Self.report(Self.series(broken: 2)).csv.split(separator: "\n")
    #expect(lines.count == 1 + 3)
    let columns = lines[0].split(separator: ",").map(String.init)
    #expect(
      columns == ["replication", "seed", "digest", "events", "safe"]
        + RunFigure.allCases.map(\.text))
    let fields = lines[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    #expect(fields.count == columns.count)
    #expect(fields[0] == "1")
    #expect(fields[4] == "no")
    #expect(fields[try #require(columns.firstIndex(of: "p95_ns"))] == "13000000")
  }
}
