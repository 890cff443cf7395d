/// What a `Trend` recorded: the values themselves, or their buckets when there were more than
/// `Trend.exactLimit`.
///
/// Values are in the unit in which they were recorded: nanoseconds, or plain counts.
public struct TrendResult: Equatable, Sendable {
  /// Count, sum, smallest and largest: always exact.
  public let summary: ValueSummary
  /// Every value in ascending order, or nothing when there were too many.
  let samples: [UInt64]
  /// The buckets of every value, or nothing when the values themselves are kept.
  let buckets: BucketCounts

  init(summary: ValueSummary, samples: [UInt64], buckets: BucketCounts) {
    self.summary = summary
    self.samples = samples
    self.buckets = buckets
  }

  /// The result of a trend that recorded nothing.
  public static let empty = TrendResult(
    summary: ValueSummary(), samples: [], buckets: BucketCounts())

  public var count: UInt64 { summary.count }
  public var sum: UInt128 { summary.sum }
  /// The smallest value, and 0 when there is none.
  public var minimum: UInt64 { summary.minimum }
  /// The largest value, and 0 when there is none.
  public var maximum: UInt64 { summary.maximum }
  /// The exact mean, and 0 when there is no value.
  public var mean: Double { summary.mean }
  /// Percentiles are exact; otherwise they are within `LatencyHistogram.relativeErrorBound`.
  public var isExact: Bool { count <= UInt64(Trend.exactLimit) }

  /// The percentile of all values, type 7 of Hyndman and Fan, as k6 computes it.
  ///
  /// - Parameter fraction: 0.95 for the 95th percentile.
  /// - Returns: The percentile, and 0 when there is no value.
  /// - Complexity: O(1) while values are kept, O(buckets) otherwise.
  /// - Precondition: `fraction` is in 0...1.
  public func percentile(_ fraction: Double) -> Double {
    if count == 0 { return 0 }
    let position = RankPosition(of: fraction, among: count)
    if isExact {
      let rank = Int(position.rank)
      return position.value(
        between: samples[rank], and: samples[min(rank + 1, samples.count - 1)])
    }
    return position.value(on: LatencyHistogram.scale, summary: summary) { buckets.count(in: $0) }
  }

  /// The result that one trend would have given, had it recorded what both recorded.
  ///
  /// - Complexity: O(values kept) or O(buckets).
  public func merging(_ other: TrendResult) -> TrendResult {
    var merged = summary
    merged.merge(other.summary)
    if merged.count <= UInt64(Trend.exactLimit) {
      return TrendResult(
        summary: merged, samples: (samples + other.samples).sorted(), buckets: BucketCounts())
    }
    return TrendResult(
      summary: merged, samples: [], buckets: allBuckets.merging(other.allBuckets))
  }

  private var allBuckets: BucketCounts {
    isExact ? BucketCounts(of: samples, on: LatencyHistogram.scale) : buckets
  }
}
