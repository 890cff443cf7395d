/// What a `TimeSplitRecorder` added up.
public struct TimeSplitResult: Equatable, Sendable {
  /// The bucket numbers of `buckets`, ascending.
  private var indices: [Int]
  /// Every bucket with at least one request.
  private var buckets: [TimeSplitBucket]

  init(indices: [Int], buckets: [TimeSplitBucket]) {
    self.indices = indices
    self.buckets = buckets
  }

  /// The result of a recorder without requests.
  public static let empty = TimeSplitResult(indices: [], buckets: [])

  /// How many requests were recorded.
  public var requests: UInt64 {
    var requests: UInt64 = 0
    for bucket in buckets { requests += bucket.requests }
    return requests
  }

  /// The time that all requests together spent on `share`, in nanoseconds.
  public func total(_ share: TimeShare) -> UInt128 {
    var total: UInt128 = 0
    for bucket in buckets { total += UInt128(bucket.shares[share]) }
    return total
  }

  /// The sum of all latencies, in nanoseconds; exactly the sum of `total(_:)` over all shares.
  public var totalLatency: UInt128 {
    var total: UInt128 = 0
    for share in TimeShare.allCases { total += self.total(share) }
    return total
  }

  /// The time that went into attempts that were thrown away, in nanoseconds.
  public var totalWasted: UInt128 {
    var total: UInt128 = 0
    for bucket in buckets { total += UInt128(bucket.wasted) }
    return total
  }

  /// The mean split over all requests, and `nil` when there is none.
  public var mean: TimeSplit? { meanOverRanks(from: 0, to: Double(requests)) }

  /// The mean split over the requests around a percentile of latency, and `nil` when there is no
  /// request.
  ///
  /// Around means: the requests whose ranks are within 1 % of all requests of the percentile, or,
  /// nearer to the top than 2 %, within half of the way to the top: 49 to 51 for p50, 94 to 96 for
  /// p95, 98.5 to 99.5 for p99. Within a bucket all requests count alike, so the split is blurred
  /// by the width of a bucket, 1/16 of the latency.
  ///
  /// - Parameter fraction: 0.95 for the 95th percentile.
  /// - Precondition: `fraction` is at least 0 and below 1.
  public func around(percentile fraction: Double) -> TimeSplit? {
    precondition(fraction >= 0, "a percentile below 0")
    precondition(fraction < 1, "no requests lie around a percentile of 100")
    let half = min(0.01, (1 - fraction) / 2)
    let count = Double(requests)
    return meanOverRanks(from: max(fraction - half, 0) * count, to: (fraction + half) * count)
  }

  /// The result that one recorder would have given, had it recorded what both recorded.
  ///
  /// - Complexity: O(buckets).
  public func merging(_ other: TimeSplitResult) -> TimeSplitResult {
    var merged = TimeSplitResult.empty
    var left = 0
    var right = 0
    while left < indices.count || right < other.indices.count {
      let leftIndex = left < indices.count ? indices[left] : Int.max
      let rightIndex = right < other.indices.count ? other.indices[right] : Int.max
      var bucket = TimeSplitBucket()
      if leftIndex <= rightIndex {
        bucket.merge(buckets[left])
        left += 1
      }
      if rightIndex <= leftIndex {
        bucket.merge(other.buckets[right])
        right += 1
      }
      merged.indices.append(min(leftIndex, rightIndex))
      merged.buckets.append(bucket)
    }
    return merged
  }

  /// The mean over ranks, where the request of rank *i* covers the stretch from *i* to *i* + 1.
  private func meanOverRanks(from first: Double, to last: Double) -> TimeSplit? {
    var split = TimeSplit()
    var covered = 0.0
    var start = 0.0
    for bucket in buckets {
      let end = start + Double(bucket.requests)
      let overlap = min(end, last) - max(start, first)
      if overlap > 0 {
        split.add(bucket, weight: overlap / Double(bucket.requests))
        covered += overlap
      }
      start = end
    }
    if covered == 0 { return nil }
    split.divide(by: covered)
    return split
  }
}

/// How the time of a typical request is divided, in nanoseconds.
public struct TimeSplit: Equatable, Sendable {
  private var parts: [Double]
  /// The part of the latency that went into attempts that were thrown away.
  public private(set) var wasted = 0.0

  init() { parts = Array(repeating: 0, count: TimeShares.count) }

  /// The time spent on `share`.
  public subscript(share: TimeShare) -> Double { parts[Int(share.rawValue)] }

  /// The latency: the sum of the parts.
  public var latency: Double {
    var sum = 0.0
    for part in parts { sum += part }
    return sum
  }

  mutating func add(_ bucket: TimeSplitBucket, weight: Double) {
    for share in TimeShare.allCases {
      parts[Int(share.rawValue)] += Double(bucket.shares[share]) * weight
    }
    wasted += Double(bucket.wasted) * weight
  }

  mutating func divide(by divisor: Double) {
    for index in parts.indices { parts[index] /= divisor }
    wasted /= divisor
  }
}
