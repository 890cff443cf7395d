public import SimulationBasics

/// One thing that happened in a run which somebody might tell who asks why a promise was broken.
///
/// Waits are not told; what ended them is.
public struct StoryEvent: Equatable, Sendable {
  public let at: VirtualTime
  /// The number of the event in the run.
  public let event: UInt64
  public let teller: Teller
  public let fact: Fact

  /// Whose doing it was.
  public enum Teller: Hashable, Sendable {
    /// A request, and its attempt of its user's call.
    case request(RequestTeller)
    /// The lock server, about a lease.
    case lockServer
    /// Nobody inside the system: a fault.
    case fault
  }

  /// Which request it is, in words that outlive its slot.
  public struct RequestTeller: Hashable, Sendable {
    public let user: UserID
    /// The index of the program, and so of the request class.
    public let program: Int
    /// Which of its user's calls, counted from 1.
    public let call: Int64
    /// Which attempt of the call, counted from 1; the second click of a double click counts as one.
    public let attempt: Int
    public let key: UInt64
    public let instance: InstanceID

    public init(
      user: UserID, program: Int, call: Int64, attempt: Int, key: UInt64, instance: InstanceID
    ) {
      self.user = user
      self.program = program
      self.call = call
      self.attempt = attempt
      self.key = key
      self.instance = instance
    }
  }

  /// What happened.
  public enum Fact: Hashable, Sendable {
    // MARK: The client
    case sent
    case replied(status: UInt16)
    /// The answer went out, and nobody got it.
    case replyLost(status: UInt16)
    /// The client stops listening.
    case timedOut

    // MARK: The distributed lock
    case locked(LockID, token: UInt64, until: VirtualTime)
    /// The wait ran out.
    case lockRefused(LockID)
    case unlocked(LockID)
    /// The lock was no longer the request's own: `IllegalMonitorStateException`.
    case unlockRefused(LockID)
    case leaseExpired(LockID)
    /// The lock server has forgotten a lock that somebody holds, or got back one that nobody does.
    case lockForgotten(LockID)
    case lockRestored(LockID)

    // MARK: The rows
    case rowLocked(RowID)
    case read(RowID, column: Int, value: Int64, version: UInt64)
    /// An UPDATE, not committed.
    case wrote(RowID, column: Int, value: Int64)
    /// `WHERE version = ?` matched no row.
    case versionMoved(RowID, column: Int)
    /// The row has seen a newer fencing token.
    case tokenRefused(RowID, column: Int)
    /// `WHERE balance >= ?` matched no row.
    case belowFloor(RowID, column: Int)
    /// A value that everybody sees from now on.
    case committed(RowID, column: Int, value: Int64)
    case rolledBack
    case deadlockVictim
    case lockWaitTimedOut

    // MARK: The idempotency key
    case keyFound(table: Int, KeySight)
    case keyInserted(table: Int, KeySight)
    case keyCommitted(table: Int, KeySight)
    /// Error 1062.
    case duplicateKey(table: Int)
    case keyTakenOver(table: Int)

    // MARK: Faults and promises
    case faultBegan(Int)
    case faultEnded(Int)
    /// A fault has befallen this occasion: the message, the sync, the click.
    case faultStruck(Int)
    case died(InstanceID)
    case broke(SafetyPromise)
  }

  /// The state of an idempotency key.
  public enum KeySight: Hashable, Sendable {
    case absent, processing, failed, overdue
    case completed
  }

  public init(at: VirtualTime, event: UInt64, teller: Teller, fact: Fact) {
    self.at = at
    self.event = event
    self.teller = teller
    self.fact = fact
  }
}
