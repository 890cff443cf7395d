/// Numbers as text, the same on every system: no locale, no exponent, no mathematics library.
public enum NumberText {
  /// The shortest decimal that reads back as the same number, without an exponent and without ".0".
  ///
  /// The digits are those of Swift's own `description` (SwiftDtoa); only the notation is changed:
  /// 1e-05 becomes
  /// 0.00001, and 1.0 becomes 1. Minus zero is 0.
  ///
  /// - Complexity: O(digits), at most about 330.
  public static func shortest(_ value: Double) -> String {
    if value == 0 { return "0" }
    if !value.isFinite { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    var digits: [UInt8] = []
    var pointPlace: Int?
    var exponent = 0
    let characters = Array(value.magnitude.description.utf8)
    for (index, character) in characters.enumerated() {
      if character == UInt8(ascii: ".") {
        pointPlace = digits.count
      } else if character == UInt8(ascii: "e") {
        exponent = Int(String(decoding: characters[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(character)
      }
    }
    return (value < 0 ? "-" : "")
      + plain(digits: digits, pointPlace: (pointPlace ?? digits.count) + exponent)
  }

  /// The number with so many decimals, rounded from its exact binary value, a tie upwards.
  ///
  /// This is `toFixed` of ECMAScript, in whole-number arithmetic; the sign of a negative number
  /// stays even if all digits are 0. From 10²¹ on the result is that of `shortest(_:)`.
  ///
  /// - Precondition: `decimals` is in 0...20.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    precondition(decimals >= 0, "fewer than no decimals")
    precondition(decimals <= 20, "more decimals than can be exact")
    if !(value.magnitude < 1e21) { return shortest(value) }
    let magnitude = value.magnitude
    // The number is an integer times 2^shift; a subnormal number is far below half of a last
    // decimal.
    let integer = UInt128(magnitude.isNormal ? magnitude.significandBitPattern | 1 << 52 : 0)
    let shift = (magnitude.isNormal ? Int(magnitude.exponent) : -1022) - 52
    let sign = value < 0 ? "-" : ""
    if shift >= 0 {
      let whole = String(integer << UInt128(shift))
      return sign + whole + (decimals == 0 ? "" : "." + String(repeating: "0", count: decimals))
    }
    var scaled = integer
    for _ in 0..<decimals { scaled *= 10 }
    scaled = shift > -127 ? (scaled + UInt128(1) << UInt128(-shift - 1)) >> UInt128(-shift) : 0
    return sign + decimal(scaled, decimals: decimals)
  }

  /// The whole number divided by a power of ten, exactly, without zeros at the end: 1 250 with 3
  /// decimals is "1.25".
  public static func scaled(_ value: UInt64, decimals: Int) -> String {
    trimmed(decimal(UInt128(value), decimals: decimals))
  }

  /// The whole number with a space between groups of three digits: "58 912".
  public static func grouped(_ value: UInt64) -> String {
    let digits = Array(String(value).utf8)
    var text: [UInt8] = []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: " ")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The decimal without zeros at the end of its fraction, and without a point that nothing
  /// follows.
  static func trimmed(_ decimal: String) -> String {
    var text = Array(decimal.utf8)
    if text.contains(UInt8(ascii: ".")) {
      while text.last == UInt8(ascii: "0") { text.removeLast() }
      if text.last == UInt8(ascii: ".") { text.removeLast() }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The whole number divided by a power of ten, with all its decimals.
  private static func decimal(_ value: UInt128, decimals: Int) -> String {
    let digits = String(value)
    if decimals == 0 { return digits }
    let padded = String(repeating: "0", count: max(decimals + 1 - digits.utf8.count, 0)) + digits
    return padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// The digits with the point where it belongs, which may be outside them.
  private static func plain(digits: [UInt8], pointPlace: Int) -> String {
    let text = String(decoding: digits, as: UTF8.self)
    if pointPlace >= digits.count {
      return withoutLeadingZeros(text + String(repeating: "0", count: pointPlace - digits.count))
    }
    if pointPlace <= 0 {
      return trimmed("0." + String(repeating: "0", count: -pointPlace) + text)
    }
    return trimmed(
      withoutLeadingZeros(String(text.prefix(pointPlace))) + "." + text.dropFirst(pointPlace))
  }

  private static func withoutLeadingZeros(_ digits: String) -> String {
    let significant = digits.drop { $0 == "0" }
    return significant.isEmpty ? "0" : String(significant)
  }
}
