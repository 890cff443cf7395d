import SimulationBasics

/// Records the values of one trend metric: exactly at first, in a histogram when there are many.
///
/// Up to `exactLimit` values are kept as they are, and percentiles are exactly k6's; with more, all
/// of them go into the buckets of a `LatencyHistogram`, and percentiles are within its bound.
/// Count, sum, smallest and largest are always exact. Which of the two it is depends only on how
/// many values there are, so recording two halves and merging their results gives what recording
/// everything gives.
public struct Trend: ~Copyable {
  /// How many values are kept exactly.
  public static let exactLimit = 10_000

  private var summary = ValueSummary()
  private var samples: FixedTable<UInt64>
  private var histogram = LatencyHistogram()

  /// A trend without values.
  public init() {
    samples = FixedTable(repeating: 0, count: 16)
  }

  public var count: UInt64 { summary.count }

  /// Takes one value in.
  ///
  /// - Complexity: O(1), but for the one value that is too many, which costs O(`exactLimit`).
  ///   Allocates only while it grows to the kind and number of values that it will see.
  public mutating func record(_ value: UInt64) {
    let index = Int(truncatingIfNeeded: summary.count)
    summary.record(value)
    if index < Self.exactLimit {
      if index == samples.count {
        samples.grow(toCount: min(index * 2, Self.exactLimit), filledWith: 0)
      }
      samples[index] = value
    } else {
      if index == Self.exactLimit { pourSamples() }
      histogram.record(value)
    }
  }

  /// Forgets all values and keeps the storage.
  public mutating func reset() {
    summary = ValueSummary()
    histogram.reset()
  }

  /// What has been recorded so far, as a value to keep.
  ///
  /// - Complexity: O(*n* log *n*) for *n* values kept exactly, O(buckets) for more.
  public func result() -> TrendResult {
    if summary.count > UInt64(Self.exactLimit) {
      return TrendResult(summary: summary, samples: [], buckets: histogram.occupiedBuckets())
    }
    var sorted: [UInt64] = []
    sorted.reserveCapacity(Int(summary.count))
    for index in 0..<Int(summary.count) { sorted.append(samples[index]) }
    sorted.sort()
    return TrendResult(summary: summary, samples: sorted, buckets: BucketCounts())
  }

  private mutating func pourSamples() {
    for index in 0..<Self.exactLimit { histogram.record(samples[index]) }
  }
}
