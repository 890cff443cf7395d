import EventKernel
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// The policy of the clients of one load, and what all of them share of it.
struct LoadClients: ~Copyable {
  /// Whether the load has a policy: else its users wait for as long as it takes, and send once.
  let havePolicy: Bool
  let timeout: VirtualDuration
  let attempts: Int
  let backoff: Backoff
  /// The range before retry n at index n − 1; the last one repeats.
  private let ranges: [VirtualDuration]
  private let retryOn: [UInt16]

  private let hasBudget: Bool
  private var budget: RetryAllowance
  private let hasQuota: Bool
  private var quota: RetryQuota
  private let hasBreaker: Bool
  private var breaker: BreakerState

  init(_ policy: ClientPolicy?) {
    let model = policy ?? ClientPolicy()
    havePolicy = policy != nil
    timeout = model.timeout
    attempts = model.attempts
    backoff = model.backoff
    ranges = model.backoff.ranges(attempts: model.attempts)
    retryOn = model.retryOn
    hasBudget = model.budget != nil
    budget = RetryAllowance(model.budget ?? RetryBudget(ratio: 0, limit: 0))
    hasQuota = model.tokenBucket != nil
    quota = RetryQuota(model.tokenBucket ?? TokenBucket(size: 0))
    hasBreaker = model.breaker != nil
    breaker = BreakerState(model.breaker ?? CircuitBreaker(window: 1, halfOpenCalls: 1))
  }

  /// Whether a status is one after which another attempt is made.
  ///
  /// - Complexity: O(statuses of the policy).
  func retries(_ status: UInt16) -> Bool { retryOn.contains(status) }

  /// The range of the pause before retry `number` = 1, 2, …
  func range(before number: Int) -> VirtualDuration { ranges[min(number, ranges.count) - 1] }

  // MARK: What all users of the load share

  /// Asks the breaker for an attempt.
  mutating func permitAttempt(at now: VirtualTime) -> Bool {
    !hasBreaker || breaker.permits(at: now)
  }

  /// An attempt that was permitted has come to something.
  mutating func attemptEnded(isError: Bool, in length: VirtualDuration, at now: VirtualTime) {
    if hasBreaker { breaker.record(isError: isError, in: length, at: now) }
  }

  /// An attempt that was permitted is nobody's any more.
  mutating func attemptAbandoned() {
    if hasBreaker { breaker.release() }
  }

  /// Whether budget and tokens are enough for a retry.
  mutating func permitRetry(afterTimeout: Bool, at now: VirtualTime) -> Bool {
    (!hasBudget || budget.permits(at: now))
      && (!hasQuota || quota.permits(afterTimeout: afterTimeout))
  }

  /// Pays for a retry that is permitted; returns what it has cost in tokens.
  mutating func payForRetry(afterTimeout: Bool) -> Int {
    if hasBudget { budget.take() }
    return hasQuota ? quota.take(afterTimeout: afterTimeout) : 0
  }

  /// A call has succeeded whose last retry has cost so many tokens.
  mutating func callSucceeded(afterCost cost: Int, at now: VirtualTime) {
    if hasBudget { budget.succeed(at: now) }
    if hasQuota { quota.succeed(afterCost: cost) }
  }
}

/// The call that a user is making, if its load has clients.
struct CallState: BitwiseCopyable {
  var isOpen = false
  /// Which attempt it is at, counted from 1.
  var attempt: Int32 = 0
  var startedAt = VirtualTime.start
  /// The end of the wait for the answer.
  var timer = EventHandle.none
  /// The request that will be sent after the backoff; it has its slot, its key and its rows.
  var next = RequestID.none
  /// Whether the attempt before was an error.
  var hasFailed = false
  /// Whether there is to be no further attempt, because the load will have ended.
  var isGivingUp = false
  /// The request whose answer was lost; it is over, and the client waits for it.
  var lost = RequestID.none
  /// The number of the call in the ledger.
  var intent: Int32 = -1
  /// What the last retry has cost in tokens.
  var paid: Int32 = 0
  /// The last backoff, for decorrelated jitter.
  var previousBackoff = VirtualDuration.zero
}
