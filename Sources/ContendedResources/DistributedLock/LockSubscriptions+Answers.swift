public import SimulationBasics

/// What the lock server does with SUBSCRIBE and UNSUBSCRIBE, and what its replies mean.
extension LockSubscriptions {
  /// The server has served SUBSCRIBE: it sends messages from now on.
  ///
  /// - Complexity: O(1).
  /// - Precondition: SUBSCRIBE was sent and is not answered.
  public mutating func startMessages(about lock: LockID, to instance: InstanceID) {
    guard let entry = entry(lock, instance), entries[entry].stage == .subscribing else {
      preconditionFailure("a SUBSCRIBE was served that nobody has sent")
    }
    entries[entry].isReached = true
  }

  /// The server has served UNSUBSCRIBE: it sends no more messages.
  ///
  /// - Complexity: O(1).
  /// - Precondition: UNSUBSCRIBE was sent and is not answered.
  public mutating func stopMessages(about lock: LockID, to instance: InstanceID) {
    guard let entry = entry(lock, instance), entries[entry].stage == .unsubscribing else {
      preconditionFailure("an UNSUBSCRIBE was served that nobody has sent")
    }
    entries[entry].isReached = false
  }

  /// When something arrives that the server sends to a subscriber: not before what it sent earlier.
  ///
  /// - Parameter moment: When it would arrive on a connection of its own.
  /// - Complexity: O(1).
  /// - Precondition: The instance has an entry for the lock.
  public mutating func arrival(
    about lock: LockID, on instance: InstanceID, at moment: VirtualTime
  ) -> VirtualTime {
    guard let entry = entry(lock, instance) else {
      preconditionFailure("something was sent to nobody")
    }
    let arrival = max(moment, entries[entry].lastArrival)
    entries[entry].lastArrival = arrival
    return arrival
  }

  /// Notes that the reply to SUBSCRIBE or UNSUBSCRIBE is here.
  ///
  /// - Complexity: O(1).
  /// - Precondition: A command was sent and is not answered; all who waited for an earlier reply
  ///   have been told.
  public mutating func answered(about lock: LockID, on instance: InstanceID) -> AnswerOutcome {
    defer { checkInvariants() }
    precondition(justSubscribed < 0, "a subscription before those of the last were told")
    guard let entry = entry(lock, instance) else {
      preconditionFailure("an answer to a command that nobody has sent")
    }
    switch entries[entry].stage {
    case .subscribing:
      precondition(entries[entry].isReached, "a SUBSCRIBE was answered before it was served")
      if entries[entry].members == 0 {
        entries[entry].stage = .unsubscribing
        return .mustUnsubscribe
      }
      entries[entry].stage = .subscribed
      justSubscribed = entry
      return .confirmed
    case .unsubscribing:
      precondition(!entries[entry].isReached, "an UNSUBSCRIBE was answered before it was served")
      if entries[entry].members > 0 {
        entries[entry].stage = .subscribing
        return .mustSubscribe
      }
      entryOf[pairIndex(lock, instance)] = -1
      entries[entry] = .free
      entries[entry].members = firstFreeEntry
      firstFreeEntry = entry
      return .gone
    case .free, .subscribed:
      preconditionFailure("an answer to a command that nobody has sent")
    }
  }

  /// Tells the next request that waited for the subscription, in order of arrival.
  ///
  /// - Complexity: O(1).
  public mutating func nextSubscribed() -> RequestID? {
    defer { checkInvariants() }
    guard justSubscribed >= 0 else { return nil }
    if let request = waits.popFirst(of: justSubscribed * 2) { return request }
    justSubscribed = -1
    return nil
  }
}
