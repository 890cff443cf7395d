public import SimulationBasics

/// Tables with a unique key: one row per idempotency key, each with the state of the intention, in
/// the order of their index.
///
/// The states are here, all locks and waits in the `RowLockTable` that each statement is given. A
/// new row has no lock object: that it is uncommitted locks it implicitly, and the first who meets
/// it makes that lock explicit (MySQL manual, "InnoDB Locking"; lock0lock.cc:
/// `lock_rec_convert_impl_to_expl`). A statement that answers `waits` is asked again when the lock
/// is granted, and looks at the index anew.
///
/// At the end of a transaction: `endTransaction(of:committed:locks:)`, then its locks are released
/// one by one, then the grants are told.
public struct UniqueKeyTable: ~Copyable {
  /// A row; one that has neither a committed state nor a writer is there for its locks only, and a
  /// free one uses `next` for the list of free ones.
  ///
  /// The order of its members keeps it within 24 bytes.
  struct Row: BitwiseCopyable {
    enum Mark: UInt8, BitwiseCopyable {
      /// With a writer: a new row, locked implicitly by being uncommitted.
      case none
      /// Its writer has a lock object.
      case lockedExplicitly
      /// It has no writer, and nobody is expected to name its key again.
      case forgotten
    }

    var key: UInt64
    /// The next older row of the same writer, or of those that linger.
    var next: Int32
    /// The transaction that has inserted or updated the row and is still open, or a negative
    /// number.
    var writer: Int32
    /// What others see; nil before the insert is committed.
    var committed: KeyState?
    var table: UInt8
    /// What the writer sees.
    var staged: KeyState
    var mark: Mark

    static let free = Row(
      key: 0, next: -1, writer: -1, committed: nil, table: 0, staged: .processing, mark: .none)

    var exists: Bool { committed != nil || writer >= 0 }
  }
  /// How one table's keys lie.
  struct Index: BitwiseCopyable {
    var isOrdered: Bool
    var order: UniqueIndexLayout.Order
    /// Keys that are in the ordered index from the start.
    var existingKeys: Int32
    var firstExistingRecord: Int32
    /// Where the first new key of an ascending order lies.
    var firstNewPosition: UInt64
    /// The seed of the positions of a random order.
    var salt: UInt64
    /// Whether its rows have an age and an owner, and how old they may grow.
    var hasAges: Bool
    var expiry: VirtualDuration?
  }
  /// When a row was written, and by whom; as others see it, and as its writer does.
  struct Age: BitwiseCopyable {
    var insertedAt = VirtualTime.start
    var since = VirtualTime.start
    var stagedSince = VirtualTime.start
    /// The request that has inserted the key or has taken it over last.
    var owner: Int32 = -1
    var stagedOwner: Int32 = -1
  }

  var index: KeyIndex
  var order: OrderedKeyIndex
  /// By table.
  var indexes: FixedTable<Index>
  var rows: FixedTable<Row>
  /// By row, as far as rows of indexes with ages have been written.
  var ages = FixedTable<Age>(repeating: Age(), count: 0)
  var firstFreeRow: Int32 = -1
  var usedRows: Int32 = 0
  /// By transaction: the row that it wrote last, or a negative number.
  var newestRows: FixedTable<Int32>
  /// Rows that were forgotten while locks stood on their records, linked by `next`.
  var firstLingering: Int32 = -1
  var lastLingering: Int32 = -1
  var lingeringCount = 0
  /// Records: the supremum of each table, the existing keys, then two for each row.
  let firstRecord: Int32
  let firstRowRecord: Int32

  /// How many rows are committed, forgotten ones included and existing keys not.
  public internal(set) var committedRows = 0
  /// How many committed rows are in the state processing, forgotten ones included.
  public internal(set) var processingRows = 0
  /// How many rows were forgotten in the state processing: nobody will ever finish them.
  public internal(set) var stuckCount = 0
  /// The first key that was forgotten so, unless somebody has named it after all.
  var firstStuckKey: IdempotencyKey?

