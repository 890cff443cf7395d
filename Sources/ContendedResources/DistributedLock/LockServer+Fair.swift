public import SimulationBasics

/// The scripts of Redisson's fair lock: only the longest waiter may take a lock that is free.
///
/// The moments that Redisson's clients send along are taken to be those at which the scripts run.
/// Rules: RedissonFairLock.java.
extension LockServer {
  /// How long a waiter without a wait time is believed to live (`fairLockWaitTimeout`).
  public static let fairWaitTimeout = VirtualDuration.minutes(5)

  /// Takes a lock that is free if nobody else is the first who waits; else joins the end of the
  /// list, once, and says how long to wait for a message at most.
  ///
  /// That is the rest of the lease for the first and for one who asks again, and for others the
  /// time until the one before them is taken for dead. It is zero while the lock is free and its
  /// first waiter has not come yet, so that one who is woken then asks again at once.
  ///
  /// - Parameter allowance: How long the request is believed to live when it is its turn: its wait
  ///   time, or `fairWaitTimeout`.
  /// - Complexity: O(those who wait for this lock).
  public mutating func tryAcquireFairly(
    _ lock: LockID, for request: RequestID, lease: VirtualDuration, allowance: VirtualDuration,
    now: VirtualTime
  ) -> AcquireOutcome {
    keys.makeRoom(for: lock.index, filledWith: .absent)
    let allowed = Int64(allowance.inNanoseconds)
    waiters.dropStale(of: lock, now: now.signed)
    let key = keys[lock.index]
    let isTaken = key.isTaken(at: now)
    if !isTaken {
      let first = waiters.first(of: lock)
      if first == nil || first == request {
        waiters.admitFirst(of: lock, allowance: allowed)
        return .granted(token: grant(lock, to: request, lease: lease, now: now))
      }
    } else if key.owner == request.index {
      return .granted(token: grant(lock, to: request, lease: lease, now: now))
    }
    let remaining = isTaken ? key.expiresAt - now : .zero
    if waiters.contains(request, for: lock) { return .held(remaining: remaining) }
    let before = waiters.last(of: lock).map { waiters.deadline(of: $0) - now.signed }
    let timeToLive = before ?? Int64(remaining.inNanoseconds)
    waiters.append(request, to: lock, deadline: now.signed + timeToLive + allowed)
    // Redisson takes a negative answer for a wait without end but its own.
    let wait: VirtualDuration =
      timeToLive < 0 ? .longestInAModel : .nanoseconds(UInt64(timeToLive))
    return .held(remaining: wait)
  }

  /// Gives a fair lock back, or finds that its lease has run out; in both cases the first waiter is
  /// told.
  ///
  /// - Complexity: O(1), and O(1) for each waiter that is dropped as dead.
  public mutating func unlockFairly(
    _ lock: LockID, by request: RequestID, now: VirtualTime
  ) -> UnlockOutcome {
    waiters.dropStale(of: lock, now: now.signed)
    guard Int(lock.index) < keys.count, keys[lock.index].isTaken(at: now) else { return .wasFree }
    return unlock(lock, by: request, now: now)
  }

  /// Who is to be told that a fair lock is free.
  ///
  /// - Complexity: O(1).
  public func firstWaiter(for lock: LockID) -> RequestID? { waiters.first(of: lock) }

  /// Takes a request that gives up out of the list of a fair lock, if it stands there.
  ///
  /// - Complexity: O(those who wait behind it).
  public mutating func stopWaiting(
    for lock: LockID, by request: RequestID, allowance: VirtualDuration
  ) {
    waiters.remove(request, of: lock, allowance: Int64(allowance.inNanoseconds))
  }
}

extension VirtualTime {
  /// The moment as a number from which more can be taken than it has.
  fileprivate var signed: Int64 { Int64(nanosecondsSinceStart) }
}
