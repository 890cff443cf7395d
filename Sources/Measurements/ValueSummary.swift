/// Count, sum, smallest and largest of recorded whole numbers: all exact, whatever else is rounded.
public struct ValueSummary: Equatable, Sendable, BitwiseCopyable {
  /// How many values were recorded.
  public private(set) var count: UInt64 = 0
  /// The sum of all values; 128 bits, so no run can overflow it.
  public private(set) var sum: UInt128 = 0
  private var least: UInt64 = .max
  private var most: UInt64 = 0

  /// A summary of nothing.
  public init() {}

  /// The smallest value, and 0 when there is none.
  public var minimum: UInt64 { count == 0 ? 0 : least }
  /// The largest value, and 0 when there is none.
  public var maximum: UInt64 { most }
  /// The sum divided by the count, and 0 when there is no value.
  public var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

  /// Takes one value in.
  @inline(__always)
  mutating func record(_ value: UInt64) {
    count += 1
    sum += UInt128(value)
    least = min(least, value)
    most = max(most, value)
  }

  /// Takes in everything that another summary holds.
  mutating func merge(_ other: ValueSummary) {
    count += other.count
    sum += other.sum
    least = min(least, other.least)
    most = max(most, other.most)
  }
}
