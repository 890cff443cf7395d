import ContentionEngine
import Experiments
import Reports
import Testing

@Suite("Comparison report")
struct ComparisonReportTests {
  /// p95 of 10, 11 and 12 ms, and so much more on the other side.
  private static func side(
    _ more: Double, lost: Double = 0, requests: UInt64 = 10
  ) -> RunSeries {
    RunSeries(
      (0..<3).map { index in
        let latency = (Double(10 + index) + more) * 1e6
        return madeUpRun(
          index,
          [
            (.successShare, 1), (.requestsPerSecond, 100), (.successesPerSecond, 100),
            (.meanLatency, 5e6), (.medianLatency, 4e6), (.latency95, latency), (.latency99, 20e6),
            (.callSuccessShare, 1), (.callLatency95, latency), (.callLatency99, 20e6),
            (.lostUpdates, lost),
          ], broken: [(.noLostUpdate, UInt64(lost))], requests: requests)
      })
  }

  private static func report(
    _ left: ComparisonTable.Side, _ right: ComparisonTable.Side, tolerance: Double? = nil,
    figures: [RunFigure]? = nil, isPaired: Bool = true
  ) -> ComparisonReport {
    ComparisonReport(
      ComparisonTable(left: left, right: right, isPaired: isPaired),
      setting: ComparisonSetting(
        heading: "compare · small · 10 users · 5s", left: "small · optimistic",
        right: "small · pessimistic", tolerance: tolerance, figures: figures,
        command: "simulate compare small"))
  }

