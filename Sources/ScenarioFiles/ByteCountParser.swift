/// Reads an amount of memory as models write it: `4GiB`, `512MB`, `1.5MiB`, `0`.
public enum ByteCountParser {
  /// The units, smallest first: thousands with SI's names, powers of two with IEC's.
  private static let units: [(name: String, bytes: Int64)] = [
    ("B", 1), ("kB", 1_000), ("KiB", 1 << 10), ("MB", 1_000_000), ("MiB", 1 << 20),
    ("GB", 1_000_000_000), ("GiB", 1 << 30),
  ]

  /// Reads a decimal number and a unit; the number 0 needs none.
  ///
  /// - Returns: Whole bytes, at most 2⁵³.
  /// - Throws: What is wrong with the text.
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String) throws(Problem) -> Int64 {
    let bytes = Array(text.utf8)
    if bytes.isEmpty { throw .unexpected(found: .emptyText, expected: .byteCount) }
    let end = bytes.firstIndex { !ASCII.isDigit($0) && $0 != ASCII.dot } ?? bytes.count
    let digits = bytes[..<end]
    guard let first = digits.first, let last = digits.last, ASCII.isDigit(first),
      ASCII.isDigit(last), digits.count(where: { $0 == ASCII.dot }) <= 1
    else { throw .unexpected(found: .text(text), expected: .byteCount) }
    let number = NumberLiteral(text: String(decoding: digits, as: UTF8.self))
    let unit = String(decoding: bytes[end...], as: UTF8.self)
    if unit.isEmpty {
      if number.whole == .exactly(0) { return 0 }
      throw .bytesWithoutUnit(.text(text), withUnit: text + "MiB")
    }
    guard let scale = units.first(where: { $0.name == unit })?.bytes else {
      throw .unknownByteUnit(unit, of: text, suggestion: similar(unit))
    }
    return try product(of: digits, with: scale, text: text)
  }

  /// What is wrong with a number that stands where an amount of memory should.
  static func problem(with number: NumberLiteral) -> Problem {
    if case .exactly(let value) = number.whole, value > 0 {
      return .bytesWithoutUnit(.number(number.text), withUnit: number.text + "MiB")
    }
    return .unexpected(found: .number(number.text), expected: .byteCount)
  }

  /// The unit that was meant by one in the wrong case, behind a space, or cut to its letter: `gb`,
  /// ` GB` and `g`.
  private static func similar(_ unit: String) -> String? {
    let written = unit.utf8.filter { $0 != ASCII.space }.map { $0 | 0x20 }
    for name in units.map({ $0.name }) where written == name.utf8.map({ $0 | 0x20 }) { return name }
    guard written.count == 1 else { return nil }
    return units.map { $0.name }.last { $0.utf8.first.map { $0 | 0x20 } == written[0] }
  }

  /// The digits, which have at most one dot among them, times a unit: exactly.
  private static func product(
    of digits: ArraySlice<UInt8>, with scale: Int64, text: String
  ) throws(Problem) -> Int64 {
    let parts = digits.split(separator: ASCII.dot)
    var whole: Int64 = 0
    for digit in parts[0] {
      whole = whole * 10 + Int64(digit - ASCII.zero)
      if whole > ModelLimits.wholeNumber { throw .tooManyBytes(text) }
    }
    let (bytes, overflows) = whole.multipliedReportingOverflow(by: scale)
    if overflows || bytes > ModelLimits.wholeNumber { throw .tooManyBytes(text) }
    let fraction = parts.count == 2 ? trimmed(parts[1]) : []
    // More digits make whole bytes only of powers of two, and nobody means those.
    guard fraction.count <= 9 else { throw .bytesTooFine(text) }
    var numerator: Int64 = 0
    var denominator: Int64 = 1
    for digit in fraction {
      numerator = numerator * 10 + Int64(digit - ASCII.zero)
      denominator *= 10
    }
    // Below 10⁹ · 2³⁰, which fits; and each of the two is at most 2⁵³, whose sum fits, too.
    guard numerator * scale % denominator == 0 else { throw .bytesTooFine(text) }
    let sum = bytes + numerator * scale / denominator
    if sum > ModelLimits.wholeNumber { throw .tooManyBytes(text) }
    return sum
  }

  private static func trimmed(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var digits = digits
    while digits.last == ASCII.zero { digits.removeLast() }
    return digits
  }
}
