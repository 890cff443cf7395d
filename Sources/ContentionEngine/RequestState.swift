import ContendedResources
import EventKernel
import Measurements
import SimulationBasics

/// A request in flight: a program counter and a few registers.
struct RequestState: BitwiseCopyable {
  /// What a request waits for; `time` is an event of its own, the others end by somebody's doing.
  enum Wait: UInt8, BitwiseCopyable {
    case nothing
    case time
    case thread
    case instanceCore
    case databaseCore
    case lockServerCore
    case connection
    case row
    case key
    case subscription
    case unlock
    case sync
    /// A connection is on its way to the request.
    case handOff
    case server
    case gate
    case barrier
    /// The request is yet to be sent: a user's second click, or an attempt after a backoff.
    case click
    /// Another loads what the request has missed in a cache.
    case cache
  }

  /// What the death of an instance leaves of its requests.
  enum Life: UInt8, BitwiseCopyable {
    case alive
    /// The instance is dead, and a server does what it has been asked for before it notices.
    case orphaned
    /// What the request held is given up, in no time.
    case unwinding
  }

  /// The index of the next instruction.
  var programCounter: Int32
  var program: Int32
  var user: UserID
  var instance: InstanceID
  /// Whether the user has been interrupted, so that nobody waits for the answer.
  var isAbandoned = false
  /// Whether it is in the memory of its instance; kept only where that is limited.
  var isInside = false
  var life = Life.alive
  var wait = Wait.nothing
  /// What the time since `since` is spent on.
  var share = TimeShare.network
  var failure = Failure.none
  /// The refusal, when `failure` is `refused`.
  var refusal: Int16 = 0
  /// The status of the answer, unless a step or a failure decides on another.
  var status: UInt16 = 200
  var retries: Int32 = 0
  /// Whether the request gives up as soon as its load ends.
  var isGivingUp = false
  /// How many transactions of the request are suspended, each for the next.
  var level: UInt8 = 0
  /// Whether the last statement that asked for a row did not have its lock before.
  var hasJustLocked = false
  var open = OpenTransaction()
  /// What became of the statement before.
  var statement = StatementOutcome.done
  /// Whether the request has the distributed lock that it asked for.
  var holdsLock = false
  var lock = LockID(index: -1)
  /// How the key stood when it was looked up.
  var keyState = KeyLookup.absent
  var sentAt: VirtualTime
  /// When the present wait or service began.
  var since: VirtualTime
  /// The time-out of the present wait.
  var timer = EventHandle.none
  /// Whether the request hears of a release by a channel of its own (the fair lock).
  var listensPrivately = false
  /// How often it has slept for its lock, and for how long the last time.
  var lockPolls: Int32 = 0
  var previousPoll = VirtualDuration.zero
  /// What it carries, when it is no request of a user but a command to the lock server.
  var errand = LockErrand.none
  /// Until when the request will wait for its distributed lock.
  var lockDeadline = VirtualTime.start
  /// How long the lock lasts that somebody else has.
  var lockRemaining = VirtualDuration.zero
  /// The fencing token of the lock that the request took last.
  var token: UInt64 = 0
  var key: IdempotencyKey
  /// The slot of the key among those that are shared; −1 when only this request can carry it.
  var keySlot: Int32 = -1
  /// Which of its user's requests it is, counted from 1.
  var number: Int64 = 1
  /// Time that went into attempts that were thrown away, in nanoseconds.
  var wasted: UInt64 = 0
  var shares = TimeShares()
  /// The next free slot while this one is free.
  var nextFree: Int32 = -1

  /// Begins a wait or a service; the time from now on counts as `share`.
  @inline(__always)
  mutating func block(on wait: Wait, as share: TimeShare, at now: VirtualTime) {
    self.wait = wait
    self.share = share
    since = now
  }

  /// Ends a wait or a service, and counts its time.
  @inline(__always)
  mutating func settle(at now: VirtualTime) {
    shares[share] += (now - since).inNanoseconds
    wait = .nothing
    since = now
  }
}

/// The transaction to which the statements of a request belong.
struct OpenTransaction: BitwiseCopyable {
  /// Whether it reads from one snapshot (REPEATABLE READ).
  var isRepeatable = false
  /// Whether it has changed the row of a key; a lock on it alone needs no sync.
  var hasWrittenKey = false
  /// The updates that it has made, as bits.
  var written: UInt64 = 0
  /// The updates that it makes at its commit point, as bits.
  var deferred: UInt64 = 0
  var beganAt = VirtualTime.start
  /// Later transactions have larger numbers.
  var number: UInt64 = 0
}

/// What an UPDATE or INSERT did at the server.
enum StatementOutcome: UInt8, BitwiseCopyable {
  case done
  /// `WHERE version = ?` matched no row.
  case versionMoved
  /// The row has seen a newer fencing token.
  case tokenStale
  /// `WHERE balance >= ?` matched no row.
  case belowFloor
  /// The key was there.
  case duplicate
  /// `WHERE owner = ?` matched no row: another request has the key.
  case keyLost
  /// An entry of a cache is not there, or no longer fresh.
  case missed
}

/// The state of an idempotency key as a request saw it.
enum KeyLookup: UInt8, BitwiseCopyable {
  case absent, processing, completed, failed
  /// PROCESSING for so long that it may be taken over.
  case overdue
}

/// What a request has read of one column, and what it takes it to be after its own writes.
struct Register: BitwiseCopyable {
  var image = RowImage(value: 0, effects: 0, version: 0)
  var lastRead = LastRead()
}

/// A read, as the story of a lost update tells it.
struct LastRead: BitwiseCopyable {
  var value: Int64 = 0
  var at = VirtualTime.start
}

/// One retry loop of a request.
struct RetryFrame: BitwiseCopyable {
  var attempt: Int32 = 0
  var startedAt = VirtualTime.start
  /// What was wasted before the attempt began, in nanoseconds.
  var wastedBefore: UInt64 = 0
  /// The last backoff, for decorrelated jitter.
  var previousBackoff = VirtualDuration.zero
}
