import SimulationBasics

/// Adds up where the time of finished requests went, apart for fast and slow ones.
///
/// Requests are put into buckets by latency, sixteen for each doubling, and each bucket keeps the
/// sum of each `TimeShare`. Hence the mean split is exact, and the split around a percentile is the
/// mean over requests of about that latency. All sums are integers; a bucket can hold 2⁶⁴ − 1 ns,
/// which is 584 years of requests.
public struct TimeSplitRecorder: ~Copyable {
  static let scale = LogLinearScale(partBits: 4)

  private var buckets: FixedTable<TimeSplitBucket>

  /// A recorder without requests.
  public init() {
    buckets = FixedTable(repeating: TimeSplitBucket(), count: Self.scale.bucket(of: 1 << 24))
  }

  /// Takes in one finished request, whose latency is the sum of its parts.
  ///
  /// - Parameters:
  ///   - shares: What its time was spent on.
  ///   - wasted: How many of these nanoseconds went into attempts that were thrown away.
  /// - Complexity: O(1); allocates only for a latency longer than all before it, and then seldom.
  /// - Precondition: `wasted` is at most the latency.
  public mutating func record(_ shares: TimeShares, wasted: UInt64) {
    let latency = shares.total
    precondition(wasted <= latency, "more time wasted than spent")
    let index = Self.scale.bucket(of: latency)
    if index >= buckets.count {
      buckets.grow(
        toCount: min(max(index + 1, buckets.count * 2), Self.scale.bucketCount),
        filledWith: TimeSplitBucket())
    }
    buckets[index].record(shares, wasted: wasted)
  }

  /// Forgets all requests and keeps the storage.
  public mutating func reset() {
    for index in 0..<buckets.count { buckets[index] = TimeSplitBucket() }
  }

  /// What has been recorded so far, as a value to keep.
  ///
  /// - Complexity: O(buckets).
  public func result() -> TimeSplitResult {
    var kept: [TimeSplitBucket] = []
    var indices: [Int] = []
    for index in 0..<buckets.count where buckets[index].requests > 0 {
      kept.append(buckets[index])
      indices.append(index)
    }
    return TimeSplitResult(indices: indices, buckets: kept)
  }
}

/// The requests of about one latency, and what their time was spent on.
struct TimeSplitBucket: Equatable, Sendable, BitwiseCopyable {
  private(set) var requests: UInt64 = 0
  private(set) var shares = TimeShares()
  private(set) var wasted: UInt64 = 0

  @inline(__always)
  mutating func record(_ shares: TimeShares, wasted: UInt64) {
    requests += 1
    self.shares += shares
    self.wasted += wasted
  }

  mutating func merge(_ other: TimeSplitBucket) {
    requests += other.requests
    shares += other.shares
    wasted += other.wasted
  }
}
