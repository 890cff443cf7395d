/// A state that a defence is for; a search counts how often it was reached, because a promise that
/// was never in danger proves nothing.
public enum Danger: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case leaseExpiredWhileHeld
  case twoInsideOneLock
  /// The replica did not know of a lock that somebody held.
  case failoverWhileHeld
  case clockJumpedWhileHeld
  /// A request unlocked what was no longer its own: its success is masked as a failure.
  case unlockRefused
  case wentOnWithoutLock
  case versionMoved
  case tokenRefused
  case deadlockFound
  case lockWaitTimedOut
  case pausedInTransaction
  case crashedInTransaction
  /// An instance died while a key of its was PROCESSING.
  case crashedWhileProcessing
  case duplicateWhileProcessing
  case answerReplayed
  case keyTakenOver
  /// The answer of a request was lost whose effect was committed.
  case responseLostAfterCommit
  /// A client stopped listening to a request that then committed.
  case committedUnheard
  /// A client sent again what had had its effect.
  case sentAgainAfterEffect
  /// A sync was late, or the database stood still, while somebody held a lock of the lock server.
  case stalledWhileHeld

  /// The danger's place in arrays with an element for each.
  public var index: Int { Int(rawValue) }

  /// What it is, in the words of a report.
  public var text: String {
    switch self {
    case .leaseExpiredWhileHeld: "lease expired while held"
    case .twoInsideOneLock: "two inside one lock"
    case .failoverWhileHeld: "failover while held"
    case .clockJumpedWhileHeld: "clock jumped while held"
    case .unlockRefused: "unlock of a lock lost"
    case .wentOnWithoutLock: "went on without the lock"
    case .versionMoved: "version had moved"
    case .tokenRefused: "older token refused"
    case .deadlockFound: "deadlock found"
    case .lockWaitTimedOut: "row lock wait timed out"
    case .pausedInTransaction: "paused in a transaction"
    case .crashedInTransaction: "crashed in a transaction"
    case .crashedWhileProcessing: "crashed while a key was PROCESSING"
    case .duplicateWhileProcessing: "duplicate while PROCESSING"
    case .answerReplayed: "stored answer replayed"
    case .keyTakenOver: "key taken over"
    case .responseLostAfterCommit: "answer lost after commit"
    case .committedUnheard: "committed after the client's time-out"
    case .sentAgainAfterEffect: "sent again after the effect"
    case .stalledWhileHeld: "database stalled while held"
    }
  }
}

/// How often each danger was met.
public struct DangerCounts: Equatable, Sendable {
  private var counts = [UInt64](repeating: 0, count: Danger.allCases.count)

  public init() {}

  public subscript(danger: Danger) -> UInt64 { counts[danger.index] }

  public mutating func note(_ danger: Danger) { counts[danger.index] += 1 }

  public mutating func add(_ other: DangerCounts) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }
}
