public import ContentionEngine
public import Measurements
public import ScenarioModel
import SimulationBasics

/// The figures by which defences are compared.
public enum DefenceFigure: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// The part of the clients' calls that succeeded, whatever the number of attempts; of the
  /// requests where no client has a policy.
  case successShare
  /// The 95th percentile of the time from a call's first request to the client's last word, in
  /// nanoseconds; of `http_req_duration` where no client has a policy.
  case latency95
  /// Calls that succeeded, by the second.
  case successesPerSecond

  /// The figure's place in arrays with an element for each figure.
  public var index: Int { Int(rawValue) }

  /// The name of the figure's column in a CSV file.
  public var text: String {
    switch self {
    case .successShare: "success_share"
    case .latency95: "p95_ns"
    case .successesPerSecond: "successes_per_s"
    }
  }

  /// What the figure is in one run.
  public func value(in result: RunResult) -> Double {
    var calls = RateResult(trues: 0, total: 0)
    var latency = result.trend(.callDuration)
    if case .rate(let rate) = result[.callSuccess] { calls = rate }
    if calls.total == 0, case .rate(let rate) = result[.success] {
      calls = rate
      latency = result.trend(.requestDuration)
    }
    switch self {
    case .successShare: return calls.rate
    case .latency95: return latency.percentile(0.95)
    case .successesPerSecond:
      return result.window == .zero ? 0 : Double(calls.trues) / result.window.inSeconds
    }
  }
}

/// What is kept of one run of a comparison of defences.
public struct DefendedRun: Equatable, Sendable {
  public let seed: UInt64
  public let digest: RunDigest
  /// The fault as it was in this run; `nil` when nothing went wrong.
  public let fault: Fault?
  /// How often it happened.
  public let struck: UInt64
  /// How often a request came into a distributed lock in which another still was, or went on
  /// without the lock: whatever has only the lock to rely on was in danger at most as often.
  public let intrusions: UInt64
  /// In the order of `SafetyPromise.allCases`.
  public let findings: [SafetyReport.Finding]
  /// In the order of `DefenceFigure.allCases`.
  private let figures: [Double]

  public init(_ result: RunResult, fault: Fault?) {
    self.init(
      seed: result.seed, digest: result.digest, fault: fault,
      struck: result.faults?.uses.reduce(0) { $0 + $1.count } ?? 0,
      intrusions: result.dangers[.twoInsideOneLock] + result.dangers[.wentOnWithoutLock],
      findings: result.safety.findings,
      figures: DefenceFigure.allCases.map { $0.value(in: result) })
  }

  /// - Parameter figures: In the order of `DefenceFigure.allCases`.
  public init(
    seed: UInt64, digest: RunDigest, fault: Fault?, struck: UInt64, intrusions: UInt64,
    findings: [SafetyReport.Finding], figures: [Double]
  ) {
    precondition(figures.count == DefenceFigure.allCases.count, "a value for each figure")
    self.seed = seed
    self.digest = digest
    self.fault = fault
    self.struck = struck
    self.intrusions = intrusions
    self.findings = findings
    self.figures = figures
  }

  public subscript(figure: DefenceFigure) -> Double { figures[figure.index] }

  public func finding(_ promise: SafetyPromise) -> SafetyReport.Finding {
    findings[Int(promise.rawValue)]
  }
}
