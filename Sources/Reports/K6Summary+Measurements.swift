public import Measurements
public import ScenarioModel

extension K6Summary.Metric {
  /// A measured metric, with the statistics that are wanted of a trend.
  public init(_ metric: MetricName, _ value: MetricValue, statistics: [TrendStatistic]) {
    self.init(part: metric.text, of: metric, value, statistics: statistics)
  }

  /// A part of a metric under its own name, with the statistics that are wanted of a trend.
  init(
    part name: String, of metric: MetricName, _ value: MetricValue, statistics: [TrendStatistic]
  ) {
    self.init(
      name: name, content: metric.content, section: metric.section,
      value: K6Summary.Value(value, metric.content, statistics: statistics))
  }
}

extension K6Summary.Value {
  fileprivate init(
    _ value: MetricValue, _ content: MetricContent, statistics: [TrendStatistic]
  ) {
    switch value {
    case .counter(let counter):
      self = .counter(count: Double(counter.count), perSecond: counter.perSecond)
    case .gauge(let gauge):
      self = .gauge(
        value: Double(gauge.value), minimum: Double(gauge.minimum), maximum: Double(gauge.maximum))
    case .rate(let rate):
      self = .rate(rate)
    case .trend(let trend):
      self = .trend(
        statistics.map { statistic in
          let method = statistic.method
          // A summary may show how many values there were; a threshold may not read that.
          let read = method == .count ? Double(trend.count) : value.reading(method, of: content)
          return K6Summary.Statistic(statistic, read ?? 0)
        })
    }
  }
}

extension K6Summary.ThresholdResult {
  /// What becomes of a threshold on a measured metric.
  public init(_ threshold: Threshold, on metric: MetricName, _ value: MetricValue) {
    let outcome = threshold.outcome(for: value, of: metric.content)
    self.init(
      threshold: threshold, kind: metric.kind, content: metric.content,
      observed: outcome.observed ?? 0, passed: outcome.passed)
  }
}

extension Threshold.Method {
  /// The method as k6 writes it in a threshold and in a summary: "avg", "p(99.9)".
  public var text: String {
    switch self {
    case .count: "count"
    case .rate: "rate"
    case .value: "value"
    case .average: "avg"
    case .minimum: "min"
    case .maximum: "max"
    case .median: "med"
    case .percentile(let percent): "p(\(NumberText.shortest(percent)))"
    }
  }
}
