public import SimulationBasics

/// A table with a unique key: one row per idempotency key, each with the state of the intention.
///
/// An insert whose key another transaction has inserted or updated without having ended waits for
/// that transaction (MySQL manual, "Locks Set by Different SQL Statements in InnoDB"). When it
/// commits, every waiting insert is a duplicate; when it rolls back its insert, the longest waiter
/// inserts and the others wait on behind it.
///
/// `endTransaction(of:committed:)` frees the rows; then `nextWoken()` tells whose wait is over,
/// until nil. Nothing else may be asked in between.
public struct UniqueKeyTable: ~Copyable {
  /// What became of an insert of a row in the state processing.
  public enum InsertOutcome: Equatable, Sendable {
    /// The row is there, uncommitted.
    case inserted
    /// The insert stands in the key's queue until this request's transaction ends, or longer.
    case waiting(for: RequestID)
    /// The key is taken (error 1062); its row is in this state.
    case duplicate(KeyState)
  }
  /// What became of an update of a row.
  public enum UpdateOutcome: Equatable, Sendable {
    /// The new state is there, uncommitted.
    case staged
    /// The update stands in the key's queue until this request's transaction ends, or longer.
    case waiting(for: RequestID)
    /// No row has this key: no row changed.
    case missing
  }
  /// A wait that is over.
  public struct WokenStatement: Equatable, Sendable {
    public enum Outcome: Equatable, Sendable {
      /// The insert went through: its row is there, uncommitted.
      case inserted
      /// The insert failed: the key is taken and its row is in this state.
      case duplicate(KeyState)
      /// The update may go on: the row is the request's own, still in this state; ask for the
      /// update again.
      case locked(KeyState)
      /// The update has no row any more: its insert was rolled back.
      case missing
    }
    public var request: RequestID
    public var outcome: Outcome

    public init(request: RequestID, outcome: Outcome) {
      self.request = request
      self.outcome = outcome
    }
  }

  /// A row; a free one uses `next` for the list of free ones.
  struct Row: BitwiseCopyable {
    var key: UInt64
    /// What others see; nil before the insert is committed.
    var committed: KeyState?
    /// What the writer sees.
    var staged: KeyState
    /// The request whose open transaction has inserted, updated or locked the row, or a negative
    /// number.
    var writer: Int32
    /// The next row of the same writer, or of those that wait to be served.
    var next: Int32

    static let free = Row(key: 0, committed: nil, staged: .processing, writer: -1, next: -1)
  }
  struct Writer: BitwiseCopyable {
    var firstRow: Int32
    var lastRow: Int32
    /// Whether the statement that waits, if any, is an update.
    var waitsToUpdate: Bool

    static let idle = Writer(firstRow: -1, lastRow: -1, waitsToUpdate: false)
  }

  var index: KeyIndex
  var rows: FixedTable<Row>
  var firstFreeRow: Int32 = -1
  var usedRows: Int32 = 0
  var writers: FixedTable<Writer>
  /// One queue per row.
  var waits: RequestQueues
  /// The rows whose writer has ended and whose waiters have not been told, linked by `next`.
  var firstToServe: Int32 = -1
  var lastToServe: Int32 = -1

  /// How many rows are committed, forgotten ones included.
  public internal(set) var committedRows = 0
  /// How many committed rows are in the state processing, forgotten ones included.
  public internal(set) var processingRows = 0
  /// How many rows were forgotten in the state processing: nobody will ever finish them.
  public internal(set) var stuckCount = 0

  public init(expectedKeys: Int, expectedRequests: Int) {
    self.index = KeyIndex(expectedKeys: expectedKeys)
    self.rows = FixedTable(repeating: .free, count: expectedKeys)
    self.writers = FixedTable(repeating: .idle, count: expectedRequests)
    self.waits = RequestQueues(queueCount: expectedKeys, expectedRequests: expectedRequests)
  }

  // MARK: Looking

  /// How many rows are in memory, uncommitted ones included.
  public var rowsInMemory: Int { index.count }

  /// Whether a request waits for the end of another's transaction.
  public func isWaiting(_ request: RequestID) -> Bool { waits.contains(request) }

  /// Whether a request has inserted, updated or locked a row and has not ended its transaction.
  public func hasOpenTransaction(of request: RequestID) -> Bool {
    Int(request.index) < writers.count && writers[request.index].firstRow >= 0
  }

  /// How many requests wait for the row of a key.
  public func waiting(for key: IdempotencyKey) -> Int {
    index.number(of: key).map { waits.count(of: $0) } ?? 0
  }

  /// What a consistent read sees: the request's own uncommitted state, else the committed one.
  ///
  /// - Returns: The state, or nil when there is no row that the request may see.
  /// - Complexity: O(1) expected.
  public func lookup(_ key: IdempotencyKey, by request: RequestID) -> KeyState? {
    guard let row = index.number(of: key) else { return nil }
    return rows[row].writer == request.index ? rows[row].staged : rows[row].committed
  }

