public import ScenarioModel
public import SimulationBasics

/// Records the parts of metrics that thresholds name: what k6 calls sub-metrics.
///
/// It is handed every sample and keeps those that a part wants. `MetricPart.expectedDurations` is
/// none of its own: it is measured in every run, and by another way, because handing over every
/// sample costs.
public struct PartRecorder: ~Copyable {
  /// The parts, each once, in the order in which they are first named.
  public let parts: [MetricPart]
  private let metrics: FixedTable<MetricName>
  private let filters: PartFilters
  /// The parts by metric: those of a metric lie together, and begin where `firstPlaces` says.
  private let order: FixedTable<Int>
  private let firstPlaces: FixedTable<Int>
  private var counters: FixedTable<UInt64>
  private var trues: FixedTable<UInt64>
  private var gauges: FixedTable<GaugeMeter>
  /// By part; those of parts that are no trends stay empty.
  private let trends: [PartTrend]

  /// A recorder of the parts that the scenario's thresholds name.
  public init(for scenario: Scenario) {
    var parts: [MetricPart] = []
    var metrics: [MetricName] = []
    for threshold in scenario.thresholds {
      let part = threshold.part
      if part.tags.isEmpty || part.isSame(as: .expectedDurations)
        || parts.contains(where: { $0.isSame(as: part) })
      {
        continue
      }
      guard let metric = MetricName(text: part.metric) else { continue }
      parts.append(part)
      metrics.append(metric)
    }
    var order: [Int] = []
    var firstPlaces: [Int] = []
    for metric in MetricName.allCases {
      firstPlaces.append(order.count)
      for part in parts.indices where metrics[part] == metric { order.append(part) }
    }
    firstPlaces.append(order.count)
    self.parts = parts
    self.metrics = FixedTable(metrics)
    self.order = FixedTable(order)
    self.firstPlaces = FixedTable(firstPlaces)
    filters = PartFilters(parts, of: scenario)
    counters = FixedTable(repeating: 0, count: parts.count)
    trues = FixedTable(repeating: 0, count: parts.count)
    gauges = FixedTable(repeating: GaugeMeter(), count: parts.count)
    trends = parts.map { _ in PartTrend() }
  }

  /// Whether there is no part to record.
  public var isEmpty: Bool { parts.isEmpty }

  /// Takes a sample in.
  ///
  /// - Complexity: O(1) for each part of its metric; allocates as `Trend.record` does.
  public mutating func record(_ metric: MetricName, _ value: UInt64, of source: SampleSource) {
    for place in firstPlaces[metric.index]..<firstPlaces[metric.index + 1] {
      let part = order[place]
      guard filters.fits(part, source) else { continue }
      switch metric.kind {
      case .counter: counters[part] += value
      case .rate:
        counters[part] += 1
        trues[part] += value
      case .gauge: gauges[part].record(value)
      case .trend: trends[part].trend.record(value)
      }
    }
  }

  /// Forgets all samples, when the warm-up is over.
  public mutating func startWindow() {
    for part in parts.indices {
      counters[part] = 0
      trues[part] = 0
      gauges[part] = GaugeMeter()
      trends[part].trend.reset()
    }
  }

  /// What a part has come to.
  ///
  /// - Parameter window: How long was recorded, for the rates of counters.
  /// - Complexity: O(1) but for a trend, where it is that of `Trend.result()`.
  public func value(of part: Int, over window: VirtualDuration) -> MetricValue {
    switch metrics[part].kind {
    case .counter: .counter(CounterResult(count: counters[part], window: window))
    case .rate: .rate(RateResult(trues: trues[part], total: counters[part]))
    case .gauge: .gauge(gauges[part].result)
    case .trend: .trend(trends[part].trend.result())
    }
  }
}

/// A trend in a list; a `Trend` itself cannot be copied into one.
private final class PartTrend {
  var trend = Trend()
}
