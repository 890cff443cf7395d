import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel

/// Why a request does not go on as its program says: an outcome of the simulated system.
enum Failure: UInt8, Sendable, BitwiseCopyable {
  case none
  case versionConflict
  case deadlock
  case lockWaitTimeout
  case connectionTimeout
  case distributedLockTimeout
  case staleToken
  case lockNotAvailable
  case duplicateKey
  case recordChanged
  /// The idempotency key is being processed by another request, or has failed and may not be tried
  /// again.
  case keyRefused
  /// Neither a thread nor a place in the backlog was free.
  case threadRefused
  /// The lock had expired when the request unlocked it: `IllegalMonitorStateException`.
  case unlockByStranger
  /// The instance was down: the connection was refused.
  case instanceDown
  /// The instance died while it worked on the request.
  case instanceDied
  /// The lock server has not answered in time.
  case lockServerTimeout
  /// The business says no; which refusal it was stands in the request.
  case refused
  /// The client has waited long enough. No request fails so: its client measures it.
  case clientTimeout

  init(_ reason: FailureReason) {
    switch reason {
    case .versionConflict: self = .versionConflict
    case .deadlock: self = .deadlock
    case .lockWaitTimeout: self = .lockWaitTimeout
    case .connectionTimeout: self = .connectionTimeout
    case .distributedLockTimeout: self = .distributedLockTimeout
    case .staleToken: self = .staleToken
    case .lockNotAvailable: self = .lockNotAvailable
    case .duplicateKey: self = .duplicateKey
    case .recordChanged: self = .recordChanged
    }
  }

  /// The set of failures that has this one alone.
  var bit: UInt32 { 1 << UInt32(rawValue) }

  /// The status that answers it; `refused` has one of its own.
  var status: UInt16 {
    switch self {
    case .none: 200
    case .versionConflict, .distributedLockTimeout, .staleToken, .keyRefused, .refused: 409
    case .deadlock, .unlockByStranger, .duplicateKey, .lockNotAvailable, .recordChanged: 500
    case .lockWaitTimeout: 408
    case .connectionTimeout, .lockServerTimeout: 503
    case .threadRefused, .instanceDown, .instanceDied, .clientTimeout: 0
    }
  }

  /// Whether the answer is one of the business: neither success nor an error of the machine.
  var isRefusal: Bool { self == .refused || self == .keyRefused }

  /// The counter of each time that it happens.
  var counter: MetricName? {
    switch self {
    case .none, .refused, .unlockByStranger, .staleToken, .lockNotAvailable, .recordChanged,
      .clientTimeout:
      nil
    case .duplicateKey: .duplicateKeyErrors
    case .versionConflict: .optimisticLockConflicts
    case .deadlock: .deadlocks
    case .lockWaitTimeout: .pessimisticLockTimeouts
    case .connectionTimeout: .connectionTimeouts
    case .distributedLockTimeout: .distributedLockTimeouts
    case .keyRefused: .idempotencyConflicts
    case .lockServerTimeout: .lockServerTimeouts
    case .threadRefused: .threadsRefused
    case .instanceDown: .connectionsRefused
    case .instanceDied: .requestsDropped
    }
  }

  /// The counter of each request that it ends.
  var exhaustedCounter: MetricName? {
    switch self {
    case .versionConflict: .optimisticLockExhausted
    case .deadlock: .deadlockExhausted
    case .none, .lockWaitTimeout, .connectionTimeout, .distributedLockTimeout, .staleToken,
      .keyRefused, .threadRefused, .instanceDown, .instanceDied, .unlockByStranger, .refused,
      .lockServerTimeout, .lockNotAvailable, .duplicateKey, .clientTimeout,
      .recordChanged:
      nil
    }
  }

  /// What the series counts each time that it happens.
  var seriesMark: IntervalSeries.Event? {
    switch self {
    case .versionConflict: .conflict
    case .deadlock: .deadlock
    case .lockWaitTimeout: .lockTimeout
    case .none, .connectionTimeout, .distributedLockTimeout, .staleToken, .keyRefused,
      .threadRefused, .instanceDown, .instanceDied, .unlockByStranger, .refused, .lockNotAvailable,
      .lockServerTimeout, .duplicateKey, .clientTimeout,
      .recordChanged:
      nil
    }
  }
}
