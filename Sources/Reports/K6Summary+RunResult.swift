public import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

extension K6Summary {
  /// The summary of a run: every metric that its model can produce, also those at 0, with its parts,
  /// and each safety promise that was put to the test as a check after the model's own.
  ///
  /// A safety check passes once for each effect, answer, lock or key that was examined and fails
  /// once for each violation; the metric `checks` counts them too.
  ///
  /// - Parameters:
  ///   - statistics: The columns of every trend.
  ///   - scenarios: The scenarios that have sections of their own.
  public init(
    _ result: RunResult, statistics: [TrendStatistic] = TrendStatistic.usual,
    scenarios: [ScenarioSection] = []
  ) {
    var checks: [Check] = []
    for check in result.checks {
      Self.add(Check(name: check.name, passes: check.passes, fails: check.fails), to: &checks)
    }
    // What was never put to the test has not passed either.
    for finding in result.safety.findings where finding.examined > 0 || !finding.isHeld {
      Self.add(
        Check(name: finding.promise.text, passes: finding.passes, fails: finding.broken),
        to: &checks)
    }
    var thresholds: [ThresholdResult] = []
    for threshold in result.scenario.thresholds {
      guard let metric = MetricName(text: threshold.part.metric),
        let value = threshold.part.tags.isEmpty ? result[metric] : result.value(of: threshold.part)
      else { continue }
      thresholds.append(ThresholdResult(threshold, on: metric, value))
    }
    var metrics: [Metric] = []
    for metric in MetricName.allCases where metric.isProduced(by: result.scenario) {
      metrics.append(Metric(metric, result[metric], statistics: statistics))
    }
    for (part, value) in result.parts {
      // As in k6, a part without samples is shown only for the thresholds on it.
      let isJudged = result.scenario.thresholds.contains { $0.part.isSame(as: part) }
      guard isJudged || value.hasSamples, let metric = MetricName(text: part.metric) else {
        continue
      }
      metrics.append(Metric(part: part.text, of: metric, value, statistics: statistics))
    }
    self.init(
      seconds: result.window.inSeconds, thresholds: thresholds, checks: checks, metrics: metrics,
      scenarios: scenarios)
  }
}
