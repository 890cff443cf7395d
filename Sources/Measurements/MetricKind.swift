/// How the samples of a metric become a value: k6's four types.
public enum MetricKind: String, CaseIterable, Sendable {
  /// Samples are added up.
  case counter
  /// The last sample counts.
  case gauge
  /// Samples are true or false.
  case rate
  /// The distribution of the samples counts.
  case trend
}

/// What the values of a metric are: k6's `contains`.
public enum MetricContent: String, CaseIterable, Sendable {
  /// Plain numbers.
  case plain = "default"
  /// Times: recorded in nanoseconds, read in milliseconds.
  case time
  /// Bytes.
  case data
}

/// The headings under which k6's summary lists metrics, in its order.
public enum MetricSection: String, CaseIterable, Sendable {
  /// A block of its own above the headings.
  case checks
  case custom
  case http
  case execution
  case network
}
