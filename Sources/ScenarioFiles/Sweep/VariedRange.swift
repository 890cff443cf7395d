import SimulationBasics

/// Values between two ends: `10ms..500ms:6`, `1..5`, `10..1000:log5`.
///
/// They are whole multiples of a unit: of 1 where both ends are whole numbers, of a nanosecond
/// where they are times, and of a thousandth of the last written decimal otherwise. Each value is
/// the nearest multiple; those of a logarithmic range have three significant digits, the ends
/// aside.
public struct VariedRange: Hashable, Sendable {
  /// What the ends are.
  private enum Kind: Hashable, Sendable {
    case time
    /// A number with so many decimals; whole where there are none.
    case number(decimals: Int)
  }

  /// As it was written.
  public let text: String
  private let kind: Kind
  /// Both ends, in units.
  private let first: UInt64
  private let last: UInt64
  private let isLogarithmic: Bool
  /// How many values there are; `nil` where nothing says.
  private let count: Int?

  /// No end is larger, so that sums and products of ends and counts fit into 128 bits.
  private static let largestEnd: UInt64 = 1 << 62
  private static let mostDecimals = 6

  /// Reads a range; `nil` for text that is none, because it has no two dots in a row or is JSON5 of
  /// another kind.
  init?(text: String) throws(VariedProblem) {
    let bytes = Array(text.utf8)
    if let right = Self.rangeWithDash(bytes) { throw .dash(text, right: right) }
    guard let first = bytes.first,
      ASCII.isDigit(first) || first == ASCII.dot || first == UInt8(ascii: "-"),
      let dots = Self.dots(in: bytes)
    else { return nil }
    let colon = bytes[dots...].firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    let ends = [bytes[..<dots], bytes[(dots + 2)..<colon]].map {
      String(decoding: $0, as: UTF8.self)
    }
    if let digits = Self.digits(behindThirdDotOf: ends[1]) {
      let rest = String(decoding: bytes[colon...], as: UTF8.self)
      throw .threeDots(text, right: "\(ends[0])..\(digits)\(rest)")
    }
    for (end, other) in [(ends[0], ends[1]), (ends[1], ends[0])] where end.isEmpty {
      throw .missingEnd(text, other: other)
    }
    self.text = text
    var numbers: [UInt64?] = []
    var times: [VirtualDuration?] = []
    let written = ends.map { Self.decimals(of: $0) }.max() ?? 0
    let decimals = written == 0 ? 0 : written + 3
    for end in ends {
      let number = Self.number(end, decimals: decimals)
      let time = Self.time(end)
      if number == nil, time == nil {
        let isNumber = end.utf8.allSatisfy { ASCII.isDigit($0) || $0 == ASCII.dot }
        throw isNumber && end.utf8.count > 7
          ? .tooManyDigits(end, of: text) : .notAnEnd(end, of: text)
      }
      numbers.append(number)
      times.append(time)
    }
    if let from = numbers[0], let to = numbers[1] {
      kind = .number(decimals: decimals)
      (self.first, self.last) = (from, to)
    } else if let from = times[0], let to = times[1] {
      kind = .time
      (self.first, self.last) = (from.inNanoseconds, to.inNanoseconds)
    } else {
      throw .mixedEnds(text)
    }
    guard self.first < self.last else { throw .notRising(text) }
    (isLogarithmic, count) = try Self.steps(bytes[colon...], of: text)
    if isLogarithmic, self.first == 0 { throw .logOfZero(text) }
  }

  // MARK: Values

  /// The values of a grid, both ends included.
  func values() throws(VariedProblem) -> [String] {
    if let count {
      return (0..<count).map { value(at: UInt64($0), of: UInt64(count) - 1) }
    }
    guard kind == .number(decimals: 0), !isLogarithmic else {
      let start = text.prefix { $0 != ":" }
      throw .missingCount(text, right: "\(start):\(isLogarithmic ? "log5" : "6")")
    }
    guard last - first < UInt64(VariedValues.mostValues) else {
      throw .tooManyValues(Int(last - first) + 1)
    }
    return (first...last).map { "\($0)" }
  }

  /// The value at a part of the way from the first end to the last.
  ///
  /// - Precondition: `part` is at most `whole`, which is not 0.
  func value(at part: UInt64, of whole: UInt64) -> String {
    precondition(part <= whole, "beyond the end of a range")
    if part == 0 { return written(first) }
    if part == whole { return written(last) }
    if isLogarithmic { return written(geometric(at: part, of: whole)) }
    // Both factors are below 2⁶⁴; the half rounds to the nearest.
    let way = UInt128(last - first) * UInt128(part) + UInt128(whole) / 2
    return written(first + UInt64(way / UInt128(whole)))
  }

