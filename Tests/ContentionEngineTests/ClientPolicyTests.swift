import ContentionEngine
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

private func at(_ milliseconds: UInt64) -> VirtualTime { .start + .milliseconds(milliseconds) }

/// Budget, tokens and breaker, each on its own.
@Suite("What permits a client's attempts")
struct ClientPolicyTests {
  // MARK: Budget

  @Test("a budget starts full, pays one for a retry, and grows by its ratio with each success")
  func budget() {
    var budget = RetryAllowance(RetryBudget(ratio: 0.25, limit: 2))
    for _ in 0..<2 {
      #expect(budget.permits(at: at(0)) == true)
      budget.take()
    }
    #expect(budget.permits(at: at(10_000)) == false)
    for _ in 0..<3 { budget.succeed(at: at(10_000)) }
    #expect(budget.permits(at: at(10_000)) == false)
    budget.succeed(at: at(10_000))
    #expect(budget.permits(at: at(10_000)) == true)
    // No more than the limit is saved up.
    for _ in 0..<100 { budget.succeed(at: at(10_000)) }
    budget.take()
    budget.take()
    #expect(budget.permits(at: at(10_000)) == false)
  }

  @Test("a budget grows by its minimum each second, to the nanosecond")
  func minimum() {
    var budget = RetryAllowance(RetryBudget(ratio: 0, minimumPerSecond: 4, limit: 1))
    #expect(budget.permits(at: at(0)) == true)
    budget.take()
    let due = at(250)
    #expect(
      budget.permits(at: VirtualTime(nanosecondsSinceStart: due.nanosecondsSinceStart - 1))
        == false)
    #expect(budget.permits(at: due) == true)
    budget.take()
    // A hundred years do not overflow.
    #expect(budget.permits(at: due + .longestInAModel) == true)
    budget.take()
    #expect(budget.permits(at: due + .longestInAModel) == false)
  }

  /// Counts nanosecond by nanosecond, in parts of a retry.
  private struct NaiveBudget {
    let model: RetryBudget
    var parts: Int
    var now = 0

    init(_ model: RetryBudget) {
      self.model = model
      parts = model.limit * 1_000_000_000
    }
    mutating func pass(_ nanoseconds: Int) {
      for _ in 0..<nanoseconds {
        now += 1
        parts = min(parts + model.minimumPerSecond, model.limit * 1_000_000_000)
      }
    }
    mutating func succeed() {
      parts = min(parts + Int((model.ratio * 1e9).rounded()), model.limit * 1_000_000_000)
    }
    mutating func retry() -> Bool {
      if parts < 1_000_000_000 { return false }
      parts -= 1_000_000_000
      return true
    }
  }

  @Test("a budget agrees with one that counts each nanosecond")
  func naiveBudget() {
    withEverySeed(1...200) { _, random in
      let model = RetryBudget(
        ratio: [0, 0.1, 1.0 / 3, 0.2, 1, 2.5][random.below(6)],
        minimumPerSecond: [0, 1, 30_000_000, 170_000_000, 1_000_000_001][random.below(5)],
        limit: [0, 1, 3, 10][random.below(4)])
      var budget = RetryAllowance(model)
      var naive = NaiveBudget(model)
      for step in 0..<200 {
        switch random.below(4) {
        case 0: naive.pass(random.below(40))
        case 1:
          naive.succeed()
          budget.succeed(at: VirtualTime(nanosecondsSinceStart: UInt64(naive.now)))
        default:
          let permits = budget.permits(
            at: VirtualTime(nanosecondsSinceStart: UInt64(naive.now)))
          if permits { budget.take() }
          if naive.retry() != permits { throw Mismatch("retry \(step) of \(model)") }
        }
      }
    }
  }

  // MARK: Tokens

  @Test("a quota pays more after a time-out, and gets back what the last retry cost, or one")
  func quota() {
    var quota = RetryQuota(TokenBucket(size: 20, cost: 5, timeoutCost: 10))
    #expect(quota.permits(afterTimeout: true) == true)
    #expect(quota.take(afterTimeout: true) == 10)
    #expect(quota.take(afterTimeout: false) == 5)
    #expect(quota.tokens == 5)
    #expect(quota.permits(afterTimeout: true) == false)
    #expect(quota.permits(afterTimeout: false) == true)
    quota.succeed(afterCost: 0)
    #expect(quota.tokens == 6)
    quota.succeed(afterCost: 10)
    #expect(quota.tokens == 16)
    quota.succeed(afterCost: 10)
    #expect(quota.tokens == 20)
  }

  @Test("a quota agrees with a list of what was taken and given back")
  func naiveQuota() {
    withEverySeed(1...100) { _, random in
      let model = TokenBucket(
        size: random.below(60), cost: 1 + random.below(7),
        timeoutCost: 1 + random.below(14))
      var quota = RetryQuota(model)
      var ledger = [model.size]
      for _ in 0..<300 {
        let isTimeout = random.below(2) == 0
        let cost = isTimeout ? model.timeoutCost : model.cost
        if random.below(3) == 0 {
          let last = [0, model.cost, model.timeoutCost][random.below(3)]
          quota.succeed(afterCost: last)
          let left = ledger.reduce(0, +)
          ledger.append(min(last == 0 ? 1 : last, model.size - left))
        } else {
          let isEnough = ledger.reduce(0, +) >= cost
          guard quota.permits(afterTimeout: isTimeout) == isEnough else {
            throw Mismatch("\(model)")
          }
          if isEnough {
            _ = quota.take(afterTimeout: isTimeout)
            ledger.append(-cost)
          }
        }
        if quota.tokens != ledger.reduce(0, +) { throw Mismatch("\(model)") }
      }
    }
  }

  // MARK: Breaker

  private static let fast = VirtualDuration.milliseconds(1)

  @Test(
    "a breaker opens when enough of the last attempts have failed, and not before there are some")
  func opens() {
    var breaker = BreakerState(
      CircuitBreaker(failureRate: 0.5, window: 4, minimumCalls: 3, openFor: .milliseconds(100)))
    breaker.record(isError: true, in: Self.fast, at: at(0))
    breaker.record(isError: true, in: Self.fast, at: at(0))
    #expect(breaker.standing == .closed)
    breaker.record(isError: false, in: Self.fast, at: at(1))
    #expect(breaker.standing == .open)
    #expect(breaker.permits(at: at(1)) == false)
    // Resilience4j: after the wait, not at its end.
    #expect(breaker.permits(at: at(101)) == false)
    #expect(breaker.permits(at: at(102)) == true)
    #expect(breaker.standing == .halfOpen)
  }

  @Test("a breaker looks at the last attempts only")
  func window() {
    var breaker = BreakerState(CircuitBreaker(failureRate: 0.5, window: 4, minimumCalls: 4))
    for isError in [true, false, false, false, true, false, false] {
      breaker.record(isError: isError, in: Self.fast, at: at(0))
      #expect(breaker.standing == .closed)
    }
    breaker.record(isError: true, in: Self.fast, at: at(0))
    #expect(breaker.standing == .open)
  }

  @Test("a breaker opens of slow attempts, too: of those longer than the limit")
  func slow() {
    var breaker = BreakerState(
      CircuitBreaker(
        window: 2, minimumCalls: 2, slowCall: .milliseconds(10), slowCallRate: 1))
    for milliseconds in [10, 11, 10] as [UInt64] {
      breaker.record(isError: false, in: .milliseconds(milliseconds), at: at(0))
      #expect(breaker.standing == .closed)
    }
    for _ in 0..<2 { breaker.record(isError: false, in: .milliseconds(11), at: at(0)) }
    #expect(breaker.standing == .open)
  }

  @Test("a breaker that is half open lets some through, and goes by what becomes of them")
  func halfOpen() {
    let model = CircuitBreaker(
      failureRate: 0.5, window: 10, minimumCalls: 2, openFor: .milliseconds(100), halfOpenCalls: 3)
    for fails in [true, false] {
      var breaker = BreakerState(model)
      for _ in 0..<2 { breaker.record(isError: true, in: Self.fast, at: at(0)) }
      #expect(breaker.standing == .open)
      // One that was permitted before it opened counts for nothing now.
      breaker.record(isError: false, in: Self.fast, at: at(50))
      for _ in 0..<3 { #expect(breaker.permits(at: at(101)) == true) }
      #expect(breaker.permits(at: at(101)) == false)
      // A user who goes away gives the permission back.
      breaker.release()
      #expect(breaker.permits(at: at(101)) == true)
      // The least number of calls is enough.
      breaker.record(isError: fails, in: Self.fast, at: at(102))
      #expect(breaker.standing == .halfOpen)
      breaker.record(isError: false, in: Self.fast, at: at(103))
      #expect(breaker.standing == (fails ? .open : .closed))
      // It opens for as long again.
      #expect(breaker.permits(at: at(203)) == !fails)
      #expect(breaker.permits(at: at(204)) == true)
    }
  }

  /// Resilience4j's state machine with lists: every outcome since a state began.
  private struct NaiveBreaker {
    enum State {
      case closed([(failed: Bool, slow: Bool)])
      case open(since: UInt64)
      case halfOpen([(failed: Bool, slow: Bool)], permitted: Int)
    }
    let model: CircuitBreaker
    var state = State.closed([])

    init(_ model: CircuitBreaker) { self.model = model }

    mutating func permits(at now: UInt64) -> Bool {
      if case .open(let since) = state, now > since + model.openFor.inNanoseconds {
        state = .halfOpen([], permitted: model.halfOpenCalls)
      }
      switch state {
      case .closed: return true
      case .open: return false
      case .halfOpen(let outcomes, let permitted):
        if permitted > 0 { state = .halfOpen(outcomes, permitted: permitted - 1) }
        return permitted > 0
      }
    }

    /// `nil` below the least number of calls, else whether a limit is reached.
    func isExceeded(_ outcomes: [(failed: Bool, slow: Bool)], window: Int) -> Bool? {
      let last = outcomes.suffix(window)
      if last.count < min(model.minimumCalls, window) { return nil }
      let failed = Double(last.count { $0.failed }) / Double(last.count)
      let slow = Double(last.count { $0.slow }) / Double(last.count)
      return failed >= model.failureRate || slow >= model.slowCallRate
    }

    mutating func record(_ failed: Bool, _ length: VirtualDuration, at now: UInt64) {
      let outcome = (failed, length > model.slowCall)
      switch state {
      case .open: break
      case .closed(let outcomes):
        state = .closed(outcomes + [outcome])
        if isExceeded(outcomes + [outcome], window: model.window) == true {
          state = .open(since: now)
        }
      case .halfOpen(let outcomes, let permitted):
        state = .halfOpen(outcomes + [outcome], permitted: permitted)
        switch isExceeded(outcomes + [outcome], window: model.halfOpenCalls) {
        case nil: break
        case true?: state = .open(since: now)
        case false?: state = .closed([])
        }
      }
    }

    mutating func release() {
      if case .halfOpen(let outcomes, let permitted) = state {
        state = .halfOpen(outcomes, permitted: permitted + 1)
      }
    }

    var standing: BreakerState.Standing {
      switch state {
      case .closed: .closed
      case .open: .open
      case .halfOpen: .halfOpen
      }
    }
  }

  /// All rates are halves, quarters and fifths of small numbers: the same in whole numbers.
  @Test("a breaker agrees with a naive one over long histories")
  func naiveBreaker() {
    var seen: [BreakerState.Standing] = []
    withEverySeed(1...300) { _, random in
      let model = CircuitBreaker(
        failureRate: [0.25, 0.5, 0.6, 1][random.below(4)],
        window: 1 + random.below(8), minimumCalls: 1 + random.below(10),
        slowCall: .nanoseconds(5), slowCallRate: [0.5, 0.8, 1][random.below(3)],
        openFor: .nanoseconds(UInt64(random.below(20))),
        halfOpenCalls: 1 + random.below(6))
      var breaker = BreakerState(model)
      var naive = NaiveBreaker(model)
      var now: UInt64 = 0
      for step in 0..<400 {
        switch random.below(8) {
        case 0: now += UInt64(random.below(15))
        case 1, 2, 3:
          let permits = breaker.permits(at: VirtualTime(nanosecondsSinceStart: now))
          if permits != naive.permits(at: now) { throw Mismatch("ask \(step) of \(model)") }
        case 4:
          breaker.release()
          naive.release()
        default:
          let failed = random.below(10) < 4
          let length = VirtualDuration.nanoseconds(UInt64(random.below(8)))
          breaker.record(
            isError: failed, in: length, at: VirtualTime(nanosecondsSinceStart: now))
          naive.record(failed, length, at: now)
        }
        if breaker.standing != naive.standing { throw Mismatch("step \(step) of \(model)") }
        if !seen.contains(breaker.standing) { seen.append(breaker.standing) }
      }
    }
    #expect(seen.count == 3)
  }
}
