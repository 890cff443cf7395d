public import SimulationBasics

/// The lock keys of a Redis server: who holds each, how often, with which fencing token and until
/// when.
///
/// A key is gone at the moment its lease ends: at `now == expiresAt` it counts for nobody, whether
/// or not the lease timer has fired. Nobody is told of an expiry (Redis publishes none on the
/// lock's channel). Rules: Redisson at 66863978, RedissonFencedLock.java and RedissonLock.java; the
/// scripts of RedissonFairLock.java are in `LockServer+Fair`.
///
/// Token numbers are per lock, start at 1 and rise with each acquisition, also with the second of
/// the same owner (INCR in Redisson's acquire script). So a token names one grant and one lease: a
/// timer armed for an earlier lease of the same owner is recognised.
public struct LockServer: ~Copyable {
  /// What the acquire script answered.
  public enum AcquireOutcome: Equatable, Sendable {
    /// The lock is the request's until the lease ends; the token is larger than all before.
    case granted(token: UInt64)
    /// Another holds the lock, for this long at most (PTTL). Zero only from the fair lock, when it
    /// is free and another is the first who waits.
    case held(remaining: VirtualDuration)
  }
  /// What the unlock script answered.
  public enum UnlockOutcome: Equatable, Sendable {
    /// The key is deleted: publish the unlock message.
    case released
    /// The owner has taken the lock this many times more than it has given it back. The lease
    /// starts anew (PEXPIRE).
    case stillHeld(count: Int)
    /// Nobody holds the lock: the fair lock takes that for a release, the others never answer so.
    case wasFree
    /// The request holds no such lock, or not any more: an error in the application, and nothing
    /// changed.
    case notOwner
  }

  struct Key: Equatable, BitwiseCopyable {
    /// The request that may unlock; negative when there is none.
    var owner: Int32
    /// How often the owner has taken the lock; 0 while there is no key.
    var holdCount: Int32
    /// The last token given, which outlives the key.
    var token: UInt64
    var expiresAt: VirtualTime
    /// How long the owner asked for when it took the lock last.
    var lease: VirtualDuration
    /// The number of the owner's stay, from its first grant to its last unlock, in the whole run;
    /// tells it from an earlier one of the same slot, and of the same token.
    var tenure: UInt64 = 0
    /// How many names the number of the lock has stood for before.
    var name: UInt64 = 0

    static let absent = Key(owner: -1, holdCount: 0, token: 0, expiresAt: .start, lease: .zero)

    func isTaken(at now: VirtualTime) -> Bool { holdCount > 0 && now < expiresAt }
  }

  var keys: FixedTable<Key>
  /// Who waits for fair locks.
  var waiters: FairWaiters
  /// How many keys are there; one whose lease has ended counts until its timer fires or another
  /// takes it.
  public internal(set) var heldCount = 0
  private var tenures: UInt64 = 0
  /// Whether changes are remembered, so that a replica can take over that has not heard of them.
  let remembers: Bool
  var journal: LockJournal

  /// - Parameter length: How much a failover may lose at most; `nil` where there is none, which
  ///   costs nothing.
  public init(expectedLocks: Int, remembers length: VirtualDuration? = nil) {
    self.keys = FixedTable(repeating: .absent, count: expectedLocks)
    self.waiters = FairWaiters()
    self.remembers = length != nil
    self.journal = LockJournal(length: length ?? .zero)
  }

  /// How many changes are remembered, and how many there is room for.
  package var remembered: (count: Int, capacity: Int) { (journal.count, journal.capacity) }

  /// Notes what a key is that is about to change.
  @inline(__always)
  mutating func note(_ lock: LockID, now: VirtualTime) {
    if remembers { journal.note(keys[lock.index], of: lock, now: now) }
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
    keys.makeRoom(for: lock.index, filledWith: .absent)
    let key = keys[lock.index]
    if key.isTaken(at: now), key.owner != request.index {
      return .held(remaining: key.expiresAt - now)
    }
    return .granted(token: grant(lock, to: request, lease: lease, now: now))
  }

  /// Makes a lock the request's, or counts up when it is so already.
  mutating func grant(
    _ lock: LockID, to request: RequestID, lease: VirtualDuration, now: VirtualTime
  ) -> UInt64 {
    precondition(lease > .zero, "a lease that ends before it starts")
    precondition(!request.isNone, "a lock was taken for nobody")
    note(lock, now: now)
    let key = keys[lock.index]
    let isAgain = key.isTaken(at: now)
    if key.holdCount == 0 { heldCount += 1 }
    if !isAgain { tenures += 1 }
    keys[lock.index] = Key(
      owner: request.index, holdCount: isAgain ? key.holdCount + 1 : 1,
      token: key.token + 1, expiresAt: now + lease, lease: lease,
      tenure: isAgain ? key.tenure : tenures, name: key.name)
    return key.token + 1
  }

  /// Gives a lock back once; the last time deletes the key. A stranger's lock is never touched.
  ///
  /// - Complexity: O(1).
  public mutating func unlock(
    _ lock: LockID, by request: RequestID, now: VirtualTime
  ) -> UnlockOutcome {
    guard let owner = owner(of: lock, now: now), owner == request else { return .notOwner }
    note(lock, now: now)
    keys[lock.index].holdCount -= 1
    let left = Int(keys[lock.index].holdCount)
    if left > 0 {
      keys[lock.index].expiresAt = now + keys[lock.index].lease
      return .stillHeld(count: left)
    }
    remove(lock)
    return .released
  }

  /// Starts the lease of one grant anew, if that grant is still in place: the watchdog's script.
  ///
  /// - Returns: Whether it is.
  /// - Complexity: O(1).
  public mutating func renew(
    _ lock: LockID, token: UInt64, lease: VirtualDuration, now: VirtualTime
  ) -> Bool {
    guard Int(lock.index) < keys.count else { return false }
    let key = keys[lock.index]
    guard key.isTaken(at: now), key.token == token, key.owner >= 0 else { return false }
    note(lock, now: now)
    keys[lock.index].expiresAt = now + lease
    return true
  }

  /// When the lease of a lock ends that somebody holds.
  ///
  /// - Complexity: O(1).
  public func expiry(of lock: LockID) -> VirtualTime { keys[lock.index].expiresAt }

  /// Ends the lease of one grant, when its timer fires.
  ///
  /// Nothing to be remembered: by the key itself the lock has been free since its lease ended.
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

  /// Whether a lock is taken by an owner who is gone.
  ///
  /// - Complexity: O(1).
  public func isOrphaned(_ lock: LockID, now: VirtualTime) -> Bool {
    Int(lock.index) < keys.count && keys[lock.index].isTaken(at: now) && keys[lock.index].owner < 0
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

  /// Forgets a lock altogether, its tokens too, because the number will stand for another name.
  ///
  /// - Complexity: O(1).
  public mutating func forget(_ lock: LockID) {
    guard Int(lock.index) < keys.count else { return }
    if keys[lock.index].holdCount > 0 { heldCount -= 1 }
    let name = keys[lock.index].name
    keys[lock.index] = .absent
    keys[lock.index].name = name + 1
  }

  mutating func remove(_ lock: LockID) {
    keys[lock.index].owner = -1
    keys[lock.index].holdCount = 0
    heldCount -= 1
  }
}
