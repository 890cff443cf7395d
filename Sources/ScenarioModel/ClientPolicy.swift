public import SimulationBasics

/// What the clients of a load do when an answer does not come, or is an error: a call of theirs is
/// one attempt or several, all with one idempotency key and the same rows.
///
/// Budget, tokens and breaker are one for all users of the load, as in a gateway that all of them
/// go through.
public struct ClientPolicy: Hashable, Sendable {
  /// How long a client waits for an answer to an attempt. Then it listens no longer, and the
  /// service goes on.
  public var timeout: VirtualDuration
  /// The largest number of attempts of a call, the first included.
  public var attempts: Int
  /// The pause before attempt n + 1, as a backoff before retry n.
  public var backoff: Backoff
  /// The statuses after which another attempt is made; 0 is no answer.
  public var retryOn: [UInt16]
  public var budget: RetryBudget?
  public var tokenBucket: TokenBucket?
  public var breaker: CircuitBreaker?

  /// No answer, lock wait timeout, server error, bad gateway, unavailable, gateway timeout.
  public static let retriedStatuses: [UInt16] = [0, 408, 500, 502, 503, 504]

  public init(
    timeout: VirtualDuration = .seconds(60), attempts: Int = 1, backoff: Backoff = .none,
    retryOn: [UInt16] = ClientPolicy.retriedStatuses, budget: RetryBudget? = nil,
    tokenBucket: TokenBucket? = nil, breaker: CircuitBreaker? = nil
  ) {
    self.timeout = timeout
    self.attempts = attempts
    self.backoff = backoff
    self.retryOn = retryOn
    self.budget = budget
    self.tokenBucket = tokenBucket
    self.breaker = breaker
  }
}

/// A retry budget: each successful call adds `ratio` of a retry, each second `minimumPerSecond`,
/// and each retry takes one.
///
/// After n successful calls and t seconds there have been at most limit + ratio · n +
/// minimumPerSecond · t retries. Sources: gRPC, proposal A6 (successes earn, though there it is
/// failures that pay); Finagle, `RetryBudget` (the minimum each second; there calls earn, and what
/// was earned expires). Envoy's budget is a share of the requests under way, which this is not.
public struct RetryBudget: Hashable, Sendable {
  public var ratio: Double
  public var minimumPerSecond: Int
  /// How many retries can be saved up, and are there at the start.
  public var limit: Int

  public init(ratio: Double, minimumPerSecond: Int = 0, limit: Int = 10) {
    self.ratio = ratio
    self.minimumPerSecond = minimumPerSecond
    self.limit = limit
  }
}

/// The retry quota of the AWS SDKs' standard mode: a retry takes tokens, and a success gives back
/// those of the retry that led to it, or one.
public struct TokenBucket: Hashable, Sendable {
  public var size: Int
  /// What a retry costs, and one after no answer in time.
  public var cost: Int
  public var timeoutCost: Int

  public init(size: Int = 500, cost: Int = 5, timeoutCost: Int = 10) {
    self.size = size
    self.cost = cost
    self.timeoutCost = timeoutCost
  }
}

/// A circuit breaker with a window of calls, as Resilience4j has it (count-based).
///
/// Closed, it looks at the last `window` attempts, once there are `minimumCalls`: when the share of
/// failed, or of slow, ones reaches its limit, it opens. Open, no attempt is permitted; after
/// `openFor` it lets `halfOpenCalls` through, and closes or opens again by what becomes of them.
public struct CircuitBreaker: Hashable, Sendable {
  /// From 0 to 1.
  public var failureRate: Double
  public var window: Int
  public var minimumCalls: Int
  public var slowCall: VirtualDuration
  /// From 0 to 1.
  public var slowCallRate: Double
  public var openFor: VirtualDuration
  public var halfOpenCalls: Int

  /// Resilience4j's defaults.
  public init(
    failureRate: Double = 0.5, window: Int = 100, minimumCalls: Int = 100,
    slowCall: VirtualDuration = .seconds(60), slowCallRate: Double = 1,
    openFor: VirtualDuration = .seconds(60), halfOpenCalls: Int = 10
  ) {
    self.failureRate = failureRate
    self.window = window
    self.minimumCalls = minimumCalls
    self.slowCall = slowCall
    self.slowCallRate = slowCallRate
    self.openFor = openFor
    self.halfOpenCalls = halfOpenCalls
  }
}
