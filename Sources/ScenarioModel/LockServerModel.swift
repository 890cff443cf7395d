public import SimulationBasics

/// The Redis server that keeps the distributed locks, and the client that asks it.
public struct LockServerModel: Hashable, Sendable {
  /// The client of every step that names no other.
  public var client: LockClient = .redisson
  /// How long a message takes between the service and the lock server, one way.
  public var network: DurationDistribution = .zero
  /// How long the server's one thread works on a command.
  public var command: DurationDistribution = .zero
  /// How long it works on the script that releases a lock; `nil` is as long as on any command.
  public var unlock: DurationDistribution?
  /// How long a spinning client sleeps between two tries, unless its step says otherwise.
  public var poll = Backoff(base: .milliseconds(50))
  /// How long a lock lasts that was taken without a lease time; it is renewed every third of this
  /// (`lockWatchdogTimeout`).
  public var watchdogTimeout: VirtualDuration = .seconds(30)

  public init() {}
}

/// The client libraries for a distributed lock.
///
/// Source of the rules: Redisson at 66863978, the files of `org.redisson` named below.
public enum LockClient: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
  /// Redisson's `RLock`: subscribe, one wake-up per instance, wait for the time to live
  /// (RedissonLock.java).
  case redisson
  /// Redisson's `RLock` that is handed on in order of arrival: a release wakes exactly one waiter
  /// (RedissonFairLock.java).
  case redissonFair = "redisson-fair"
  /// Redisson's `RLock` with a token that rises with each acquisition (RedissonFencedLock.java);
  /// the layer `fencing-token` makes the row refuse an older one.
  case redissonFenced = "redisson-fenced"
  /// Redisson's `RLock` without a lease time: the lock lasts for the watchdog's time-out and is
  /// renewed every third of it while its owner is inside (RenewalTask.java).
  case watchdog
  /// A loop of `SET key token NX PX lease` and sleep, and a compare-and-delete.
  ///
  /// Each try is a command, a failed one too. The release of a lock that has expired does nothing,
  /// and the request goes on. RedissonSpinLock.java sleeps from 1 ms, doubled up to 128 ms.
  case spin

  /// Whether the client is Redisson's, which hears of releases by messages and refuses to unlock
  /// what is not its own.
  public var isRedisson: Bool { self != .spin }
}
