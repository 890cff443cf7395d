public import SimulationBasics

/// Records the samples of every metric of `MetricName`.
///
/// Each kind of metric has a method of its own, and using another kind's is a programmer's mistake
/// that traps. Every metric has a value at the end, also when nothing was recorded for it.
public struct MetricRecorder: ~Copyable {
  private var counters: FixedTable<UInt64>
  private var trues: FixedTable<UInt64>
  private var trials: FixedTable<UInt64>
  private var gauges: FixedTable<GaugeMeter>
  // One property each: Embedded Swift 6.3 cannot destroy an inline array of noncopyable values.
  private var iterationDuration = Trend()
  private var requestDuration = Trend()
  private var retryCount = Trend()
  private var lockWaitTime = Trend()
  private var distributedLockWaitTime = Trend()
  private var connectionWaitTime = Trend()
  private var backoffTime = Trend()
  private var wastedWorkTime = Trend()
  private var callDuration = Trend()

  /// A recorder without samples.
  public init() {
    let count = MetricName.allCases.count
    counters = FixedTable(repeating: 0, count: count)
    trues = FixedTable(repeating: 0, count: count)
    trials = FixedTable(repeating: 0, count: count)
    gauges = FixedTable(repeating: GaugeMeter(), count: count)
  }

  /// Adds to a counter.
  ///
  /// - Precondition: `metric` is a counter.
  public mutating func count(_ metric: MetricName, by added: UInt64 = 1) {
    precondition(metric.kind == .counter, "counted in a metric that is no counter")
    counters[metric.index] += added
  }

  /// Takes in one trial of a rate: whether it had the metric's property.
  ///
  /// - Precondition: `metric` is a rate.
  public mutating func tell(_ metric: MetricName, _ isTrue: Bool) {
    precondition(metric.kind == .rate, "told a metric that is no rate")
    trues[metric.index] += isTrue ? 1 : 0
    trials[metric.index] += 1
  }

  /// Samples a gauge.
  ///
  /// - Precondition: `metric` is a gauge.
  public mutating func sample(_ metric: MetricName, level: UInt64) {
    precondition(metric.kind == .gauge, "sampled a metric that is no gauge")
    gauges[metric.index].record(level)
  }

  /// Takes one value of a trend in: nanoseconds for a metric of time, a plain number otherwise.
  ///
  /// - Precondition: `metric` is a trend.
  public mutating func record(_ metric: MetricName, _ value: UInt64) {
    switch metric {
    case .iterationDuration: iterationDuration.record(value)
    case .requestDuration: requestDuration.record(value)
    case .retryCount: retryCount.record(value)
    case .lockWaitTime: lockWaitTime.record(value)
    case .distributedLockWaitTime: distributedLockWaitTime.record(value)
    case .connectionWaitTime: connectionWaitTime.record(value)
    case .backoffTime: backoffTime.record(value)
    case .wastedWorkTime: wastedWorkTime.record(value)
    case .callDuration: callDuration.record(value)
    default: preconditionFailure("recorded a value in a metric that is no trend")
    }
  }

  /// Forgets all samples but the last of each gauge, when the warm-up is over.
  public mutating func startWindow() {
    for index in 0..<counters.count {
      counters[index] = 0
      trues[index] = 0
      trials[index] = 0
      gauges[index].startWindow()
    }
    iterationDuration.reset()
    requestDuration.reset()
    retryCount.reset()
    lockWaitTime.reset()
    distributedLockWaitTime.reset()
    connectionWaitTime.reset()
    backoffTime.reset()
    wastedWorkTime.reset()
    callDuration.reset()
  }

  /// What a metric has come to.
  ///
  /// - Parameter window: How long was recorded, for the rates of counters.
  /// - Complexity: O(1) but for a trend, where it is that of `Trend.result()`.
  public func value(of metric: MetricName, over window: VirtualDuration) -> MetricValue {
    let index = metric.index
    return switch metric.kind {
    case .counter: .counter(CounterResult(count: counters[index], window: window))
    case .rate: .rate(RateResult(trues: trues[index], total: trials[index]))
    case .gauge: .gauge(gauges[index].result)
    case .trend: .trend(trend(metric))
    }
  }

  private func trend(_ metric: MetricName) -> TrendResult {
    switch metric {
    case .iterationDuration: iterationDuration.result()
    case .requestDuration: requestDuration.result()
    case .retryCount: retryCount.result()
    case .lockWaitTime: lockWaitTime.result()
    case .distributedLockWaitTime: distributedLockWaitTime.result()
    case .connectionWaitTime: connectionWaitTime.result()
    case .backoffTime: backoffTime.result()
    case .wastedWorkTime: wastedWorkTime.result()
    case .callDuration: callDuration.result()
    default: preconditionFailure("asked for the values of a metric that is no trend")
    }
  }
}
