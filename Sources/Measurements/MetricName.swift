/// The closed list of metrics that a run measures, in the order in which they are written.
///
/// k6's own come first, under k6's names (`metrics/builtin.go`), then the project's. The raw value
/// is an index into arrays with an element for each metric.
public enum MetricName: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case virtualUsers
  case virtualUsersMaximum
  case iterations
  case iterationDuration
  case droppedIterations
  case checks
  case requests
  case requestFailed
  case requestDuration

  case errors
  case success
  case optimisticLockConflicts
  case optimisticLockExhausted
  case pessimisticLockTimeouts
  case deadlocks
  case distributedLockTimeouts
  case leaseExpirations
  case idempotencyConflicts
  case idempotentReplays
  case duplicatePaymentsPrevented
  case stockDepletions
  case connectionTimeouts
  case threadsRefused
  case lostUpdates
  case duplicateEffects
  case oversold
  case retryCount
  case lockWaitTime
  case distributedLockWaitTime
  case connectionWaitTime
  case backoffTime
  case wastedWorkTime
  case insufficientBalance
  case missingKeys
  case duplicateKeyErrors
  case deadlockExhausted
  case cacheHits
  case cacheMisses
  case keyTakeovers
  case instanceCrashes
  case requestsDropped
  case connectionsRefused
  case responsesLost
  case lockServerTimeouts
  case callSuccess
  case callDuration
  case clientTimeouts
  case clientRetries
  case retriesDenied
  case callsNotPermitted

  /// The metric's place in arrays with an element for each metric.
  public var index: Int { Int(rawValue) }

  /// The name in a summary, an export and a threshold.
  public var text: String {
    switch self {
    case .virtualUsers: "vus"
    case .virtualUsersMaximum: "vus_max"
    case .iterations: "iterations"
    case .iterationDuration: "iteration_duration"
    case .droppedIterations: "dropped_iterations"
    case .checks: "checks"
    case .requests: "http_reqs"
    case .requestFailed: "http_req_failed"
    case .requestDuration: "http_req_duration"
    case .errors: "errors"
    case .success: "success"
    case .optimisticLockConflicts: "optimistic_lock_conflicts"
    case .optimisticLockExhausted: "optimistic_lock_exhausted"
    case .pessimisticLockTimeouts: "pessimistic_lock_timeouts"
    case .deadlocks: "deadlocks"
    case .distributedLockTimeouts: "distributed_lock_timeouts"
    case .leaseExpirations: "lease_expirations"
    case .idempotencyConflicts: "idempotency_conflicts"
    case .idempotentReplays: "idempotent_replays"
    case .duplicatePaymentsPrevented: "duplicate_payments_prevented"
    case .stockDepletions: "stock_depletions"
    case .connectionTimeouts: "connection_timeouts"
    case .threadsRefused: "threads_refused"
    case .lostUpdates: "lost_updates"
    case .duplicateEffects: "duplicate_effects"
    case .oversold: "oversold"
    case .retryCount: "retry_count"
    case .lockWaitTime: "lock_wait_time"
    case .distributedLockWaitTime: "distributed_lock_wait_time"
    case .connectionWaitTime: "connection_wait_time"
    case .backoffTime: "backoff_time"
    case .wastedWorkTime: "wasted_work_time"
    case .insufficientBalance: "insufficient_balance"
    case .missingKeys: "missing_keys"
    case .duplicateKeyErrors: "duplicate_key_errors"
    case .deadlockExhausted: "deadlock_exhausted"
    case .cacheHits: "cache_hits"
    case .cacheMisses: "cache_misses"
    case .keyTakeovers: "idempotency_takeovers"
    case .instanceCrashes: "instance_crashes"
    case .requestsDropped: "requests_dropped"
    case .connectionsRefused: "connections_refused"
    case .responsesLost: "responses_lost"
    case .lockServerTimeouts: "redis_timeouts"
    case .callSuccess: "call_success"
    case .callDuration: "call_duration"
    case .clientTimeouts: "client_timeouts"
    case .clientRetries: "client_retries"
    case .retriesDenied: "retries_denied"
    case .callsNotPermitted: "calls_not_permitted"
    }
  }

  /// The metric of that name, or `nil` when there is none.
  public init?(text: String) {
    for metric in MetricName.allCases where metric.text == text {
      self = metric
      return
    }
    return nil
  }

  /// How its samples become a value.
  public var kind: MetricKind {
    switch self {
    case .virtualUsers, .virtualUsersMaximum:
      .gauge
    case .checks, .requestFailed, .errors, .success, .callSuccess:
      .rate
    case .iterationDuration, .requestDuration, .retryCount, .lockWaitTime,
      .distributedLockWaitTime, .connectionWaitTime, .backoffTime, .wastedWorkTime, .callDuration:
      .trend
    case .iterations, .droppedIterations, .requests, .optimisticLockConflicts,
      .optimisticLockExhausted, .pessimisticLockTimeouts, .deadlocks, .distributedLockTimeouts,
      .leaseExpirations, .idempotencyConflicts, .idempotentReplays, .duplicatePaymentsPrevented,
      .stockDepletions, .connectionTimeouts, .threadsRefused, .lostUpdates, .duplicateEffects,
      .oversold, .insufficientBalance, .missingKeys, .duplicateKeyErrors, .deadlockExhausted,
      .cacheHits, .cacheMisses, .keyTakeovers, .instanceCrashes, .requestsDropped,
      .connectionsRefused, .responsesLost, .lockServerTimeouts, .clientTimeouts, .clientRetries,
      .retriesDenied, .callsNotPermitted:
      .counter
    }
  }

  /// What its values are: times for every trend but the number of retries, plain numbers for the
  /// rest.
  public var content: MetricContent {
    kind == .trend && self != .retryCount ? .time : .plain
  }

  /// Under which heading a summary lists it.
  public var section: MetricSection {
    switch self {
    case .checks: .checks
    case .requests, .requestFailed, .requestDuration: .http
    case .virtualUsers, .virtualUsersMaximum, .iterations, .iterationDuration, .droppedIterations:
      .execution
    default: .custom
    }
  }
}
