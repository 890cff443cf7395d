public import Measurements

/// Numbers as k6's end-of-test summary prints them (`internal/js/summary.js` of release v2.2.0).
///
/// Where k6 truncates, this truncates, and in the same floating-point steps, so that the same
/// number gives the same text: 4.35 ms is "4.34ms" there too.
public enum K6NumberText {
  /// The unit in which all times are printed, instead of one that suits each: k6's
  /// `--summary-time-unit`.
  public enum TimeUnit: String, CaseIterable, Sendable {
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"

    var symbol: String {
      switch self {
      case .seconds: "s"
      case .milliseconds: "ms"
      case .microseconds: "µs"
      }
    }

    var countInMillisecond: Double {
      switch self {
      case .seconds: 0.001
      case .milliseconds: 1
      case .microseconds: 1000
      }
    }
  }

  /// A value of a metric that is no rate: times come in milliseconds.
  public static func text(_ value: Double, _ content: MetricContent, unit: TimeUnit?) -> String {
    switch content {
    case .plain: plain(value)
    case .time: duration(milliseconds: value, unit: unit)
    case .data: data(bytes: value)
    }
  }

  /// A part of one as a percentage with two decimals, truncated: 0.99999 is "99.99%".
  public static func rate(_ value: Double) -> String {
    NumberText.fixed(truncated(value * 100 * 100) / 100, decimals: 2) + "%"
  }

  /// A plain number, rounded to six decimals, without zeros at the end.
  public static func plain(_ value: Double) -> String { rounded(value, decimals: 6) }

  /// An amount of data in powers of 1000: "1.5 kB", "10 kB"; below 10 bytes as it is.
  ///
  /// k6 finds the power with a logarithm; comparing finds the same one, and no last bit can differ.
  public static func data(bytes: Double) -> String {
    if bytes < 10 { return NumberText.shortest(bytes) + " B" }
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
    var power = 1.0
    var unit = 0
    while bytes >= power * 1000, unit < units.count - 1 {
      power *= 1000
      unit += 1
    }
    let value = truncated(bytes / power * 10 + 0.5) / 10
    return NumberText.fixed(value, decimals: value < 10 ? 1 : 0) + " " + units[unit]
  }

  /// A length of time: in `unit` with two decimals, rounded, or else in a unit that suits it,
  /// truncated.
  public static func duration(milliseconds: Double, unit: TimeUnit? = nil) -> String {
    if let unit {
      return NumberText.fixed(milliseconds * unit.countInMillisecond, decimals: 2) + unit.symbol
    }
    if milliseconds == 0 { return "0s" }
    if milliseconds < 0.001 {
      return NumberText.shortest(truncated(milliseconds * 1_000_000)) + "ns"
    }
    if milliseconds < 1 { return truncated(milliseconds * 1000, decimals: 2) + "µs" }
    if milliseconds < 1000 { return truncated(milliseconds, decimals: 2) + "ms" }
    let minutes = wholeMinutes(in: milliseconds)
    let seconds =
      truncated((milliseconds - minutes * 60_000) / 1000, decimals: milliseconds > 60_000 ? 0 : 2)
      + "s"
    if minutes < 1 { return seconds }
    let hours = truncated(minutes / 60)
    let minutesText = NumberText.shortest(minutes - hours * 60) + "m" + seconds
    return hours < 1 ? minutesText : NumberText.shortest(hours) + "h" + minutesText
  }

  /// The number of whole minutes; the rest, computed by subtraction, is then exact.
  private static func wholeMinutes(in milliseconds: Double) -> Double {
    let minutes = truncated(milliseconds / 60_000)
    // The division may have rounded up to the next whole number.
    return minutes * 60_000 > milliseconds ? minutes - 1 : minutes
  }

  /// Cuts decimals off, then zeros at the end.
  private static func truncated(_ value: Double, decimals: Int) -> String {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    return rounded(truncated(power * value) / power, decimals: decimals)
  }

  /// Rounds to decimals and prints the shortest number that reads back as the result.
  private static func rounded(_ value: Double, decimals: Int) -> String {
    let fixed = NumberText.fixed(value, decimals: decimals)
    return Double(fixed).map(NumberText.shortest) ?? fixed
  }

  /// The whole part; a number from 2⁵³ on is whole already.
  private static func truncated(_ value: Double) -> Double {
    value.magnitude < 9_007_199_254_740_992 ? Double(Int64(value)) : value
  }
}
