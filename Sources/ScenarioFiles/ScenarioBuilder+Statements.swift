import ScenarioModel
import SimulationBasics

// Statements, and the rows that they are about.
extension ScenarioBuilder {
  /// The rows of a read or of a lock, which are known from there on.
  mutating func read(_ node: ModelNode, in scope: inout StepScope) -> RowReference? {
    guard let row = reference(node, expected: .rowReference, in: &scope)?.row else {
      scope.reads.hasUnknown = true
      return nil
    }
    scope.reads.insert(row)
    countRows(of: row, at: node, in: &scope)
    if scope.rowsWithRegisters.contains(row) { return row }
    scope.rowsWithRegisters.append(row)
    let before = scope.columnsRead
    let rows = row.item == nil ? scope.keys[row.key].count.upperBound : 1
    scope.columnsRead += tables[row.table].columns.count * rows
    if before <= ModelLimits.columnsRead && scope.columnsRead > ModelLimits.columnsRead {
      note(.tooMany(.columnsRead, limit: ModelLimits.columnsRead), at: node)
    }
    return row
  }

  mutating func lock(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    if !scope.isInside("transaction") {
      note(.step(.onlyInside(step: "lock", outer: "transaction")), at: node)
    }
    let mode = object["mode"].flatMap { word($0, of: LockStep.Mode.allCases) }
    let patience = object["wait"].flatMap { self.patience($0) }
    let order = object["order"].flatMap { word($0, of: LockAllStep.Order.allCases) }
    if case .list = node.value.kind {
      guard let rows = lockedRows(node, in: &scope) else { return nil }
      if patience == .skipLocked { scope.skippedKeys += rows.map { $0.key } }
      return .lockAll(
        LockAllStep(
          rows, mode: mode ?? .exclusive, patience: patience ?? .wait, order: order ?? .sorted))
    }
    if let node = object["order"] { note(.step(.orderOfOneTable), at: node) }
    guard let row = read(node, in: &scope) else { return nil }
    if patience == .skipLocked { scope.skippedKeys.append(row.key) }
    return .lock(LockStep(row, mode: mode ?? .exclusive, patience: patience ?? .wait))
  }

  /// The rows of a step that locks rows of several tables, each of which is compiled to a step.
  private mutating func lockedRows(
    _ node: ModelNode, in scope: inout StepScope
  ) -> [RowReference]? {
    guard case .list(let values) = node.value.kind, values.count > 1 else {
      if node.value.found == .emptyList {
        noteUnexpected(node, .rowsOfTables)
      } else {
        note(.step(.listOfOneRow), at: node)
      }
      scope.reads.hasUnknown = true
      return nil
    }
    let items = items(node, of: .tables, limit: ModelLimits.tables, each: "row")
    if items.isEmpty { scope.reads.hasUnknown = true }
    var rows: [RowReference] = []
    for (index, item) in items.enumerated() {
      if index > 0 {
        _ = countStep(item, in: &scope.stepCount, times: scope.timesCompiled, of: .steps)
      }
      guard let row = read(item, in: &scope) else { continue }
      if rows.contains(where: { $0.table == row.table }) {
        let name = tables[row.table].name
        note(.step(.tableLockedTwice(name)), at: item)
      }
      rows.append(row)
    }
    return items.isEmpty || rows.count < items.count ? nil : rows
  }

  /// What a locking read does when the row is taken.
  private mutating func patience(_ node: ModelNode) -> LockStep.Patience? {
    switch node.value.kind {
    case .text("nowait"): return .noWait
    case .text("skip-locked"): return .skipLocked
    case .text(let text) where !startsTime(text):
      noteNoWord(node, of: ["nowait", "skip-locked"], .lockWait)
    case .text, .number: return positiveTime(node).map { .timeout($0) }
    case .null, .truth, .list, .object, .malformed: noteUnexpected(node, .lockWait)
    }
    return nil
  }

  mutating func insert(_ node: ModelNode, _ object: ModelObject) -> Step? {
    let table = nonEmptyText(node).flatMap { uniqueTable($0, at: node) }
    let ifDuplicate = object["ifDuplicate"].flatMap {
      word($0, of: InsertStep.IfDuplicate.allCases)
    }
    return table.map { .insert(InsertStep(table: $0, ifDuplicate: ifDuplicate ?? .fail)) }
  }

  mutating func update(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    let target = reference(node, expected: .columnReference, in: &scope)
    let times = target.map { scope.timesCompiled($0.row) } ?? scope.timesCompiled
    if let row = target?.row { countRows(of: row, at: node, in: &scope) }
    let before = scope.updateCount
    scope.updateCount += times
    if before <= ModelLimits.updates && scope.updateCount > ModelLimits.updates {
      let thing: CountedThing = times == 1 ? .updates : .updatesOfRows
      note(.tooMany(thing, limit: ModelLimits.updates), at: node)
    }
    exclude("add", "set", in: object)
    var change: UpdateStep.Change?
    if let node = object["add"] {
      let range = -ModelLimits.addition...ModelLimits.addition
      change = wholeNumber(node, in: range).map { .add($0) }
    } else if let node = object["set"] {
      let range = -ModelLimits.wholeNumber...ModelLimits.wholeNumber
      change = wholeNumber(node, in: range).map { .set($0) }
    } else {
      let range = -ModelLimits.addition...ModelLimits.addition
      _ = required(
        "add", in: object, .wholeNumber(from: range.lowerBound, to: range.upperBound))
    }
    let atLeast = object["atLeast"].flatMap {
      wholeNumber($0, in: -ModelLimits.wholeNumber...ModelLimits.wholeNumber)
    }
    if let refuse = object["refuse"], object["atLeast"] == nil {
      note(.keyNeedsKey("atLeast"), at: refuse)
    }
    let refusal = object["refuse"].flatMap { self.refusal($0) } ?? .insufficientBalance
    let writeGuard = object["guard"].flatMap { word($0, of: WriteGuard.allCases) }
    guard let (row, column) = target, let column else { return nil }
    if writeGuard != .atomic && !scope.hasRead(row) {
      let item = row.item.map { " \($0 + 1)" } ?? ""
      let text = "\(tables[row.table].name)[\(scope.keys[row.key].name)\(item)]"
      note(.step(.neverRead(row: text)), at: node)
    }
    return change.map {
      .update(
        UpdateStep(
          row: row, column: column, change: $0, atLeast: atLeast, refusal: refusal,
          writeGuard: writeGuard))
    }
  }

  mutating func refusal(_ node: ModelNode) -> Refusal? {
    guard let object = object(node, keys: ["status", "counter"]) else { return nil }
    let status = object["status"].flatMap { self.status($0) }
    let expected = Expectation.oneOf(Refusal.Counter.allCases.map { $0.rawValue })
    let counter = required("counter", in: object, expected).flatMap {
      word($0, of: Refusal.Counter.allCases)
    }
    return counter.map { Refusal(status: status ?? 409, counter: $0) }
  }
}
