public import SimulationBasics

/// The rows of all tables with multi-version reads: a transaction reads as of its view, writes
/// become visible at commit.
///
/// Rows are numbered over all tables in the order of their layouts. Writes are staged, visible to
/// their writer only, and folded in by `commitNext(of:)`. As in InnoDB (MySQL manual, "Consistent
/// Nonlocking Reads") a view is taken at the first consistent read and kept, older images are kept
/// while a view may need them, and a statement that writes reads the latest committed image. Who
/// may write a row is not decided here: that is the row lock's matter, and two uncommitted writers
/// of one row stop the program.
///
/// An undo image is made only when an open view is at least as old as the image, and goes when no
/// view is old enough to see it. The images lie in a ring in the order of the commits; those of one
/// row are chained from new to old.
public struct VersionedRows: ~Copyable {
  struct Row: BitwiseCopyable {
    var firstCell: Int32
    var columnCount: Int32
    var version: UInt64
    /// The number of the last commit that changed the row; 0 for the initial values.
    var lastCommit: UInt64
    /// The number of the newest undo image of this row; out of the ring's range when there is none.
    var newestUndo: UInt64
    var fence: UInt64
    /// The transaction with staged writes on this row, or a negative number.
    var writer: Int32
    var stagedCells: Int32
  }
  struct Cell: BitwiseCopyable {
    var value: Int64
    var effects: UInt64
    /// The number of the last commit that wrote this cell.
    var lastCommit: UInt64
    /// The staged write of this cell, or a negative number.
    var stagedWrite: Int32
  }
  /// A write that is not committed; a free object uses `nextOfWriter` for the list of free ones.
  struct StagedWrite: BitwiseCopyable {
    var row: Int32
    var column: Int32
    var value: Int64
    var effects: UInt64
    var nextOfWriter: Int32

    static let free = StagedWrite(row: -1, column: -1, value: 0, effects: 0, nextOfWriter: -1)
  }
  /// What one transaction has staged, oldest first, and as of which commit it reads.
  struct Transaction: BitwiseCopyable {
    var oldestWrite: Int32
    var newestWrite: Int32
    /// The number of the last commit that the view sees; meaningful while the view is open.
    var view: UInt64

    static let idle = Transaction(oldestWrite: -1, newestWrite: -1, view: 0)
  }
  /// A cell as it was before a commit.
  struct UndoImage: BitwiseCopyable {
    var cell: Int32
    var value: Int64
    var effects: UInt64
    var version: UInt64
    /// The commit that replaced this image: views before it see the image.
    var replacedBy: UInt64
    /// The number of the row's next older image.
    var older: UInt64

    static let none = UndoImage(
      cell: -1, value: 0, effects: 0, version: 0, replacedBy: 0, older: 0)
  }

  var rows: FixedTable<Row>
  var cells: FixedTable<Cell>
  var stagedWrites: FixedTable<StagedWrite>
  var firstFreeWrite: Int32 = -1
  var usedWrites: Int32 = 0
  var transactions: FixedTable<Transaction>
  /// One queue: the transactions with an open view, oldest view first.
  var views: WaitQueues<TransactionID>
  /// A ring whose length is a power of two: image number n lies at n modulo the length.
  var undoImages: FixedTable<UndoImage>
  var oldestUndo: UInt64 = 1
  var nextUndo: UInt64 = 1
  /// How many commits have changed anything; each has the number that this was after it.
  var commitCount: UInt64 = 0
  /// The transaction whose commit is being told write by write.
  var committing = TransactionID.none

