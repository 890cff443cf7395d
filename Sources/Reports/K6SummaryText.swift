import Measurements
import ScenarioModel

/// Writes the end-of-test summary in the layout of k6 since release 1.0, byte for byte.
///
/// The layout was read in k6's `internal/js/summary.js` of release v2.2.0 and is written here anew.
/// One difference: of a threshold with `!=` k6 prints the method with an exclamation mark, or
/// "undefined"; this prints method and value.
public struct K6SummaryText: Sendable {
  /// How values look.
  public struct Options: Sendable {
    /// Colours, for a terminal.
    public var isColored: Bool
    /// One unit for all times, or `nil` for the unit that suits each.
    public var timeUnit: K6NumberText.TimeUnit?

    public init(isColored: Bool = false, timeUnit: K6NumberText.TimeUnit? = nil) {
      self.isColored = isColored
      self.timeUnit = timeUnit
    }
  }

  private let summary: K6Summary
  private let options: Options
  private var style: TextStyle { TextStyle(isColored: options.isColored) }

  /// A writer for one summary.
  public init(_ summary: K6Summary, options: Options = Options()) {
    self.summary = summary
    self.options = options
  }

  /// What k6 prints on standard output: the sections between empty lines.
  public var text: String { "\n" + sections + "\n\n" }

  /// The sections alone, each after an empty line, the last followed by two line ends.
  public var sections: String {
    var text = ""
    if !summary.thresholds.isEmpty { text += section("THRESHOLDS", thresholdLines) }
    text += section(
      "TOTAL RESULTS", checkLines(summary.checks) + metricLines(summary.metricsByName))
    // k6 means names to be as wide in all sections, but its maximum starts from a text and is no
    // number, upon which each section measures its own: so do these.
    for scenario in summary.scenarios {
      let metrics = scenario.metrics.sorted { K6Summary.precedes($0.name, $1.name) }
      text += section(
        "SCENARIO: \(scenario.name)", checkLines(scenario.checks) + metricLines(metrics))
    }
    return text
  }

  /// A section: a line end before each line, and one after all.
  private func section(_ title: String, _ lines: [String]) -> String {
    var text = "\n  █ " + style.bold(title) + " \n"
    for line in lines { text += "\n" + line }
    return text + "\n"
  }

  // MARK: Thresholds

  private var thresholdLines: [String] {
    var lines: [String] = []
    let names = summary.metricsWithThresholds
    for name in names {
      let whole = String(name.prefix { $0 != "{" })
      let isPart = name != whole && names.contains(whole)
      let indent = isPart ? "      " : "    "
      lines.append(indent + (isPart ? String(name.dropFirst(whole.count)) : name))
      for result in summary.thresholds where result.threshold.metric == name {
        lines.append(indent + thresholdLine(result))
      }
      lines.append("")
    }
    return lines
  }

  private func thresholdLine(_ result: K6Summary.ThresholdResult) -> String {
    [
      result.passed ? style.green("✓") : style.red("✗"),
      style.white("'\(Self.trimmed(result.threshold.text))'"),
      style.white(method(of: result.threshold)) + "=" + style.cyan(observed(result)),
    ].joined(separator: " ")
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }

  /// The method as the threshold writes it: "p(99.90)" stays so.
  private func method(of threshold: Threshold) -> String {
    let written = threshold.text.prefix { !"<>=!".contains($0) }.filter { $0 != " " && $0 != "\t" }
    return written.isEmpty ? threshold.method.text : written
  }

  private func observed(_ result: K6Summary.ThresholdResult) -> String {
    switch (result.kind, result.threshold.method) {
    case (.rate, _):
      K6NumberText.rate(result.observed)
    case (.counter, .rate):
      K6NumberText.text(result.observed, result.content, unit: options.timeUnit) + "/s"
    case (.counter, _), (.gauge, _), (.trend, _):
      K6NumberText.text(result.observed, result.content, unit: options.timeUnit)
    }
  }

  // MARK: Checks

  private func checkLines(_ checks: [K6Summary.Check]) -> [String] {
    if checks.isEmpty { return [] }
    var passes: UInt64 = 0
    var fails: UInt64 = 0
    for check in checks {
      passes += check.passes
      fails += check.fails
    }
    let total = passes + fails
    let perSecond = summary.seconds > 0 ? Double(total) / summary.seconds : 0
    let totals = [
      K6Summary.Metric(
        name: "checks_total", content: .plain, section: .checks,
        value: .counter(count: Double(total), perSecond: perSecond)),
      K6Summary.Metric(
        name: "checks_succeeded", content: .plain, section: .checks,
        value: .rate(RateResult(trues: passes, total: total))),
      K6Summary.Metric(
        name: "checks_failed", content: .plain, section: .checks,
        value: .rate(RateResult(trues: fails, total: total))),
    ]
    let columns = K6SummaryColumns(of: totals, unit: options.timeUnit)
    return totals.map { columns.line(for: $0, style) } + [""]
      + checks.flatMap { lines(of: $0) } + [""]
  }

  private func lines(of check: K6Summary.Check) -> [String] {
    if check.fails == 0 { return ["    " + style.green("✓ " + check.name)] }
    let percent = UInt128(check.passes) * 100 / (UInt128(check.passes) + UInt128(check.fails))
    return [
      "    " + style.red("✗ " + check.name),
      "      " + style.red("↳  \(percent)% — ✓ \(check.passes) / ✗ \(check.fails)"),
    ]
  }

  // MARK: Metrics

  private func metricLines(_ metrics: [K6Summary.Metric]) -> [String] {
    var lines: [String] = []
    let listed = metrics.filter { $0.section != .checks }
    let columns = K6SummaryColumns(of: listed, unit: options.timeUnit)
    for section in MetricSection.allCases where section != .checks {
      let metrics = listed.filter { $0.section == section }
      if metrics.isEmpty { continue }
      lines.append("    " + style.bold(section.rawValue.uppercased()))
      for metric in metrics { lines.append(columns.line(for: metric, style)) }
      lines.append("")
    }
    return lines
  }
}
