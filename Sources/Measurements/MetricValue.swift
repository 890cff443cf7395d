public import SimulationBasics

/// What a metric came to: one of k6's four sinks (`metrics/sink.go`).
public enum MetricValue: Equatable, Sendable {
  case counter(CounterResult)
  case gauge(GaugeResult)
  case rate(RateResult)
  case trend(TrendResult)
}

/// How often something happened in a window of time.
public struct CounterResult: Equatable, Sendable {
  public let count: UInt64
  /// How long was counted.
  public let window: VirtualDuration

  public init(count: UInt64, window: VirtualDuration) {
    self.count = count
    self.window = window
  }

  /// The count for each second of the window, and 0 when the window has no length.
  public var perSecond: Double { window == .zero ? 0 : Double(count) / window.inSeconds }
}

/// A level: its last, smallest and largest sample.
public struct GaugeResult: Equatable, Sendable {
  public let value: UInt64
  public let minimum: UInt64
  public let maximum: UInt64

  public init(value: UInt64, minimum: UInt64, maximum: UInt64) {
    self.value = value
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// How many of some trials had a property.
public struct RateResult: Equatable, Sendable {
  /// The trials that had it; k6 calls them passes, whatever the property is.
  public let trues: UInt64
  public let total: UInt64

  /// - Precondition: `trues` is at most `total`.
  public init(trues: UInt64, total: UInt64) {
    precondition(trues <= total, "more trials had the property than there were")
    self.trues = trues
    self.total = total
  }

  /// The trials that did not have the property.
  public var falses: UInt64 { total - trues }
  /// The part of the trials that had the property, and 0 when there was no trial.
  public var rate: Double { total == 0 ? 0 : Double(trues) / Double(total) }
}
