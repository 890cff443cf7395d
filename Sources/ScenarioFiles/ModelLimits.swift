/// The bounds of a model, chosen so that nothing that is counted, added up or used as an index can
/// overflow.
enum ModelLimits {
  /// Rows of all tables; row identifiers have 31 bits, and a row costs memory even when nobody
  /// comes.
  static let rows: Int64 = 10_000_000
  /// Users of all loads together.
  static let users: Int64 = 1_000_000
  static let instances: Int64 = 1_000
  /// Distributed locks that the requests of a model can name.
  static let lockNames = 10_000_000
  /// Whole numbers that every reader of JSON keeps exactly: ±2⁵³.
  static let wholeNumber = NumberLiteral.largestWhole
  /// What one update may add or take away: nine million of the largest still fit a column of 64
  /// bits.
  static let addition: Int64 = 1_000_000_000_000
  /// Iterations of one load.
  static let iterations: Int64 = 1_000_000_000
  /// Iterations that begin in a `timeUnit`.
  static let arrivalsPerUnit: Int64 = 1_000_000
  /// Entries of all caches together, those in each instance counted.
  static let cacheEntries = 10_000_000
  /// Attempts of a retry that is not unlimited, rounds of a `repeat`, and the distance of
  /// occasions.
  static let rounds: Int64 = 1_000_000
  /// A size: threads, connections, cores.
  static let size: Int64 = 1_000_000_000
  /// Steps of a request, and of an iteration.
  static let steps = 1_000
  /// Steps of all requests and iterations together; a program refers to its timings, updates,
  /// retries and locks by indices of 16 bits, and a step makes at most one of each of its own.
  static let stepsInAll = 10_000
  /// Tables; a row and an instruction name theirs in 8 bits or more.
  static let tables = 64
  /// Columns of a table.
  static let columns = 32
  /// Keys of a request, those included that a step brings along.
  static let keys = 16
  /// Rows of all keys of a request at their most; a request numbers them in 8 bits.
  static let rowsOfRequest = 255
  /// The largest number in a list of rows that a key has.
  static let listedRows = 100_000
  /// Kinds of servers, gates, and caches: each.
  static let serverPools = 64
  /// Servers of one kind; each can have a queue of its own.
  static let servers: Int64 = 10_000
  /// Lists of steps of which one is chosen.
  static let branches = 100
  /// The weight of one of them; the sum of all fits 32 bits.
  static let weight: Int64 = 1_000_000
  /// Transactions of a request that are open at once.
  static let nestedTransactions = 8
  /// Updates of a request; each is a bit of a set of 64.
  static let updates = 64
  /// Columns of all rows that a request reads; each has a register, which an instruction names in 8
  /// bits.
  static let columnsRead = 255
  /// How deep `repeat` can stand inside `repeat`; a user has as many counters.
  static let nestedRepeats = 8
  /// How deep `choose` and `ifStatus` can stand inside each other in an iteration.
  static let nestedBranches = 8
  /// Lengths listed in one empirical distribution.
  static let samples = 100_000
  /// Faults; each has streams of its own.
  static let faults = 100
  /// Attempts of a client's call.
  static let attempts: Int64 = 1_000
  /// Retries or tokens that can be saved up, and those that come by the second.
  static let allowance: Int64 = 1_000_000
  /// Calls that a circuit breaker looks back on; it remembers each.
  static let breakerWindow: Int64 = 100_000
  /// Requests, strategies, loads, stages, thresholds: each.
  static let named = 1_000
}
