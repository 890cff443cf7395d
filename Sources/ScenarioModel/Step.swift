public import SimulationBasics

/// One step of serving a request; steps that hold something contain the steps that run while it is
/// held.
public indirect enum Step: Hashable, Sendable {
  /// Computes on a core of the instance.
  case cpu(DurationDistribution)
  /// Waits for something outside; holds nothing that it did not hold before.
  case delay(DurationDistribution)
  case distributedLock(DistributedLockStep)
  case idempotent(IdempotentStep)
  case retry(RetryPolicy, steps: [Step])
  case transaction(TransactionStep)
  /// Holds one connection for the inner steps, inside or outside transactions.
  case connection(steps: [Step])
  /// A plain SELECT, or what the guard of the write makes of it.
  case read(RowReference)
  case lock(LockStep)
  case lockAll(LockAllStep)
  case update(UpdateStep)
  case insert(InsertStep)
  /// Does the inner steps for each row of a key, in their order; the index in `RequestClass.keys`.
  case forEach(key: Int, steps: [Step])
  /// Has one server of a pool for a time; the index in `SystemModel.serverPools`.
  case use(server: Int, DurationDistribution)
  case cache(CacheStep)
  /// Does the inner steps inside a gate; the index in `SystemModel.gates`.
  case gate(Int, steps: [Step])
  /// Does one of several lists of steps, each with a probability proportional to its weight.
  case choose([WeightedSteps])
  /// Does the steps on some occasions and the others on all the rest.
  case everyNth(EveryNth, steps: [Step], otherwise: [Step])
  /// Waits until this many users of the load, neighbours in it, have come here.
  case barrier(parties: Int)
  /// Ends the request with a business refusal.
  case refuse(Refusal)
  /// Ends the request with a status.
  case respond(status: UInt16)
}

/// BEGIN … COMMIT on one connection; a failure inside rolls back.
public struct TransactionStep: Hashable, Sendable {
  /// How conflicts between transactions are dealt with (Agrawal, Carey and Livny, 1987).
  public enum Control: String, CaseIterable, Hashable, Sendable {
    /// Row locks; who finds one taken waits.
    case locking
    /// Row locks; who finds one taken fails at once with `lock-not-available`.
    case immediateRestart = "immediate-restart"
    /// No locks: at the commit point the transaction fails with `version-conflict` if a row that it
    /// has read was changed by another meanwhile.
    case validation
  }
  /// What a transaction inside another means (Spring's `Propagation`).
  public enum Propagation: String, CaseIterable, Hashable, Sendable {
    /// It is part of the surrounding one.
    case required
    /// The surrounding one is suspended, with its connection and its locks; this one has a
    /// connection of its own.
    case requiresNew = "requires-new"
  }

  /// `nil` is the database's own.
  public var isolation: IsolationLevel?
  public var control: Control
  public var propagation: Propagation
  public var steps: [Step]
  /// What is done when nothing can fail any more and before the locks are given up, such as writing
  /// deferred updates to disk.
  public var afterCommitPoint: [Step]

  public init(
    isolation: IsolationLevel? = nil, control: Control = .locking,
    propagation: Propagation = .required, steps: [Step], afterCommitPoint: [Step] = []
  ) {
    self.isolation = isolation
    self.control = control
    self.propagation = propagation
    self.steps = steps
    self.afterCommitPoint = afterCommitPoint
  }
}

/// `SELECT … FOR SHARE` or `FOR UPDATE`, whatever the strategy.
public struct LockStep: Hashable, Sendable {
  public enum Mode: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    case share
    case exclusive
  }
  /// What the statement does when another transaction has the row.
  public enum Patience: Hashable, Sendable {
    /// Waits for as long as the database lets it (`innodb_lock_wait_timeout`).
    case wait
    /// Waits for at most this long.
    case timeout(VirtualDuration)
    /// Fails at once with `lock-not-available` (NOWAIT, error 3572).
    case noWait
    /// Leaves the row out (SKIP LOCKED): later steps of the request skip it, too.
    case skipLocked
  }

  public var row: RowReference
  public var mode: Mode
  public var patience: Patience

  public init(_ row: RowReference, mode: Mode = .exclusive, patience: Patience = .wait) {
    self.row = row
    self.mode = mode
    self.patience = patience
  }
}

