import SimulationBasics

/// Times as a command line writes them: numbers with units, such as `60s`, `1m30s` or `1.5ms`.
enum DurationText {
  private static let units: [(name: String, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]

  static func value(of text: String) -> VirtualDuration? {
    var rest = text[...]
    guard !rest.isEmpty else { return nil }
    var total: UInt64 = 0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !($0.isASCII && $0.isNumber) }
      rest = rest.dropFirst(unit.count)
      guard let scale = units.first(where: { $0.name == unit })?.nanoseconds,
        let count = UInt64(number)
      else { return nil }
      let (part, overflow) = count.multipliedReportingOverflow(by: scale)
      let (sum, carried) = total.addingReportingOverflow(part)
      guard !overflow, !carried else { return nil }
      total = sum
    }
    let length = VirtualDuration.nanoseconds(total)
    return length <= .longestInAModel ? length : nil
  }
}