  /// The value at a part of the way when each step multiplies by the same factor, with three
  /// significant digits, and never beyond the ends.
  private func geometric(at part: UInt64, of whole: UInt64) -> UInt64 {
    let low = ElementaryFunctions.log(Double(first))
    let high = ElementaryFunctions.log(Double(last))
    let exact = ElementaryFunctions.exp(low + (high - low) * (Double(part) / Double(whole)))
    var units = UInt64(max(1, exact.rounded()))
    var scale: UInt64 = 1
    // Ends: the scale grows tenfold, and no end is beyond 2⁶².
    while units / scale >= 1_000 { scale *= 10 }
    units = (units + scale / 2) / scale * scale
    return min(max(units, first), last)
  }

  /// So many units as a model writes them.
  private func written(_ units: UInt64) -> String {
    switch kind {
    case .time: return VirtualDuration.nanoseconds(units).description
    case .number(let decimals):
      if decimals == 0 { return "\(units)" }
      var digits = Array("\(units)".utf8)
      while digits.count <= decimals { digits.insert(ASCII.zero, at: 0) }
      digits.insert(ASCII.dot, at: digits.count - decimals)
      while digits.last == ASCII.zero { digits.removeLast() }
      if digits.last == ASCII.dot { digits.removeLast() }
      return String(decoding: digits, as: UTF8.self)
    }
  }

  // MARK: Reading

  /// Where two dots in a row begin, outside of quotes and brackets.
  private static func dots(in bytes: [UInt8]) -> Int? {
    guard bytes.count > 2 else { return nil }
    return (0..<(bytes.count - 1)).first { index in
      bytes[index] == ASCII.dot && bytes[index + 1] == ASCII.dot
    }
  }

  /// What stands behind a third dot, where that is a whole number.
  private static func digits(behindThirdDotOf end: String) -> String? {
    let bytes = Array(end.utf8)
    guard bytes.first == ASCII.dot, bytes.count > 1, bytes[1...].allSatisfy(ASCII.isDigit)
    else { return nil }
    return String(decoding: bytes[1...], as: UTF8.self)
  }

  /// The range that two whole numbers with a dash between them mean: `1-5`.
  private static func rangeWithDash(_ bytes: [UInt8]) -> String? {
    let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) })
    else { return nil }
    return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "..")
  }

  private static func time(_ text: String) -> VirtualDuration? {
    do throws(DurationTextFailure) { return try VirtualDuration(text: text) } catch { return nil }
  }

  /// How many decimals a number is written with; 0 for what is none.
  private static func decimals(of text: String) -> Int {
    let bytes = Array(text.utf8)
    guard let dot = bytes.firstIndex(of: ASCII.dot),
      bytes[(dot + 1)...].allSatisfy(ASCII.isDigit)
    else { return 0 }
    return bytes.count - dot - 1
  }

  /// A number with digits and at most one dot, in units of so many decimals.
  private static func number(_ text: String, decimals: Int) -> UInt64? {
    let bytes = Array(text.utf8)
    let own = Self.decimals(of: text)
    let digits = bytes.filter { $0 != ASCII.dot }
    guard !digits.isEmpty, digits.allSatisfy(ASCII.isDigit),
      digits.count >= bytes.count - 1, bytes.last != ASCII.dot, own <= mostDecimals,
      digits.count == bytes.count || own > 0
    else { return nil }
    var value: UInt64 = 0
    for digit in digits + Array(repeating: ASCII.zero, count: decimals - own) {
      let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
      guard !overflows, tenfold < largestEnd else { return nil }
      value = tenfold + UInt64(digit - ASCII.zero)
    }
    return value
  }

  /// What stands from the colon on: nothing, `:6`, `:log`, `:log6`.
  private static func steps(
    _ bytes: ArraySlice<UInt8>, of text: String
  ) throws(VariedProblem) -> (isLogarithmic: Bool, count: Int?) {
    guard !bytes.isEmpty else { return (false, nil) }
    let word = Array(bytes.dropFirst())
    let isLogarithmic = word.starts(with: Array("log".utf8))
    let digits = isLogarithmic ? Array(word.dropFirst(3)) : word
    if isLogarithmic, digits.isEmpty { return (true, nil) }
    let written = String(decoding: word, as: UTF8.self)
    guard !digits.isEmpty, digits.count < 10, digits.allSatisfy(ASCII.isDigit),
      let count = Int(String(decoding: digits, as: UTF8.self)), count >= 2
    else { throw .badCount(written, of: text) }
    guard count <= VariedValues.mostValues else { throw .tooManyValues(count) }
    return (isLogarithmic, count)
  }
}
