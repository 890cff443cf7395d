public import SimulationBasics

/// The exclusive row locks of all tables: one holder per row, waiters served in order of arrival.
///
/// A request stands for its transaction: it may hold many rows and waits for at most one. Locks are
/// kept until the transaction ends (strict two-phase locking; MySQL manual, "InnoDB Locking"). On
/// real servers with transactions that hold one row the grant order is first come, first served,
/// and the hand-off costs nothing measurable.
///
/// A held lock is an object of its own in an arena: its row points to it, and it lies on the list
/// of its holder in the order of acquisition. The waiters of all rows share one table of links.
public struct RowLockTable: ~Copyable {
  /// What became of a request to lock a row.
  public enum AcquireOutcome: Equatable, Sendable {
    /// The row is the request's from now on.
    case granted
    /// The request has held the row before; nothing changed.
    case alreadyHeld
    /// The request stands in the row's queue, behind this many others.
    case queued(ahead: Int)
    /// Waiting would close a cycle; this member of it has to be rolled back.
    ///
    /// When the victim is the requester, it is not in the queue. When it is another, the requester
    /// waits, and the caller ends the victim's wait by `abandonWait(of:)` and frees its rows by
    /// `releaseNext(heldBy:)`, before any other request asks for a lock.
    case deadlock(victim: RequestID)
  }

  /// What became of a row that its holder gave up.
  public enum ReleaseOutcome: Equatable, Sendable {
    /// Nobody waited for the row.
    case freed(RowID)
    /// The longest waiter holds the row now.
    case passed(RowID, to: RequestID)
  }

  /// A row held by a request; a free object uses `nextOfHolder` for the list of free ones.
  struct HeldLock: BitwiseCopyable {
    var row: Int32
    var holder: Int32
    var nextOfHolder: Int32

    static let free = HeldLock(row: -1, holder: -1, nextOfHolder: -1)
  }
  /// What one request holds, oldest lock first, and what its rollback would have to undo.
  struct Holder: BitwiseCopyable {
    var oldest: Int32
    var newest: Int32
    var lockCount: Int32
    var rowChanges: Int32

    static let ofNothing = Holder(oldest: -1, newest: -1, lockCount: 0, rowChanges: 0)
  }

  /// By row: its held lock, or a negative number.
  var lockOfRow: FixedTable<Int32>
  var locks: FixedTable<HeldLock>
  var firstFreeLock: Int32 = -1
  var usedLocks: Int32 = 0
  var holders: FixedTable<Holder>
  /// One queue per row.
  var waits: RequestQueues
  /// Whether a wait that closes a cycle is reported (`innodb_deadlock_detect`); if not, timeouts
  /// end it.
  public let detectsDeadlocks: Bool
  /// How many rows are held by anybody.
  public private(set) var totalHeld = 0

  public init(rowCount: Int, expectedRequests: Int, detectsDeadlocks: Bool) {
    self.lockOfRow = FixedTable(repeating: -1, count: rowCount)
    self.locks = FixedTable(repeating: .free, count: expectedRequests)
    self.holders = FixedTable(repeating: .ofNothing, count: expectedRequests)
    self.waits = RequestQueues(queueCount: rowCount, expectedRequests: expectedRequests)
    self.detectsDeadlocks = detectsDeadlocks
  }

  // MARK: Looking

  /// Who holds a row.
  public func holder(of row: RowID) -> RequestID? {
    let lock = lockOfRow[row.index]
    return lock < 0 ? nil : RequestID(index: Int(locks[lock].holder))
  }

  /// How many requests wait for a row.
  public func waiting(for row: RowID) -> Int { waits.count(of: row.index) }

  /// Whether a request waits for any row.
  public func isWaiting(_ request: RequestID) -> Bool { waits.contains(request) }

  /// The row for which a request waits.
  public func waitedRow(of request: RequestID) -> RowID? {
    waits.queue(of: request).map { RowID(index: Int($0)) }
  }

  /// How many rows a request holds.
  public func heldCount(by request: RequestID) -> Int {
    Int(request.index) < holders.count ? Int(holders[request.index].lockCount) : 0
  }

  // MARK: Taking, waiting, giving up

