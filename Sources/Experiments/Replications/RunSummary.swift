public import ContentionEngine
public import Measurements

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

  public init(_ result: RunResult) {
    seed = result.seed
    replication = result.replication
    digest = result.digest
    events = result.events
    requests = result.count(.requests)
    figures = RunFigure.allCases.map { $0.value(in: result) }
    findings = result.safety.findings
  }

  public subscript(figure: RunFigure) -> Double { figures[figure.index] }

  public func finding(_ promise: SafetyPromise) -> SafetyReport.Finding {
    findings[Int(promise.rawValue)]
  }
}
