public import SimulationBasics

/// The lock keys of a Redis server: who holds each, how often, with which fencing token and until
/// when.
///
/// A key is gone at the moment its lease ends: at `now == expiresAt` it counts for nobody, whether
/// or not the lease timer has fired. Nobody is told of an expiry (Redis publishes none on the
/// lock's channel). Rules: Redisson, RedissonFencedLock.java and RedissonLock.java.
///
/// Token numbers are per lock, start at 1 and rise with each acquisition, also with the second of
/// the same owner (INCR in Redisson's acquire script). So a token names one grant and one lease: a
/// timer armed for an earlier lease of the same owner is recognised.
public struct LockServer: ~Copyable {
  /// What the acquire script answered.
  public enum AcquireOutcome: Equatable, Sendable {
    /// The lock is the request's until the lease ends; the token is larger than all before.
    case granted(token: UInt64)
    /// Another holds the lock, for this long at most (PTTL); never zero.
    case held(remaining: VirtualDuration)
  }
  /// What the unlock script answered.
  public enum UnlockOutcome: Equatable, Sendable {
    /// The key is deleted: publish the unlock message.
    case released
    /// The owner has taken the lock this many times more than it has given it back. The lease goes
    /// on as it was.
    case stillHeld(count: Int)
    /// The request holds no such lock, or not any more: an error in the application, and nothing
    /// changed.
    case notOwner
  }

  struct Key: BitwiseCopyable {
    /// The request that may unlock; negative when there is none.
    var owner: Int32
    /// How often the owner has taken the lock; 0 while there is no key.
    var holdCount: Int32
    /// The last token given, which outlives the key.
    var token: UInt64
    var expiresAt: VirtualTime

    static let absent = Key(owner: -1, holdCount: 0, token: 0, expiresAt: .start)
  }

  private var keys: FixedTable<Key>
  /// How many keys are there; one whose lease has ended counts until its timer fires or another
  /// takes it.
  public private(set) var heldCount = 0

  public init(expectedLocks: Int) {
    self.keys = FixedTable(repeating: .absent, count: expectedLocks)
  }

  /// Takes a lock that is free, run out, or the request's own; else says how long it is held at
  /// most.
  ///
  /// Taking one's own lock again counts up, starts a new lease and gives a new token.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The lease is longer than nothing.
  public mutating func tryAcquire(
    _ lock: LockID, for request: RequestID, lease: VirtualDuration, now: VirtualTime
  ) -> AcquireOutcome {
    precondition(lease > .zero, "a lease that ends before it starts")
    precondition(!request.isNone, "a lock was taken for nobody")
    keys.makeRoom(for: lock.index, filledWith: .absent)
    let key = keys[lock.index]
    let isTaken = key.holdCount > 0 && now < key.expiresAt
    if isTaken, key.owner != request.index { return .held(remaining: key.expiresAt - now) }
    if key.holdCount == 0 { heldCount += 1 }
    keys[lock.index] = Key(
      owner: request.index, holdCount: isTaken ? key.holdCount + 1 : 1, token: key.token + 1,
      expiresAt: now + lease)
    return .granted(token: key.token + 1)
  }

  /// Gives a lock back once; the last time deletes the key. A stranger's lock is never touched.
  ///
  /// - Complexity: O(1).
  public mutating func unlock(
    _ lock: LockID, by request: RequestID, now: VirtualTime
  ) -> UnlockOutcome {
    guard let owner = owner(of: lock, now: now), owner == request else { return .notOwner }
    if keys[lock.index].holdCount > 1 {
      keys[lock.index].holdCount -= 1
      return .stillHeld(count: Int(keys[lock.index].holdCount))
    }
    remove(lock)
    return .released
  }

  /// Ends the lease of one grant, when its timer fires.
  ///
  /// - Returns: Whether that very grant was still in place; if so, it is gone now.
  /// - Complexity: O(1).
  public mutating func expire(_ lock: LockID, token: UInt64) -> Bool {
    guard Int(lock.index) < keys.count else { return false }
    guard keys[lock.index].holdCount > 0, keys[lock.index].token == token else { return false }
    remove(lock)
    return true
  }

  /// Makes a grant nobody's, because its owner is gone without having unlocked.
  ///
  /// The key stays until its lease ends, and nobody can unlock it or take it again before; in
  /// particular not the next request that uses the owner's slot. A grant that is over stays over.
  ///
  /// - Complexity: O(1).
  public mutating func orphan(_ lock: LockID, token: UInt64) {
    guard Int(lock.index) < keys.count, keys[lock.index].token == token else { return }
    keys[lock.index].owner = -1
  }

  /// Who holds a lock at a moment; nil also for a key whose owner is gone.
  ///
  /// - Complexity: O(1).
  public func owner(of lock: LockID, now: VirtualTime) -> RequestID? {
    guard Int(lock.index) < keys.count else { return nil }
    let key = keys[lock.index]
    guard key.owner >= 0, now < key.expiresAt else { return nil }
    return RequestID(index: Int(key.owner))
  }

  private mutating func remove(_ lock: LockID) {
    keys[lock.index].owner = -1
    keys[lock.index].holdCount = 0
    heldCount -= 1
  }
}
