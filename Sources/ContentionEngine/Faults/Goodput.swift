import SimulationBasics

/// How many requests have succeeded in each second of a run with faults.
struct Goodput: ~Copyable {
  /// What goodput must come back to, of what it was before the first fault.
  static let recoveredShare = 0.9
  /// Over how many seconds it is averaged.
  static let averagedSeconds = 5

  private var successes = FixedTable<UInt32>(repeating: 0, count: 0)

  init() {}

  /// A request has succeeded.
  ///
  /// - Complexity: O(1) amortised.
  mutating func record(at now: VirtualTime) {
    let second = Int(now.nanosecondsSinceStart / 1_000_000_000)
    if second >= successes.count {
      successes.grow(toCount: max(64, second + 1, successes.count * 2), filledWith: 0)
    }
    successes[second] += 1
  }

  /// The mean of the whole seconds between two moments; `nil` when there is none.
  func mean(from start: VirtualTime, to end: VirtualTime) -> Double? {
    let seconds = Self.wholeSeconds(from: start, to: end)
    return seconds.isEmpty ? nil : Double(sum(of: seconds)) / Double(seconds.count)
  }

  /// The end of the first second from which on the mean of each five seconds is high enough again;
  /// `nil` when there is none.
  ///
  /// Arrivals by chance make counts that vary by the square root of their mean: three times that
  /// may be missing, so that a system which is well is not called lost for a slow second.
  ///
  /// - Complexity: O(seconds).
  func recovery(to goal: Double, from start: VirtualTime, to end: VirtualTime) -> VirtualTime? {
    let seconds = Self.wholeSeconds(from: start, to: end)
    let least = Self.leastSum(for: goal)
    var recovered: Int?
    var second = seconds.upperBound - Self.averagedSeconds
    while second >= seconds.lowerBound {
      let span = second..<(second + Self.averagedSeconds)
      if Double(sum(of: span)) < least { break }
      recovered = second
      second -= 1
    }
    return recovered.map { .start + .seconds(UInt64($0 + 1)) }
  }

  /// The fewest successes in a whole second between two moments; `nil` when there is none.
  ///
  /// - Complexity: O(seconds).
  func least(from start: VirtualTime, to end: VirtualTime) -> UInt64? {
    Self.wholeSeconds(from: start, to: end).map { sum(of: $0..<($0 + 1)) }.min()
  }

  /// As many successes as five seconds must have to count as no fewer than before.
  private static func leastSum(for goal: Double) -> Double {
    let expected = goal * recoveredShare * Double(averagedSeconds)
    return expected - 3 * expected.squareRoot()
  }

  private func sum(of seconds: Range<Int>) -> UInt64 {
    var sum: UInt64 = 0
    for second in seconds where second < successes.count { sum += UInt64(successes[second]) }
    return sum
  }

  /// The seconds that lie between two moments as a whole.
  private static func wholeSeconds(from start: VirtualTime, to end: VirtualTime) -> Range<Int> {
    let second: UInt64 = 1_000_000_000
    let first = (start.nanosecondsSinceStart + second - 1) / second
    let last = end.nanosecondsSinceStart / second
    return Int(first)..<Int(max(first, last))
  }
}
