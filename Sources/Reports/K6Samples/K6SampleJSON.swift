public import Measurements
public import ScenarioModel
import SimulationBasics

/// Writes samples as k6's `--out json=FILE` does: a JSON object in each line, and before the first
/// sample of a metric an object that describes it.
///
/// The format was read in k6's `internal/output/json` of release v2.2.0. Members stand in k6's
/// order, tags in that of their names.
public struct K6SampleJSON: Sendable {
  private let scenario: Scenario
  private let tags: SampleTags
  private var dates: SampleDates
  private var ends = SampleLineEnds()
  private var isDescribed = Array(repeating: false, count: MetricName.allCases.count)
  /// Up to the moment.
  private let starts: [[UInt8]] = MetricName.allCases.map {
    Array(#"{"metric":"\#($0.text)","type":"Point","data":{"time":""#.utf8)
  }

  /// A writer of the samples of a run that begins at that moment.
  public init(_ scenario: Scenario, epoch: RunEpoch) {
    self.scenario = scenario
    tags = SampleTags(of: scenario)
    dates = SampleDates(epoch: epoch)
  }

  /// Appends the sample's line, after the metric's own if it is the first of the metric.
  ///
  /// - Complexity: O(length of the lines).
  public mutating func append(_ sample: Sample, to bytes: inout [UInt8]) {
    if !isDescribed[sample.metric.index] {
      isDescribed[sample.metric.index] = true
      bytes += Array(Self.description(of: sample.metric, in: scenario).utf8)
    }
    bytes += starts[sample.metric.index]
    dates.append(sample.at, to: &bytes)
    bytes += Array(#"","value":"#.utf8)
    SampleValues.appendShortest(sample, to: &bytes)
    bytes += ends.end(of: sample) { [tags] in
      Array((#","tags":"# + Self.object(Self.members(of: sample, tags)) + "}}\n").utf8)
    }
  }

  private static func members(
    of sample: Sample, _ tags: SampleTags
  ) -> [(name: String, value: String)] {
    SampleTag.allCases.compactMap { tag in
      // In k6 an iteration that nobody makes is counted by the executor, which knows of no groups.
      if tag == .group && sample.metric == .droppedIterations { return nil }
      return tags.text(of: tag, for: sample.source).map { (tag.rawValue, $0) }
    }
  }

  // MARK: Metrics

  /// The line that describes a metric: its thresholds and its parts.
  private static func description(of metric: MetricName, in scenario: Scenario) -> String {
    let thresholds = scenario.thresholds.filter { $0.metric == metric.text }.map(text)
    let parts = parts(of: metric, in: scenario).map { part in
      let suffix = String(part.text.dropFirst(part.metric.count + 1).dropLast())
      let tags = part.tags.map { ($0.name.rawValue, $0.value) }.sorted { $0.0 < $1.0 }
      return #"{"name":\#(GoText.quoted(part.text)),"suffix":\#(GoText.quoted(suffix)),"#
        + #""tags":\#(object(tags))}"#
    }
    return #"{"type":"Metric","data":{"name":"\#(metric.text)","type":"\#(metric.kind.rawValue)","#
      + #""contains":"\#(metric.content.rawValue)","#
      + #""thresholds":[\#(thresholds.joined(separator: ","))],"#
      + #""submetrics":\#(parts.isEmpty ? "null" : "[" + parts.joined(separator: ",") + "]")},"#
      + #""metric":"\#(metric.text)"}"# + "\n"
  }

  /// The parts that thresholds name, each once, after the one that k6 has itself.
  private static func parts(of metric: MetricName, in scenario: Scenario) -> [MetricPart] {
    var parts: [MetricPart] = []
    if metric == .requestDuration {
      parts.append(.expectedDurations)
    }
    for threshold in scenario.thresholds
    where threshold.part.metric == metric.text && !threshold.part.tags.isEmpty
      && !parts.contains(where: { $0.isSame(as: threshold.part) })
    {
      parts.append(threshold.part)
    }
    return parts
  }

  /// A threshold: its expression, or an object when it may stop the run.
  private static func text(_ threshold: Threshold) -> String {
    let expression = GoText.quoted(threshold.text)
    if !threshold.abortsOnFail { return expression }
    let delay =
      threshold.abortDelay == .zero
      ? "null" : "\"" + GoText.duration(threshold.abortDelay) + "\""
    return #"{"threshold":\#(expression),"abortOnFail":true,"delayAbortEval":\#(delay)}"#
  }

  private static func object(_ members: [(name: String, value: String)]) -> String {
    "{"
      + members.map { GoText.quoted($0.name) + ":" + GoText.quoted($0.value) }
      .joined(separator: ",") + "}"
  }
}
