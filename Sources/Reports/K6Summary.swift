public import Measurements
public import ScenarioModel

/// Everything that k6's end-of-test summary and its export show: metrics, checks and thresholds,
/// with their values.
public struct K6Summary: Sendable {
  /// One metric under one heading.
  public struct Metric: Sendable {
    /// The name; a part of a metric is written as `metric{tag:value}`.
    public let name: String
    public let content: MetricContent
    public let section: MetricSection
    public let value: Value

    public init(name: String, content: MetricContent, section: MetricSection, value: Value) {
      self.name = name
      self.content = content
      self.section = section
      self.value = value
    }
  }

  /// What a metric came to; times are in milliseconds.
  public enum Value: Sendable {
    case counter(count: Double, perSecond: Double)
    case gauge(value: Double, minimum: Double, maximum: Double)
    case rate(RateResult)
    /// The statistics of a trend, in the order in which they are printed; the same for every trend
    /// of a summary.
    case trend([Statistic])
  }

  /// One number read from a trend.
  public struct Statistic: Sendable {
    public let statistic: TrendStatistic
    public let value: Double

    public init(_ statistic: TrendStatistic, _ value: Double) {
      self.statistic = statistic
      self.value = value
    }

    public init(_ method: Threshold.Method, _ value: Double) {
      self.init(TrendStatistic(method), value)
    }
  }

  /// What one scenario came to, for a section of its own.
  public struct ScenarioSection: Sendable {
    public let name: String
    /// In the order in which they were declared.
    public let checks: [Check]
    /// In any order.
    public let metrics: [Metric]

    public init(name: String, checks: [Check], metrics: [Metric]) {
      self.name = name
      self.checks = checks
      self.metrics = metrics
    }
  }

  /// How often one check succeeded and failed.
  public struct Check: Sendable {
    public let name: String
    public let passes: UInt64
    public let fails: UInt64

    public init(name: String, passes: UInt64, fails: UInt64) {
      self.name = name
      self.passes = passes
      self.fails = fails
    }
  }

  /// What became of one threshold.
  public struct ThresholdResult: Sendable {
    public let threshold: Threshold
    /// The kind and content of the metric it is about.
    public let kind: MetricKind
    public let content: MetricContent
    /// What was read, and 0 when there was nothing to read; milliseconds for a time.
    public let observed: Double
    public let passed: Bool

    public init(
      threshold: Threshold, kind: MetricKind, content: MetricContent, observed: Double, passed: Bool
    ) {
      self.threshold = threshold
      self.kind = kind
      self.content = content
      self.observed = observed
      self.passed = passed
    }
  }

  /// How long the test took, in seconds, for the rate of all checks.
  public let seconds: Double
  /// In the order in which they were declared.
  public let thresholds: [ThresholdResult]
  /// In the order in which they were declared.
  public let checks: [Check]
  /// In any order; a summary sorts them by name.
  public let metrics: [Metric]
  /// The scenarios that have sections of their own, in the order in which they are printed.
  public let scenarios: [ScenarioSection]

  public init(
    seconds: Double, thresholds: [ThresholdResult], checks: [Check], metrics: [Metric],
    scenarios: [ScenarioSection] = []
  ) {
    self.scenarios = scenarios
    self.seconds = seconds
    self.thresholds = thresholds
    self.checks = checks
    self.metrics = metrics
  }

  /// The metrics by name, a part after its whole.
  var metricsByName: [Metric] {
    metrics.sorted { Self.precedes($0.name, $1.name) }
  }

  /// Adds a check; one of the same name is the same check, as in k6.
  static func add(_ check: Check, to checks: inout [Check]) {
    guard let place = checks.firstIndex(where: { $0.name == check.name }) else {
      checks.append(check)
      return
    }
    checks[place] = Check(
      name: check.name, passes: checks[place].passes + check.passes,
      fails: checks[place].fails + check.fails)
  }

  /// The names of metrics that have thresholds, in order of name, each once.
  var metricsWithThresholds: [String] {
    var names: [String] = []
    for result in thresholds where !names.contains(result.threshold.metric) {
      names.append(result.threshold.metric)
    }
    return names.sorted(by: Self.precedes)
  }

  /// The order of names in a summary: by the whole metric, then by the part.
  ///
  /// k6 compares in the order of the Unicode root collation, where a low line comes before digits
  /// and digits before letters; names hold nothing else.
  static func precedes(_ left: String, _ right: String) -> Bool {
    let leftWhole = left.prefix { $0 != "{" }
    let rightWhole = right.prefix { $0 != "{" }
    if leftWhole != rightWhole { return collates(leftWhole, before: rightWhole) }
    return collates(left.dropFirst(leftWhole.count), before: right.dropFirst(rightWhole.count))
  }

  private static func collates(_ left: Substring, before right: Substring) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8) { weight(of: $0) < weight(of: $1) }
  }

  private static func weight(of character: UInt8) -> UInt8 {
    character == UInt8(ascii: "_") ? 0 : character
  }
}
