public import SimulationBasics

/// The record locks of all tables, granted and waited for, as InnoDB keeps them.
///
/// A transaction holds any number of locks, waits for at most one, and keeps what it holds until it
/// ends (strict two-phase locking). Who may share what is said by `LockMode` and `LockKind`. A
/// request waits behind conflicting requests that wait, not only behind locks that are held; when a
/// lock goes, the waiters for whose wait its transaction was the reason are looked at again
/// (InnoDB, lock0lock.cc: `rec_lock_check_conflict`, `lock_rec_grant_by_heap_no`).
///
/// Each waiter has one wait-for edge: to the transaction of the first conflict that was found. The
/// edges decide who is looked at when a lock goes, how much a waiter weighs, and what a deadlock
/// is. A cycle that leads through another conflict is seen only when an edge comes to lie on it;
/// InnoDB does the same.
///
/// Locks are objects in an arena. A record has a list of those granted on it and a queue of those
/// waited for; a transaction has a list of what it holds. A record on which there are only
/// exclusive record locks is *plain*: its waiters all wait for its one holder, so that their edges
/// need not be written down, and a lock is passed on in constant time.
///
/// After any mutation but `noteRowChange(by:)`: drain `nextGrant()`, then ask `nextVictim()`, roll
/// the victim back, and so on until there is none.
public struct RowLockTable: ~Copyable {
  /// What became of a request for a lock.
  public enum AcquireOutcome: Equatable, Sendable {
    /// The lock is the transaction's from now on.
    case granted
    /// The transaction has held this lock or a stronger one before; nothing changed.
    case alreadyHeld
    /// The transaction stands in the record's queue, behind this many others.
    case queued(ahead: Int)
  }

  public let rules: LockRules
  var records: FixedTable<Record>
  var transactions: FixedTable<Transaction>
  var locks: FixedTable<Lock>
  var firstFreeLock: Int32 = -1
  var usedLocks: Int32 = 0
  /// How many transactions wait.
  public internal(set) var totalWaiting = 0
  /// How many locks are held by anybody.
  public internal(set) var totalHeld = 0
  var waitsBegun: UInt64 = 0
  var firstLocksTaken: UInt64 = 0
  /// The waits that have ended and have not been told: from `toldGrants` to `grantCount`.
  var grants: FixedTable<LockGrant>
  var grantCount = 0
  var toldGrants = 0
  /// The waiters whose edge may have closed a cycle: from `checkedSuspects` to `suspectCount`.
  var suspects: FixedTable<Int32>
  var suspectCount = 0
  var checkedSuspects = 0
  var victim = TransactionID.none
  /// How many searches of all conflicts there were, by transaction the last one that came by it,
  /// and the path of the present one.
  var searches: UInt64 = 0
  var searchMarks: FixedTable<UInt64>
  var searchPath: FixedTable<SearchStep>
  var searchDepth = 0
  /// The cycle of the last victim.
  public internal(set) var deadlock = Deadlock()
  /// By transaction; only where grants go by weight.
  var weights: FixedTable<WaitWeight>
  var candidates: FixedTable<Int32>

  public init(recordCount: Int, expectedTransactions: Int, rules: LockRules) {
    precondition(recordCount <= Int32.max, "more records than can be numbered")
    self.rules = rules
    self.records = FixedTable(repeating: .free, count: recordCount)
    self.transactions = FixedTable(repeating: .idle, count: expectedTransactions)
    self.locks = FixedTable(repeating: .free, count: expectedTransactions)
    self.grants = FixedTable(repeating: .none, count: 16)
    self.suspects = FixedTable(repeating: -1, count: 16)
    self.weights = FixedTable(repeating: .none, count: 0)
    self.candidates = FixedTable(repeating: -1, count: 0)
    self.searchMarks = FixedTable(repeating: 0, count: 0)
    self.searchPath = FixedTable(repeating: .none, count: 0)
  }

  // MARK: Looking

  /// Whether a transaction holds a lock that makes asking for this one needless.
  ///
  /// - Complexity: O(locks granted on the record).
  public func holds(
    _ mode: LockMode, _ kind: LockKind, on record: RecordID, by transaction: TransactionID
  ) -> Bool {
    coveringLock(mode, kind, on: record.index, of: transaction.index) >= 0
  }

  /// Whether anybody holds a lock on the record itself; gaps do not count.
  public func isHeld(_ record: RecordID) -> Bool { holder(of: record) != nil }

  /// Who holds a lock on the record itself; of several, who was granted it first.
  ///
  /// - Complexity: O(1) if nobody holds the gap, else O(locks granted on the record).
  public func holder(of record: RecordID) -> TransactionID? {
    guard Int(record.index) < records.count else { return nil }
    let lock = firstOnRecordItself(record.index)
    return lock < 0 ? nil : TransactionID(index: Int(locks[lock].transaction))
  }

  /// How many transactions wait for a lock on a record or its gap.
  public func waiting(for record: RecordID) -> Int {
    Int(record.index) < records.count ? Int(records[record.index].waitingCount) : 0
  }

  /// Whether a transaction waits for any lock.
  public func isWaiting(_ transaction: TransactionID) -> Bool {
    Int(transaction.index) < transactions.count && transactions[transaction.index].wait >= 0
  }

  /// What a transaction waits for.
  public func waitedRequest(of transaction: TransactionID) -> LockRequest? {
    guard isWaiting(transaction) else { return nil }
    return request(of: transactions[transaction.index].wait)
  }

  /// To whom the wait-for edge of a transaction leads.
  public func blocker(of transaction: TransactionID) -> TransactionID? {
    guard isWaiting(transaction) else { return nil }
    return TransactionID(index: Int(edge(of: transactions[transaction.index].wait)))
  }

  /// How many row changes a transaction would have to undo.
  public func rowChanges(of transaction: TransactionID) -> Int {
    Int(transaction.index) < transactions.count
      ? Int(transactions[transaction.index].rowChanges) : 0
  }

  /// How many locks a transaction holds.
  public func heldCount(by transaction: TransactionID) -> Int {
    Int(transaction.index) < transactions.count
      ? Int(transactions[transaction.index].heldCount) : 0
  }
}
