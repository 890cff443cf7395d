package import ScenarioModel
package import SimulationBasics

/// A circuit breaker that counts, as it stands: closed, open or half open.
///
/// Source of the rules: Resilience4j at af9e7c97, `CircuitBreakerStateMachine.java` and
/// `CircuitBreakerMetrics.java`:
/// - It opens, or closes again, with the outcome that brings a rate to its limit; a rate is one of
///   the last `window` outcomes (half open: of all since then) once there are `minimumCalls` of
///   them, or as many as there can be.
/// - Half open begins with the first attempt that is asked for more than `openFor` later.
/// - An outcome counts where the breaker stands when it comes. One of an attempt that was permitted
///   before the breaker opened changes nothing while it is open, and counts as a trial when it is
///   half open.
/// - Each other state starts its count anew.
package struct BreakerState: ~Copyable {
  package enum Standing: Equatable, Sendable {
    case closed, open, halfOpen
  }
  private enum Flag {
    static let failed: UInt8 = 1
    static let slow: UInt8 = 2
  }

  private let slowCall: VirtualDuration
  private let openFor: VirtualDuration
  private let window: Int
  private let trials: Int
  private let minimumCalls: Int
  /// In millionths; a limit of the model is rounded to the nearest.
  private let failureLimit: UInt64
  private let slowLimit: UInt64

  package private(set) var standing = Standing.closed
  /// The outcomes that count, in a ring.
  private var outcomes: FixedTable<UInt8>
  private var next = 0
  private var counted = 0
  private var failed = 0
  private var slow = 0
  private var openedAt = VirtualTime.start
  private var trialsLeft = 0

  package init(_ model: CircuitBreaker) {
    slowCall = model.slowCall
    openFor = model.openFor
    window = model.window
    trials = model.halfOpenCalls
    minimumCalls = model.minimumCalls
    failureLimit = UInt64(model.failureRate * 1e6 + 0.5)
    slowLimit = UInt64(model.slowCallRate * 1e6 + 0.5)
    outcomes = FixedTable(repeating: 0, count: max(model.window, model.halfOpenCalls))
  }

  /// Asks whether an attempt may be made; one that is permitted has to be ended by `record` or
  /// `release`.
  ///
  /// - Complexity: O(1).
  package mutating func permits(at now: VirtualTime) -> Bool {
    if standing == .open, now > openedAt + openFor { enter(.halfOpen) }
    switch standing {
    case .closed: return true
    case .open: return false
    case .halfOpen:
      if trialsLeft == 0 { return false }
      trialsLeft -= 1
      return true
    }
  }

  /// Takes in what became of an attempt.
  ///
  /// - Complexity: O(1).
  package mutating func record(isError: Bool, in length: VirtualDuration, at now: VirtualTime) {
    if standing == .open { return }
    add((isError ? Flag.failed : 0) | (length > slowCall ? Flag.slow : 0))
    let size = standing == .closed ? window : trials
    if counted < min(minimumCalls, size) { return }
    let isExceeded = reaches(failed, failureLimit) || reaches(slow, slowLimit)
    if isExceeded {
      openedAt = now
      enter(.open)
    } else if standing == .halfOpen {
      enter(.closed)
    }
  }

  /// An attempt that was permitted ends without an outcome: nobody waits for it any more.
  package mutating func release() {
    if standing == .halfOpen { trialsLeft += 1 }
  }

  private mutating func enter(_ standing: Standing) {
    self.standing = standing
    next = 0
    counted = 0
    failed = 0
    slow = 0
    if standing == .halfOpen { trialsLeft = trials }
  }

  private mutating func add(_ outcome: UInt8) {
    let size = standing == .closed ? window : trials
    if counted == size {
      drop(outcomes[next])
    } else {
      counted += 1
    }
    outcomes[next] = outcome
    if outcome & Flag.failed != 0 { failed += 1 }
    if outcome & Flag.slow != 0 { slow += 1 }
    next = next + 1 == size ? 0 : next + 1
  }

  private mutating func drop(_ outcome: UInt8) {
    if outcome & Flag.failed != 0 { failed -= 1 }
    if outcome & Flag.slow != 0 { slow -= 1 }
  }

  /// Whether so many of those that count are as many as a limit says, or more.
  private func reaches(_ part: Int, _ limit: UInt64) -> Bool {
    UInt64(part) * 1_000_000 >= UInt64(counted) * limit
  }
}
