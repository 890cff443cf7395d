public import SimulationBasics

/// What must hold of a metric, or of a part of it, in k6's grammar: `p(95)<1000`.
///
/// It is judged at the end of a run, and with `abortsOnFail` every two seconds, too.
public struct Threshold: Hashable, Sendable {
  /// What is read from the metric.
  public enum Method: Hashable, Sendable {
    case count, rate, value, average, minimum, maximum, median
    /// A percentile from 0 to 100.
    case percentile(Double)
  }

  public enum Comparison: String, CaseIterable, Hashable, Sendable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case identical = "==="
    case different = "!="
  }

  /// The metric, or the part of one, that is judged.
  public var part: MetricPart
  public var method: Method
  public var comparison: Comparison
  /// What the value is compared with; milliseconds for a metric of time.
  public var bound: Double
  /// The expression as written.
  public var text: String
  /// Whether the run stops when the threshold fails.
  public var abortsOnFail: Bool
  /// How much of the run must be over before a failure stops it.
  public var abortDelay: VirtualDuration

  public init(
    part: MetricPart, method: Method, comparison: Comparison, bound: Double, text: String,
    abortsOnFail: Bool = false, abortDelay: VirtualDuration = .zero
  ) {
    self.part = part
    self.method = method
    self.comparison = comparison
    self.bound = bound
    self.text = text
    self.abortsOnFail = abortsOnFail
    self.abortDelay = abortDelay
  }

  public init(
    metric: String, method: Method, comparison: Comparison, bound: Double, text: String
  ) {
    self.init(
      part: MetricPart(metric: metric), method: method, comparison: comparison, bound: bound,
      text: text)
  }

  /// The name of the metric, or of its part, as k6 writes it.
  public var metric: String { part.text }
}