  /// Takes a row for a request, or puts the request at the end of the row's queue.
  ///
  /// - Complexity: O(1); with deadlock detection and a row that is held, O(length of the chain of
  ///   waits that starts at the row's holder).
  /// - Precondition: The request waits for no row.
  public mutating func acquire(_ row: RowID, for request: RequestID) -> AcquireOutcome {
    defer { checkInvariants() }
    holders.makeRoom(for: request.index, filledWith: .ofNothing)
    precondition(!waits.contains(request), "a request asked for a lock while it waits for one")
    let lock = lockOfRow[row.index]
    guard lock >= 0 else {
      let granted = takeFreeLock()
      lockOfRow[row.index] = granted
      give(granted, on: row.index, to: request.index)
      totalHeld += 1
      return .granted
    }
    if locks[lock].holder == request.index { return .alreadyHeld }
    let ahead = waits.append(request, to: row.index)
    if detectsDeadlocks, let victim = victimOfCycle(closedBy: request) {
      if victim == request { waits.remove(request) }
      return .deadlock(victim: victim)
    }
    return .queued(ahead: ahead)
  }

  /// Adds one changed row to what a rollback of this request would undo; the heavier survives a
  /// deadlock.
  ///
  /// Forgotten when the transaction ends, that is, when `releaseNext(heldBy:)` answers nil.
  public mutating func noteRowChange(by request: RequestID) {
    holders.makeRoom(for: request.index, filledWith: .ofNothing)
    holders[request.index].rowChanges += 1
  }

  /// Ends a wait without the lock: it timed out, its user was interrupted, or it is a deadlock's
  /// victim.
  ///
  /// - Returns: The row for which the request waited.
  /// - Complexity: O(1).
  /// - Precondition: The request waits.
  public mutating func abandonWait(of request: RequestID) -> RowID {
    defer { checkInvariants() }
    guard let row = waitedRow(of: request) else {
      preconditionFailure("a request gave up a wait that it is not in")
    }
    waits.remove(request)
    return row
  }

  /// Gives up the oldest lock that a request still holds; called until nil, it ends the
  /// transaction.
  ///
  /// Rows go in the order in which they were taken, each to the longest waiter. The row changes
  /// noted for the request are forgotten with the answer nil.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request waits for no row.
  public mutating func releaseNext(heldBy request: RequestID) -> ReleaseOutcome? {
    defer { checkInvariants() }
    precondition(!waits.contains(request), "a transaction ended while it waits for a lock")
    guard Int(request.index) < holders.count else { return nil }
    let lock = holders[request.index].oldest
    guard lock >= 0 else {
      holders[request.index].rowChanges = 0
      return nil
    }
    let row = locks[lock].row
    holders[request.index].oldest = locks[lock].nextOfHolder
    holders[request.index].lockCount -= 1
    if locks[lock].nextOfHolder < 0 { holders[request.index].newest = -1 }
    if let next = waits.popFirst(of: row) {
      give(lock, on: row, to: next.index)
      return .passed(RowID(index: Int(row)), to: next)
    }
    lockOfRow[row] = -1
    locks[lock] = .free
    locks[lock].nextOfHolder = firstFreeLock
    firstFreeLock = lock
    totalHeld -= 1
    return .freed(RowID(index: Int(row)))
  }

  // MARK: Helpers

  private mutating func takeFreeLock() -> Int32 {
    if firstFreeLock >= 0 {
      let lock = firstFreeLock
      firstFreeLock = locks[lock].nextOfHolder
      return lock
    }
    locks.makeRoom(for: usedLocks, filledWith: .free)
    usedLocks += 1
    return usedLocks - 1
  }

  /// Makes a request the holder of a lock object, as the newest on its list.
  private mutating func give(_ lock: Int32, on row: Int32, to holder: Int32) {
    locks[lock] = HeldLock(row: row, holder: holder, nextOfHolder: -1)
    let newest = holders[holder].newest
    if newest < 0 {
      holders[holder].oldest = lock
    } else {
      locks[newest].nextOfHolder = lock
    }
    holders[holder].newest = lock
    holders[holder].lockCount += 1
  }
}
