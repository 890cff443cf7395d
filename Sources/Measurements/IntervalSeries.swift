public import SimulationBasics

/// Measures what happens in each interval of a run, one row an interval, for plotting over time.
///
/// A row is handed out when its interval closes and is not kept, so memory is flat in the length of
/// the run.
public struct IntervalSeries: ~Copyable {
  /// What is counted in an interval.
  public enum Event: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// A request began an attempt; a retry is a further attempt.
    case attempt
    /// A request was answered with success.
    case success
    /// An attempt met a version that had moved.
    case conflict
    /// An attempt was a deadlock's victim.
    case deadlock
    /// A wait for a row ran out.
    case lockTimeout
  }

  /// What is timed in an interval.
  public enum Span: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// From the request to its answer.
    case latency
    /// Waiting for a connection.
    case poolWait
    /// Waiting for a row.
    case rowWait
    /// Waiting for a distributed lock.
    case redisWait
  }

  private var start = VirtualTime.start
  private var counts = InlineArray<5, UInt64>(repeating: 0)
  private var latency = LatencyHistogram()
  private var poolWait = LatencyHistogram()
  private var rowWait = LatencyHistogram()
  private var redisWait = LatencyHistogram()

  /// A series whose first interval begins with the run.
  public init() {}

  /// Counts one event in the running interval.
  public mutating func record(_ event: Event) {
    counts[Int(event.rawValue)] += 1
  }

  /// Takes in one length, in nanoseconds, that ended in the running interval.
  public mutating func record(_ span: Span, _ length: VirtualDuration) {
    switch span {
    case .latency: latency.record(length.inNanoseconds)
    case .poolWait: poolWait.record(length.inNanoseconds)
    case .rowWait: rowWait.record(length.inNanoseconds)
    case .redisWait: redisWait.record(length.inNanoseconds)
    }
  }

  /// Ends the running interval, begins the next one, and returns the row of the one that ended.
  ///
  /// - Parameters:
  ///   - now: The end of the interval.
  ///   - users: How many virtual users there are now.
  ///   - queueLength: How many requests wait now for anything that is contended.
  /// - Complexity: O(buckets between the smallest and the largest length of the interval).
  /// - Precondition: `now` is not before the interval's start.
  public mutating func close(at now: VirtualTime, users: Int, queueLength: Int) -> IntervalRow {
    let row = IntervalRow(
      start: start, length: now - start, users: users,
      attempts: counts[Int(Event.attempt.rawValue)],
      successes: counts[Int(Event.success.rawValue)],
      conflicts: counts[Int(Event.conflict.rawValue)],
      deadlocks: counts[Int(Event.deadlock.rawValue)],
      lockTimeouts: counts[Int(Event.lockTimeout.rawValue)],
      poolWaitPercentile95: Self.percentile(0.95, of: poolWait),
      rowWaitPercentile95: Self.percentile(0.95, of: rowWait),
      redisWaitPercentile95: Self.percentile(0.95, of: redisWait),
      median: Self.percentile(0.5, of: latency),
      percentile95: Self.percentile(0.95, of: latency),
      percentile99: Self.percentile(0.99, of: latency), queueLength: queueLength)
    start = now
    counts = InlineArray(repeating: 0)
    latency.reset()
    poolWait.reset()
    rowWait.reset()
    redisWait.reset()
    return row
  }

  private static func percentile(
    _ fraction: Double, of lengths: borrowing LatencyHistogram
  ) -> Double? {
    lengths.count == 0 ? nil : lengths.percentile(fraction)
  }
}

/// What happened in one interval of a run; percentiles are in nanoseconds, and `nil` when nothing
/// was timed.
public struct IntervalRow: Equatable, Sendable {
  /// When the interval began.
  public let start: VirtualTime
  /// How long the interval was.
  public let length: VirtualDuration
  /// How many virtual users there were at its end.
  public let users: Int
  public let attempts: UInt64
  public let successes: UInt64
  public let conflicts: UInt64
  public let deadlocks: UInt64
  public let lockTimeouts: UInt64
  public let poolWaitPercentile95: Double?
  public let rowWaitPercentile95: Double?
  public let redisWaitPercentile95: Double?
  public let median: Double?
  public let percentile95: Double?
  public let percentile99: Double?
  /// How many requests waited for anything that is contended at its end.
  public let queueLength: Int

  /// When the interval ended.
  public var end: VirtualTime { start + length }
}
