import Experiments
import ScenarioFiles

/// The figures that are compared, as a summary of k6 has them.
extension K6SummaryFile {
  /// The members of a summary that are compared, and what they may be.
  static var compared: [K6SummaryFile.Place] {
    RunFigure.allCases.compactMap { $0.k6Place }
  }

  /// The figures that the summary has.
  ///
  /// A script without a metric of its own for success has k6's `http_req_failed` all the same.
  var figures: MeasuredFigures {
    var figures = MeasuredFigures()
    for figure in RunFigure.allCases {
      guard let place = figure.k6Place, let value = value(place.metric, place.member) else {
        continue
      }
      // k6 writes milliseconds.
      figures[figure] = figure.unit == .nanoseconds ? value * 1e6 : value
    }
    if figures[.successShare] == nil {
      figures[.successShare] = figures[.failedShare].map { 1 - $0 }
    }
    if let requests = figures[.requestsPerSecond], let success = figures[.successShare] {
      figures[.successesPerSecond] = requests * success
    }
    return figures
  }
}

extension RunFigure {
  /// The member of a summary of k6 that says the same; `nil` where k6 has nothing like it.
  ///
  /// Counters of the project's own metrics stand there under their names, when a script has them.
  fileprivate var k6Place: K6SummaryFile.Place? {
    func place(_ metric: String, _ member: String) -> K6SummaryFile.Place {
      K6SummaryFile.Place(metric: metric, member: member, isShare: unit == .share)
    }
    switch self {
    case .successShare: return place("success", "value")
    case .requestsPerSecond: return place("http_reqs", "rate")
    case .meanLatency: return place("http_req_duration", "avg")
    case .medianLatency: return place("http_req_duration", "med")
    case .latency95: return place("http_req_duration", "p(95)")
    case .latency99: return place("http_req_duration", "p(99)")
    case .versionConflicts: return place("optimistic_lock_conflicts", "count")
    case .retriesPerRequest: return place("retry_count", "avg")
    case .lostUpdates: return place("lost_updates", "count")
    case .duplicateEffects: return place("duplicate_effects", "count")
    case .oversold: return place("oversold", "count")
    case .iterationsPerSecond: return place("iterations", "rate")
    case .droppedIterations: return place("dropped_iterations", "count")
    case .failedShare: return place("http_req_failed", "value")
    case .deadlocks: return place("deadlocks", "count")
    case .rowLockTimeouts: return place("pessimistic_lock_timeouts", "count")
    case .connectionTimeouts: return place("connection_timeouts", "count")
    case .distributedLockTimeouts: return place("distributed_lock_timeouts", "count")
    case .lockServerTimeouts: return place("redis_timeouts", "count")
    case .clientRetries: return place("client_retries", "count")
    case .callSuccessShare: return place("call_success", "value")
    case .callLatency95: return place("call_duration", "p(95)")
    case .callLatency99: return place("call_duration", "p(99)")
    case .successesPerSecond, .exhaustedRequests, .wastedShare, .statementsPerSecond,
      .syncsPerSecond, .databaseBusyShare:
      return nil
    }
  }
}
