public import SimulationBasics

/// What the service runs on: instances, network, threads, cores, connection pool, database, lock
/// server.
///
/// A size of `nil` is unlimited. Threads, cores and pool are per instance.
public struct SystemModel: Hashable, Sendable {
  /// The number of application instances; requests go to them in turn (round robin).
  public var instances = 1
  /// How long a message takes between a client and the service, one way.
  public var network: DurationDistribution = .zero
  public var threads = RequestThreadsModel()
  /// The cores of one instance.
  public var cores: Int?
  public var pool = ConnectionPoolModel()
  public var database = DatabaseModel()
  public var lockServer = LockServerModel()

  public init() {}
}

/// The threads that serve requests in one instance, as Tomcat has them.
public struct RequestThreadsModel: Hashable, Sendable {
  /// Requests in service at once (`maxThreads`).
  public var size: Int?
  /// Connections accepted at once, those in service included (`maxConnections`).
  public var accepted: Int?
  /// Connections that wait in the operating system beyond the accepted ones (`acceptCount`); more
  /// are refused.
  public var backlog: Int?

  public init(size: Int? = nil, accepted: Int? = nil, backlog: Int? = nil) {
    self.size = size
    self.accepted = accepted
    self.backlog = backlog
  }
}

/// The pool of database connections of one instance, as HikariCP has it.
public struct ConnectionPoolModel: Hashable, Sendable {
  /// Connections (`maximumPoolSize`).
  public var size: Int?
  /// The longest wait for a connection (`connectionTimeout`).
  public var timeout: VirtualDuration

  public init(size: Int? = nil, timeout: VirtualDuration = .seconds(30)) {
    self.size = size
    self.timeout = timeout
  }
}

/// The database server.
///
/// A statement travels one leg, waits for its row locks, waits for a core, is served, and travels
/// one leg back; each leg is drawn alone. Row locks are held until a COMMIT is durable or a
/// ROLLBACK is served.
public struct DatabaseModel: Hashable, Sendable {
  public var engine: DatabaseEngine = .mySQL80
  public var isolation: IsolationLevel = .repeatableRead
  public var cores: Int?
  /// How long a message takes between the service and the database, one way.
  public var network: DurationDistribution = .zero
  /// How long the server works on each kind of statement.
  public var begin: DurationDistribution = .zero
  public var select: DurationDistribution = .zero
  public var insert: DurationDistribution = .zero
  public var update: DurationDistribution = .zero
  public var rollback: DurationDistribution = .zero
  /// How long making a commit durable takes (the redo log and binary log syncs).
  public var commit: DurationDistribution = .zero
  /// Whether all commits that wait for the log go with one sync (binary log group commit).
  public var groupCommit = true
  /// The longest wait for one row lock (`innodb_lock_wait_timeout`); error 1205 then ends the
  /// statement.
  public var lockWaitTimeout: VirtualDuration = .seconds(50)
  /// Whether a cycle of waits is found at once (`innodb_deadlock_detect`).
  public var deadlockDetection = true

  public init() {}
}

/// The database products whose behaviour differs.
public enum DatabaseEngine: String, CaseIterable, Hashable, Sendable {
  /// MySQL 8.0.20 and later. Lock wait time-outs are noticed by a tick once a second.
  case mySQL80 = "mysql-8.0"
  /// MariaDB. A lock wait ends at exactly its time-out (measured on 10.11).
  case mariaDB = "mariadb"

  /// How often the server looks for lock waits that have run out; `nil` when a wait ends exactly in
  /// time.
  public var lockWaitTimeoutTick: VirtualDuration? {
    switch self {
    case .mySQL80: .seconds(1)
    case .mariaDB: nil
    }
  }
}

/// What a transaction's plain reads see.
public enum IsolationLevel: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
  /// Each statement sees what was committed when it ran.
  case readCommitted = "read-committed"
  /// Every plain read sees what was committed at the transaction's first plain read.
  case repeatableRead = "repeatable-read"
}

/// The Redis server that keeps the distributed locks, and the client that asks it.
public struct LockServerModel: Hashable, Sendable {
  public var client: LockClient = .redisson
  /// How long a message takes between the service and the lock server, one way.
  public var network: DurationDistribution = .zero
  /// How long the server's one thread works on a command.
  public var command: DurationDistribution = .zero

  public init() {}
}

/// The client libraries for a distributed lock.
public enum LockClient: String, CaseIterable, Hashable, Sendable {
  /// Redisson's `RLock`: subscribe, one wake-up per instance, wait for the time to live.
  case redisson
}
