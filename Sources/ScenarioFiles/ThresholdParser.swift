public import ScenarioModel

/// Reads thresholds in k6's grammar (k6 v2.2.0, metrics/thresholds_parser.go).
///
///     assertion = method ws* operator ws* float
///     method    = "count" | "rate" | "value" | "avg" | "min" | "max" | "med" | "p(" float ")"
///     operator  = "<=" | "<" | ">=" | ">" | "===" | "==" | "!="
///     float     = [ "+" | "-" ] ( digits [ "." [ digits ] ] | "." digits )
///                 [ ( "e" | "E" ) [ "+" | "-" ] digits ]
///     ws        = " " | "\t" | "\n" | "\v" | "\f" | "\r"
///
/// Go's `ParseFloat`, which k6 uses, also reads infinities, NaN and hexadecimal fractions; these
/// are refused here, the first two because no threshold with them could both hold and fail.
public enum ThresholdParser {
  /// Reads a threshold on a metric and checks that the metric has the method.
  ///
  /// - Parameters:
  ///   - text: The expression, such as `p(95)<1000`.
  ///   - metric: The name of the metric, or of a part, such as `http_req_duration{status:200}`.
  /// - Throws: What `MetricPartParser` throws, an expression outside the grammar, or a method that
  ///   the metric's kind has not.
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String, of metric: String) throws(Problem) -> Threshold {
    try parse(text, of: try MetricPartParser.parse(metric))
  }

  /// Reads a threshold on a metric, or a part of one, that has been read before.
  ///
  /// - Throws: An expression outside the grammar, or a method that the metric's kind has not.
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String, of part: MetricPart) throws(Problem) -> Threshold {
    let kind = try MetricPartParser.metric(part.metric).kind
    var reader = Reader(bytes: Array(text.utf8))
    reader.skipSpace()
    guard let (method, word) = reader.method() else { throw .malformedThreshold(text) }
    reader.skipSpace()
    guard let comparison = reader.comparison() else { throw .malformedThreshold(text) }
    reader.skipSpace()
    guard let bound = reader.float() else { throw .malformedThreshold(text) }
    reader.skipSpace()
    if !reader.isAtEnd { throw .malformedThreshold(text) }
    if !kind.methods.contains(word) {
      throw .methodOfOtherMetric(
        method: word, metric: part.metric, kind: kind.rawValue, known: kind.methods)
    }
    return Threshold(
      part: part, method: method, comparison: comparison, bound: bound, text: text)
  }

  /// Moves over an expression; each method answers `nil` when something else stands there.
  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skipSpace() {
      while index < bytes.count,
        bytes[index] == ASCII.space || (0x09...0x0D).contains(bytes[index])
      {
        index += 1
      }
    }

    mutating func skip(_ word: String) -> Bool {
      let letters = Array(word.utf8)
      guard bytes[index...].starts(with: letters) else { return false }
      index += letters.count
      return true
    }

    /// The method, and the word by which a kind of metric lists it.
    mutating func method() -> (Threshold.Method, String)? {
      if skip("count") { return (.count, "count") }
      if skip("rate") { return (.rate, "rate") }
      if skip("value") { return (.value, "value") }
      if skip("avg") { return (.average, "avg") }
      if skip("min") { return (.minimum, "min") }
      if skip("max") { return (.maximum, "max") }
      if skip("med") { return (.median, "med") }
      guard skip("p("), let percent = float(), percent >= 0, percent <= 100, skip(")") else {
        return nil
      }
      return (.percentile(percent), "p(…)")
    }

    /// The comparison; longer ones are tried first.
    mutating func comparison() -> Threshold.Comparison? {
      let byLength: [Threshold.Comparison] = [
        .identical, .lessOrEqual, .greaterOrEqual, .equal, .different, .less, .greater,
      ]
      for comparison in byLength where skip(comparison.rawValue) { return comparison }
      return nil
    }

    mutating func float() -> Double? {
      let start = index
      skipSign()
      var hasDigits = skipDigits()
      if index < bytes.count, bytes[index] == ASCII.dot {
        index += 1
        if skipDigits() { hasDigits = true }
      }
      if !hasDigits { return nil }
      if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
        index += 1
        skipSign()
        if !skipDigits() { return nil }
      }
      return NumberLiteral(text: String(decoding: bytes[start..<index], as: UTF8.self))
        .floatingPoint
    }

    private mutating func skipSign() {
      if index < bytes.count, bytes[index] == ASCII.plus || bytes[index] == ASCII.minus {
        index += 1
      }
    }

    /// Whether there was at least one digit.
    private mutating func skipDigits() -> Bool {
      let start = index
      while index < bytes.count, ASCII.isDigit(bytes[index]) { index += 1 }
      return index > start
    }
  }
}
