import Measurements
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Metrics")
struct MetricTests {
  @Test("are the documented names, in the documented order")
  func names() {
    #expect(
      MetricName.allCases.map(\.text) == [
        "vus", "vus_max", "iterations", "iteration_duration", "dropped_iterations", "checks",
        "http_reqs", "http_req_failed", "http_req_duration", "errors", "success",
        "optimistic_lock_conflicts", "optimistic_lock_exhausted", "pessimistic_lock_timeouts",
        "deadlocks", "distributed_lock_timeouts", "lease_expirations", "idempotency_conflicts",
        "idempotent_replays", "duplicate_payments_prevented", "stock_depletions",
        "connection_timeouts", "threads_refused", "lost_updates", "duplicate_effects", "oversold",
        "retry_count", "lock_wait_time", "distributed_lock_wait_time", "connection_wait_time",
        "backoff_time", "wasted_work_time", "insufficient_balance", "missing_keys",
        "duplicate_key_errors", "deadlock_exhausted", "cache_hits", "cache_misses",
        "idempotency_takeovers", "instance_crashes", "requests_dropped", "connections_refused",
        "responses_lost", "redis_timeouts", "call_success", "call_duration", "client_timeouts",
        "client_retries", "retries_denied", "calls_not_permitted",
      ])
  }

  @Test("are found by name and by index")
  func lookUp() {
    for (index, metric) in MetricName.allCases.enumerated() {
      #expect(metric.index == index)
      #expect(MetricName(text: metric.text) == metric)
    }
    #expect(MetricName(text: "http_req_waiting") == nil)
    #expect(MetricName(text: "") == nil)
  }

  @Test("have k6's types, and times only where the name says so")
  func kinds() {
    #expect(MetricName.virtualUsers.kind == .gauge)
    #expect(MetricName.checks.kind == .rate)
    #expect(MetricName.requestFailed.kind == .rate)
    #expect(MetricName.requests.kind == .counter)
    for metric in MetricName.allCases {
      let isTime = metric.text.hasSuffix("_time") || metric.text.hasSuffix("_duration")
      #expect((metric.content == .time) == isTime)
      #expect((metric.kind == .trend) == (isTime || metric == .retryCount))
    }
  }

  @Test("stand under k6's headings")
  func sections() {
    for metric in MetricName.allCases {
      let expected: MetricSection =
        switch metric.text {
        case "checks": .checks
        case "http_reqs", "http_req_failed", "http_req_duration": .http
        case "vus", "vus_max", "iterations", "iteration_duration", "dropped_iterations": .execution
        default: .custom
        }
      #expect(metric.section == expected)
    }
  }
}

@Suite("Metric recorder")
struct MetricRecorderTests {
  private let window = VirtualDuration.seconds(2)

  @Test("has a value of the right kind for every metric, also when nothing happened")
  func empty() {
    let recorder = MetricRecorder()
    for metric in MetricName.allCases {
      switch recorder.value(of: metric, over: window) {
      case .counter(let counter):
        #expect(metric.kind == .counter)
        #expect(counter.count == 0)
        #expect(counter.perSecond == 0)
      case .gauge(let gauge):
        #expect(metric.kind == .gauge)
        #expect(gauge == GaugeResult(value: 0, minimum: 0, maximum: 0))
      case .rate(let rate):
        #expect(metric.kind == .rate)
        #expect(rate.rate == 0)
      case .trend(let trend):
        #expect(metric.kind == .trend)
        #expect(trend == .empty)
      }
    }
  }

  @Test("keeps every metric apart")
  func apart() {
    var recorder = MetricRecorder()
    for metric in MetricName.allCases {
      let number = UInt64(metric.index) + 1
      switch metric.kind {
      case .counter: recorder.count(metric, by: number)
      case .gauge: recorder.sample(metric, level: number)
      case .rate: for trial in 0..<number { recorder.tell(metric, trial == 0) }
      case .trend: recorder.record(metric, number)
      }
    }
    for metric in MetricName.allCases {
      let number = UInt64(metric.index) + 1
      switch recorder.value(of: metric, over: window) {
      case .counter(let counter): #expect(counter.count == number)
      case .gauge(let gauge): #expect(gauge.value == number)
      case .rate(let rate): #expect(rate == RateResult(trues: 1, total: number))
      case .trend(let trend): #expect(trend.sum == UInt128(number))
      }
    }
  }

  @Test("counts for each second of the window")
  func counterRate() {
    var recorder = MetricRecorder()
    for _ in 0..<5 { recorder.count(.requests) }
    #expect(
      recorder.value(of: .requests, over: window)
        == .counter(CounterResult(count: 5, window: window)))
    #expect(CounterResult(count: 5, window: window).perSecond == 2.5)
    #expect(CounterResult(count: 5, window: .zero).perSecond == 0)
  }

  @Test("forgets everything but the level of gauges when a window starts")
  func startWindow() {
    var recorder = MetricRecorder()
    recorder.count(.deadlocks)
    recorder.tell(.checks, true)
    recorder.record(.retryCount, 3)
    for level in [4, 9, 7] as [UInt64] { recorder.sample(.virtualUsers, level: level) }
    recorder.startWindow()
    #expect(
      recorder.value(of: .deadlocks, over: window)
        == .counter(CounterResult(count: 0, window: window)))
    #expect(recorder.value(of: .checks, over: window) == .rate(RateResult(trues: 0, total: 0)))
    #expect(recorder.value(of: .retryCount, over: window) == .trend(.empty))
    #expect(
      recorder.value(of: .virtualUsers, over: window)
        == .gauge(GaugeResult(value: 7, minimum: 7, maximum: 7)))
  }

  @Test("stops when a trend is counted")
  func wrongKind() async {
    await #expect(processExitsWith: .failure) {
      var recorder = MetricRecorder()
      recorder.count(.retryCount)
    }
  }

  @Test("stops when a value is recorded for a counter")
  func wrongTrend() async {
    await #expect(processExitsWith: .failure) {
      var recorder = MetricRecorder()
      recorder.record(.deadlocks, 1)
    }
  }
}
