import Experiments
import Testing

@Suite("Comparison of a figure")
struct FigureComparisonTests {
  private func verdict(
    _ figure: ComparedFigure, measured: Double, simulated: Double, noise: Double = 0
  ) -> FigureComparison.Verdict {
    FigureComparison(
      of: figure, measured: measured, simulated: ConfidenceInterval(of: [simulated, simulated]),
      noise: noise, isJudged: true
    ).verdict
  }

  @Test("allows 3 % in throughput, 10 % in the mean, 15 % in the 95th percentile and in counts")
  func tolerances() {
    let cases: [(ComparedFigure, Double)] = [
      (.throughput, 0.03), (.meanLatency, 0.10), (.latency95, 0.15), (.versionConflicts, 0.15),
      (.deadlocks, 0.15), (.lockWaitTimeouts, 0.15), (.distributedLockTimeouts, 0.15),
      (.connectionTimeouts, 0.15), (.lostUpdates, 0.15),
    ]
    for (figure, tolerance) in cases {
      #expect(figure.tolerance == tolerance)
      for sign in [-1.0, 1] {
        let inside = 1_000 * (1 + sign * (tolerance - 0.001))
        let outside = 1_000 * (1 + sign * (tolerance + 0.001))
        #expect(verdict(figure, measured: 1_000, simulated: inside) == .inside)
        #expect(verdict(figure, measured: 1_000, simulated: outside) == .outside)
      }
    }
  }

  @Test("allows three standard deviations of repeated runs where those are more")
  func noise() {
    #expect(verdict(.throughput, measured: 100, simulated: 105, noise: 0.009) == .outside)
    #expect(verdict(.throughput, measured: 100, simulated: 105, noise: 0.02) == .inside)
    #expect(verdict(.throughput, measured: 100, simulated: 107, noise: 0.02) == .outside)
    #expect(verdict(.meanLatency, measured: 100, simulated: 109, noise: 0.001) == .inside)
  }

  @Test("allows a rare event three roots of its count, and none three")
  func rareEvents() {
    #expect(verdict(.deadlocks, measured: 0, simulated: 3) == .inside)
    #expect(verdict(.deadlocks, measured: 0, simulated: 3.1) == .outside)
    #expect(verdict(.deadlocks, measured: 25, simulated: 40) == .inside)
    #expect(verdict(.deadlocks, measured: 25, simulated: 40.1) == .outside)
    #expect(verdict(.deadlocks, measured: 30, simulated: 34.6) == .outside)
    // It is a rule for counts alone.
    #expect(verdict(.throughput, measured: 25, simulated: 26) == .outside)
  }

  @Test("shows and does not judge what has no tolerance, and runs that may not be judged")
  func notJudged() {
    for figure in [ComparedFigure.answers, .medianLatency, .latency99, .exhausted, .duplicateKeys] {
      #expect(verdict(figure, measured: 1, simulated: 99) == .notJudged)
    }
    let contaminated = FigureComparison(
      of: .throughput, measured: 1, simulated: ConfidenceInterval(of: [9, 9]), noise: 0,
      isJudged: false)
    #expect(contaminated.verdict == .notJudged)
  }
}
