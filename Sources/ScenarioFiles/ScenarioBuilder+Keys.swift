import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  /// Stands for the table of a key whose table is not known, so that it is complained about only
  /// once.
  static let unknownTable = -1

  private static let drawnKeys = ["count", "by", "order", "redrawOnRetry"]

  /// The named keys of a request, in declared order.
  mutating func rowKeys(_ node: ModelNode) -> [RowKey] {
    let members = namedMembers(node, of: .keys, limit: ModelLimits.keys, each: "key")
    let names = members.map { $0.name }
    var keys: [RowKey] = []
    var rows = 0
    for (name, node) in members {
      let key = rowKey(node, name: name, names: names, before: keys)
      noteTooManyRows(of: key, after: &rows, at: node)
      keys.append(key)
    }
    return keys
  }

  /// Adds the rows of a key to those of its request; notes when they pass the limit.
  private mutating func noteTooManyRows(of key: RowKey, after rows: inout Int, at node: ModelNode) {
    let before = rows
    rows += key.count.upperBound
    if before <= ModelLimits.rowsOfRequest && rows > ModelLimits.rowsOfRequest {
      note(.tooMany(.rowsOfRequest, limit: ModelLimits.rowsOfRequest), at: node)
    }
  }

  private mutating func rowKey(
    _ node: ModelNode, name: String, names: [String], before keys: [RowKey]
  ) -> RowKey {
    let unknown = RowKey(name: name, table: Self.unknownTable, choice: .virtualUser)
    guard let object = openObject(node, expected: .object) else { return unknown }
    if object["subsetOf"] != nil {
      return subset(object, name: name, names: names, before: keys) ?? unknown
    }
    noteUnknownKeys(object, known: ["row"] + Self.drawnKeys + ["subsetOf", "probability"])
    if let node = object["probability"] { note(.keyNeedsKey("subsetOf"), at: node) }
    return drawnKey(object, name: name, tableKey: "row")
  }

  // MARK: - Subsets

  /// Some of the rows of an earlier key; they are drawn again whenever the others are.
  private mutating func subset(
    _ object: ModelObject, name: String, names: [String], before keys: [RowKey]
  ) -> RowKey? {
    noteUnknownKeys(
      object, known: ["subsetOf", "probability", "order", "row"] + Self.drawnKeys)
    for key in ["row", "count", "by", "redrawOnRetry"] { exclude("subsetOf", key, in: object) }
    let probability = required("probability", in: object, .number(from: "0", to: "1")).flatMap {
      self.probability($0)
    }
    let order = object["order"].flatMap { word($0, of: RowKey.Order.allCases) }
    guard let node = object["subsetOf"], let text = nonEmptyText(node) else { return nil }
    let earlier = keys.map { $0.name }
    if names.contains(text) && !earlier.contains(text) {
      note(.rows(.subsetOfLaterKey(text)), at: node)
      return nil
    }
    guard let parent = index(of: text, in: earlier, .key, at: node) else { return nil }
    return RowKey(
      name: name, table: keys[parent].table,
      choice: .subset(of: parent, probability: probability ?? 0), count: keys[parent].count,
      order: order ?? .drawn, redrawOnRetry: keys[parent].redrawOnRetry)
  }

  // MARK: - Drawn rows

  /// Rows that a step describes itself; the key that the request gets for them is named by a
  /// number, as no key of a model can be.
  mutating func describedRows(
    _ node: ModelNode, hasColumn: Bool, in scope: inout StepScope
  ) -> (row: RowReference, column: Int?)? {
    let known = ["rows"] + Self.drawnKeys + (hasColumn ? ["column"] : [])
    guard let object = object(node, keys: known) else { return nil }
    let key = drawnKey(object, name: "#\(scope.keys.count + 1)", tableKey: "rows")
    let columnNode = hasColumn ? required("column", in: object, .nonEmptyText) : nil
    if scope.keys.count == ModelLimits.keys {
      note(.tooMany(.keys, limit: ModelLimits.keys), at: node)
    }
    noteTooManyRows(of: key, after: &scope.rowCount, at: node)
    scope.keys.append(key)
    guard key.table != Self.unknownTable else { return nil }
    let row = RowReference(table: key.table, key: scope.keys.count - 1)
    guard hasColumn else { return (row, nil) }
    guard let columnNode, let name = nonEmptyText(columnNode) else { return nil }
    return column(name, of: key.table, at: columnNode).map { (row, $0) }
  }

  /// A key that draws its rows from a table; unknown keys of the object are the caller's to note.
  private mutating func drawnKey(
    _ object: ModelObject, name: String, tableKey: String
  ) -> RowKey {
    var key = RowKey(name: name, table: Self.unknownTable, choice: .virtualUser)
    if let node = required(tableKey, in: object, .tableName), let table = tableWithRows(node) {
      key.table = table
    }
    let rows = key.table == Self.unknownTable ? nil : tables[key.table].rows
    if let node = object["count"] {
      key.count = rowCount(node) ?? 1...1
      if let rows, key.count.upperBound > rows {
        note(.rows(.tooFewRows(count: rows, .table, needed: key.count.upperBound)), at: node)
      }
    }
    if let node = object["by"], let choice = rowChoice(node, from: rows, count: key.count) {
      key.choice = choice
    }
    if let node = object["order"], let order = word(node, of: RowKey.Order.allCases) {
      key.order = order
    }
    if let node = object["redrawOnRetry"], let value = truth(node) { key.redrawOnRetry = value }
    return key
  }

  /// The table that a text names; it must have rows.
  private mutating func tableWithRows(_ node: ModelNode) -> Int? {
    guard let name = nonEmptyText(node),
      let table = index(of: name, in: tables.map { $0.name }, .table, at: node)
    else { return nil }
    if tables[table].hasUniqueKey {
      note(.step(.tableWithUniqueKey(name)), at: node)
      return nil
    }
    return table
  }

  /// How many rows a request has: a number, or two between which all are equally likely.
  private mutating func rowCount(_ node: ModelNode) -> ClosedRange<Int>? {
    let allowed = 1...Int64(ModelLimits.rowsOfRequest)
    switch node.value.kind {
    case .number: return count(node, in: allowed).map { $0...$0 }
    case .object:
      guard let object = object(node, keys: ["from", "to"]) else { return nil }
      let least = required("from", in: object, .wholeNumberAtLeast(1)).flatMap {
        count($0, in: allowed)
      }
      guard let node = required("to", in: object, .wholeNumberAtLeast(1)) else { return nil }
      guard let most = count(node, in: allowed), let least else { return nil }
      if most < least {
        note(.rows(.countOutOfOrder(found: node.value.found, from: least)), at: node)
        return nil
      }
      return least...most
    case .null, .truth, .text, .list, .malformed:
      noteUnexpected(node, .rowCount)
      return nil
    }
  }

  // MARK: - Choices

  /// The largest exponent of Zipf's law that is more than a curiosity.
  private static let mostExponent = Bound(value: 10, text: "10")

  /// How rows are chosen.
  ///
  /// - Parameters:
  ///   - rows: The rows of the table, `nil` when it is not known.
  ///   - count: How many different rows each request has.
  private mutating func rowChoice(
    _ node: ModelNode, from rows: Int?, count: ClosedRange<Int>
  ) -> RowChoice? {
    switch node.value.kind {
    case .text("vu"): return .virtualUser
    case .text("uniform"): return .uniform
    case .text: noteNoWord(node, of: ["vu", "uniform"], .rowChoice)
    case .object:
      let choices = ["zipf", "hotSet", "list"]
      guard let object = object(node, keys: choices) else { return nil }
      for (index, first) in choices.enumerated() {
        for second in choices[(index + 1)...] { exclude(first, second, in: object) }
      }
      if let node = object["zipf"] {
        return number(node, from: Bound(value: 0, text: "0"), to: Self.mostExponent)
          .map { .zipf(exponent: $0) }
      }
      if let node = object["hotSet"] { return hotSet(node, from: rows, count: count) }
      if let node = object["list"] { return rowList(node, from: rows, count: count) }
      if object.members.isEmpty { noteUnexpected(node, .rowChoice) }
    case .null, .truth, .number, .list, .malformed: noteUnexpected(node, .rowChoice)
    }
    return nil
  }

  private mutating func hotSet(
    _ node: ModelNode, from rows: Int?, count: ClosedRange<Int>
  ) -> RowChoice? {
    guard let object = object(node, keys: ["rows", "probability"]) else { return nil }
    let rowsNode = required("rows", in: object, .wholeNumberAtLeast(1))
    let hot = rowsNode.flatMap { self.count($0, in: 1...Int64(rows ?? Int(ModelLimits.rows))) }
    let probability = required("probability", in: object, .number(from: "0", to: "1")).flatMap {
      self.probability($0)
    }
    guard let rowsNode, let hot, let probability else { return nil }
    // What has a probability of 0 can never complete the rows of a request.
    let needed = count.upperBound
    if probability == 1 && hot < needed {
      note(.rows(.tooFewRows(count: hot, .hotSet, needed: needed)), at: rowsNode)
    }
    if let rows, rows - hot < (probability == 0 ? needed : probability < 1 ? 1 : 0) {
      note(.rows(.tooFewRows(count: rows - hot, .others, needed: needed)), at: rowsNode)
    }
    return .hotSet(rows: hot, probability: probability)
  }

  /// A list of rows, counted from 1, in which no row comes twice within what one request takes.
  private mutating func rowList(
    _ node: ModelNode, from rows: Int?, count: ClosedRange<Int>
  ) -> RowChoice? {
    let items = items(node, of: .rows, limit: ModelLimits.listedRows, each: "row")
    let most = Int64(rows ?? Int(ModelLimits.rows))
    var list: [Int] = []
    for item in items {
      guard let row = self.count(item, in: 1...most) else { continue }
      list.append(row)
    }
    guard !items.isEmpty, list.count == items.count else { return nil }
    let width = count.upperBound
    if list.count < width {
      note(.rows(.tooFewRows(count: list.count, .list, needed: width)), at: node)
    } else if let place = Self.firstRepetition(in: list, within: width) {
      note(.rows(.rowTwiceInRequest(row: list[place], rows: width)), at: items[place])
    }
    return .list(list)
  }

  /// The first place of a list, which goes on at its beginning, where a row of the `width - 1`
  /// places before comes again.
  ///
  /// - Complexity: O(*n* · *width*) in the length of the list; a width is at most 255.
  private static func firstRepetition(in list: [Int], within width: Int) -> Int? {
    for place in list.indices {
      for distance in 1..<max(1, width) {
        if list[(place + list.count - distance) % list.count] == list[place] { return place }
      }
    }
    return nil
  }
}
