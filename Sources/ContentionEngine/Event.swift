import EventKernel
import SimulationBasics

/// Something that happened at a moment: the closed list of facts that the engine acts on.
///
/// Payloads are identifiers only; what they are about stays where it is owned.
enum Event: Equatable, Sendable, BitwiseCopyable {
  /// What a request waited for has come, or its time has passed.
  case requestResumed(RequestID)
  /// A user's pause is over.
  case userResumed(UserID)
  /// A request has waited long enough for a row or for another's insert.
  case rowLockWaitTimedOut(RequestID)
  /// A request has waited long enough for a connection.
  case connectionWaitTimedOut(RequestID)
  /// A request has waited as long as the lock can last, or as long as it may wait.
  case unlockWaitTimedOut(RequestID)
  /// The lease of a distributed lock has run out.
  case leaseExpired(LockID)
  /// The message that a lock was released has reached an instance.
  case unlockMessageArrived(LockID, InstanceID)
  /// The reply to SUBSCRIBE or UNSUBSCRIBE has reached an instance.
  case subscriptionAnswered(LockID, InstanceID)
  /// The same for the channel that a waiter for a fair lock has for itself.
  case privateSubscriptionAnswered(RequestID)
  /// The message that a fair lock is free has reached the first who waits.
  case firstWaiterCalled(LockID, RequestID)
  /// A request has slept long enough between two tries for a lock.
  case lockPollDue(RequestID)
  /// It is time to start the lease of a lock anew.
  case leaseRenewalDue(LockID)
  /// The log has been synced.
  case syncEnded
  /// A load begins.
  case loadStarted(Int)
  /// The number of users that a load plans for changes.
  case plannedUsersChanged(Int)
  /// An iteration of a load is due.
  case iterationFellDue(Int)
  /// A user sends a request once more.
  case clickedAgain(RequestID)
  /// A load makes no new iterations from now on.
  case loadEnded(Int)
  /// The iterations of a load that still run are interrupted.
  case gracefulStopEnded(Int)
  /// A user who was to finish an iteration has not done so in time.
  case gracefulRampDownEnded(UserID)
  /// An instance that had died is up again.
  case instanceRestarted(InstanceID)
  /// The measurements begin.
  case warmUpEnded
  /// Another second of virtual time has passed.
  case secondPassed
  /// It is time to judge the thresholds that can end the run.
  case thresholdsDue
  /// A moment of a fault has come.
  case faultFellDue(Int)
  /// The effect of a fault is over, on this instance if it is about one.
  case faultEnded(Int, InstanceID)

  /// A client has waited long enough for an answer.
  case clientTimedOut(UserID)
  /// The backoff of a client is over.
  case attemptFellDue(UserID)

  /// The event as the queue carries it: kind in the low byte, then 32 bits, then 24 bits.
  var word: EventWord {
    switch self {
    case .requestResumed(let request): Self.word(0, request.index)
    case .userResumed(let user): Self.word(1, user.index)
    case .rowLockWaitTimedOut(let request): Self.word(2, request.index)
    case .connectionWaitTimedOut(let request): Self.word(3, request.index)
    case .unlockWaitTimedOut(let request): Self.word(4, request.index)
    case .leaseExpired(let lock): Self.word(5, lock.index)
    case .unlockMessageArrived(let lock, let instance): Self.word(6, lock.index, instance.index)
    case .syncEnded: Self.word(7, 0)
    case .loadStarted(let load): Self.word(8, Int32(load))
    case .plannedUsersChanged(let load): Self.word(9, Int32(load))
    case .iterationFellDue(let load): Self.word(30, Int32(load))
    case .clickedAgain(let request): Self.word(31, request.index)
    case .loadEnded(let load): Self.word(10, Int32(load))
    case .gracefulStopEnded(let load): Self.word(11, Int32(load))
    case .gracefulRampDownEnded(let user): Self.word(12, user.index)
    case .warmUpEnded: Self.word(13, 0)
    case .secondPassed: Self.word(14, 0)
    case .thresholdsDue: Self.word(40, 0)
    case .subscriptionAnswered(let lock, let instance):
      Self.word(15, lock.index, instance.index)
    case .privateSubscriptionAnswered(let request): Self.word(16, request.index)
    case .firstWaiterCalled(let lock, let request): Self.word(17, lock.index, request.index)
    case .lockPollDue(let request): Self.word(18, request.index)
    case .leaseRenewalDue(let lock): Self.word(19, lock.index)
    case .instanceRestarted(let instance): Self.word(20, instance.index)
    case .clientTimedOut(let user): Self.word(23, user.index)
    case .attemptFellDue(let user): Self.word(24, user.index)
    case .faultFellDue(let fault): Self.word(21, Int32(fault))
    case .faultEnded(let fault, let instance): Self.word(22, Int32(fault), instance.index)
    }
  }

  /// The event that a word of this engine carries.
  ///
  /// - Precondition: The word was made by `word`.
  init(_ word: EventWord) {
    let first = Int(Int32(truncatingIfNeeded: word.bits >> 8))
    let second = Int(word.bits >> 40)
    switch word.bits & 0xFF {
    case 0: self = .requestResumed(RequestID(index: first))
    case 1: self = .userResumed(UserID(index: first))
    case 2: self = .rowLockWaitTimedOut(RequestID(index: first))
    case 3: self = .connectionWaitTimedOut(RequestID(index: first))
    case 4: self = .unlockWaitTimedOut(RequestID(index: first))
    case 5: self = .leaseExpired(LockID(index: first))
    case 6: self = .unlockMessageArrived(LockID(index: first), InstanceID(index: second))
    case 7: self = .syncEnded
    case 8: self = .loadStarted(first)
    case 9: self = .plannedUsersChanged(first)
    case 30: self = .iterationFellDue(first)
    case 31: self = .clickedAgain(RequestID(index: first))
    case 10: self = .loadEnded(first)
    case 11: self = .gracefulStopEnded(first)
    case 12: self = .gracefulRampDownEnded(UserID(index: first))
    case 13: self = .warmUpEnded
    case 14: self = .secondPassed
    case 40: self = .thresholdsDue
    case 15: self = .subscriptionAnswered(LockID(index: first), InstanceID(index: second))
    case 16: self = .privateSubscriptionAnswered(RequestID(index: first))
    case 17: self = .firstWaiterCalled(LockID(index: first), RequestID(index: second))
    case 18: self = .lockPollDue(RequestID(index: first))
    case 19: self = .leaseRenewalDue(LockID(index: first))
    case 20: self = .instanceRestarted(InstanceID(index: first))
    case 23: self = .clientTimedOut(UserID(index: first))
    case 24: self = .attemptFellDue(UserID(index: first))
    case 21: self = .faultFellDue(first)
    case 22: self = .faultEnded(first, InstanceID(index: second))
    default: preconditionFailure("an event of no known kind")
    }
  }

  private static func word(_ kind: UInt64, _ first: Int32, _ second: Int32 = 0) -> EventWord {
    EventWord(
      bits: kind | UInt64(UInt32(bitPattern: first)) << 8 | UInt64(UInt32(bitPattern: second)) << 40
    )
  }
}
