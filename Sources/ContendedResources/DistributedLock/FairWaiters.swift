import SimulationBasics

/// Who waits for each fair lock, in order of arrival, and until when each is believed to live.
///
/// Redisson keeps a list of waiters and a sorted set of their deadlines. A deadline is the deadline
/// of the one before, or the end of the lease for the first, plus the waiter's own allowance; when
/// one ahead takes the lock or gives up, those behind come nearer by its allowance. Rules:
/// RedissonFairLock.java.
struct FairWaiters: ~Copyable {
  private var queues: RequestQueues
  /// By request, in nanoseconds since the start; one that has been moved may lie before it.
  private var deadlines: FixedTable<Int64>

  init() {
    queues = RequestQueues(queueCount: 0, expectedMembers: 0)
    deadlines = FixedTable(repeating: 0, count: 0)
  }

  // MARK: Looking

  /// Who has waited longest for a lock.
  func first(of lock: LockID) -> RequestID? {
    queues.hasQueue(lock.index) ? queues.first(of: lock.index) : nil
  }

  /// Who came last to wait for a lock.
  func last(of lock: LockID) -> RequestID? {
    queues.hasQueue(lock.index) ? queues.last(of: lock.index) : nil
  }

  /// Whether a request waits for a lock.
  func contains(_ request: RequestID, for lock: LockID) -> Bool {
    queues.queue(of: request) == lock.index
  }

  /// Until when a waiter is believed to live.
  func deadline(of request: RequestID) -> Int64 { deadlines[request.index] }

  // MARK: Coming and going

  /// Puts a request at the end of the list.
  ///
  /// - Complexity: O(1).
  mutating func append(_ request: RequestID, to lock: LockID, deadline: Int64) {
    queues.makeRoom(forQueue: lock.index)
    deadlines.makeRoom(for: request.index, filledWith: 0)
    _ = queues.append(request, to: lock.index)
    deadlines[request.index] = deadline
  }

  /// Drops those at the head of the list whose deadline has come; the others keep theirs.
  ///
  /// - Complexity: O(those who are dropped).
  mutating func dropStale(of lock: LockID, now: Int64) {
    while let first = first(of: lock), deadlines[first.index] <= now { queues.remove(first) }
  }

  /// The first has taken the lock, or nobody waited: it leaves the list, and all others come
  /// nearer.
  ///
  /// - Complexity: O(those who wait for this lock).
  mutating func admitFirst(of lock: LockID, allowance: Int64) {
    guard let first = first(of: lock) else { return }
    remove(first, of: lock, allowance: allowance)
  }

  /// Takes a request out of the list, and moves those behind it nearer.
  ///
  /// - Complexity: O(those who wait behind it).
  mutating func remove(_ request: RequestID, of lock: LockID, allowance: Int64) {
    guard contains(request, for: lock) else { return }
    var behind = queues.next(after: request)
    while let waiter = behind {
      deadlines[waiter.index] -= allowance
      behind = queues.next(after: waiter)
    }
    queues.remove(request)
  }
}
