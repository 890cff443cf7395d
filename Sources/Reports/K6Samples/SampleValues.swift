import Measurements

/// Writes the values of samples: times in milliseconds, everything else as it is.
enum SampleValues {
  /// As Go's `%f` writes it: six decimals.
  static func appendFixed(_ sample: Sample, to bytes: inout [UInt8]) {
    guard sample.metric.content == .time else {
      append(whole: sample.value, to: &bytes)
      bytes += Array(".000000".utf8)
      return
    }
    guard sample.value < exactBound else {
      bytes += Array(fixed(Double(sample.value) / 1e6).utf8)
      return
    }
    append(whole: sample.value / 1_000_000, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    append(decimals: sample.value % 1_000_000, trimmed: false, to: &bytes)
  }

  /// Six decimals, a tie to the even digit, which `NumberText.fixed` rounds up.
  ///
  /// A number as large as this has at most 23 binary digits after the point: what looks like a tie
  /// in 20 decimals is one.
  private static func fixed(_ milliseconds: Double) -> String {
    let exact = NumberText.fixed(milliseconds, decimals: 20)
    let cut = exact.dropLast(14)
    let isTie = exact.hasSuffix("50000000000000")
    let isEven = (cut.utf8.last ?? 0) % 2 == 0
    return isTie && isEven ? String(cut) : NumberText.fixed(milliseconds, decimals: 6)
  }

  /// As Go writes a number in JSON: the shortest that reads back as the same.
  static func appendShortest(_ sample: Sample, to bytes: inout [UInt8]) {
    guard sample.metric.content == .time else { return append(whole: sample.value, to: &bytes) }
    guard sample.value < exactBound else {
      bytes += Array(NumberText.shortest(Double(sample.value) / 1e6).utf8)
      return
    }
    append(whole: sample.value / 1_000_000, to: &bytes)
    let decimals = sample.value % 1_000_000
    if decimals == 0 { return }
    bytes.append(UInt8(ascii: "."))
    append(decimals: decimals, trimmed: true, to: &bytes)
  }

  /// Below this, a number of nanoseconds has at most 15 digits, and so its decimal in milliseconds
  /// is the shortest that reads back as the same floating-point number.
  private static let exactBound: UInt64 = 1_000_000_000_000_000

  static func append(whole number: UInt64, to bytes: inout [UInt8]) {
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Six digits, or those before the zeros at the end.
  private static func append(decimals: UInt64, trimmed: Bool, to bytes: inout [UInt8]) {
    var rest = decimals
    var place: UInt64 = 100_000
    while place > 0, !trimmed || rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
      rest %= place
      place /= 10
    }
  }
}
