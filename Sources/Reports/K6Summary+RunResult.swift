public import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

extension K6Summary {
  /// The summary of a run: every metric, also those at 0, and each safety promise that was put
  /// to the test as a check after the model's own.
  ///
  /// A safety check passes once for each effect, answer, lock or key that was examined and fails
  /// once for each violation; the metric `checks` counts them too.
  public init(_ result: RunResult) {
    var checks = result.checks.map { Check(name: $0.name, passes: $0.passes, fails: $0.fails) }
    // What was never put to the test has not passed either.
    for finding in result.safety.findings where finding.examined > 0 || !finding.isHeld {
      checks.append(
        Check(name: finding.promise.text, passes: finding.passes, fails: finding.broken))
    }
    var thresholds: [ThresholdResult] = []
    for threshold in result.scenario.thresholds {
      guard let metric = MetricName(text: threshold.metric) else { continue }
      thresholds.append(ThresholdResult(threshold, on: metric, result[metric]))
    }
    self.init(
      seconds: result.window.inSeconds, thresholds: thresholds, checks: checks,
      metrics: MetricName.allCases.map {
        Metric($0, result[$0], statistics: Self.usualStatistics)
      })
  }
}