  @Test("of equal sides says that they are identical")
  func identical() {
    let report = Self.report(.runs(Self.side(0)), .runs(Self.side(0)), tolerance: 0)
    #expect(
      report.answer == [
        "A and B are identical: every figure of each of 3 runs is the same to the last bit.",
        "NO REGRESSION beyond 0.0 %.",
      ])
    #expect(report.regressions.isEmpty)
  }

  @Test("says what is worse, what is better and what cannot be told apart")
  func answer() {
    let report = Self.report(.runs(Self.side(0)), .runs(Self.side(1.1, lost: 2)), tolerance: 0.05)
    #expect(
      report.answer == [
        "REGRESSION beyond 5.0 %: p95 and lost-updates.", "B BREAKS PROMISES that A keeps.",
        "B is worse in p95 11.0 ms → 12.1 ms (+10.0 %) and lost-updates 0.0 → 2.0.",
      ])
    #expect(report.regressions.map(\.figure) == [.latency95, .lostUpdates])
    let back = Self.report(.runs(Self.side(1.1, lost: 2)), .runs(Self.side(0)), tolerance: 0.05)
    #expect(
      back.answer == [
        "NO REGRESSION beyond 5.0 %.", "B keeps every promise, and A does not.",
        "B is better in p95 12.1 ms → 11.0 ms (−9.1 %) and lost-updates 2.0 → 0.0 (−100 %).",
      ])
  }

  @Test("judges a figure that somebody names, also where another one says the same")
  func named() {
    let report = Self.report(
      .runs(Self.side(0)), .runs(Self.side(1.1)), tolerance: 0.05, figures: [.callLatency95])
    #expect(report.regressions.map(\.figure) == [.callLatency95])
    #expect(report.isRegression)
    #expect(report.text.contains("  call-p95 ms "))
    #expect(report.answer.first == "REGRESSION beyond 5.0 %: call-p95.")
  }

  @Test("takes a promise that only B breaks for a regression, whatever is judged")
  func brokenPromise() {
    let report = Self.report(
      .runs(Self.side(0)), .runs(Self.side(0, lost: 1)), tolerance: 0.05, figures: [.latency95])
    #expect(report.regressions.isEmpty)
    #expect(report.isRegression)
    #expect(report.answer.first == "REGRESSION: B BREAKS PROMISES that A keeps.")
    #expect(!report.answer.contains { $0.contains("NO REGRESSION") })
    // The other way round it is none, and without a tolerance nothing is.
    #expect(
      !Self.report(
        .runs(Self.side(0, lost: 1)), .runs(Self.side(0)), tolerance: 0.05, figures: [.latency95]
      ).isRegression)
    #expect(!Self.report(.runs(Self.side(0)), .runs(Self.side(0, lost: 1))).isRegression)
  }

  /// Runs with these 95th percentiles in milliseconds, and so many lost updates.
  private static func runs(_ latencies: [Double], lost: [Double] = [0, 0, 0]) -> RunSeries {
    RunSeries(
      latencies.indices.map {
        madeUpRun(
          $0,
          [
            (.successShare, 1), (.latency95, latencies[$0] * 1e6),
            (.callSuccessShare, 1), (.callLatency95, latencies[$0] * 1e6), (.lostUpdates, lost[$0]),
          ])
      })
  }

  @Test("takes a single lost update for proof, which no test of means would")
  func proof() {
    let report = Self.report(
      .runs(Self.runs([10, 11, 12])), .runs(Self.runs([10, 11, 12], lost: [0, 1, 0])),
      tolerance: 10)
    #expect(report.regressions.map(\.figure) == [.lostUpdates])
  }

  @Test("claims no regression only where the whole interval is within the tolerance")
  func notShown() {
    // Differences of −0.2, 0 and 0.2 ms: half of the interval is 4.302 653 · 0.2 / √3 = 0.496 8 ms,
    // which is 4.5 % of 11 ms.
    func answer(_ tolerance: Double) -> String? {
      Self.report(
        .runs(Self.runs([10, 11, 12])), .runs(Self.runs([9.8, 11, 12.2])), tolerance: tolerance
      ).answer.first
    }
    #expect(answer(0.05) == "NO REGRESSION beyond 5.0 %.")
    #expect(
      answer(0.04)
        == "NOT SHOWN that B is within 4.0 % of A: it may be worse by up to 4.5 % in p95;"
        + " more --replications narrow it.")
  }

  @Test("says what is not judged because a side does not have it")
  func unjudged() {
    var measured = MeasuredFigures()
    measured[.latency95] = 11e6
    measured[.latency99] = 20e6
    let report = Self.report(
      .measured(measured), .runs(Self.runs([10, 11, 12], lost: [0, 1, 0])), tolerance: 5,
      isPaired: false)
    #expect(
      report.answer.prefix(2) == [
        "NO REGRESSION beyond 500.0 %.",
        "Not judged: success and lost-updates, which A does not have.",
      ])
    let silent = RunSeries((0..<3).map { madeUpRun($0, [], requests: 0) })
    let empty = Self.report(.runs(silent), .runs(silent), tolerance: 5, figures: [.latency95])
    #expect(empty.answer.contains("NOT SHOWN: A and B have no figure in common that is judged."))
    #expect(empty.answer.contains("Not judged: p95, which neither side has."))
  }

  @Test("calls no difference significant that is less than a bucket of the percentiles")
  func rounded() {
    func significance(_ more: Double, requests: UInt64) -> Significance? {
      Self.report(
        .runs(Self.side(0, requests: requests)), .runs(Self.side(more, requests: requests))
      ).table[.latency95]?.comparison.significance
    }
    // 0.02 of 11 ms are 0.2 %, and 0.1 ms are 0.9 %.
    #expect(significance(0.02, requests: 10_000) == .veryStrong)
    #expect(significance(0.02, requests: 10_001) == Significance.none)
    #expect(significance(0.1, requests: 10_001) == .veryStrong)
  }

  @Test("shows a digit of a change that is little")
  func littleChange() {
    var left = MeasuredFigures()
    left[.successShare] = 1
    var right = MeasuredFigures()
    right[.successShare] = 0.9999
    let report = Self.report(.measured(left), .measured(right), isPaired: false)
    #expect(report.text.contains("−0.01 %"))
  }

  @Test("judges nothing without a tolerance")
  func withoutTolerance() {
    let report = Self.report(.runs(Self.side(0)), .runs(Self.side(9)))
    #expect(report.regressions.isEmpty)
    #expect(!report.text.contains("REGRESSION"))
  }

  @Test("is, of these sides, exactly this")
  func golden() throws {
    let report = Self.report(.runs(Self.side(0)), .runs(Self.side(1.1, lost: 2)), tolerance: 0.05)
    #expect(report.text == (try goldenText("comparison-report.txt", of: report.text)))
    #expect(report.markdown == (try goldenText("comparison-report.md", of: report.markdown)))
    for line in report.text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test("shows a measured run with the figures that were measured")
  func measured() {
    var figures = MeasuredFigures()
    figures[.latency95] = 30e6
    let report = Self.report(.measured(figures), .runs(Self.side(0)), isPaired: false)
    #expect(
      report.answer == ["B is better in p95 30.0 ms → 11.0 ms (−63.3 %)."])
    #expect(report.text.contains("One measured run beside 3 runs"))
    let files = Self.report(.measured(figures), .measured(figures), isPaired: false)
    #expect(files.answer == ["A and B are identical in the one figure that both have."])
  }

  @Test("writes a row of CSV for each figure")
  func csv() {
    let report = Self.report(.runs(Self.side(0)), .runs(Self.side(1.1, lost: 2)), tolerance: 0.05)
    let lines = report.csv.split(separator: "\n")
    #expect(lines.count == 1 + RunFigure.allCases.count)
    #expect(lines[1] == "success_share,1,1,0,0,0,1,identical,no")
    #expect(lines.contains { $0.hasPrefix("lost_updates,0,2,2,0,,0,very-strong,yes") })
  }
}
