import SimulationBasics

/// Counts whole numbers in buckets that are narrow in proportion to their values; it drops nothing
/// and merges exactly.
///
/// Values are nanoseconds, or plain counts; every `UInt64` has a bucket. A percentile is less than
/// `relativeErrorBound` away from the percentile of the values themselves; count, sum, smallest and
/// largest are exact. The content depends only on which values were recorded, not on their order or
/// on how they were divided over histograms before a merge. Storage grows with the largest value
/// seen, up to 58 KiB.
public struct LatencyHistogram: ~Copyable {
  /// No percentile is further away than this part of its true value: 1/256, which is less than 0.4
  /// %.
  public static let relativeErrorBound = 1.0 / 256

  static let scale = LogLinearScale(partBits: 7)

  /// What is known exactly.
  public private(set) var summary = ValueSummary()
  private var counts: FixedTable<UInt64>

  /// A histogram without values.
  public init() {
    counts = FixedTable(repeating: 0, count: 256)
  }

  public var count: UInt64 { summary.count }
  public var sum: UInt128 { summary.sum }
  /// The smallest value, and 0 when there is none.
  public var minimum: UInt64 { summary.minimum }
  /// The largest value, and 0 when there is none.
  public var maximum: UInt64 { summary.maximum }
  /// The exact mean, and 0 when there is no value.
  public var mean: Double { summary.mean }

  /// Counts one value.
  ///
  /// - Complexity: O(1); allocates only when the value is larger than all before it, and then
  ///   seldom.
  public mutating func record(_ value: UInt64) {
    summary.record(value)
    addToBucket(Self.scale.bucket(of: value), 1)
  }

  /// Takes in every value of another histogram, as if each had been recorded here.
  ///
  /// - Complexity: O(buckets).
  public mutating func merge(_ other: borrowing LatencyHistogram) {
    if other.count == 0 { return }
    summary.merge(other.summary)
    let lowest = Self.scale.bucket(of: other.minimum)
    let highest = Self.scale.bucket(of: other.maximum)
    for bucket in (lowest...highest).reversed() where other.counts[bucket] > 0 {
      addToBucket(bucket, other.counts[bucket])
    }
  }

  /// The percentile of all values: type 7, as k6's, of values rounded to their bucket.
  ///
  /// - Parameter fraction: 0.95 for the 95th percentile.
  /// - Returns: The percentile, and 0 when there is no value.
  /// - Complexity: O(buckets from the smallest to the largest value).
  /// - Precondition: `fraction` is in 0...1.
  public func percentile(_ fraction: Double) -> Double {
    if count == 0 { return 0 }
    return RankPosition(of: fraction, among: count).value(on: Self.scale, summary: summary) {
      counts[$0]
    }
  }

  /// Forgets all values and keeps the storage.
  ///
  /// - Complexity: O(buckets from the smallest to the largest value), so a few values cost little.
  public mutating func reset() {
    if count == 0 { return }
    for bucket in Self.scale.bucket(of: minimum)...Self.scale.bucket(of: maximum) {
      counts[bucket] = 0
    }
    summary = ValueSummary()
  }

  /// A copy of the buckets that hold anything.
  func occupiedBuckets() -> BucketCounts {
    if count == 0 { return BucketCounts() }
    let first = Self.scale.bucket(of: minimum)
    let last = Self.scale.bucket(of: maximum)
    var copied: [UInt64] = []
    copied.reserveCapacity(last - first + 1)
    for bucket in first...last { copied.append(counts[bucket]) }
    return BucketCounts(first: first, counts: copied)
  }

  private mutating func addToBucket(_ bucket: Int, _ added: UInt64) {
    if bucket >= counts.count {
      counts.grow(
        toCount: min(max(bucket + 1, counts.count * 2), Self.scale.bucketCount), filledWith: 0)
    }
    counts[bucket] += added
  }
}
