package import ScenarioModel

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

/// A metric that a threshold can name.
struct KnownMetric: Hashable, Sendable {
  let name: String
  let kind: MetricKind
  /// What its samples are about, and so by which tags its parts are told.
  let subject: SampleSubject
}

/// The metrics that a threshold can name.
package enum MetricKinds {
  /// Every metric: k6's own first, then this project's.
  static let all: [KnownMetric] = list

  /// The names of all metrics, and what their samples are about.
  package static var subjects: [(name: String, subject: SampleSubject)] {
    all.map { ($0.name, $0.subject) }
  }

  /// The metrics that k6 has and a simulation has not, and what to measure in their place.
  static let notSimulated: [(name: String, instead: String)] = [
    ("http_req_blocked", "http_req_duration"), ("http_req_connecting", "http_req_duration"),
    ("http_req_tls_handshaking", "http_req_duration"), ("http_req_sending", "http_req_duration"),
    ("http_req_waiting", "http_req_duration"), ("http_req_receiving", "http_req_duration"),
    ("data_sent", "http_reqs"), ("data_received", "http_reqs"),
    ("group_duration", "iteration_duration"), ("grpc_req_duration", "http_req_duration"),
    ("ws_connecting", "http_req_duration"), ("ws_session_duration", "http_req_duration"),
    ("ws_ping", "http_req_duration"), ("ws_sessions", "http_reqs"),
    ("ws_msgs_sent", "http_reqs"), ("ws_msgs_received", "http_reqs"),
  ]

  private static var list: [KnownMetric] {
    var list: [KnownMetric] = []
    func add(_ kind: MetricKind, of subject: SampleSubject, _ names: String...) {
      for name in names { list.append(KnownMetric(name: name, kind: kind, subject: subject)) }
    }
    add(.gauge, of: .run, "vus", "vus_max")
    add(.counter, of: .load, "iterations")
    add(.trend, of: .load, "iteration_duration")
    add(.counter, of: .load, "dropped_iterations")
    add(.rate, of: .check, "checks")
    add(.counter, of: .answer, "http_reqs")
    add(.rate, of: .answer, "http_req_failed")
    add(.trend, of: .answer, "http_req_duration")
    add(.rate, of: .answer, "errors", "success")
    add(
      .counter, of: .request, "optimistic_lock_conflicts", "optimistic_lock_exhausted",
      "pessimistic_lock_timeouts", "deadlocks", "distributed_lock_timeouts",
      "idempotency_conflicts", "idempotent_replays", "duplicate_payments_prevented",
      "stock_depletions", "connection_timeouts", "threads_refused", "insufficient_balance",
      "missing_keys", "duplicate_key_errors", "deadlock_exhausted", "cache_hits", "cache_misses",
      "idempotency_takeovers", "requests_dropped", "connections_refused", "responses_lost",
      "redis_timeouts", "client_timeouts")
    add(
      .counter, of: .run, "lease_expirations", "lost_updates", "duplicate_effects", "oversold",
      "instance_crashes")
    add(
      .trend, of: .answer, "retry_count", "lock_wait_time", "distributed_lock_wait_time",
      "connection_wait_time", "backoff_time", "wasted_work_time")
    add(.rate, of: .load, "call_success")
    add(.trend, of: .load, "call_duration")
    add(.counter, of: .load, "client_retries", "retries_denied", "calls_not_permitted")
    return list
  }
}
