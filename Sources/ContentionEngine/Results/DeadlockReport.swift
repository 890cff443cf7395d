public import SimulationBasics

/// A cycle of transactions that waited for one another, and which of them was rolled back.
///
/// The members stand in the order in which InnoDB prints them: each waits for a lock of the one
/// behind it, the last for one of the first, and the second is the one that began to wait last and
/// so closed the cycle (lock0wait.cc, `lock_wait_rotate_cycle_ids_for_notification`).
public struct DeadlockReport: Hashable, Sendable {
  /// A transaction of the cycle and the statement that it waited in.
  public struct Member: Hashable, Sendable {
    /// The kinds of statement that take row locks.
    public enum Statement: String, CaseIterable, Hashable, Sendable {
      case insert = "INSERT"
      case insertOrUpdate = "INSERT ... ON DUPLICATE KEY UPDATE"
      case update = "UPDATE"
      case selectForUpdate = "SELECT ... FOR UPDATE"
      case selectForShare = "SELECT ... FOR SHARE"
    }

    /// The user whose request it was, counted from 1 over all loads.
    public var user: Int
    /// The number of the transaction: a later one has a larger number.
    public var transaction: UInt64
    /// The name of the request, as reports print it.
    public var request: String
    public var statement: Statement
    /// How long ago the transaction had begun.
    public var active: VirtualDuration
    /// The lock objects of the transaction, the one that it waited for included.
    public var lockStructs: Int
    /// The row changes that a rollback has to undo (undo log entries).
    public var rowChanges: Int
    /// The lock that the member before waited for.
    public var holds: DeadlockLock
    public var waitsFor: DeadlockLock

    public init(
      user: Int, transaction: UInt64, request: String, statement: Statement,
      active: VirtualDuration, lockStructs: Int, rowChanges: Int, holds: DeadlockLock,
      waitsFor: DeadlockLock
    ) {
      self.user = user
      self.transaction = transaction
      self.request = request
      self.statement = statement
      self.active = active
      self.lockStructs = lockStructs
      self.rowChanges = rowChanges
      self.holds = holds
      self.waitsFor = waitsFor
    }
  }

  /// When the cycle was found.
  public var moment: VirtualTime
  /// At least two.
  public var members: [Member]
  /// The index of the member that was rolled back.
  public var victim: Int

  public init(moment: VirtualTime, members: [Member], victim: Int) {
    precondition(members.count >= 2, "a deadlock needs two transactions")
    precondition(members.indices.contains(victim), "the victim is a member of the cycle")
    self.moment = moment
    self.members = members
    self.victim = victim
  }
}

/// A lock on an index record that was part of a deadlock.
public struct DeadlockLock: Hashable, Sendable {
  /// The record of an index that a lock is on.
  public enum Record: Hashable, Sendable {
    /// A row by its number in the table, from 1.
    case row(Int)
    /// An entry of a unique key, by its key's number.
    case key(UInt64)
    /// The end of the index, behind all records: a lock on it covers only the gap before it.
    case supremum
  }
  public enum Mode: Hashable, Sendable {
    case shared
    case exclusive
  }
  public enum Kind: Hashable, Sendable {
    /// The record without the gap before it.
    case record
    /// The gap before the record.
    case gap
    /// The record and the gap before it.
    case nextKey
    /// The wish to insert into the gap before the record.
    case insertIntention
  }

  public var table: String
  /// `PRIMARY` for rows, else the name of the unique key.
  public var index: String
  public var record: Record
  public var mode: Mode
  public var kind: Kind

  public init(table: String, index: String, record: Record, mode: Mode, kind: Kind) {
    self.table = table
    self.index = index
    self.record = record
    self.mode = mode
    self.kind = kind
  }
}
