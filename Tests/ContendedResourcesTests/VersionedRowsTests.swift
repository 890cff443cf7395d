import ContendedResources
import SimulationBasics
import Testing

@Suite("Versioned rows")
struct VersionedRowsTests {
  private let first = transaction(0)
  private let second = transaction(1)
  private let third = transaction(2)

  /// Two tables: rows A and B with the columns (100, 7), row C with the column (0).
  private static func rows() -> VersionedRows {
    VersionedRows(
      layout: [
        TableLayout(rowCount: 2, initialValues: [100, 7]),
        TableLayout(rowCount: 1, initialValues: [0]),
      ], expectedTransactions: 2)
  }

  // MARK: Reading and writing

  @Test("start with their table's values at version 0")
  func initial() {
    let rows = Self.rows()
    #expect(rows.committed(rowA, column: 0) == RowImage(value: 100, effects: 0, version: 0))
    #expect(rows.committed(rowB, column: 1) == RowImage(value: 7, effects: 0, version: 0))
    #expect(rows.committed(rowC, column: 0) == RowImage(value: 0, effects: 0, version: 0))
  }

  @Test("show a staged write to its writer only, one version up in every column")
  func staging() {
    var rows = Self.rows()
    rows.stage(rowA, column: 0, value: 150, effects: 1, by: first)
    let own = RowImage(value: 150, effects: 1, version: 1)
    #expect(rows.current(rowA, column: 0, for: first) == own)
    #expect(
      rows.current(rowA, column: 1, for: first) == RowImage(value: 7, effects: 0, version: 1))
    let others = RowImage(value: 100, effects: 0, version: 0)
    #expect(rows.committed(rowA, column: 0) == others)
    #expect(rows.current(rowA, column: 0, for: second) == others)
    #expect(rows.hasStagedWrites(by: first) == true)
    #expect(rows.hasStagedWrites(by: second) == false)
  }

  @Test("tell committed writes in staging order, with one version step per row")
  func commit() {
    var rows = Self.rows()
    rows.stage(rowC, column: 0, value: 1, effects: 1, by: first)
    rows.stage(rowA, column: 1, value: 8, effects: 1, by: first)
    rows.stage(rowA, column: 0, value: 90, effects: 2, by: first)
    rows.stage(rowC, column: 0, value: 2, effects: 2, by: first)
    #expect(
      rows.commitNext(of: first)
        == CommittedWrite(
          row: rowC, column: 0, before: RowImage(value: 0, effects: 0, version: 0),
          after: RowImage(value: 2, effects: 2, version: 1)))
    #expect(
      rows.commitNext(of: first)
        == CommittedWrite(
          row: rowA, column: 1, before: RowImage(value: 7, effects: 0, version: 0),
          after: RowImage(value: 8, effects: 1, version: 1)))
    #expect(
      rows.commitNext(of: first)
        == CommittedWrite(
          row: rowA, column: 0, before: RowImage(value: 100, effects: 0, version: 0),
          after: RowImage(value: 90, effects: 2, version: 1)))
    #expect(rows.commitNext(of: first) == nil)
    #expect(rows.hasStagedWrites(by: first) == false)
    #expect(rows.committed(rowA, column: 0) == RowImage(value: 90, effects: 2, version: 1))
    #expect(rows.committed(rowB, column: 0) == RowImage(value: 100, effects: 0, version: 0))
  }

  @Test("forget a transaction that rolls back")
  func rollback() {
    var rows = Self.rows()
    rows.stage(rowA, column: 0, value: 1, effects: 1, by: first)
    rows.stage(rowA, column: 1, value: 1, effects: 1, by: first)
    rows.stage(rowB, column: 0, value: 1, effects: 1, by: first)
    #expect(rows.rollback(of: first) == 3)
    #expect(rows.rollback(of: first) == 0)
    let untouched = RowImage(value: 100, effects: 0, version: 0)
    #expect(rows.current(rowA, column: 0, for: first) == untouched)
    #expect(rows.commitNext(of: first) == nil)
    rows.stage(rowA, column: 0, value: 5, effects: 1, by: second)
    #expect(rows.rollback(of: second) == 1)
  }

  @Test("lose an update that was computed from an old read: what no guard means")
  func lostUpdate() {
    var rows = Self.rows()
    let readByFirst = rows.current(rowA, column: 0, for: first)
    let readBySecond = rows.current(rowA, column: 0, for: second)
    rows.stage(
      rowA, column: 0, value: readByFirst.value + 1, effects: readByFirst.effects + 1, by: first)
    while rows.commitNext(of: first) != nil {}
    rows.stage(
      rowA, column: 0, value: readBySecond.value + 1, effects: readBySecond.effects + 1,
      by: second)
    while rows.commitNext(of: second) != nil {}
    // Two commits, one effect left.
    #expect(rows.committed(rowA, column: 0) == RowImage(value: 101, effects: 1, version: 2))
  }

  // MARK: Views

  @Test("keep showing a view what was committed when it opened")
  func repeatableRead() {
    var rows = Self.rows()
    rows.openView(for: second)
    for round in 1...3 {
      rows.stage(rowA, column: 0, value: Int64(round), effects: UInt64(round), by: first)
      while rows.commitNext(of: first) != nil {}
      rows.openView(for: second)
      let old = RowImage(value: 100, effects: 0, version: 0)
      #expect(rows.snapshot(rowA, column: 0, for: second) == old)
      // A statement that writes or locks reads the latest version all the same.
      let latest = RowImage(value: Int64(round), effects: UInt64(round), version: UInt64(round))
      #expect(rows.current(rowA, column: 0, for: second) == latest)
    }
    rows.closeView(of: second)
    rows.openView(for: second)
    #expect(
      rows.snapshot(rowA, column: 0, for: second) == RowImage(value: 3, effects: 3, version: 3))
  }

  @Test("show a reader its own row in every column once it has written to it")
  func ownWriteInView() {
    var rows = Self.rows()
    rows.openView(for: second)
    rows.stage(rowA, column: 1, value: 8, effects: 1, by: first)
    while rows.commitNext(of: first) != nil {}
    #expect(
      rows.snapshot(rowA, column: 1, for: second) == RowImage(value: 7, effects: 0, version: 0))
    rows.stage(rowA, column: 0, value: 50, effects: 1, by: second)
    #expect(
      rows.snapshot(rowA, column: 0, for: second) == RowImage(value: 50, effects: 1, version: 2))
    #expect(
      rows.snapshot(rowA, column: 1, for: second) == RowImage(value: 8, effects: 1, version: 2))
    #expect(rows.rollback(of: second) == 1)
    #expect(
      rows.snapshot(rowA, column: 1, for: second) == RowImage(value: 7, effects: 0, version: 0))
  }

  @Test("keep no old image while nobody has a view, and none after the last view closed")
  func undoEnds() {
    var rows = Self.rows()
    func write(_ value: Int64) {
      rows.stage(rowA, column: 0, value: value, effects: 0, by: first)
      while rows.commitNext(of: first) != nil {}
    }
    write(1)
    #expect(rows.undoCount == 0)
    rows.openView(for: second)
    write(2)
    rows.openView(for: third)
    write(3)
    #expect(rows.undoCount == 2)
    // No view is as new as 3, so 3 need not be kept for anybody.
    write(4)
    #expect(rows.undoCount == 2)
    rows.closeView(of: second)
    #expect(rows.undoCount == 1)
    #expect(
      rows.snapshot(rowA, column: 0, for: third) == RowImage(value: 2, effects: 0, version: 2))
    rows.closeView(of: third)
    #expect(rows.undoCount == 0)
    rows.closeView(of: third)
    #expect(rows.undoCount == 0)
  }

  @Test("tell whether a row was changed by a commit that the view of a transaction does not see")
  func changedSinceView() {
    var rows = Self.rows()
    rows.stage(rowA, column: 0, value: 1, effects: 1, by: first)
    while rows.commitNext(of: first) != nil {}
    #expect(rows.changedSinceView(rowA, by: second) == false, "there is no view")
    rows.openView(for: second)
    #expect(rows.changedSinceView(rowA, by: second) == false)
    rows.stage(rowB, column: 0, value: 1, effects: 1, by: first)
    #expect(rows.changedSinceView(rowB, by: second) == false, "it is not committed")
    while rows.commitNext(of: first) != nil {}
    #expect(rows.changedSinceView(rowB, by: second) == true)
    #expect(rows.changedSinceView(rowA, by: second) == false)
    rows.closeView(of: second)
    rows.openView(for: second)
    #expect(rows.changedSinceView(rowB, by: second) == false)
  }

  @Test("keep every image that some view needs, far beyond the first ring")
  func longChain() {
    var rows = VersionedRows(
      layout: [TableLayout(rowCount: 3, initialValues: [0])], expectedTransactions: 1)
    let writer = transaction(1_000)
    for reader in 0..<500 {
      rows.openView(for: transaction(reader))
      let row = RowID(index: reader % 3)
      rows.stage(row, column: 0, value: Int64(reader + 1), effects: 0, by: writer)
      while rows.commitNext(of: writer) != nil {}
    }
    #expect(rows.undoCount == 500)
    for reader in 0..<500 {
      // Reader n opened after n commits, of which each third was to the row.
      for row in 0..<3 {
        let last = stride(from: reader - 1, through: 0, by: -1).first { $0 % 3 == row }
        let seen = rows.snapshot(RowID(index: row), column: 0, for: transaction(reader))
        #expect(seen.value == last.map { Int64($0 + 1) } ?? 0)
      }
    }
    for reader in 0..<500 { rows.closeView(of: transaction(reader)) }
    #expect(rows.undoCount == 0)
  }

  // MARK: Fencing

  @Test("remember the largest fencing token that a row was shown, also through a rollback")
  func fencing() {
    var rows = Self.rows()
    #expect(rows.fence(of: rowA) == 0)
    rows.raiseFence(rowA, to: 5)
    rows.stage(rowA, column: 0, value: 1, effects: 1, by: first)
    #expect(rows.rollback(of: first) == 1)
    #expect(rows.fence(of: rowA) == 5)
    rows.raiseFence(rowA, to: 5)
    #expect(rows.fence(of: rowB) == 0)
  }

  // MARK: Against the oracle

  @Test("agree with the full history of all commits on every history of six operations")
  func everyHistory() {
    checkEveryHistory(
      of: RowsBesideHistory.self, letters: letters(requests: 2, rows: 1), length: 6)
  }

  @Test("agree with the full history on every history of seven commits and views")
  func everyViewHistory() {
    var letters: [RowsBesideHistory.Operation] = [.write(column: 0), .write(column: 1)]
    for request in 0..<3 { letters += [.open(request), .close(request)] }
    checkEveryHistory(of: RowsBesideHistory.self, letters: letters, length: 7)
  }

  @Test("agree with the full history on long histories")
  func longHistories() {
    checkLongHistories(
      of: RowsBesideHistory.self,
      letters: letters(requests: 4, rows: 2) + [.write(column: 0), .write(column: 1)],
      seeds: 0..<10,
      length: 600)
  }

  private func letters(requests: Int, rows: Int) -> [RowsBesideHistory.Operation] {
    var letters: [RowsBesideHistory.Operation] = []
    for request in 0..<requests {
      letters += [
        .open(request), .close(request), .commit(request), .rollback(request),
        .stage(request, row: 0, column: 0), .stage(request, row: 0, column: 1),
      ]
      if rows == 2 { letters.append(.stage(request, row: 1, column: 0)) }
    }
    return letters
  }

  // MARK: Preconditions

  @Test("stop the run when a consistent read has no view")
  func noView() async {
    await #expect(processExitsWith: .failure) {
      let rows = VersionedRowsTests.rows()
      _ = rows.snapshot(RowID(index: 0), column: 0, for: TransactionID(index: 0))
    }
  }

  @Test("stop the run when two transactions write one row")
  func twoWriters() async {
    await #expect(processExitsWith: .failure) {
      var rows = VersionedRowsTests.rows()
      rows.stage(RowID(index: 0), column: 0, value: 1, effects: 0, by: TransactionID(index: 0))
      rows.stage(RowID(index: 0), column: 1, value: 1, effects: 0, by: TransactionID(index: 1))
    }
  }

  @Test("stop the run when a row has no such column")
  func noColumn() async {
    await #expect(processExitsWith: .failure) {
      let rows = VersionedRowsTests.rows()
      _ = rows.committed(RowID(index: 0), column: 2)
    }
  }

  @Test("stop the run when a column is negative")
  func negativeColumn() async {
    await #expect(processExitsWith: .failure) {
      let rows = VersionedRowsTests.rows()
      _ = rows.committed(RowID(index: 1), column: -1)
    }
  }

  @Test("stop the run when a table has fewer than no rows")
  func negativeRows() async {
    await #expect(processExitsWith: .failure) {
      _ = VersionedRows(
        layout: [TableLayout(rowCount: -1, initialValues: [0])], expectedTransactions: 1)
    }
  }

  @Test("stop the run when a fence is lowered")
  func loweredFence() async {
    await #expect(processExitsWith: .failure) {
      var rows = VersionedRowsTests.rows()
      rows.raiseFence(RowID(index: 0), to: 5)
      rows.raiseFence(RowID(index: 0), to: 4)
    }
  }

  @Test("stop the run when something happens in the middle of a commit", arguments: 0..<4)
  func middleOfCommit(kind: Int) async {
    await #expect(processExitsWith: .failure) { [kind] in
      var rows = VersionedRowsTests.rows()
      for request in 0..<2 {
        let row = RowID(index: request)
        rows.stage(row, column: 0, value: 1, effects: 0, by: TransactionID(index: request))
        rows.stage(row, column: 1, value: 1, effects: 0, by: TransactionID(index: request))
      }
      _ = rows.commitNext(of: TransactionID(index: 0))
      switch kind {
      case 0: rows.openView(for: TransactionID(index: 1))
      case 1: _ = rows.commitNext(of: TransactionID(index: 1))
      case 2: _ = rows.rollback(of: TransactionID(index: 1))
      default:
        rows.stage(RowID(index: 2), column: 0, value: 1, effects: 0, by: TransactionID(index: 1))
      }
    }
  }
}