  /// Tables without rows but those of their existing keys.
  ///
  /// - Parameters:
  ///   - indexes: By table, what its index is like; at most 256.
  ///   - firstRecord: Where the records of these indexes begin; nobody else may use those from
  ///     there on.
  ///   - salt: Decides where the keys of a random order fall.
  /// - Complexity: O(*n* log *n*) for *n* existing keys of ordered indexes in random order.
  public init(
    indexes layouts: [UniqueIndexLayout], firstRecord: RecordID, salt: UInt64, expectedKeys: Int,
    expectedTransactions: Int
  ) {
    precondition(layouts.count <= 256, "more unique indexes than tables can have")
    self.index = KeyIndex(expectedKeys: expectedKeys)
    self.rows = FixedTable(repeating: .free, count: expectedKeys)
    self.newestRows = FixedTable(repeating: -1, count: expectedTransactions)
    self.firstRecord = firstRecord.index
    var nextRecord = firstRecord.index + Int32(layouts.count)
    var orderedKeys = 0
    var laidOut: [Index] = []
    for (table, layout) in layouts.enumerated() {
      // Existing keys below an ascending order border on none of its gaps.
      let isBounded = layout.isOrdered && layout.order == .random
      let existing = Int32(isBounded ? layout.existingKeys : 0)
      laidOut.append(
        Index(
          isOrdered: layout.isOrdered, order: layout.order, existingKeys: existing,
          firstExistingRecord: nextRecord, firstNewPosition: UInt64(layout.existingKeys),
          salt: Self.mixed(salt &+ UInt64(table)), hasAges: layout.hasAges, expiry: layout.expiry))
      nextRecord += existing
      orderedKeys += Int(existing) + (layout.isOrdered ? expectedKeys : 0)
    }
    self.indexes = FixedTable(laidOut)
    self.firstRowRecord = nextRecord
    self.order = OrderedKeyIndex(indexCount: layouts.count, expectedKeys: orderedKeys)
    for table in 0..<indexes.count { placeExistingKeys(of: UInt8(table)) }
    checkInvariants()
  }

  // MARK: Looking

  /// How many rows that requests wrote or named are in memory, uncommitted ones included.
  public var rowsInMemory: Int { index.count + lingeringCount }

  /// Whether a transaction has inserted or updated a row and has not ended.
  @inline(__always)
  public func hasOpenTransaction(of transaction: TransactionID) -> Bool {
    Int(transaction.index) < newestRows.count && newestRows[transaction.index] >= 0
  }

  /// What a consistent read sees: the transaction's own uncommitted state, else the committed one.
  ///
  /// - Returns: The state, or nil when there is no row that the transaction may see.
  /// - Complexity: O(1) expected.
  @inline(__always)
  public func lookup(
    _ key: IdempotencyKey, in table: UInt8, by transaction: TransactionID
  ) -> KeyState? {
    guard let row = index.number(of: key, in: table) else { return nil }
    return rows[row].writer == transaction.index ? rows[row].staged : rows[row].committed
  }

  // MARK: Forgetting

  /// Drops a committed row from memory, because nobody can name its key any more; a key without a
  /// row is fine.
  ///
  /// The row stays in `committedRows` and `processingRows`. A row of an ordered index stays in
  /// memory too, because it bounds gaps, and one of an unordered index until no lock stands on its
  /// records.
  ///
  /// The lock table is not changed; a borrowed one would be copied into the call (measured).
  ///
  /// - Complexity: O(1) expected.
  /// - Precondition: No open transaction has written the row.
  public mutating func forget(
    _ key: IdempotencyKey, in table: UInt8, locks: inout RowLockTable
  ) {
    defer { checkInvariants() }
    if firstLingering >= 0 { dropOneLingering(&locks) }
    guard let row = index.number(of: key, in: table) else { return }
    if rows[row].mark == .forgotten { return }
    precondition(rows[row].writer < 0, "a key was forgotten that a transaction has in its hands")
    if rows[row].committed == .processing { noteStuck(row) }
    rows[row].mark = .forgotten
    if indexes[Int(table)].isOrdered { return }
    index.remove(key, from: table)
    if isLocked(row, &locks) {
      appendLingering(row)
    } else {
      giveBack(row)
    }
  }

  /// Looks at one row that was forgotten while it was locked: as many looks as rows are forgotten
  /// drop each of them in the end.
  private mutating func dropOneLingering(_ locks: inout RowLockTable) {
    let row = firstLingering
    firstLingering = rows[row].next
    if firstLingering < 0 { lastLingering = -1 }
    lingeringCount -= 1
    if isLocked(row, &locks) {
      appendLingering(row)
    } else {
      giveBack(row)
    }
  }

  private mutating func appendLingering(_ row: Int32) {
    rows[row].next = -1
    if lastLingering < 0 {
      firstLingering = row
    } else {
      rows[lastLingering].next = row
    }
    lastLingering = row
    lingeringCount += 1
  }

  // MARK: Rows

  /// Adds a row without a state, for a key that has none.
  mutating func addRow(for key: IdempotencyKey, in table: UInt8) -> Int32 {
    let row = takeFreeRow()
    rows[row].key = key.number
    rows[row].table = table
    index.insert(key, in: table, number: row)
    return row
  }

  /// Takes a row that no lock stands on out of memory.
  mutating func discard(_ row: Int32) {
    index.remove(IdempotencyKey(number: rows[row].key), from: rows[row].table)
    giveBack(row)
  }

  private mutating func takeFreeRow() -> Int32 {
    if firstFreeRow >= 0 {
      let row = firstFreeRow
      firstFreeRow = rows[row].next
      return row
    }
    rows.makeRoom(for: usedRows, filledWith: .free)
    usedRows += 1
    return usedRows - 1
  }

  private mutating func giveBack(_ row: Int32) {
    rows[row] = .free
    rows[row].next = firstFreeRow
    firstFreeRow = row
  }
}
