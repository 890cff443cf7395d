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
  /// Further servers that steps use, such as disks.
  public var serverPools: [ServerPoolModel] = []
  /// Further limits on how many requests are inside some steps at once.
  public var gates: [GateModel] = []
  /// How much later than asked the service wakes up after a backoff and after a pause between two
  /// tries of a spinning client; timers of an operating system are late, never early.
  public var sleepOvershoot: DurationDistribution = .zero

  /// Which instance a request goes to.
  public var balance = LoadBalancing.roundRobin
  /// What limits the memory of each instance; `nil` when there is enough.
  public var memory: MemoryModel?
  /// Caches of the service, which the step `cache` names.
  public var caches: [CacheModel] = []

  public init() {}
}

/// Servers of one kind that steps use for a time, such as disks.
public struct ServerPoolModel: Hashable, Sendable {
  /// How requests wait for these servers.
  public enum Queue: String, CaseIterable, Hashable, Sendable {
    /// In one queue, for whichever server is free first.
    case shared
    /// Each server has a queue of its own; a request joins one of them, each equally likely.
    case each
  }

  public var name: String
  /// How many there are, in the whole system; `nil` is unlimited.
  public var count: Int?
  public var queue: Queue

  public init(name: String, count: Int?, queue: Queue = .shared) {
    self.name = name
    self.count = count
    self.queue = queue
  }
}

/// A limit on how many requests are inside some steps at once; the others wait in order of arrival.
public struct GateModel: Hashable, Sendable {
  public var name: String
  /// How many requests may be inside (the multiprogramming level); `nil` is unlimited.
  public var size: Int?

  public init(name: String, size: Int?) {
    self.name = name
    self.size = size
  }
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
  /// The probability with which a newcomer that finds a connection on its way to a waiter takes it
  /// (HikariCP marks a returned connection free before it hands it over: ConcurrentBag.requite).
  public var barging: Double

  public init(size: Int? = nil, timeout: VirtualDuration = .seconds(30), barging: Double = 0) {
    self.size = size
    self.timeout = timeout
    self.barging = barging
  }
}

/// How a load balancer chooses one of the instances that are up.
public enum LoadBalancing: String, CaseIterable, Hashable, Sendable {
  /// Each in turn.
  case roundRobin = "round-robin"
  /// Any, with equal probability.
  case random
  /// The one with the fewest requests in flight; of equals the first after the one chosen last.
  case leastConnections = "least-connections"
}

/// The memory of an instance, in bytes: what it needs anyway, and what each request in flight
/// needs.
///
/// An instance whose need exceeds `size` dies at once, as the kernel's OOM killer has it: its
/// requests are dropped, and it serves again after `restart`.
public struct MemoryModel: Hashable, Sendable {
  public var size: Int64
  public var base: Int64
  public var perRequest: Int64
  /// How long it takes from the death until the instance accepts requests again.
  public var restart: VirtualDuration

  public init(size: Int64, base: Int64, perRequest: Int64, restart: VirtualDuration) {
    self.size = size
    self.base = base
    self.perRequest = perRequest
    self.restart = restart
  }

  /// The largest number of requests in flight with which an instance lives; `nil` for any number.
  public var mostRequests: Int? {
    perRequest == 0 ? nil : size < base ? 0 : Int((size - base) / perRequest)
  }
}

/// A cache: what is loaded once is fresh for a time.
public struct CacheModel: Hashable, Sendable {
  /// Where the entries are.
  public enum Store: String, CaseIterable, Hashable, Sendable {
    /// In the memory of each instance, where a look-up takes no time; lost when the instance dies.
    case instance
    /// In Redis, one for all instances, where a look-up and a put are a command each.
    case redis
  }

  public var name: String
  /// How long an entry is fresh, from when it was put.
  public var timeToLive: VirtualDuration
  public var store: Store
  /// Whether of those who miss an entry one loads it while the others wait (Spring's `sync`, Go's
  /// singleflight); else each loads it: a stampede.
  public var singleFlight: Bool

  public init(
    name: String, timeToLive: VirtualDuration, store: Store = .instance, singleFlight: Bool = false
  ) {
    self.name = name
    self.timeToLive = timeToLive
    self.store = store
    self.singleFlight = singleFlight
  }
}
