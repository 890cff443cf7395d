/// The kinds of metric, which decide what a threshold can ask of one.
enum MetricKind: String, Hashable, Sendable {
  case counter, gauge, rate, trend

  /// The methods of a threshold on a metric of this kind (k6, metrics/thresholds_parser.go).
  var methods: [String] {
    switch self {
    case .counter: ["count", "rate"]
    case .gauge: ["value"]
    case .rate: ["rate"]
    case .trend: ["avg", "min", "max", "med", "p(…)"]
    }
  }
}

/// The metrics that a threshold can name.
enum MetricKinds {
  /// Every metric and its kind: k6's own first, then this project's.
  static let all: [(name: String, kind: MetricKind)] = [
    ("vus", .gauge), ("vus_max", .gauge), ("iterations", .counter), ("iteration_duration", .trend),
    ("dropped_iterations", .counter), ("checks", .rate), ("group_duration", .trend),
    ("http_reqs", .counter), ("http_req_failed", .rate), ("http_req_duration", .trend),
    ("http_req_blocked", .trend), ("http_req_connecting", .trend),
    ("http_req_tls_handshaking", .trend), ("http_req_sending", .trend),
    ("http_req_waiting", .trend), ("http_req_receiving", .trend), ("data_sent", .counter),
    ("data_received", .counter),
    ("errors", .rate), ("success", .rate), ("optimistic_lock_conflicts", .counter),
    ("optimistic_lock_exhausted", .counter), ("pessimistic_lock_timeouts", .counter),
    ("deadlocks", .counter), ("distributed_lock_timeouts", .counter),
    ("lease_expirations", .counter), ("idempotency_conflicts", .counter),
    ("idempotent_replays", .counter), ("duplicate_payments_prevented", .counter),
    ("stock_depletions", .counter), ("connection_timeouts", .counter),
    ("threads_refused", .counter), ("lost_updates", .counter), ("duplicate_effects", .counter),
    ("oversold", .counter), ("insufficient_balance", .counter), ("missing_keys", .counter),
    ("duplicate_key_errors", .counter), ("deadlock_exhausted", .counter),
    ("cache_hits", .counter), ("cache_misses", .counter), ("idempotency_takeovers", .counter),
    ("instance_crashes", .counter), ("requests_dropped", .counter),
    ("connections_refused", .counter), ("retry_count", .trend),
    ("lock_wait_time", .trend), ("distributed_lock_wait_time", .trend),
    ("connection_wait_time", .trend), ("backoff_time", .trend), ("wasted_work_time", .trend),
  ]
}
