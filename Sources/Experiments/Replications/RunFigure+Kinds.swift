/// What a figure is called, what it is counted in, and which way is better.
extension RunFigure {
  /// What the numbers of a figure are.
  public enum Unit: Sendable, BitwiseCopyable {
    /// A part of one: 0.95 is 95 %.
    case share
    case perSecond
    /// A length of time in nanoseconds.
    case nanoseconds
    /// A number of events in one run.
    case count
    /// A number of events for each request.
    case perRequest
  }

  /// Which of two values one would rather have.
  public enum Preference: Sendable, BitwiseCopyable {
    case higher
    case lower
    /// The figure says how much was done, not how well.
    case neither
  }

  /// The name in tables and on the command line.
  public var title: String {
    switch self {
    case .successShare: "success"
    case .requestsPerSecond: "requests/s"
    case .successesPerSecond: "successes/s"
    case .meanLatency: "mean"
    case .medianLatency: "p50"
    case .latency95: "p95"
    case .latency99: "p99"
    case .versionConflicts: "conflicts"
    case .retriesPerRequest: "retries/request"
    case .lostUpdates: "lost-updates"
    case .duplicateEffects: "duplicate-effects"
    case .oversold: "oversold"
    case .iterationsPerSecond: "iterations/s"
    case .droppedIterations: "dropped-iterations"
    case .failedShare: "failed"
    case .deadlocks: "deadlocks"
    case .rowLockTimeouts: "row-lock-timeouts"
    case .connectionTimeouts: "pool-timeouts"
    case .distributedLockTimeouts: "lock-timeouts"
    case .lockServerTimeouts: "redis-timeouts"
    case .exhaustedRequests: "exhausted"
    case .wastedShare: "wasted"
    case .statementsPerSecond: "statements/s"
    case .syncsPerSecond: "syncs/s"
    case .databaseBusyShare: "db-busy"
    case .clientRetries: "client-retries"
    case .callSuccessShare: "call-success"
    case .callLatency95: "call-p95"
    case .callLatency99: "call-p99"
    }
  }

  /// The figure of this title, or of the column of this name in a CSV file; `nil` when there is
  /// none.
  public init?(name: String) {
    for figure in RunFigure.allCases where figure.title == name || figure.text == name {
      self = figure
      return
    }
    return nil
  }

  public var unit: Unit {
    switch self {
    case .successShare, .failedShare, .wastedShare, .databaseBusyShare, .callSuccessShare: .share
    case .requestsPerSecond, .successesPerSecond, .iterationsPerSecond, .statementsPerSecond,
      .syncsPerSecond:
      .perSecond
    case .meanLatency, .medianLatency, .latency95, .latency99, .callLatency95, .callLatency99:
      .nanoseconds
    case .retriesPerRequest: .perRequest
    case .versionConflicts, .lostUpdates, .duplicateEffects, .oversold, .droppedIterations,
      .deadlocks, .rowLockTimeouts, .connectionTimeouts, .distributedLockTimeouts,
      .lockServerTimeouts, .exhaustedRequests, .clientRetries:
      .count
    }
  }

  public var preference: Preference {
    switch self {
    case .successShare, .successesPerSecond, .callSuccessShare: .higher
    // Requests that fail at once, and retries, raise these too.
    case .requestsPerSecond, .iterationsPerSecond, .statementsPerSecond, .syncsPerSecond,
      .databaseBusyShare:
      .neither
    case .meanLatency, .medianLatency, .latency95, .latency99, .versionConflicts,
      .retriesPerRequest, .lostUpdates, .duplicateEffects, .oversold, .droppedIterations,
      .failedShare, .deadlocks, .rowLockTimeouts, .connectionTimeouts, .distributedLockTimeouts,
      .lockServerTimeouts, .exhaustedRequests, .wastedShare, .clientRetries, .callLatency95,
      .callLatency99:
      .lower
    }
  }

  /// Whether the figure is one of requests that were answered, so that a run without any has none.
  public var isOfRequests: Bool {
    switch self {
    case .successShare, .meanLatency, .medianLatency, .latency95, .latency99, .retriesPerRequest,
      .failedShare, .wastedShare, .callSuccessShare, .callLatency95, .callLatency99:
      true
    case .requestsPerSecond, .successesPerSecond, .versionConflicts, .lostUpdates,
      .duplicateEffects, .oversold, .iterationsPerSecond, .droppedIterations, .deadlocks,
      .rowLockTimeouts, .connectionTimeouts, .distributedLockTimeouts, .lockServerTimeouts,
      .exhaustedRequests, .statementsPerSecond, .syncsPerSecond, .databaseBusyShare, .clientRetries:
      false
    }
  }

  /// Whether the figure is a percentile, which many values tell only as nearly as their buckets.
  public var isPercentile: Bool {
    [.medianLatency, .latency95, .latency99, .callLatency95, .callLatency99].contains(self)
  }

  /// Whether the figure counts what must never happen: a single time proves that it can.
  public var isNeverRight: Bool {
    [.lostUpdates, .duplicateEffects, .oversold].contains(self)
  }

  /// Whether somebody outside meets the figure: what is answered, how soon, and what is lost. The
  /// others tell what it took.
  public var isOutcome: Bool { RunFigure.outcomes.contains(self) }

  /// The figures that somebody outside meets.
  public static let outcomes: [RunFigure] = [
    .successShare, .successesPerSecond, .meanLatency, .medianLatency, .latency95, .latency99,
    .lostUpdates, .duplicateEffects, .oversold, .droppedIterations, .callSuccessShare,
    .callLatency95, .callLatency99,
  ]
}