/// Inserts the row of the request's idempotency key into a table with a unique key.
public struct InsertStep: Hashable, Sendable {
  /// What a key that is there already means.
  public enum IfDuplicate: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    /// The statement fails with `duplicate-key` (error 1062).
    case fail
    /// Nothing (`INSERT IGNORE`).
    case ignore
    /// The row is updated (`INSERT … ON DUPLICATE KEY UPDATE`), under an exclusive lock.
    case update
  }

  /// The index of the table in `Scenario.tables`; it has a unique key.
  public var table: Int
  public var ifDuplicate: IfDuplicate

  public init(table: Int, ifDuplicate: IfDuplicate = .fail) {
    self.table = table
    self.ifDuplicate = ifDuplicate
  }
}

/// Steps and how likely they are.
public struct WeightedSteps: Hashable, Sendable {
  public var weight: UInt32
  public var steps: [Step]

  public init(weight: UInt32, steps: [Step]) {
    self.weight = weight
    self.steps = steps
  }
}

/// Which occasions are meant: the `first` one, and then one in `every`.
public struct EveryNth: Hashable, Sendable {
  /// What is counted.
  public enum Counting: Hashable, Sendable {
    /// The requests, or in an iteration the iterations, of each user.
    case ofUser
    /// How often anybody of a group of neighbouring users has come here.
    case ofGroup(size: Int)
  }

  public var every: Int
  /// The number of the first occasion, counted from 1.
  public var first: Int
  public var counting: Counting
  /// Whether only the first attempt of a request is meant.
  public var onlyFirstAttempt: Bool

  public init(
    every: Int, first: Int? = nil, counting: Counting = .ofUser, onlyFirstAttempt: Bool = false
  ) {
    self.every = every
    self.first = first ?? every
    self.counting = counting
    self.onlyFirstAttempt = onlyFirstAttempt
  }
}

/// Locks the rows of several references, one statement for each row, in one fixed order or as they
/// are written.
///
/// Who always locks in one order never closes a cycle of waits.
public struct LockAllStep: Hashable, Sendable {
  /// In which order the rows of different tables are locked.
  public enum Order: String, CaseIterable, Hashable, Sendable {
    /// By table in declared order, whatever the step says; within a key in the key's order.
    case sorted
    /// As the step names them.
    case written
  }

  /// Rows of keys of different tables, so that an order of tables is an order of rows.
  public var rows: [RowReference]
  public var mode: LockStep.Mode
  public var patience: LockStep.Patience
  public var order: Order

  public init(
    _ rows: [RowReference], mode: LockStep.Mode = .exclusive, patience: LockStep.Patience = .wait,
    order: Order = .sorted
  ) {
    self.rows = rows
    self.mode = mode
    self.patience = patience
    self.order = order
  }

  /// The steps that it stands for, in the order in which they are done.
  ///
  /// - Complexity: O(*n*²) for *n* references.
  public var steps: [LockStep] {
    var ordered: [RowReference] = []
    for row in rows {
      let place =
        order == .written
        ? ordered.count : ordered.firstIndex { $0.table > row.table } ?? ordered.count
      ordered.insert(row, at: place)
    }
    return ordered.map { LockStep($0, mode: mode, patience: patience) }
  }
}

/// Looks an entry up in a cache, and does the inner steps to load it when it is not there or no
/// longer fresh.
public struct CacheStep: Hashable, Sendable {
  /// The index of the cache in `SystemModel.caches`.
  public var cache: Int
  /// The key whose row the entry is about, as an index in `RequestClass.keys`; `nil` for one entry
  /// in all.
  public var key: Int?
  /// What loads the entry; a failure leaves it unloaded.
  public var steps: [Step]

  public init(cache: Int, key: Int? = nil, steps: [Step]) {
    self.cache = cache
    self.key = key
    self.steps = steps
  }
}
