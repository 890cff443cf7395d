public import Measurements
public import ScenarioModel
import SimulationBasics

/// Writes samples as k6's `--out csv=FILE` does: a line each, with a column for each of k6's default
/// system tags.
///
/// The format was read in k6's `internal/output/csv/output.go` of release v2.2.0: values with six
/// decimals, times as whole seconds since 1970, lines end with a line feed. `extra_tags` and
/// `metadata` stay empty, because a model has no tags of its own.
public struct K6SampleCSV: Sendable {
  private let tags: SampleTags
  private let epoch: RunEpoch
  private var ends = SampleLineEnds()
  private let names: [[UInt8]] = MetricName.allCases.map { Array($0.text.utf8) }

  /// A writer of the samples of a run that begins at that moment.
  public init(_ scenario: Scenario, epoch: RunEpoch) {
    tags = SampleTags(of: scenario)
    self.epoch = epoch
  }

  /// A column: a tag that simulations have, or the name of one that they do not have.
  private enum Column: Sendable {
    case tag(SampleTag)
    case empty(String)
  }

  private static let columns: [Column] = [
    .tag(.check), .tag(.error), .tag(.errorCode), .tag(.expectedResponse), .tag(.group),
    .tag(.method), .tag(.name), .tag(.proto), .tag(.scenario), .empty("service"), .tag(.status),
    .empty("subproto"), .empty("tls_version"), .tag(.url), .empty("extra_tags"),
    .empty("metadata"),
  ]

  /// The first line.
  public static var header: [UInt8] {
    var line = "metric_name,timestamp,metric_value"
    for column in columns {
      switch column {
      case .tag(let tag): line += "," + tag.rawValue
      case .empty(let name): line += "," + name
      }
    }
    return Array((line + "\n").utf8)
  }

  /// Appends the sample's line.
  ///
  /// - Complexity: O(length of the line).
  public mutating func append(_ sample: Sample, to bytes: inout [UInt8]) {
    bytes += names[sample.metric.index]
    bytes.append(UInt8(ascii: ","))
    let seconds = epoch.reading(at: sample.at).seconds
    if seconds < 0 { bytes.append(UInt8(ascii: "-")) }
    SampleValues.append(whole: UInt64(seconds.magnitude), to: &bytes)
    bytes.append(UInt8(ascii: ","))
    SampleValues.appendFixed(sample, to: &bytes)
    bytes += ends.end(of: sample) { [tags] in Self.end(of: sample, tags) }
  }

  private static func end(of sample: Sample, _ tags: SampleTags) -> [UInt8] {
    var text = ""
    for column in columns {
      text += ","
      if case .tag(let tag) = column {
        text += escaped(tags.text(of: tag, for: sample.source) ?? "")
      }
    }
    return Array((text + "\n").utf8)
  }

  /// A field as Go's `encoding/csv` writes it: in quotes when it holds a comma, a quote or a line
  /// end, when it begins with white space, and when it is `\.`.
  private static func escaped(_ field: String) -> String {
    let isSpecial = field.unicodeScalars.contains {
      $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r"
    }
    let beginsWithSpace = field.unicodeScalars.first?.properties.isWhitespace ?? false
    if !isSpecial && !beginsWithSpace && field != "\\." { return field }
    var quoted = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
