/// Where a percentile lies among values in ascending order: at a rank, or part of the way from it
/// to the next.
///
/// This is type 7 of Hyndman and Fan (1996), which k6 uses (`metrics/sink.go`): of *n* values,
/// numbered from 0, the fraction *p* lies at position *p*·(*n* − 1), and a position between two
/// ranks is interpolated linearly.
struct RankPosition {
  /// The last rank at or below the position.
  let rank: UInt64
  /// How far the position is on the way from that rank to the next: 0 up to, but not including, 1.
  let towardsNext: Double

  /// The position of `fraction` among `count` values.
  ///
  /// - Precondition: `fraction` is in 0...1 and `count` is at least 1.
  init(of fraction: Double, among count: UInt64) {
    precondition(fraction >= 0, "a percentile below 0")
    precondition(fraction <= 1, "a percentile above 100")
    precondition(count > 0, "no values have no percentile")
    let position = fraction * Double(count - 1)
    // A count above 2⁵³ may round up to one too many.
    rank = min(UInt64(position), count - 1)
    towardsNext = rank == count - 1 ? 0 : position - Double(rank)
  }

  /// The value at this position, from the values at its two ranks.
  func value(between lower: UInt64, and upper: UInt64) -> Double {
    Double(lower) + (Double(upper) - Double(lower)) * towardsNext
  }

  /// The value at this position among values of which only their buckets are known.
  ///
  /// The first and the last rank are exact; any other is the middle of its bucket, moved into the
  /// range of the summary.
  ///
  /// - Complexity: O(buckets from the smallest to the largest value).
  func value(
    on scale: LogLinearScale, summary: ValueSummary, countInBucket: (Int) -> UInt64
  ) -> Double {
    let last = scale.bucket(of: summary.maximum)
    var bucket = scale.bucket(of: summary.minimum)
    var reached = countInBucket(bucket)
    func value(at wanted: UInt64) -> UInt64 {
      if wanted == 0 { return summary.minimum }
      if wanted == summary.count - 1 { return summary.maximum }
      while reached <= wanted {
        precondition(bucket < last, "a summary counts more values than its buckets")
        bucket += 1
        reached += countInBucket(bucket)
      }
      return min(max(scale.middle(of: bucket), summary.minimum), summary.maximum)
    }
    let lower = value(at: rank)
    return towardsNext == 0
      ? Double(lower) : self.value(between: lower, and: value(at: rank + 1))
  }
}
