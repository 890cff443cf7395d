/// Lengths as text, exactly, in both directions.
extension VirtualDuration: CustomStringConvertible {
  /// Reads a length such as "250ms", "1.5s", "1m30s" or "0".
  ///
  /// The notation is Go's, which k6 uses: decimal numbers with a unit, one or more of them, whose
  /// sum it is. Units are ns, us (or µs), ms, s, m, h and d (24 hours). A value that is not a whole
  /// number of nanoseconds is an error and never rounded, and so is a number without a unit, unless
  /// it is the single number 0.
  ///
  /// - Complexity: O(*n*) for *n* bytes of text.
  public init(text: Substring) throws(DurationTextFailure) {
    var bytes = text.utf8[...]
    guard let first = bytes.first else { throw .empty }
    guard first != UInt8(ascii: "-") else { throw .negative }
    var total: UInt64 = 0
    repeat {
      let number = try DecimalNumber(takenFrom: &bytes)
      let unit = bytes.prefix { !isDecimal($0) }
      bytes = bytes[unit.endIndex...]
      if unit.isEmpty {
        guard number.isZero, number.startIndex == text.startIndex else { throw .missingUnit }
      } else {
        let scale = try unitLength(named: unit)
        total += try number.product(withUnit: scale)
        // A part is at most the longest length, which two of fit the type: so this sum cannot
        // overflow.
        guard total <= Self.longestInAModel.inNanoseconds else { throw .tooLong }
      }
    } while !bytes.isEmpty
    self = .nanoseconds(total)
  }

  /// Reads a length such as "250ms", "1.5s", "1m30s" or "0".
  public init(text: String) throws(DurationTextFailure) { try self.init(text: text[...]) }

  /// The length in the largest units that lose nothing: "1h30m", "1.5s", "250ms", "1.25us", "0".
  ///
  /// From a second on these are hours, minutes and seconds, without those that are zero; only the
  /// seconds may have a fraction. Reading the text gives the same length, if it is no longer than
  /// the longest in a model.
  public var description: String {
    if inNanoseconds == 0 { return "0" }
    if inNanoseconds < 1_000 { return "\(inNanoseconds)ns" }
    if inNanoseconds < 1_000_000 { return decimal(inNanoseconds, perUnit: 1_000) + "us" }
    if inNanoseconds < 1_000_000_000 { return decimal(inNanoseconds, perUnit: 1_000_000) + "ms" }
    let hours = inNanoseconds / 3_600_000_000_000
    let minutes = inNanoseconds / 60_000_000_000 % 60
    let rest = inNanoseconds % 60_000_000_000
    var text = ""
    if hours > 0 { text += "\(hours)h" }
    if minutes > 0 { text += "\(minutes)m" }
    if rest > 0 { text += decimal(rest, perUnit: 1_000_000_000) + "s" }
    return text
  }
}

/// An unsigned decimal number as it is written: the digits before the point and those after it.
private struct DecimalNumber {
  let startIndex: Substring.UTF8View.Index
  /// The digits before the point; `nil` when they exceed 64 bits.
  private let whole: UInt64?
  /// The digits after the point, without the zeros at their end.
  private let fraction: UInt64
  /// How many digits `fraction` has, or more than 18 when it was not computed.
  private let fractionDigits: Int

  /// Takes the number at the beginning of `bytes` off.
  init(
    takenFrom bytes: inout Substring.UTF8View.SubSequence
  ) throws(DurationTextFailure) {
    startIndex = bytes.startIndex
    let wholeDigits = bytes.prefix { isDigit($0) }
    bytes = bytes[wholeDigits.endIndex...]
    guard !wholeDigits.isEmpty else { throw .notANumber }
    whole = value(of: wholeDigits)
    guard bytes.first == UInt8(ascii: ".") else {
      fraction = 0
      fractionDigits = 0
      return
    }
    bytes = bytes.dropFirst()
    var digits = bytes.prefix { isDigit($0) }
    bytes = bytes[digits.endIndex...]
    guard !digits.isEmpty, bytes.first != UInt8(ascii: ".") else { throw .notANumber }
    while digits.last == UInt8(ascii: "0") { digits = digits.dropLast() }
    fractionDigits = digits.count
    fraction = fractionDigits <= 18 ? value(of: digits) ?? 0 : 0
  }

  var isZero: Bool { whole == 0 && fractionDigits == 0 }

  /// The number of nanoseconds, if the number counts units of `unit` nanoseconds.
  func product(withUnit unit: UInt64) throws(DurationTextFailure) -> UInt64 {
    // No unit is divisible by 2¹⁷ or 5¹², so a fraction of more than 18 digits cannot come out
    // whole.
    guard fractionDigits <= 18 else { throw .notWholeNanoseconds }
    var denominator: UInt64 = 1
    for _ in 0..<fractionDigits { denominator *= 10 }
    let (part, remainder) = denominator.dividingFullWidth(fraction.multipliedFullWidth(by: unit))
    guard remainder == 0 else { throw .notWholeNanoseconds }
    guard let whole else { throw .tooLong }
    let (product, overflows) = whole.multipliedReportingOverflow(by: unit)
    guard !overflows, product <= VirtualDuration.longestInAModel.inNanoseconds else {
      throw .tooLong
    }
    return product + part
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}

/// Whether a byte belongs to a number, and so ends a unit.
private func isDecimal(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: ".") }

/// The value of decimal digits, or `nil` when it exceeds 64 bits.
private func value(of digits: Substring.UTF8View.SubSequence) -> UInt64? {
  var value: UInt64 = 0
  for digit in digits {
    let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
    let (sum, carries) = tenfold.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
    if overflows || carries { return nil }
    value = sum
  }
  return value
}

/// The length of a unit in nanoseconds.
private func unitLength(
  named unit: Substring.UTF8View.SubSequence
) throws(DurationTextFailure) -> UInt64 {
  // Bytes are compared, not strings: that needs no Unicode tables, and it tells the two characters
  // for micro apart.
  let units: [(name: StaticString, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1_000), ("\u{B5}s", 1_000), ("\u{3BC}s", 1_000), ("ms", 1_000_000),
    ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
  ]
  for (name, nanoseconds) in units {
    let isThisUnit = name.withUTF8Buffer { unit.elementsEqual($0) }
    if isThisUnit { return nanoseconds }
  }
  throw .unknownUnit(String(decoding: unit, as: UTF8.self))
}

/// `count`/`perUnit` as a decimal without zeros at its end; `perUnit` is a power of ten.
private func decimal(_ count: UInt64, perUnit: UInt64) -> String {
  var text = "\(count / perUnit)"
  var rest = count % perUnit
  if rest == 0 { return text }
  text += "."
  var place = perUnit / 10
  while rest > 0 {
    text += "\(rest / place)"
    rest %= place
    place /= 10
  }
  return text
}
