import ContentionEngine
import Measurements

/// What ends requests instead of letting them wait for ever, by the failure that they meet.
public enum TurnedAway: UInt8, CaseIterable, Sendable {
  case instanceCrashes
  case connectionsRefused
  case threadsRefused
  case connectionTimeouts
  case distributedLockTimeouts
  case rowLockTimeouts
  case retriesExhausted

  /// How often it did in a run.
  func count(in result: RunResult) -> UInt64 {
    switch self {
    case .instanceCrashes: result.count(.instanceCrashes)
    case .connectionsRefused: result.count(.connectionsRefused)
    case .threadsRefused: result.count(.threadsRefused)
    case .connectionTimeouts: result.count(.connectionTimeouts)
    case .distributedLockTimeouts: result.count(.distributedLockTimeouts)
    case .rowLockTimeouts: result.count(.pessimisticLockTimeouts)
    case .retriesExhausted:
      result.count(.optimisticLockExhausted) + result.count(.deadlockExhausted)
    }
  }
}