/// The rows beside the list of all commits: every read is replayed from the first commit on.
private struct RowsBesideHistory: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case open(Int)
    case close(Int)
    case stage(Int, row: Int, column: Int)
    case commit(Int)
    case rollback(Int)
    /// A whole transaction of somebody else that writes one column of row 0.
    case write(column: Int)

    var request: Int? {
      switch self {
      case .open(let request), .close(let request), .stage(let request, _, _),
        .commit(let request), .rollback(let request):
        request
      case .write: nil
      }
    }
  }
  struct Write {
    var row: Int
    var column: Int
    var value: Int64
    var effects: UInt64
  }

  static let columnCounts = [2, 1]
  static let somebodyElse = 9
  var rows = VersionedRows(
    layout: [
      TableLayout(rowCount: 1, initialValues: [10, 20]),
      TableLayout(rowCount: 1, initialValues: [30]),
    ], expectedTransactions: 1)
  var commits: [[Write]] = []
  var views = [Int?](repeating: nil, count: 10)
  var staged = [[Write]](repeating: [], count: 10)
  var lastValue: Int64 = 100

  mutating func step(_ operation: Operation) -> StepResult {
    switch operation {
    case .open(let reader):
      rows.openView(for: transaction(reader))
      if views[reader] == nil { views[reader] = commits.count }
    case .close(let reader):
      if views[reader] == nil { return .illegal }
      rows.closeView(of: transaction(reader))
      views[reader] = nil
    case .stage(let writer, let row, let column):
      for other in staged.indices where other != writer {
        if staged[other].contains(where: { $0.row == row }) { return .illegal }
      }
      stageOnBoth(writer, row, column)
    case .commit(let writer):
      if staged[writer].isEmpty { return .illegal }
      return commitOnBoth(writer)
    case .rollback(let writer):
      if staged[writer].isEmpty { return .illegal }
      let discarded = rows.rollback(of: transaction(writer))
      if discarded != staged[writer].count { return .differed("\(discarded) discarded") }
      staged[writer] = []
    case .write(let column):
      if staged.contains(where: { $0.contains { $0.row == 0 } }) { return .illegal }
      stageOnBoth(Self.somebodyElse, 0, column)
      return commitOnBoth(Self.somebodyElse)
    }
    return .agreed
  }

  private mutating func stageOnBoth(_ writer: Int, _ row: Int, _ column: Int) {
    lastValue += 1
    let write = Write(row: row, column: column, value: lastValue, effects: UInt64(lastValue) * 3)
    rows.stage(
      RowID(index: row), column: column, value: write.value, effects: write.effects,
      by: transaction(writer))
    if let earlier = staged[writer].firstIndex(where: { $0.row == row && $0.column == column }) {
      staged[writer][earlier] = write
    } else {
      staged[writer].append(write)
    }
  }

  private mutating func commitOnBoth(_ writer: Int) -> StepResult {
    let before = commits.count
    commits.append(staged[writer])
    for write in staged[writer] {
      let told = rows.commitNext(of: transaction(writer))
      let expected = CommittedWrite(
        row: RowID(index: write.row), column: write.column,
        before: image(write.row, write.column, after: before),
        after: image(write.row, write.column, after: commits.count))
      if told != expected { return .differed("told \(String(describing: told))") }
    }
    staged[writer] = []
    return rows.commitNext(of: transaction(writer)) == nil ? .agreed : .differed("told too much")
  }

  /// The image of a column after the first `count` commits.
  private func image(_ row: Int, _ column: Int, after count: Int) -> RowImage {
    var image = RowImage(value: [[10, 20], [30]][row][column], effects: 0, version: 0)
    for commit in commits[..<count] {
      if commit.contains(where: { $0.row == row }) { image.version += 1 }
      for write in commit where write.row == row && write.column == column {
        image.value = write.value
        image.effects = write.effects
      }
    }
    return image
  }

  func differenceInState() -> String? {
    for row in 0..<2 {
      for column in 0..<Self.columnCounts[row] {
        let latest = image(row, column, after: commits.count)
        if rows.committed(RowID(index: row), column: column) != latest { return "committed" }
        for reader in 0..<4 {
          var current = latest
          if staged[reader].contains(where: { $0.row == row }) { current.version += 1 }
          for write in staged[reader] where write.row == row && write.column == column {
            current.value = write.value
            current.effects = write.effects
          }
          if rows.current(RowID(index: row), column: column, for: transaction(reader)) != current {
            return "current read of \(reader)"
          }
          guard let view = views[reader] else { continue }
          let hasWritten = staged[reader].contains { $0.row == row }
          let expected = hasWritten ? current : image(row, column, after: view)
          if rows.snapshot(RowID(index: row), column: column, for: transaction(reader)) != expected
          {
            return "consistent read of \(reader)"
          }
        }
      }
    }
    for reader in 0..<4 {
      if rows.hasView(transaction(reader)) != (views[reader] != nil) { return "view of \(reader)" }
      if rows.hasStagedWrites(by: transaction(reader)) == staged[reader].isEmpty { return "staged" }
    }
    return differenceInUndo()
  }

  /// No fewer images than some view needs, and none that was replaced before the oldest view.
  private func differenceInUndo() -> String? {
    var needed = 0
    var allowed = 0
    var lastCommit = [[0, 0], [0]]
    let open = views.compactMap { $0 }
    for (index, commit) in commits.enumerated() {
      for write in commit {
        let made = lastCommit[write.row][write.column]
        if open.contains(where: { $0 >= made && $0 <= index }) { needed += 1 }
        if open.contains(where: { $0 <= index }) { allowed += 1 }
        lastCommit[write.row][write.column] = index + 1
      }
    }
    let count = rows.undoCount
    return count < needed || count > allowed ? "\(count) images, \(needed)...\(allowed)" : nil
  }
}
