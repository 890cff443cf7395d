public import ContentionEngine
public import Measurements
public import ScenarioModel

/// What is kept of one run among many: a few hundred bytes, whatever the run's length.
public struct RunSummary: Equatable, Sendable {
  public let seed: UInt64
  public let replication: UInt32
  public let digest: RunDigest
  public let events: UInt64
  /// Requests that were answered in the window.
  public let requests: UInt64
  private let figures: [Double]
  /// In the order of `SafetyPromise.allCases`.
  public let findings: [SafetyReport.Finding]
  /// What each threshold of the model came to, in declared order.
  public let thresholds: [Threshold.Outcome]

  /// A summary of known figures, such as those of a run that was kept in a file.
  ///
  /// - Precondition: There is a value for each figure and a finding for each promise, in the order
  ///   of their cases.
  public init(
    seed: UInt64, replication: UInt32, digest: RunDigest, events: UInt64, requests: UInt64,
    figures: [Double], findings: [SafetyReport.Finding], thresholds: [Threshold.Outcome] = []
  ) {
    precondition(figures.count == RunFigure.allCases.count, "a run has a value of each figure")
    precondition(
      findings.count == SafetyPromise.allCases.count, "a run has a finding for each promise")
    self.seed = seed
    self.replication = replication
    self.digest = digest
    self.events = events
    self.requests = requests
    self.figures = figures
    self.findings = findings
    self.thresholds = thresholds
  }

  public init(_ result: RunResult) {
    seed = result.seed
    replication = result.replication
    digest = result.digest
    events = result.events
    requests = result.count(.requests)
    figures = RunFigure.allCases.map { $0.value(in: result) }
    findings = result.safety.findings
    thresholds = result.thresholds.map { $0.outcome }
  }

  public subscript(figure: RunFigure) -> Double { figures[figure.index] }

  /// What the figure was; `nil` where it is one of requests and none was answered.
  public func known(_ figure: RunFigure) -> Double? {
    figure.isOfRequests && requests == 0 ? nil : self[figure]
  }

  /// Whether the figure is a percentile that is known only to
  /// `LatencyHistogram.relativeErrorBound`.
  public func isRounded(_ figure: RunFigure) -> Bool {
    figure.isPercentile && requests > UInt64(Trend.exactLimit)
  }

  public func finding(_ promise: SafetyPromise) -> SafetyReport.Finding {
    findings[Int(promise.rawValue)]
  }
}
