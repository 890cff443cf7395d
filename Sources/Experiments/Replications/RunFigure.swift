public import ContentionEngine
import Measurements
import ScenarioModel
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
  /// Iterations that users ended, by the second: k6's `iterations`.
  case iterationsPerSecond
  /// Iterations that were due and for which there was no user, or no time.
  case droppedIterations
  /// The part of the requests without a 2xx or 3xx answer: k6's `http_req_failed`.
  case failedShare
  /// Error 1213.
  case deadlocks
  /// Error 1205: waits for a row that ran out.
  case rowLockTimeouts
  /// Waits for a connection of the pool that ran out.
  case connectionTimeouts
  /// Waits for a distributed lock that ran out.
  case distributedLockTimeouts
  /// Commands to the lock server that were not answered in time.
  case lockServerTimeouts
  /// Requests that ran out of retries, on version conflicts or on deadlocks.
  case exhaustedRequests
  /// The part of all latencies that went into attempts that were thrown away.
  case wastedShare
  /// Statements that took a core of the database, by the second; 0 where its cores are not limited.
  case statementsPerSecond
  /// Syncs of the database's log, by the second.
  case syncsPerSecond
  /// The part of the database's cores that was busy; 0 where they are not limited.
  case databaseBusyShare
  /// Attempts of clients after the first of each call.
  case clientRetries
  /// The part of the clients' calls that succeeded, retries included; where clients never ask
  /// again, a request is a call.
  case callSuccessShare
  /// The 95th percentile of the calls' lengths, retries included, in nanoseconds.
  case callLatency95
  /// The 99th percentile of the calls' lengths, retries included, in nanoseconds.
  case callLatency99

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
    case .iterationsPerSecond: "iterations_per_s"
    case .droppedIterations: "dropped_iterations"
    case .failedShare: "failed_share"
    case .deadlocks: "deadlocks"
    case .rowLockTimeouts: "row_lock_timeouts"
    case .connectionTimeouts: "connection_timeouts"
    case .distributedLockTimeouts: "distributed_lock_timeouts"
    case .lockServerTimeouts: "redis_timeouts"
    case .exhaustedRequests: "exhausted_requests"
    case .wastedShare: "wasted_share"
    case .statementsPerSecond: "db_statements_per_s"
    case .syncsPerSecond: "log_syncs_per_s"
    case .databaseBusyShare: "db_busy_share"
    case .clientRetries: "client_retries"
    case .callSuccessShare: "call_success_share"
    case .callLatency95: "call_p95_ns"
    case .callLatency99: "call_p99_ns"
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
    case .iterationsPerSecond: return perSecond(result.count(.iterations), in: result)
    case .droppedIterations: return Double(result.count(.droppedIterations))
    case .failedShare: return result.rate(.requestFailed)
    case .deadlocks: return Double(result.count(.deadlocks))
    case .rowLockTimeouts: return Double(result.count(.pessimisticLockTimeouts))
    case .connectionTimeouts: return Double(result.count(.connectionTimeouts))
    case .distributedLockTimeouts: return Double(result.count(.distributedLockTimeouts))
    case .lockServerTimeouts: return Double(result.count(.lockServerTimeouts))
    case .exhaustedRequests:
      return Double(result.count(.optimisticLockExhausted) + result.count(.deadlockExhausted))
    case .wastedShare:
      let all = result.timeSplit.totalLatency
      return all == 0 ? 0 : Double(result.timeSplit.totalWasted) / Double(all)
    case .statementsPerSecond: return perSecond(result.resources.statements, in: result)
    case .syncsPerSecond: return perSecond(result.resources.syncs, in: result)
    case .databaseBusyShare: return result.resources.servers(.databaseCores)?.utilisation ?? 0
    case .clientRetries: return Double(result.count(.clientRetries))
    case .callSuccessShare:
      return result.rate(result.scenario.hasClients ? .callSuccess : .success)
    case .callLatency95: return calls(in: result).percentile(0.95)
    case .callLatency99: return calls(in: result).percentile(0.99)
    }
  }

  private func calls(in result: RunResult) -> TrendResult {
    result.trend(result.scenario.hasClients ? .callDuration : .requestDuration)
  }

  private func perSecond(_ count: UInt64, in result: RunResult) -> Double {
    result.window == .zero ? 0 : Double(count) / result.window.inSeconds
  }
}