  public init(layout: [TableLayout], expectedTransactions: Int) {
    var rowCount = 0
    var cellCount = 0
    for table in layout {
      precondition(table.rowCount >= 0, "a table cannot have fewer than no rows")
      rowCount += table.rowCount
      cellCount += table.rowCount * table.initialValues.count
    }
    precondition(rowCount <= Int32.max, "more rows than can be numbered")
    precondition(cellCount <= Int32.max, "more cells than can be numbered")
    self.rows = FixedTable(
      repeating: Row(
        firstCell: 0, columnCount: 0, version: 0, lastCommit: 0, newestUndo: 0, fence: 0,
        writer: -1, stagedCells: 0), count: rowCount)
    self.cells = FixedTable(
      repeating: Cell(value: 0, effects: 0, lastCommit: 0, stagedWrite: -1), count: cellCount)
    self.stagedWrites = FixedTable(repeating: .free, count: expectedTransactions)
    self.transactions = FixedTable(repeating: .idle, count: expectedTransactions)
    self.views = WaitQueues(queueCount: 1, expectedMembers: expectedTransactions)
    self.undoImages = FixedTable(repeating: .none, count: 64)
    var row = 0
    var cell = 0
    for table in layout {
      for _ in 0..<table.rowCount {
        rows[row].firstCell = Int32(truncatingIfNeeded: cell)
        rows[row].columnCount = Int32(truncatingIfNeeded: table.initialValues.count)
        row += 1
        for value in table.initialValues {
          cells[cell].value = value
          cell += 1
        }
      }
    }
  }

  // MARK: Reading

  /// What a transaction that starts now would read: the latest committed image.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  public func committed(_ row: RowID, column: Int) -> RowImage {
    let cell = cells[cellIndex(row, column)]
    return RowImage(value: cell.value, effects: cell.effects, version: rows[row.index].version)
  }

  /// What a statement that writes or locks reads: the transaction's own staged row, else the latest
  /// committed one.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  public func current(_ row: RowID, column: Int, for transaction: TransactionID) -> RowImage {
    var image = committed(row, column: column)
    guard rows[row.index].writer == transaction.index else { return image }
    image.version += 1
    let write = cells[cellIndex(row, column)].stagedWrite
    if write >= 0 {
      image.value = stagedWrites[write].value
      image.effects = stagedWrites[write].effects
    }
    return image
  }

  /// What a consistent read sees: the row as of the transaction's view, unless the transaction
  /// itself has changed it.
  ///
  /// A row that the transaction has changed reads as `current(_:column:for:)` in every column, as
  /// in InnoDB: the transaction's own version of the row stands on the latest committed one.
  ///
  /// - Complexity: O(images of the row that are newer than the view).
  /// - Precondition: The transaction has an open view.
  public func snapshot(_ row: RowID, column: Int, for transaction: TransactionID) -> RowImage {
    precondition(hasView(transaction), "a consistent read without a view")
    if rows[row.index].writer == transaction.index {
      return current(row, column: column, for: transaction)
    }
    var image = committed(row, column: column)
    let view = transactions[transaction.index].view
    let cell = cellIndex(row, column)
    var number = rows[row.index].newestUndo
    while number >= oldestUndo {
      let undo = undoImages[slot(ofUndo: number)]
      if undo.replacedBy <= view { break }
      image.version = undo.version
      if undo.cell == cell {
        image.value = undo.value
        image.effects = undo.effects
      }
      number = undo.older
    }
    return image
  }

  // MARK: Fencing

  /// The largest fencing token that a writer has shown to this row; 0 before the first.
  @inline(__always)
  public func fence(of row: RowID) -> UInt64 { rows[row.index].fence }

  /// Remembers a fencing token, so that a writer with a smaller one can be recognised as late.
  ///
  /// The token stays whatever becomes of the transaction that showed it.
  ///
  /// - Precondition: `token` is at least `fence(of: row)`.
  public mutating func raiseFence(_ row: RowID, to token: UInt64) {
    precondition(token >= rows[row.index].fence, "a fence was lowered")
    rows[row.index].fence = token
  }

  // MARK: Helpers

  @inline(__always)
  func cellIndex(_ row: RowID, _ column: Int) -> Int32 {
    precondition(column >= 0, "a column before the first")
    precondition(column < Int(rows[row.index].columnCount), "the row has no such column")
    return rows[row.index].firstCell + Int32(truncatingIfNeeded: column)
  }
}
