public import SimulationBasics

/// When a failed attempt is made again, how often, and after how long.
public struct RetryPolicy: Hashable, Sendable {
  /// The failures after which another attempt is made.
  public var on: [FailureReason]
  /// The largest number of attempts, the first included; `nil` is unlimited.
  public var attempts: Int?
  public var backoff: Backoff

  public init(on: [FailureReason], attempts: Int?, backoff: Backoff) {
    self.on = on
    self.attempts = attempts
    self.backoff = backoff
  }
}

/// The pause before a retry.
///
/// Before retry n = 1, 2, … the range is v = min(cap, base · factorⁿ⁻¹). Jitter `full` draws from
/// [0, v], `equal` from [v/2, v], `decorrelated` from [base, 3 · previous] cut at cap, with base
/// for the first previous (Brooker, "Exponential Backoff and Jitter", 2015; the exponent convention
/// is this project's).
public struct Backoff: Hashable, Sendable {
  public enum Jitter: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    case none, full, equal, decorrelated
  }

  /// The range before the first retry; zero means no pause.
  public var base: VirtualDuration
  /// What the range is multiplied by at each further retry; 1 is a fixed pause, else at least
  /// 1.001.
  public var factor: Double
  /// The longest pause.
  public var cap: VirtualDuration
  public var jitter: Jitter
  /// Whether the pause is exponential with the mean response time of the run so far, whatever the
  /// rest says (Agrawal, Carey and Livny, 1987: the restart delay of immediate-restart).
  public var followsResponseTime = false

  public init(
    base: VirtualDuration, factor: Double = 1, cap: VirtualDuration? = nil, jitter: Jitter = .none
  ) {
    self.base = base
    self.factor = factor
    self.cap = cap ?? .longestInAModel
    self.jitter = jitter
  }

  public static let none = Backoff(base: .zero)

  /// Exponential with the mean response time of all requests answered so far.
  public static let meanResponseTime = {
    var backoff = Backoff(base: .zero)
    backoff.followsResponseTime = true
    return backoff
  }()
}

/// Why an attempt of a request failed: outcomes of the simulated system, not errors of the program.
public enum FailureReason: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
  /// The version had moved between the read and the write: zero rows updated.
  case versionConflict = "version-conflict"
  /// The transaction was chosen as the victim of a deadlock: error 1213.
  case deadlock
  /// A row lock did not come in time: error 1205.
  case lockWaitTimeout = "lock-wait-timeout"
  /// No connection came in time.
  case connectionTimeout = "connection-timeout"
  /// The distributed lock did not come in time.
  case distributedLockTimeout = "distributed-lock-timeout"
  /// The write carried an older fencing token than the row had seen.
  case staleToken = "stale-token"
  /// The row was locked by another and the statement would not wait: error 3572.
  case lockNotAvailable = "lock-not-available"
  /// The unique key was there already: error 1062.
  case duplicateKey = "duplicate-key"
  /// The row had changed since the transaction's snapshot: error 1020.
  case recordChanged = "record-changed"
}
