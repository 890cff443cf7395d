import SimulationBasics

/// Writes the moments of a run as dates of RFC 3339, with as many decimals of a second as it takes:
/// Go's `RFC3339Nano`.
///
/// Samples come in order of time, so the text up to the second is kept until the second changes.
struct SampleDates {
  let epoch: RunEpoch
  private var second: Int?
  /// "2000-01-01T00:00:12".
  private var upToSecond: [UInt8] = []
  /// "Z" or "+09:00".
  private let zone: [UInt8]

  init(epoch: RunEpoch) {
    self.epoch = epoch
    let offset = epoch.offsetInMinutes
    let minutes = Int(offset.magnitude)
    zone =
      offset == 0
      ? [UInt8(ascii: "Z")]
      : [UInt8(ascii: offset < 0 ? "-" : "+")] + Self.digits(minutes / 60, 2)
        + [UInt8(ascii: ":")] + Self.digits(minutes % 60, 2)
  }

  /// Appends the date of a moment.
  ///
  /// - Complexity: O(1).
  mutating func append(_ moment: VirtualTime, to bytes: inout [UInt8]) {
    let (seconds, nanoseconds) = epoch.reading(at: moment)
    if seconds != second {
      second = seconds
      upToSecond = Self.text(ofSecond: seconds + epoch.offsetInMinutes * 60)
    }
    bytes += upToSecond
    if nanoseconds > 0 {
      bytes.append(UInt8(ascii: "."))
      var rest = nanoseconds
      var place: UInt32 = 100_000_000
      // Ends: each round takes the first digit off, and no digits mean no rest.
      while rest > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
        rest %= place
        place /= 10
      }
    }
    bytes += zone
  }

  private static func text(ofSecond second: Int) -> [UInt8] {
    let day = CivilDate.floor(second, by: 86_400)
    let inDay = second - day * 86_400
    let date = CivilDate(daysSince1970: day)
    let dash = [UInt8(ascii: "-")]
    let colon = [UInt8(ascii: ":")]
    return digits(date.year, 4) + dash + digits(date.month, 2) + dash + digits(date.day, 2)
      + [UInt8(ascii: "T")] + digits(inDay / 3_600, 2) + colon + digits(inDay / 60 % 60, 2) + colon
      + digits(inDay % 60, 2)
  }

  /// The number with zeros before it.
  private static func digits(_ number: Int, _ count: Int) -> [UInt8] {
    let text = Array(String(number).utf8)
    return Array(repeating: UInt8(ascii: "0"), count: max(0, count - text.count)) + text
  }
}
