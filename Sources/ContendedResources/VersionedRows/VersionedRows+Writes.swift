public import SimulationBasics

/// Staging, commit and rollback.
extension VersionedRows {
  /// Whether a transaction has written anything that is not committed.
  @inline(__always)
  public func hasStagedWrites(by transaction: TransactionID) -> Bool {
    Int(transaction.index) < transactions.count && transactions[transaction.index].oldestWrite >= 0
  }

  /// Writes one column of a row, for its writer to see; a second write of the same column replaces
  /// the first.
  ///
  /// For the writer the row's version is from now on one more than the committed one, however many
  /// columns follow.
  ///
  /// - Complexity: O(1).
  /// - Precondition: No other transaction has staged a write on this row, and no commit is being
  ///   told.
  public mutating func stage(
    _ row: RowID, column: Int, value: Int64, effects: UInt64, by transaction: TransactionID
  ) {
    defer { checkInvariants() }
    precondition(committing.isNone, "a write was staged in the middle of a commit")
    transactions.makeRoom(for: transaction.index, filledWith: .idle)
    let cell = cellIndex(row, column)
    let writer = rows[row.index].writer
    precondition(writer < 0 || writer == transaction.index, "a row has two uncommitted writers")
    let restaged = cells[cell].stagedWrite
    if restaged >= 0 {
      stagedWrites[restaged].value = value
      stagedWrites[restaged].effects = effects
      return
    }
    let write = takeFreeWrite()
    stagedWrites[write] = StagedWrite(
      row: row.index, column: Int32(truncatingIfNeeded: column), value: value, effects: effects,
      nextOfWriter: -1)
    let newest = transactions[transaction.index].newestWrite
    if newest < 0 {
      transactions[transaction.index].oldestWrite = write
    } else {
      stagedWrites[newest].nextOfWriter = write
    }
    transactions[transaction.index].newestWrite = write
    cells[cell].stagedWrite = write
    rows[row.index].writer = transaction.index
    rows[row.index].stagedCells += 1
  }

  /// Commits the oldest staged write of a transaction and tells it; called until nil, it commits
  /// the transaction.
  ///
  /// All writes of one transaction share one commit number. From the first write told until nil
  /// nothing else may be opened, staged, committed or rolled back. A transaction that wrote nothing
  /// answers nil at once.
  ///
  /// - Returns: The write, in the order in which columns were first staged.
  /// - Complexity: O(1).
  /// - Precondition: No other commit is being told.
  public mutating func commitNext(of transaction: TransactionID) -> CommittedWrite? {
    defer { checkInvariants() }
    precondition(committing.isNone || committing == transaction, "two commits were mixed")
    guard hasStagedWrites(by: transaction) else {
      committing = .none
      return nil
    }
    if committing.isNone {
      committing = transaction
      commitCount += 1
    }
    let write = removeOldestWrite(of: transaction)
    let row = RowID(index: Int(write.row))
    let column = Int(write.column)
    let cell = cellIndex(row, column)
    // The first write of this row moves the version; the others find it moved.
    if rows[row.index].lastCommit != commitCount {
      rows[row.index].lastCommit = commitCount
      rows[row.index].version += 1
    }
    let version = rows[row.index].version
    let before = RowImage(
      value: cells[cell].value, effects: cells[cell].effects, version: version - 1)
    keepUndo(of: cell, in: row, version: before.version)
    cells[cell].value = write.value
    cells[cell].effects = write.effects
    cells[cell].lastCommit = commitCount
    return CommittedWrite(
      row: row, column: column, before: before,
      after: RowImage(value: write.value, effects: write.effects, version: version))
  }

  /// Discards all staged writes of a transaction.
  ///
  /// - Returns: How many there were.
  /// - Complexity: O(staged writes).
  /// - Precondition: No commit is being told.
  public mutating func rollback(of transaction: TransactionID) -> Int {
    defer { checkInvariants() }
    precondition(committing.isNone, "a rollback in the middle of a commit")
    var discarded = 0
    while hasStagedWrites(by: transaction) {
      _ = removeOldestWrite(of: transaction)
      discarded += 1
    }
    return discarded
  }

  // MARK: Helpers

  private mutating func takeFreeWrite() -> Int32 {
    if firstFreeWrite >= 0 {
      let write = firstFreeWrite
      firstFreeWrite = stagedWrites[write].nextOfWriter
      return write
    }
    stagedWrites.makeRoom(for: usedWrites, filledWith: .free)
    usedWrites += 1
    return usedWrites - 1
  }

  /// Takes the oldest write off its writer's list, its cell and its row.
  private mutating func removeOldestWrite(of transaction: TransactionID) -> StagedWrite {
    let index = transactions[transaction.index].oldestWrite
    let write = stagedWrites[index]
    transactions[transaction.index].oldestWrite = write.nextOfWriter
    if write.nextOfWriter < 0 { transactions[transaction.index].newestWrite = -1 }
    cells[rows[write.row].firstCell + write.column].stagedWrite = -1
    rows[write.row].stagedCells -= 1
    if rows[write.row].stagedCells == 0 { rows[write.row].writer = -1 }
    stagedWrites[index] = .free
    stagedWrites[index].nextOfWriter = firstFreeWrite
    firstFreeWrite = index
    return write
  }
}
