import Experiments
import Reports
import Testing

/// The report of measured runs beside their simulation, of three runs made up for it.
@Suite("Validation report")
struct ValidationReportTests {
  private static func figure(
    _ figure: ComparedFigure, _ measured: Double, _ simulated: Double, noise: Double = 0,
    isJudged: Bool = true
  ) -> FigureComparison {
    FigureComparison(
      of: figure, measured: measured, simulated: ConfidenceInterval(of: [simulated, simulated]),
      noise: noise, isJudged: isJudged)
  }

  private let report = ValidationReport(
    SystemComparison(
      runs: [
        SystemComparison.Run(
          number: 7, series: "a", setting: "none, N 5", isJudged: true,
          figures: [
            figure(.throughput, 100, 102.9), figure(.meanLatency, 20, 21.9),
            figure(.latency95, 1_500, 1_500), figure(.lostUpdates, 400, 450),
          ]),
        SystemComparison.Run(
          number: 8, series: "a", setting: "redis+none, N 50", isJudged: true,
          figures: [
            figure(.throughput, 50, 40), figure(.meanLatency, 900, 980),
            figure(.latency95, 2_000, 2_200), figure(.versionConflicts, 0, 2),
          ]),
        SystemComparison.Run(
          number: 9, series: "b", setting: "dup, N 20", isJudged: false,
          figures: [figure(.throughput, 10, 20, isJudged: false)]),
      ], seedCount: 2))

  @Test("answers first, names each miss, and prints every run")
  func screen() {
    let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    #expect(
      Array(lines.prefix(13)) == [
        "1 of 2 judged runs agree in every figure (7 of 8 figures); 1 contaminated runs are shown, not",
        "  judged.",
        "  ✗ run 8, redis+none, N 50: throughput 50.00 measured, 40.00 ± 0.00 simulated (−20.0 %, allowed",
        "    3 %)",
        "",
        " run   strategy    throughput /s            mean ms                   p95 ms",
        "   7 ✓ none        100.0 → 102.9 +2.9 %     20.00 → 21.90 +9.5 %      1 500 → 1 500 +0.0 %",
        "       lost updates 400 → 450 +12.5 %",
        "   8 ✗ redis       50.00 → 40.00 −20.0 % ✗  900.0 → 980.0 +8.9 %      2 000 → 2 200 +10.0 %",
        "       conflicts 0 → 2 +2.0",
        "   9 · dup         10.00 → 20.00 +100.0 %",
        "",
        "Each pair is measured → simulated, the mean of 2 seeds; ± is the standard deviation of one.",
      ])
  }

  @Test("keeps to lines of 100 columns")
  func width() {
    for line in report.text.split(separator: "\n") {
      #expect(line.unicodeScalars.count <= 100, "\(line)")
    }
  }

  @Test("writes a row of CSV for each figure, as wide as its header")
  func csv() {
    let lines = report.csv.split(separator: "\n")
    #expect(lines.count == 1 + 9)
    #expect(
      lines[0]
        == "run,set,setting,judged,figure,measured,simulated,simulated_sd,difference,allowed,verdict"
    )
    #expect(lines[1].hasPrefix("7,a,\"none, N 5\",yes,throughput,100,102.9,0,"))
    #expect(lines[9].hasSuffix(",not judged"))
  }

  @Test("writes a row of Markdown for each run")
  func markdown() {
    let text = report.markdown
    #expect(text.contains("| 7 | ✓ | none, N 5 | 100.0 → 102.9 +2.9 % |"))
    #expect(text.contains("| 9 | · | dup, N 20 |"))
  }
}
