public import ScenarioModel
import SimulationBasics

extension MetricKind {
  /// Whether a threshold on such a metric may read `method`: k6's rule (`metrics/thresholds.go`).
  public func offers(_ method: Threshold.Method) -> Bool {
    switch method {
    case .count: self == .counter
    case .rate: self == .counter || self == .rate
    case .value: self == .gauge
    case .average, .minimum, .maximum, .median, .percentile: self == .trend
    }
  }
}

extension MetricValue {
  /// What a method reads from this value; times are read in milliseconds.
  ///
  /// - Returns: The number, or `nil` where k6 has no value: a rate without samples, a counter over
  ///   no time, or a method that this kind of metric does not offer.
  public func reading(_ method: Threshold.Method, of content: MetricContent) -> Double? {
    switch (self, method) {
    case (.counter(let counter), .count):
      return Double(counter.count)
    case (.counter(let counter), .rate):
      return counter.window == .zero ? nil : counter.perSecond
    case (.gauge(let gauge), .value):
      return Double(gauge.value)
    case (.rate(let rate), .rate):
      return rate.total == 0 ? nil : rate.rate
    case (.trend(let trend), _):
      return trend.reading(method).map { content == .time ? $0 / 1e6 : $0 }
    case (.counter, _), (.gauge, _), (.rate, _):
      return nil
    }
  }
}

extension MetricValue {
  /// Whether there was anything to judge: during a run k6 leaves out what has no samples
  /// (`IsEmpty` in `metrics/sink.go`).
  public var hasSamples: Bool {
    switch self {
    case .counter(let counter): counter.count > 0
    case .gauge: true
    case .rate(let rate): rate.total > 0
    case .trend(let trend): trend.count > 0
    }
  }
}

extension TrendResult {
  /// What a method reads from this trend, in the unit in which its values were recorded.
  fileprivate func reading(_ method: Threshold.Method) -> Double? {
    switch method {
    case .average: mean
    case .minimum: Double(minimum)
    case .maximum: Double(maximum)
    case .median: percentile(0.5)
    case .percentile(let percent): percentile(percent / 100)
    case .count, .rate, .value: nil
    }
  }
}

extension Threshold {
  /// What became of a threshold at the end of a run.
  public struct Outcome: Equatable, Sendable {
    /// What the method read, or `nil` when there was nothing to read.
    public let observed: Double?
    /// The promise held; it also holds when there was nothing to read, as in k6.
    public let passed: Bool

    public init(observed: Double?, passed: Bool) {
      self.observed = observed
      self.passed = passed
    }
  }

  /// Compares what this threshold reads from `value` with its bound.
  public func outcome(for value: MetricValue, of content: MetricContent) -> Outcome {
    guard let observed = value.reading(method, of: content) else {
      return Outcome(observed: nil, passed: true)
    }
    return Outcome(observed: observed, passed: comparison.holds(observed, bound))
  }
}

extension Threshold.Comparison {
  /// Whether the comparison is true of these two numbers.
  func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal, .identical: left == right
    case .different: left != right
    }
  }
}
