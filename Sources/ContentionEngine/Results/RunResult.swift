public import Measurements
public import ScenarioModel
public import SimulationBasics

/// Everything that a run yields.
public struct RunResult: Sendable {
  /// A check of the model's own, and how often it passed.
  public struct Check: Equatable, Sendable {
    public let name: String
    public let passes: UInt64
    public let fails: UInt64
  }

  public let scenario: Scenario
  public let strategy: Strategy
  public let seed: UInt64
  public let replication: UInt32
  /// Of every dispatched event, in order: equal digests are equal runs.
  public let digest: RunDigest
  public let events: UInt64
  /// When the last load was over.
  public let virtualTime: VirtualDuration
  /// What the measurements cover: all of it unless there was a warm-up.
  public let window: VirtualDuration
  /// The largest number of users that were planned for at once.
  public let users: Int
  /// In the order of `MetricName.allCases`.
  public let metrics: [MetricValue]
  /// The parts of metrics that were measured: first the one that k6 always measures, then those
  /// that thresholds name, each once, in the order in which they are first named.
  public let parts: [(part: MetricPart, value: MetricValue)]
  /// The threshold that ended the run before its time.
  public let stoppedBy: Threshold?
  public let checks: [Check]
  public let resources: ResourceReport
  public let timeSplit: TimeSplitResult
  /// Requests by the number of their retries: at index 0 those without any.
  public let retries: [UInt64]
  /// Writes whose version was compared, also of requests that were never answered: as many as there
  /// can be version conflicts.
  public let versionChecks: UInt64
  /// Requests whose next attempt would have begun after the end of their load, and which therefore
  /// gave up; they are in no metric.
  public let gaveUpAtEnd: UInt64
  /// Calls, or requests of clients who never ask again, that were under way when their user was
  /// interrupted; they are in no metric.
  public let cutOffCalls: UInt64
  public let safety: SafetyReport
  /// How full the memory of the instances was; `nil` where it is not limited.
  public let memory: MemoryUse?
  /// What the faults came to; `nil` for a scenario without.
  public package(set) var faults: FaultReport?
  /// The first breach of each promise that was broken, in the order of the run.
  public let breaches: [Breach]
  /// How often each danger was met.
  public package(set) var dangers: DangerCounts
  /// The last deadlock that was found, also during the warm-up; `nil` when there was none.
  public package(set) var latestDeadlock: DeadlockReport?

  public subscript(metric: MetricName) -> MetricValue { metrics[metric.index] }

  /// What a part of a metric came to; `nil` for one that was not measured.
  public func value(of part: MetricPart) -> MetricValue? {
    parts.first { $0.part.isSame(as: part) }?.value
  }

  /// The count of a counter; 0 for a metric of another kind.
  public func count(_ metric: MetricName) -> UInt64 {
    if case .counter(let counter) = self[metric] { return counter.count }
    return 0
  }

  /// The values of a trend; no values for a metric of another kind.
  public func trend(_ metric: MetricName) -> TrendResult {
    if case .trend(let trend) = self[metric] { return trend }
    return .empty
  }

  /// The share of trues of a rate; 0 for a metric of another kind.
  public func rate(_ metric: MetricName) -> Double {
    if case .rate(let rate) = self[metric] { return rate.rate }
    return 0
  }

  /// What each threshold comes to, in declared order.
  public var thresholds: [(threshold: Threshold, outcome: Threshold.Outcome)] {
    scenario.thresholds.map { threshold in
      guard let metric = MetricName(text: threshold.part.metric),
        let value = threshold.part.tags.isEmpty ? self[metric] : value(of: threshold.part)
      else {
        return (threshold, Threshold.Outcome(observed: nil, passed: true))
      }
      return (threshold, threshold.outcome(for: value, of: metric.content))
    }
  }
}
