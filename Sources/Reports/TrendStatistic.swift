public import ScenarioModel

/// A column of trends in a summary, as k6's `--summary-trend-stats` names it.
///
/// The names are those of k6's `metrics/sample.go`: `avg`, `min`, `med`, `max`, `count` and `p(N)`.
public struct TrendStatistic: Equatable, Sendable {
  public let method: Threshold.Method
  /// The name as written, which is the heading of its column: `p(99.90)` stays so.
  public let text: String

  /// What is wrong with the name of a statistic.
  public enum Failure: Error, Equatable, Sendable {
    /// Neither a word that k6 knows nor a percentile.
    case unknown
    /// A percentile whose number is none from 0 to 100.
    case percentile
  }

  /// A statistic under its usual name.
  public init(_ method: Threshold.Method) {
    self.method = method
    text = method.text
  }

  /// Reads the name of a statistic; nothing may stand before or after it.
  ///
  /// - Complexity: O(length of the text).
  public init(text: String) throws(Failure) {
    self.text = text
    switch text {
    case "avg": method = .average
    case "min": method = .minimum
    case "med": method = .median
    case "max": method = .maximum
    case "count": method = .count
    default: method = .percentile(try Self.percent(in: text))
    }
  }

  /// The columns that k6 prints unless told otherwise.
  public static let usual: [TrendStatistic] = [
    .init(.average), .init(.minimum), .init(.median), .init(.maximum), .init(.percentile(90)),
    .init(.percentile(95)),
  ]

  private static func percent(in text: String) throws(Failure) -> Double {
    guard text.hasPrefix("p("), text.hasSuffix(")") else { throw .unknown }
    let number = text.dropFirst(2).dropLast()
    // Words such as "nan" and hexadecimal digits, which Swift reads too, are no percentiles.
    let isPlain = number.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 | 0x20 == UInt8(ascii: "e")
        || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
    }
    guard isPlain, let percent = Double(number), percent >= 0, percent <= 100 else {
      throw .percentile
    }
    return percent
  }
}
