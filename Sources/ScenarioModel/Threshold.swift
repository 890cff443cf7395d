/// What must hold of a metric at the end of a run, in k6's grammar: `p(95)<1000`.
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

  /// The metric's name, such as `http_req_duration`.
  public var metric: String
  public var method: Method
  public var comparison: Comparison
  /// What the value is compared with; milliseconds for a metric of time.
  public var bound: Double
  /// The expression as written.
  public var text: String

  public init(
    metric: String, method: Method, comparison: Comparison, bound: Double, text: String
  ) {
    self.metric = metric
    self.method = method
    self.comparison = comparison
    self.bound = bound
    self.text = text
  }
}
