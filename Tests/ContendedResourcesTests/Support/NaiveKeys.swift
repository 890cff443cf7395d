import ContendedResources
import SimulationBasics

/// Rows of one table with a unique index, as plainly as possible: a sorted array of the keys that
/// are there, and a gap before each and after the last.
///
/// Its records are named after the keys, so it can agree with the table under test only in what
/// sessions see.
struct NaiveKeys: ~Copyable, KeyRows {
  struct Row {
    var key: UInt64
    var committed: KeyState?
    var staged: KeyState?
    var writer: Int32?
  }

  /// Whether neighbours share a gap.
  var isOrdered: Bool
  /// In the order of their keys.
  var rows: [Row] = []

  init(isOrdered: Bool) { self.isOrdered = isOrdered }

  private func recordOf(_ key: UInt64) -> RecordID { record(2 * Int(key) + 10) }
  private func gapHolding(_ key: UInt64) -> RecordID {
    if !isOrdered { return record(2 * Int(key) + 11) }
    return rows.first { $0.key > key }.map { recordOf($0.key) } ?? record(0)
  }
  private func place(of key: UInt64) -> Int? { rows.firstIndex { $0.key == key } }

  /// The state of a row when the transaction has the lock; nil if it waits.
  private func lockedState(
    of place: Int, _ mode: LockMode, _ kind: LockKind, leavesGap: Bool = true,
    _ transaction: TransactionID, _ locks: inout RowLockTable
  ) -> KeyState? {
    let row = rows[place]
    if row.writer == transaction.index { return row.staged }
    if let writer = row.writer {
      locks.grantImplicit(on: recordOf(row.key), to: TransactionID(index: Int(writer)))
    }
    let outcome = locks.acquire(mode, kind, on: recordOf(row.key), for: transaction)
    if !leavesGap, outcome != .alreadyHeld { locks.leaveNoGap(of: transaction) }
    if case .queued = outcome { return nil }
    return row.committed
  }

  mutating func lockingLookup(
    _ key: IdempotencyKey, in _: UInt8, by transaction: TransactionID, gapLocks: Bool,
    locks: inout RowLockTable
  ) -> UniqueKeyTable.LookupOutcome {
    if let place = place(of: key.number) {
      return lockedState(
        of: place, .exclusive, .record, leavesGap: gapLocks, transaction, &locks
      ).map { .found($0) } ?? .waits
    }
    if gapLocks {
      _ = locks.acquire(.exclusive, .gap, on: gapHolding(key.number), for: transaction)
    }
    return .missing
  }

  mutating func insert(
    _ key: IdempotencyKey, in _: UInt8, by transaction: TransactionID, as state: KeyState,
    onDuplicate mode: LockMode, locks: inout RowLockTable
  ) -> UniqueKeyTable.InsertOutcome {
    if let place = place(of: key.number) {
      return lockedState(of: place, mode, isOrdered ? .nextKey : .record, transaction, &locks)
        .map { .duplicate($0) } ?? .waits
    }
    let gap = gapHolding(key.number)
    if case .queued = locks.acquire(.exclusive, .insertIntention, on: gap, for: transaction) {
      return .waits
    }
    if isOrdered { locks.inheritGap(from: gap, to: recordOf(key.number)) }
    rows.append(Row(key: key.number, staged: state, writer: transaction.index))
    rows.sort { $0.key < $1.key }
    locks.noteRowChange(by: transaction)
    return .inserted
  }

  mutating func update(
    _ key: IdempotencyKey, in _: UInt8, to state: KeyState, by transaction: TransactionID,
    locks: inout RowLockTable
  ) -> UniqueKeyTable.UpdateOutcome {
    guard let place = place(of: key.number) else { return .missing }
    if lockedState(of: place, .exclusive, .record, transaction, &locks) == nil { return .waits }
    rows[place].writer = transaction.index
    rows[place].staged = state
    locks.noteRowChange(by: transaction)
    return .staged
  }

  /// The order in which rows are undone is that in which they were written, backwards; the
  /// histories here let a transaction insert one row at most, so that it does not matter.
  mutating func endTransaction(
    of transaction: TransactionID, committed: Bool, locks: inout RowLockTable
  ) {
    for place in rows.indices.reversed() where rows[place].writer == transaction.index {
      if committed { rows[place].committed = rows[place].staged }
      rows[place].writer = nil
      rows[place].staged = nil
      if rows[place].committed == nil {
        let gone = rows.remove(at: place).key
        locks.removeRecord(recordOf(gone), heir: gapHolding(gone))
      }
    }
  }
}
