public import SimulationBasics

/// What befalls the server as a whole: a replica takes over that has lagged behind, and a clock
/// that is set.
///
/// Those who wait for fair locks keep their places and their deadlines through both. That is
/// simpler than reality, where the list of waiters is data like any other: a waiter that the
/// replica has not heard of comes to the list again with its next try.
extension LockServer {
  /// Which way a clock is set.
  public enum ClockDirection: Equatable, Sendable, BitwiseCopyable {
    case ahead, back
  }

  /// The key of a lock that is there.
  public struct Standing: Equatable, Sendable, BitwiseCopyable {
    /// Who may unlock; `nil` when nobody can.
    public let owner: RequestID?
    public let token: UInt64
    public let expiresAt: VirtualTime

    package init(owner: RequestID?, token: UInt64, expiresAt: VirtualTime) {
      self.owner = owner
      self.token = token
      self.expiresAt = expiresAt
    }
  }

  /// What became of one lock, so that whoever runs the lease timers can set them anew.
  ///
  /// A lock whose lease ends in this very moment, and whose timer has not fired, is there before,
  /// and never afterwards.
  public struct KeyChange: Equatable, Sendable, BitwiseCopyable {
    public let lock: LockID
    public let before: Standing?
    public let after: Standing?

    package init(lock: LockID, before: Standing?, after: Standing?) {
      self.lock = lock
      self.before = before
      self.after = after
    }
  }

  /// A replica takes over: every key is what it was `losing` ago, after all that happened in that
  /// moment.
  ///
  /// Grants of that time are gone, releases and renewals are undone, and tokens are what they were,
  /// so that one may be given twice. A key comes back only if its lease has not ended since. It is
  /// its owner's only if that owner has had it ever since; else it is nobody's until its lease
  /// ends, as after `orphan`: the owner has given it back, or has seen it end, and does not come
  /// again. What was forgotten since is not brought back, for its number stands for another name. A
  /// further failover may go back to before this one.
  ///
  /// - Returns: The locks that changed, in the order of their numbers, without those that are free
  ///   before and after.
  /// - Complexity: O(locks + changes remembered).
  /// - Precondition: `losing` is not longer than what the server remembers.
  public mutating func failOver(losing: VirtualDuration, now: VirtualTime) -> [KeyChange] {
    guard remembers else { preconditionFailure("a failover of a server that remembers nothing") }
    precondition(losing <= journal.length, "a failover loses more than is remembered")
    // By lock: the key as it was; first as it is now.
    var old = FixedTable<Key>(repeating: .absent, count: keys.count)
    for index in 0..<keys.count { old[index] = keys[index] }
    var place = journal.count - 1
    while place >= 0, journal[place].until + losing > now {
      let entry = journal[place]
      if entry.before.name == keys[entry.lock.index].name { old[entry.lock.index] = entry.before }
      place -= 1
    }
    return change(now: now) { key, index in
      var restored = old[index]
      guard restored != key else { return key }
      if !restored.isTaken(at: now) { return restored.withoutOwner }
      let stands = key.isTaken(at: now) && key.tenure == restored.tenure
      restored.owner = stands ? key.owner : -1
      return restored
    }
  }

  /// The server's clock is set: every lease that runs ends so much sooner, or later; those that
  /// would have ended are gone at once.
  ///
  /// A failover may undo it: the replica has a clock of its own.
  ///
  /// - Returns: As for a failover.
  /// - Complexity: O(locks).
  public mutating func jumpClock(
    by length: VirtualDuration, direction: ClockDirection, now: VirtualTime
  ) -> [KeyChange] {
    change(now: now) { key, _ in
      guard key.isTaken(at: now) else { return key }
      var moved = key
      switch direction {
      case .back: moved.expiresAt = key.expiresAt + length
      case .ahead:
        if key.expiresAt - now <= length { return key.withoutOwner }
        moved.expiresAt = now + (key.expiresAt - now - length)
      }
      return moved
    }
  }

  /// Replaces keys, and tells which locks have changed.
  private mutating func change(
    now: VirtualTime, to replacement: (Key, Int) -> Key
  ) -> [KeyChange] {
    var changes: [KeyChange] = []
    for index in 0..<keys.count {
      let before = keys[index]
      let after = replacement(before, index)
      if after == before { continue }
      let lock = LockID(index: index)
      note(lock, now: now)
      keys[index] = after
      heldCount += (after.holdCount > 0 ? 1 : 0) - (before.holdCount > 0 ? 1 : 0)
      if before.holdCount > 0 || after.holdCount > 0 {
        changes.append(KeyChange(lock: lock, before: before.standing, after: after.standing))
      }
    }
    return changes
  }
}

extension LockServer.Key {
  /// The key as the server shows it; `nil` when there is none.
  var standing: LockServer.Standing? {
    guard holdCount > 0 else { return nil }
    return LockServer.Standing(
      owner: owner < 0 ? nil : RequestID(index: Int(owner)), token: token, expiresAt: expiresAt)
  }

  /// The same lock without a key.
  var withoutOwner: LockServer.Key {
    var free = self
    free.owner = -1
    free.holdCount = 0
    return free
  }
}
