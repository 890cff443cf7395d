import SimulationBasics

/// The moment on the wall clock at which a simulated run is said to begin, so that samples have
/// dates and equal runs have equal ones.
public struct RunEpoch: Equatable, Sendable {
  /// Whole seconds since midnight UTC of 1 January 1970.
  let seconds: Int
  /// Below a second.
  let nanoseconds: UInt32
  /// How many minutes the local time is ahead of UTC.
  let offsetInMinutes: Int

  /// Midnight UTC of 1 January 2000.
  public static let usual = RunEpoch(seconds: 946_684_800, nanoseconds: 0, offsetInMinutes: 0)

  /// The years that may be written: dates of a run stay within four digits.
  static let years = 1970...2999

  private init(seconds: Int, nanoseconds: UInt32, offsetInMinutes: Int) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
    self.offsetInMinutes = offsetInMinutes
  }

  /// Reads a date of RFC 3339, such as `2026-01-31T09:00:00Z` or `2026-01-31T18:00:00.5+09:00`.
  ///
  /// Nothing may be left out, letters are capital, a fraction has at most nine digits, and there are
  /// no leap seconds: what Go's `time.Parse` takes, less its comma.
  ///
  /// - Returns: `nil` for a text of another form, a day or a time that does not exist, or a year
  ///   outside of 1970 to 2999.
  public init?(text: String) {
    var rest = Array(text.utf8)[...]
    guard let year = Self.number(4, &rest), Self.skip("-", &rest),
      let month = Self.number(2, &rest), Self.skip("-", &rest), let day = Self.number(2, &rest),
      Self.skip("T", &rest), let hour = Self.number(2, &rest), Self.skip(":", &rest),
      let minute = Self.number(2, &rest), Self.skip(":", &rest),
      let second = Self.number(2, &rest)
    else { return nil }
    guard hour < 24, minute < 60, second < 60, Self.years.contains(year),
      let date = CivilDate(year: year, month: month, day: day),
      let nanoseconds = Self.fraction(&rest), let offset = Self.offset(&rest), rest.isEmpty
    else { return nil }
    self.init(
      seconds: date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60,
      nanoseconds: nanoseconds, offsetInMinutes: offset)
  }

  /// The whole seconds since 1970 at a moment of the run, and the nanoseconds beyond them.
  @inline(__always)
  func reading(at moment: VirtualTime) -> (seconds: Int, nanoseconds: UInt32) {
    let passed = moment.nanosecondsSinceStart
    let beyond = UInt32(passed % 1_000_000_000) + nanoseconds
    let carries = beyond >= 1_000_000_000
    return (
      seconds + Int(passed / 1_000_000_000) + (carries ? 1 : 0),
      carries ? beyond - 1_000_000_000 : beyond
    )
  }

  // MARK: Reading

  private static func number(_ digits: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
    guard rest.count >= digits else { return nil }
    var value = 0
    for byte in rest.prefix(digits) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    rest = rest.dropFirst(digits)
    return value
  }

  private static func skip(_ mark: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let first = rest.first, UInt32(first) == mark.value else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Nanoseconds; none when there is no point, `nil` when there are no or too many digits after it.
  private static func fraction(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
    guard skip(".", &rest) else { return 0 }
    var value: UInt32 = 0
    var digits = 0
    while digits < 9, let digit = number(1, &rest) {
      value = value * 10 + UInt32(digit)
      digits += 1
    }
    if digits == 0 { return nil }
    for _ in digits..<9 { value *= 10 }
    return value
  }

  /// Minutes ahead of UTC: `Z`, `+09:00`, `-03:30`.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
    if skip("Z", &rest) { return 0 }
    let isAhead = skip("+", &rest)
    guard isAhead || skip("-", &rest), let hours = number(2, &rest), skip(":", &rest),
      let minutes = number(2, &rest), hours < 24, minutes < 60
    else { return nil }
    return (hours * 60 + minutes) * (isAhead ? 1 : -1)
  }
}
