public import ContentionEngine
import Measurements
import SimulationBasics

/// The figures by which a simulated run is compared with a measured one.
public enum ComparedFigure: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Successful requests that ended in the window, by the second.
  case throughput
  /// Answered requests of the window, by the second, the failed ones included.
  case answers
  /// The mean latency of all answered requests, in milliseconds.
  case meanLatency
  case medianLatency
  case latency95
  case latency99
  /// Updates that found the version moved.
  case versionConflicts
  /// Error 1213.
  case deadlocks
  /// Error 1205.
  case lockWaitTimeouts
  /// Waits for the Redis lock that ran out.
  case distributedLockTimeouts
  /// Waits for a connection that ran out.
  case connectionTimeouts
  /// Error 1062.
  case duplicateKeys
  /// Requests that ran out of retries on version conflicts.
  case exhausted
  /// Updates of the whole run that another overwrote unseen.
  case lostUpdates

  /// The figure's place in arrays with an element for each figure.
  public var index: Int { Int(rawValue) }

  /// The name in tables.
  public var text: String {
    switch self {
    case .throughput: "throughput"
    case .answers: "answers"
    case .meanLatency: "mean"
    case .medianLatency: "p50"
    case .latency95: "p95"
    case .latency99: "p99"
    case .versionConflicts: "conflicts"
    case .deadlocks: "deadlocks"
    case .lockWaitTimeouts: "1205"
    case .distributedLockTimeouts: "redis timeouts"
    case .connectionTimeouts: "pool timeouts"
    case .duplicateKeys: "1062"
    case .exhausted: "out of retries"
    case .lostUpdates: "lost updates"
    }
  }

  /// How far a simulated value may be from the measured one, as a share of it, where repeated runs
  /// do not differ; `nil` for a figure that is shown and not judged.
  public var tolerance: Double? {
    switch self {
    case .throughput: 0.03
    case .meanLatency: 0.10
    case .latency95: 0.15
    case .versionConflicts, .deadlocks, .lockWaitTimeouts, .distributedLockTimeouts,
      .connectionTimeouts, .lostUpdates:
      0.15
    case .answers, .medianLatency, .latency99, .duplicateKeys, .exhausted: nil
    }
  }

  /// Whether the figure is a number of events in one run.
  public var isCount: Bool {
    switch self {
    case .throughput, .answers, .meanLatency, .medianLatency, .latency95, .latency99: false
    case .versionConflicts, .deadlocks, .lockWaitTimeouts, .distributedLockTimeouts,
      .connectionTimeouts, .duplicateKeys, .exhausted, .lostUpdates:
      true
    }
  }

  /// What the figure is in a simulated run.
  ///
  /// - Complexity: O(1), or O(buckets) for a percentile of more values than are kept.
  public func value(in result: RunResult) -> Double {
    let latency = result.trend(.requestDuration)
    switch self {
    case .throughput:
      // A refusal is an answer of the business, and no success either.
      guard case .rate(let failed) = result[.requestFailed] else { return 0 }
      return perSecond(result.count(.requests) - failed.trues, in: result)
    case .answers: return perSecond(result.count(.requests), in: result)
    case .meanLatency: return latency.mean / 1e6
    case .medianLatency: return latency.percentile(0.5) / 1e6
    case .latency95: return latency.percentile(0.95) / 1e6
    case .latency99: return latency.percentile(0.99) / 1e6
    case .versionConflicts: return Double(result.count(.optimisticLockConflicts))
    case .deadlocks: return Double(result.count(.deadlocks))
    case .lockWaitTimeouts: return Double(result.count(.pessimisticLockTimeouts))
    case .distributedLockTimeouts: return Double(result.count(.distributedLockTimeouts))
    case .connectionTimeouts: return Double(result.count(.connectionTimeouts))
    case .duplicateKeys: return Double(result.count(.duplicateKeyErrors))
    case .exhausted: return Double(result.count(.optimisticLockExhausted))
    case .lostUpdates: return Double(result.count(.lostUpdates))
    }
  }

  private func perSecond(_ count: UInt64, in result: RunResult) -> Double {
    result.window == .zero ? 0 : Double(count) / result.window.inSeconds
  }
}
