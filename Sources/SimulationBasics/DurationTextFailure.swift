/// Why a text is no length of time.
public enum DurationTextFailure: Error, Equatable, Sendable {
  /// Nothing is written.
  case empty
  /// Something else stands where a decimal number should.
  case notANumber
  /// A number without a unit; only 0 needs none.
  case missingUnit
  /// A unit other than ns, us, µs, ms, s, m, h and d, as it was found.
  case unknownUnit(String)
  /// A fraction that does not end at a nanosecond.
  case notWholeNanoseconds
  /// More than `VirtualDuration.longestInAModel`.
  case tooLong
  /// Less than nothing.
  case negative
}
