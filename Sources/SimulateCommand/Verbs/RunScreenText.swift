import ContentionEngine
import Measurements
import Reports
import ScenarioModel
import SimulationBasics

/// What a run says on the screen and in its export.
enum RunScreenText {
  static func text(of result: RunResult, isColored: Bool) -> String {
    K6SummaryText(summary(of: result), options: .init(isColored: isColored)).text
      + "  digest \(result.digest.text)\n"
  }

  static func export(of result: RunResult) -> String {
    K6SummaryExport(
      summary(of: result),
      simulation: .init(
        model: result.scenario.name, strategy: result.strategy.name, seed: result.seed,
        digest: result.digest, version: ProductVersion.text,
        virtualNanoseconds: result.virtualTime.inNanoseconds, events: result.events)
    ).text + "\n"
  }

  private static func summary(of result: RunResult) -> K6Summary {
    K6Summary(
      seconds: result.window.inSeconds,
      thresholds: result.scenario.thresholds.compactMap { threshold in
        MetricName(text: threshold.metric).map { .init(threshold, on: $0, result[$0]) }
      },
      checks: result.checks.map { .init(name: $0.name, passes: $0.passes, fails: $0.fails) },
      metrics: MetricName.allCases.map {
        .init($0, result[$0], statistics: K6Summary.usualStatistics)
      })
  }
}
