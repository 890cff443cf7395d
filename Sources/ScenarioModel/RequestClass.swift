public import SimulationBasics

/// A kind of request: how it chooses its rows, and the steps that serve it.
public struct RequestClass: Hashable, Sendable {
  /// The word by which iterations refer to it, such as `charge`.
  public var identifier: String
  /// The name that reports print, such as `POST /api/users/{user}/balance/charge`.
  public var name: String
  /// The rows that a request is about, chosen once when it is made.
  public var keys: [RowKey]
  public var steps: [Step]

  public init(identifier: String, name: String, keys: [RowKey], steps: [Step]) {
    self.identifier = identifier
    self.name = name
    self.keys = keys
    self.steps = steps
  }
}

/// A named choice of one row of a table.
public struct RowKey: Hashable, Sendable {
  public var name: String
  /// The index of the table in `Scenario.tables`.
  public var table: Int
  public var choice: RowChoice

  public init(name: String, table: Int, choice: RowChoice) {
    self.name = name
    self.table = table
    self.choice = choice
  }
}

/// How a request chooses a row.
public enum RowChoice: String, CaseIterable, Hashable, Sendable {
  /// By the user's number, as k6 scripts do: row `__VU % rows + 1`.
  case virtualUser = "vu"
  /// Any row, each equally likely.
  case uniform
}

/// A row that a step is about: the one that a key of its request has chosen.
public struct RowReference: Hashable, Sendable {
  /// The index of the table in `Scenario.tables`.
  public var table: Int
  /// The index of the key in `RequestClass.keys`.
  public var key: Int

  public init(table: Int, key: Int) {
    self.table = table
    self.key = key
  }
}

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
  /// BEGIN … COMMIT on one connection; a failure inside rolls back.
  case transaction(isolation: IsolationLevel?, steps: [Step])
  /// Holds one connection for the inner steps, inside or outside transactions.
  case connection(steps: [Step])
  /// A plain SELECT, or what the guard of the write makes of it.
  case read(RowReference)
  /// `SELECT … FOR UPDATE`, whatever the strategy.
  case lock(RowReference)
  case update(UpdateStep)
  /// Ends the request with a business refusal.
  case refuse(Refusal)
  /// Ends the request with a status.
  case respond(status: UInt16)
}

/// Runs the inner steps under a distributed lock; without its layer they run bare.
public struct DistributedLockStep: Hashable, Sendable {
  public var name: LockName
  /// How long to wait for the lock (`waitTime`).
  public var wait: VirtualDuration
  /// How long the lock lasts unless it is released (`leaseTime`).
  public var lease: VirtualDuration
  /// The layer that switches the step on; `nil` when it is always on.
  public var layer: Layer?
  public var steps: [Step]

  public init(
    name: LockName, wait: VirtualDuration, lease: VirtualDuration, layer: Layer?, steps: [Step]
  ) {
    self.name = name
    self.wait = wait
    self.lease = lease
    self.layer = layer
    self.steps = steps
  }
}

/// The name of a distributed lock, with the rows that it is made of: `balance:user:{user}`.
public struct LockName: Hashable, Sendable {
  /// The text as written, placeholders included.
  public var text: String
  /// The indices in `RequestClass.keys` of the placeholders, in the order in which they appear.
  public var keys: [Int]

  public init(text: String, keys: [Int]) {
    self.text = text
    self.keys = keys
  }
}

/// Runs the inner steps once for each idempotency key; without its layer they run bare.
///
/// The key row is looked up by a plain read, inserted as PROCESSING in a transaction of its own,
/// and marked COMPLETED with the answer, or FAILED, in another. A COMPLETED key is answered with
/// the stored status. A duplicate insert waits for the first inserter to end, and then looks the
/// key up again.
public struct IdempotentStep: Hashable, Sendable {
  /// What a request does that finds its key FAILED.
  public enum OnFailed: String, CaseIterable, Hashable, Sendable {
    /// Takes the key over (FAILED → PROCESSING) and runs the inner steps again.
    case retry
    /// Answers 409.
    case refuse
  }

  /// The index of the table in `Scenario.tables`; it has a unique key.
  public var table: Int
  public var onFailed: OnFailed
  public var layer: Layer?
  public var steps: [Step]

  public init(table: Int, onFailed: OnFailed = .retry, layer: Layer?, steps: [Step]) {
    self.table = table
    self.onFailed = onFailed
    self.layer = layer
    self.steps = steps
  }
}

/// A write of one column of one row.
public struct UpdateStep: Hashable, Sendable {
  /// What is written.
  public enum Change: Hashable, Sendable, BitwiseCopyable {
    /// What was read, plus this.
    case add(Int64)
    /// This, whatever was there.
    case set(Int64)
  }

  public var row: RowReference
  /// The index of the column in `Table.columns`.
  public var column: Int
  public var change: Change
  /// The least value that may be written; below it the request ends with `refusal`.
  public var atLeast: Int64?
  public var refusal: Refusal
  /// The guard of this write whatever the strategy; `nil` follows the strategy.
  public var writeGuard: WriteGuard?

  public init(
    row: RowReference, column: Int, change: Change, atLeast: Int64? = nil,
    refusal: Refusal = .insufficientBalance, writeGuard: WriteGuard? = nil
  ) {
    self.row = row
    self.column = column
    self.change = change
    self.atLeast = atLeast
    self.refusal = refusal
    self.writeGuard = writeGuard
  }
}

/// An answer that says no for a reason of the business: not an error of the machine.
public struct Refusal: Hashable, Sendable {
  /// The counters that a refusal can add to.
  public enum Counter: String, CaseIterable, Hashable, Sendable {
    case insufficientBalance = "insufficient_balance"
    case stockDepletions = "stock_depletions"
  }

  public var status: UInt16
  public var counter: Counter

  public init(status: UInt16, counter: Counter) {
    self.status = status
    self.counter = counter
  }

  public static let insufficientBalance = Refusal(status: 409, counter: .insufficientBalance)
}
