/// The closed list of what a request's time is spent on; every nanosecond of a request belongs to
/// exactly one.
public enum TimeShare: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// On the way between the client and the service, both directions.
  case network
  /// Accepted, but waiting for a request thread.
  case threadQueue
  /// Ready to compute, but waiting for a core of the service.
  case cpuQueue
  /// Computing on a core of the service.
  case cpu
  /// Waiting for a connection of the pool.
  case poolWait
  /// Talking to the lock server, service time included.
  case redisCommand
  /// Waiting until somebody else gives a distributed lock back.
  case distributedLockWait
  /// A statement on its way, in the database's queue or in service.
  case statement
  /// Waiting in the database for a row that another transaction holds.
  case rowLockWait
  /// Making a transaction durable, or rolling it back.
  case commit
  /// Sleeping before a retry.
  case backoff
  /// Waiting for something outside the system, for the model's own servers and gates, or for other
  /// users at a barrier.
  case externalDelay
  /// The instance stood still.
  case paused
  /// Waiting for another request to load what a cache does not have.
  case cacheWait

  /// The name that reports print.
  public var name: String {
    switch self {
    case .network: "network"
    case .threadQueue: "thread queue"
    case .cpuQueue: "cpu queue"
    case .cpu: "cpu"
    case .poolWait: "pool wait"
    case .redisCommand: "redis command"
    case .distributedLockWait: "distributed-lock wait"
    case .statement: "statements"
    case .rowLockWait: "row-lock wait"
    case .commit: "commit"
    case .backoff: "backoff"
    case .externalDelay: "external delay"
    case .paused: "paused"
    case .cacheWait: "cache wait"
    }
  }
}
