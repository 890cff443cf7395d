/// A number as a model file writes it; what it means is worked out when it is needed, exactly.
package struct NumberLiteral: Hashable, Sendable {
  /// A JSON5 number: decimal, hexadecimal, `Infinity` or `NaN`, with or without a sign.
  package let text: String

  package init(text: String) { self.text = text }

  /// What a number is when a whole one is wanted.
  package enum Whole: Hashable, Sendable {
    case exactly(Int64)
    /// Beyond ±2⁵³, where neighbouring whole numbers are no longer told apart by other readers of
    /// JSON.
    case tooLarge
    /// Below −2⁵³.
    case tooSmall
    /// Has a fraction, or is `Infinity` or `NaN`.
    case notWhole
  }

  /// The bound, 2⁵³, within which every whole number is exact everywhere.
  static let largestWhole: Int64 = 1 << 53

  /// The number as a whole one; `1e3` and `5.0` are whole.
  ///
  /// - Complexity: O(*n*) in the length of the text.
  package var whole: Whole {
    var bytes = Array(text.utf8)[...]
    let isNegative = bytes.first == ASCII.minus
    if isNegative || bytes.first == ASCII.plus { bytes.removeFirst() }
    guard let first = bytes.first, first == ASCII.dot || ASCII.isDigit(first) else {
      return .notWhole
    }
    let magnitude = Self.isHexadecimal(bytes) ? Self.hexadecimal(bytes) : Self.decimal(bytes)
    switch magnitude {
    case .exactly(let value): return .exactly(isNegative ? -value : value)
    case .tooLarge: return isNegative ? .tooSmall : .tooLarge
    case .tooSmall, .notWhole: return magnitude
    }
  }

  /// The nearest floating-point number, or `nil` for `Infinity` and `NaN` and for what rounds to
  /// infinity.
  package var floatingPoint: Double? {
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  private static func isHexadecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count > 2 && bytes[bytes.startIndex + 1] | 0x20 == UInt8(ascii: "x")
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> Whole {
    var value: Int64 = 0
    for byte in bytes.dropFirst(2) {
      value = value << 4 | Int64(ASCII.hexadecimalValue(byte) ?? 0)
      if value > largestWhole { return .tooLarge }
    }
    return .exactly(value)
  }

  /// A decimal number: its digits without the dot, and how far the dot has to move to the right.
  private static func decimal(_ bytes: ArraySlice<UInt8>) -> Whole {
    var digits: [UInt8] = []
    var shift = 0
    var hasDot = false
    var index = bytes.startIndex
    while index < bytes.endIndex, bytes[index] | 0x20 != UInt8(ascii: "e") {
      if bytes[index] == ASCII.dot {
        hasDot = true
      } else {
        digits.append(bytes[index] - ASCII.zero)
        if hasDot { shift -= 1 }
      }
      index += 1
    }
    while digits.last == 0 {
      digits.removeLast()
      shift += 1
    }
    if digits.isEmpty { return .exactly(0) }
    if index < bytes.endIndex { shift += exponent(bytes[(index + 1)...]) }
    if shift < 0 { return .notWhole }
    var value: Int64 = 0
    for digit in digits {
      value = value * 10 + Int64(digit)
      if value > largestWhole { return .tooLarge }
    }
    // Ends: the value is at least 1, so it passes the bound after at most 16 rounds.
    while shift > 0 {
      value *= 10
      shift -= 1
      if value > largestWhole { return .tooLarge }
    }
    return .exactly(value)
  }

  /// The exponent, cut at a size that no number of a text can balance.
  private static func exponent(_ bytes: ArraySlice<UInt8>) -> Int {
    let isNegative = bytes.first == ASCII.minus
    var value = 0
    for byte in bytes where ASCII.isDigit(byte) {
      value = min(value * 10 + Int(byte - ASCII.zero), 1 << 40)
    }
    return isNegative ? -value : value
  }
}
