public import SimulationBasics

/// Reads a length of simulated time as models and the command line write it: `250ms`, `1.5s`, `1m30s`, `0`.
public enum TimeParser {
  /// Reads the text of a time, exactly.
  ///
  /// The grammar is `"0"` or one or more of `digits [ "." digits ] unit`, with the units h, m, s, ms, us, ns. The
  /// result is at most 100 years.
  ///
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String) throws(Problem) -> VirtualDuration {
    let bytes = Array(text.utf8)
    if bytes == [ASCII.zero] { return .zero }
    var total: UInt64 = 0
    var index = 0
    if bytes.isEmpty { throw .malformedTime(text) }
    while index < bytes.count {
      let number = decimal(bytes, from: &index)
      guard let number else { throw .malformedTime(text) }
      if index == bytes.count { throw total == 0 ? .timeWithoutUnit(text) : .malformedTime(text) }
      guard let scale = unit(bytes, from: &index) else { throw .malformedTime(text) }
      var value = number.digits
      var places = number.places
      var factor = scale
      while places > 0, factor % 10 == 0 {
        factor /= 10
        places -= 1
      }
      while places > 0 {
        if value % 10 != 0 { throw .timeTooFine(text) }
        value /= 10
        places -= 1
      }
      let (product, overflows) = value.multipliedReportingOverflow(by: factor)
      if overflows || product > VirtualDuration.longestInAModel.inNanoseconds {
        throw .timeTooLong(text)
      }
      total += product
      if total > VirtualDuration.longestInAModel.inNanoseconds { throw .timeTooLong(text) }
    }
    return .nanoseconds(total)
  }

  private static func decimal(_ bytes: [UInt8], from index: inout Int) -> (
    digits: UInt64, places: Int
  )? {
    var digits: UInt64 = 0
    var places = 0
    var count = 0
    var hasDot = false
    while index < bytes.count, ASCII.isDigit(bytes[index]) || bytes[index] == ASCII.dot {
      if bytes[index] == ASCII.dot {
        if hasDot { return nil }
        hasDot = true
      } else {
        count += 1
        if count > 18 { return nil }
        digits = digits * 10 + UInt64(bytes[index] - ASCII.zero)
        if hasDot { places += 1 }
      }
      index += 1
    }
    return count == 0 ? nil : (digits, places)
  }

  private static func unit(_ bytes: [UInt8], from index: inout Int) -> UInt64? {
    let start = index
    while index < bytes.count, bytes[index] != ASCII.dot, !ASCII.isDigit(bytes[index]) {
      index += 1
    }
    switch String(decoding: bytes[start..<index], as: UTF8.self) {
    case "ns": return 1
    case "us", "µs": return 1_000
    case "ms": return 1_000_000
    case "s": return 1_000_000_000
    case "m": return 60_000_000_000
    case "h": return 3_600_000_000_000
    default: return nil
    }
  }
}
