public import ContentionEngine
import Measurements
import SimulationBasics

/// The figures of a run that replications are compared by.
public enum RunFigure: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// The part of the requests that were no errors.
  case successShare
  /// Answered requests, by the second: k6's `http_reqs`.
  case requestsPerSecond
  /// Answered requests that were no errors, by the second.
  case successesPerSecond
  /// The mean of `http_req_duration`, in nanoseconds.
  case meanLatency
  /// The median of `http_req_duration`, in nanoseconds.
  case medianLatency
  /// The 95th percentile of `http_req_duration`, in nanoseconds.
  case latency95
  /// The 99th percentile of `http_req_duration`, in nanoseconds.
  case latency99
  /// Writes that found the version moved.
  case versionConflicts
  /// The mean number of retries of a request.
  case retriesPerRequest
  case lostUpdates
  case duplicateEffects
  case oversold

  /// The figure's place in arrays with an element for each figure.
  public var index: Int { Int(rawValue) }

  /// The name of the figure's column in a CSV file.
  public var text: String {
    switch self {
    case .successShare: "success_share"
    case .requestsPerSecond: "requests_per_s"
    case .successesPerSecond: "successes_per_s"
    case .meanLatency: "mean_ns"
    case .medianLatency: "p50_ns"
    case .latency95: "p95_ns"
    case .latency99: "p99_ns"
    case .versionConflicts: "version_conflicts"
    case .retriesPerRequest: "retries_per_request"
    case .lostUpdates: "lost_updates"
    case .duplicateEffects: "duplicate_effects"
    case .oversold: "oversold"
    }
  }

  /// What the figure is in one run.
  ///
  /// - Complexity: O(1), or O(buckets) for a percentile of more values than are kept.
  public func value(in result: RunResult) -> Double {
    let latency = result.trend(.requestDuration)
    switch self {
    case .successShare: return result.rate(.success)
    case .requestsPerSecond: return perSecond(result.count(.requests), in: result)
    case .successesPerSecond:
      guard case .rate(let success) = result[.success] else { return 0 }
      return perSecond(success.trues, in: result)
    case .meanLatency: return latency.mean
    case .medianLatency: return latency.percentile(0.5)
    case .latency95: return latency.percentile(0.95)
    case .latency99: return latency.percentile(0.99)
    case .versionConflicts: return Double(result.count(.optimisticLockConflicts))
    case .retriesPerRequest: return result.trend(.retryCount).mean
    case .lostUpdates: return Double(result.count(.lostUpdates))
    case .duplicateEffects: return Double(result.count(.duplicateEffects))
    case .oversold: return Double(result.count(.oversold))
    }
  }

  private func perSecond(_ count: UInt64, in result: RunResult) -> Double {
    result.window == .zero ? 0 : Double(count) / result.window.inSeconds
  }
}
