public import SimulationBasics

/// Views and the undo images that are kept for them.
extension VersionedRows {
  /// How many old images are kept for open views.
  public var undoCount: Int { Int(nextUndo - oldestUndo) }

  /// Whether a transaction has an open view.
  @inline(__always)
  public func hasView(_ transaction: TransactionID) -> Bool { views.contains(transaction) }

  /// Whether a commit that the transaction's view does not see has changed a row.
  ///
  /// With `innodb_snapshot_isolation` (MariaDB, on from 11.6.2) a statement that would lock or
  /// write such a row fails with error 1020, ER_CHECKREAD. Without an open view nothing has been
  /// read yet that could be out of date.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  public func changedSinceView(_ row: RowID, by transaction: TransactionID) -> Bool {
    guard hasView(transaction) else { return false }
    return rows[row.index].lastCommit > transactions[transaction.index].view
  }

  /// Opens a view of what is committed now, unless the transaction has one.
  ///
  /// A transaction at REPEATABLE READ opens it at its first consistent read and closes it at its
  /// end; one at READ COMMITTED opens and closes it around each statement.
  ///
  /// - Complexity: O(1).
  /// - Precondition: No commit is being told.
  public mutating func openView(for transaction: TransactionID) {
    precondition(committing.isNone, "a view was opened in the middle of a commit")
    if hasView(transaction) { return }
    transactions.makeRoom(for: transaction.index, filledWith: .idle)
    transactions[transaction.index].view = commitCount
    _ = views.append(transaction, to: 0)
    checkInvariants()
  }

  /// Closes the view of a transaction, if it has one, and drops the images that no other view can
  /// see.
  ///
  /// - Complexity: O(1) amortised over the images.
  public mutating func closeView(of transaction: TransactionID) {
    guard hasView(transaction) else { return }
    views.remove(transaction)
    var oldestView = UInt64.max
    if let oldest = views.first(of: 0) { oldestView = transactions[oldest.index].view }
    while oldestUndo < nextUndo, undoImages[slot(ofUndo: oldestUndo)].replacedBy <= oldestView {
      oldestUndo += 1
    }
    checkInvariants()
  }

  /// Keeps the committed image of a cell that commit number `commitCount` is about to replace, if a
  /// view may see it.
  ///
  /// Every open view is older than this commit. One that is also older than the image itself finds
  /// an older image in the chain; so this image is needed only if the newest view is at least as
  /// new as the image.
  mutating func keepUndo(of cell: Int32, in row: RowID, version: UInt64) {
    guard let newest = views.last(of: 0) else { return }
    guard transactions[newest.index].view >= cells[cell].lastCommit else { return }
    if undoCount == undoImages.count { doubleUndoRing() }
    undoImages[slot(ofUndo: nextUndo)] = UndoImage(
      cell: cell, value: cells[cell].value, effects: cells[cell].effects, version: version,
      replacedBy: commitCount, older: rows[row.index].newestUndo)
    rows[row.index].newestUndo = nextUndo
    nextUndo += 1
  }

  func slot(ofUndo number: UInt64) -> Int {
    Int(truncatingIfNeeded: number) & (undoImages.count - 1)
  }

  private mutating func doubleUndoRing() {
    var larger = FixedTable(repeating: UndoImage.none, count: undoImages.count * 2)
    for number in oldestUndo..<nextUndo {
      larger[Int(truncatingIfNeeded: number) & (larger.count - 1)] =
        undoImages[slot(ofUndo: number)]
    }
    undoImages = larger
  }
}
