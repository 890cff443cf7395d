public import Measurements
public import SimulationBasics

/// How much one row, or one distributed lock, was held.
public struct HoldUse: Equatable, Sendable {
  /// The row in its table, or the lock among those of its name, counted from 1.
  public let number: Int
  /// How long it was held in the window, by anybody.
  public let held: VirtualDuration
  /// How often it was held and let go.
  public let holds: UInt64
  public let window: VirtualDuration

  /// The share of the window in which it was held.
  public var utilisation: Double {
    window == .zero ? 0 : Double(held.inNanoseconds) / Double(window.inNanoseconds)
  }
  /// The mean length of a hold, in nanoseconds.
  public var meanHold: Double { holds == 0 ? 0 : Double(held.inNanoseconds) / Double(holds) }
  /// How many holds a second the row allows at most: one after another.
  public var ceilingPerSecond: Double { meanHold == 0 ? 0 : 1e9 / meanHold }
}

/// Servers of one kind and the queue before them.
public struct ServerUse: Equatable, Sendable {
  public enum Kind: Hashable, Sendable {
    case threads
    case cores
    case pool
    case databaseCores
    case lockServer
    case log
    /// A pool of the model's own.
    case servers(name: String)
    /// A gate of the model; who is inside is busy.
    case gate(name: String)

    /// The name that reports print.
    public var name: String {
      switch self {
      case .threads: "request threads"
      case .cores: "cores"
      case .pool: "connection pool"
      case .databaseCores: "database cores"
      case .lockServer: "lock server"
      case .log: "log sync"
      case .servers(let name), .gate(let name): name
      }
    }
  }

  public let kind: Kind
  /// How many there are in all instances together; `nil` is unlimited.
  public let size: Int?
  public let busy: BusyResult
  public let queue: OccupancyResult

  /// The share of the servers that was busy, on average; 0 when they are unlimited.
  public var utilisation: Double { size.map { busy.meanLevel / Double($0) } ?? 0 }
}

/// A table and the waits for its rows, as MySQL's lock views would show them.
public struct TableUse: Equatable, Sendable {
  public let name: String
  public let rowWaits: OccupancyResult
  /// The row that was held longest; `nil` when none was.
  public let hottestRow: HoldUse?
}

/// The distributed lock that was held longest.
public struct LockUse: Equatable, Sendable {
  /// Its name as the model has it, with placeholders.
  public let name: String
  /// From the grant to the release, as the lock server saw them.
  public let use: HoldUse
}

/// A cache, and what it spared.
public struct CacheUse: Equatable, Sendable {
  public let name: String
  /// Look-ups that found the entry, or got what another was loading.
  public let hits: UInt64
  /// Look-ups that loaded it.
  public let misses: UInt64
  /// The largest number of requests that loaded one entry at once: more than one is a stampede.
  public let mostLoadsAtOnce: Int
  /// Waits for another's load.
  public let waits: OccupancyResult

  /// The share of hits in all look-ups; 0 when there were none.
  public var hitShare: Double {
    hits + misses == 0 ? 0 : Double(hits) / (Double(hits) + Double(misses))
  }
}

/// What was contended for, and how much.
public struct ResourceReport: Equatable, Sendable {
  /// In the order of the cases of `ServerUse.Kind`, and then in the model's.
  public let servers: [ServerUse]
  /// In the order of the model's tables.
  public let tables: [TableUse]
  /// Waits for another's insert of the same idempotency key.
  public let keyWaits: OccupancyResult
  /// Waits for distributed locks.
  public let lockWaits: OccupancyResult
  /// The distributed lock that was held longest; `nil` when none was.
  public let hottestLock: LockUse?
  /// In the order of the model's caches.
  public let caches: [CacheUse]
  /// How often a core of the database was asked for, once for each statement; 0 where its cores are
  /// not limited.
  public let statements: UInt64
  /// How many syncs of the database's log began.
  public let syncs: UInt64

  /// Every queue of the run, each with a name.
  public var queues: [(name: String, result: OccupancyResult)] {
    servers.map { ($0.kind.name, $0.queue) } + tables.map { ($0.name, $0.rowWaits) }
      + [("idempotency keys", keyWaits), ("distributed locks", lockWaits)]
      + caches.map { ("cache " + $0.name, $0.waits) }
  }

  public func servers(_ kind: ServerUse.Kind) -> ServerUse? { servers.first { $0.kind == kind } }

  /// The row that was held longest of all tables, with its table's name.
  public var hottestRow: (table: String, row: HoldUse)? {
    var best: (table: String, row: HoldUse)?
    for table in tables {
      if let row = table.hottestRow, row.held > (best?.row.held ?? .zero) {
        best = (table.name, row)
      }
    }
    return best
  }
}