  // MARK: Writing

  /// Inserts a row in the state processing, or waits for the end of the transaction that has the
  /// key in its hands.
  ///
  /// - Complexity: O(1) expected.
  /// - Precondition: The request waits for nothing here, and all woken statements have been told.
  public mutating func insert(_ key: IdempotencyKey, by request: RequestID) -> InsertOutcome {
    defer { checkInvariants() }
    checkMayAsk(request)
    guard let row = index.number(of: key) else {
      let row = takeFreeRow()
      rows[row].key = key.number
      index.insert(key, number: row)
      hand(row, to: request.index, staged: .processing)
      return .inserted
    }
    if rows[row].writer == request.index { return .duplicate(rows[row].staged) }
    if let writer = wait(request, for: row, toUpdate: false) { return .waiting(for: writer) }
    return .duplicate(committedState(of: row))
  }

  /// Sets the state of a row, for its writer to see until the transaction ends.
  ///
  /// - Complexity: O(1) expected.
  /// - Precondition: The request waits for nothing here, and all woken statements have been told.
  public mutating func update(
    _ key: IdempotencyKey, to state: KeyState, by request: RequestID
  ) -> UpdateOutcome {
    defer { checkInvariants() }
    checkMayAsk(request)
    guard let row = index.number(of: key) else { return .missing }
    if rows[row].writer == request.index {
      rows[row].staged = state
      return .staged
    }
    if let writer = wait(request, for: row, toUpdate: true) { return .waiting(for: writer) }
    hand(row, to: request.index, staged: state)
    return .staged
  }

  /// Ends a wait without an answer: it timed out or its user was interrupted.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request waits, and all woken statements have been told.
  public mutating func abandonWait(of request: RequestID) {
    defer { checkInvariants() }
    precondition(firstToServe < 0, "a wait was given up before the woken ones were told")
    precondition(isWaiting(request), "a request gave up a wait that it is not in")
    waits.remove(request)
  }

  /// Drops a committed row from memory, because nobody can name its key any more; a key without a
  /// row is fine.
  ///
  /// The row stays in `committedRows` and `processingRows`.
  ///
  /// - Complexity: O(1) expected.
  /// - Precondition: No open transaction has the row in its hands, and all woken statements have
  ///   been told.
  public mutating func forget(_ key: IdempotencyKey) {
    defer { checkInvariants() }
    precondition(firstToServe < 0, "a key was forgotten before the woken ones were told")
    guard let row = index.number(of: key) else { return }
    precondition(rows[row].writer < 0, "a key was forgotten that a transaction has in its hands")
    if rows[row].committed == .processing { stuckCount += 1 }
    discard(row)
  }

  // MARK: Helpers

  mutating func checkMayAsk(_ request: RequestID) {
    writers.makeRoom(for: request.index, filledWith: .idle)
    precondition(firstToServe < 0, "a statement before the woken ones were told")
    precondition(!waits.contains(request), "a request that waits asked for something else")
  }

  /// Queues a request on a row that a stranger has in its hands, and names the stranger.
  private mutating func wait(
    _ request: RequestID, for row: Int32, toUpdate: Bool
  ) -> RequestID? {
    guard rows[row].writer >= 0 else { return nil }
    writers[request.index].waitsToUpdate = toUpdate
    _ = waits.append(request, to: row)
    return RequestID(index: Int(rows[row].writer))
  }

  /// Makes a request the writer of a row, which goes to the end of its list.
  mutating func hand(_ row: Int32, to writer: Int32, staged state: KeyState) {
    rows[row].writer = writer
    rows[row].staged = state
    rows[row].next = -1
    let last = writers[writer].lastRow
    if last < 0 {
      writers[writer].firstRow = row
    } else {
      rows[last].next = row
    }
    writers[writer].lastRow = row
  }

  private func committedState(of row: Int32) -> KeyState {
    guard let state = rows[row].committed else {
      preconditionFailure("a row that nobody has in its hands is not committed")
    }
    return state
  }

  private mutating func takeFreeRow() -> Int32 {
    if firstFreeRow >= 0 {
      let row = firstFreeRow
      firstFreeRow = rows[row].next
      return row
    }
    rows.makeRoom(for: usedRows, filledWith: .free)
    waits.makeRoom(forQueue: usedRows)
    usedRows += 1
    return usedRows - 1
  }

  /// Takes a row that nobody waits for out of memory.
  mutating func discard(_ row: Int32) {
    index.remove(IdempotencyKey(number: rows[row].key))
    rows[row] = .free
    rows[row].next = firstFreeRow
    firstFreeRow = row
  }
}
