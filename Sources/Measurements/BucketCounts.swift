/// The counts of neighbouring buckets, from the first to the last that holds a value: a histogram
/// made to be kept.
struct BucketCounts: Equatable, Sendable {
  /// The bucket that the first count belongs to.
  private(set) var first = 0
  /// One count a bucket; the first and the last are above 0, unless there are none.
  private(set) var counts: [UInt64] = []

  /// No buckets.
  init() {}

  init(first: Int, counts: [UInt64]) {
    self.first = first
    self.counts = counts
  }

  /// The buckets of `values`.
  ///
  /// - Precondition: `values` ascend.
  init(of values: [UInt64], on scale: LogLinearScale) {
    guard let least = values.first, let most = values.last else { return }
    first = scale.bucket(of: least)
    counts = Array(repeating: 0, count: scale.bucket(of: most) - first + 1)
    for value in values { counts[scale.bucket(of: value) - first] += 1 }
  }

  /// The number of values in a bucket, which may lie outside the kept range.
  func count(in bucket: Int) -> UInt64 {
    counts.indices.contains(bucket - first) ? counts[bucket - first] : 0
  }

  /// The counts of both, bucket by bucket.
  func merging(_ other: BucketCounts) -> BucketCounts {
    if counts.isEmpty { return other }
    if other.counts.isEmpty { return self }
    let lowest = min(first, other.first)
    let end = max(first + counts.count, other.first + other.counts.count)
    var sums: [UInt64] = []
    sums.reserveCapacity(end - lowest)
    for bucket in lowest..<end { sums.append(count(in: bucket) + other.count(in: bucket)) }
    return BucketCounts(first: lowest, counts: sums)
  }
}
