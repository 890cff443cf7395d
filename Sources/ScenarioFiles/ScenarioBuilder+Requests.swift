import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  mutating func requestList(_ node: ModelNode) -> [RequestClass] {
    var requests: [RequestClass] = []
    var locks: [LockNameUse] = []
    for (identifier, node) in namedMembers(node, of: .requests, each: "request") {
      requests.append(request(node, identifier: identifier, locks: &locks))
    }
    noteTooManyLockNames(locks)
    return requests
  }

  private mutating func request(
    _ node: ModelNode, identifier: String, locks: inout [LockNameUse]
  ) -> RequestClass {
    var request = RequestClass(identifier: identifier, name: identifier, keys: [], steps: [])
    barriers.append([])
    guard let object = object(node, keys: ["name", "keys", "steps"]) else { return request }
    if let node = object["name"], let name = nonEmptyText(node) { request.name = name }
    if let node = object["keys"] { request.keys = rowKeys(node) }
    guard let node = required("steps", in: object, .listOf("step")) else { return request }
    var scope = StepScope(keys: request.keys)
    request.steps = steps(node, in: &scope)
    noteSkippedRows(in: scope)
    request.keys = scope.keys
    barriers[barriers.count - 1] = scope.barriers
    locks += scope.locks
    if case .list(let values) = node.value.kind, request.steps.count == values.count,
      !request.steps.contains(where: { $0.endsRequest })
    {
      note(.step(.noFinalAnswer), at: node)
    }
    return request
  }

  // MARK: - References

  /// A row such as `users[user]`, or one of several, such as `users[pair 2]`, and the column behind
  /// it if there is one.
  ///
  /// Rows may also be described where they are used; the request then gets a key for them.
  mutating func reference(
    _ node: ModelNode, expected: Expectation, in scope: inout StepScope
  ) -> (row: RowReference, column: Int?)? {
    if case .object = node.value.kind {
      return describedRows(node, hasColumn: expected == .columnReference, in: &scope)
    }
    guard let text = node.text else {
      noteUnexpected(node, expected)
      return nil
    }
    guard let parts = ReferenceText(text), (parts.column == nil) == (expected == .rowReference)
    else {
      noteUnexpected(node, expected)
      return nil
    }
    let tableNames = tables.map { $0.name }
    let keyNames = scope.keys.map { $0.name }
    guard let table = index(of: parts.table, in: tableNames, .table, at: node) else { return nil }
    if tables[table].hasUniqueKey {
      note(.step(.tableWithUniqueKey(parts.table)), at: node)
      return nil
    }
    guard let key = index(of: parts.key, in: keyNames, .key, at: node) else { return nil }
    let tableOfKey = scope.keys[key].table
    if tableOfKey == Self.unknownTable { return nil }
    if tableOfKey != table {
      let owner = tables[tableOfKey].name
      note(.step(.keyOfOtherTable(key: parts.key, table: owner)), at: node)
      return nil
    }
    var row = RowReference(table: table, key: key)
    if let item = parts.item {
      let rows = scope.keys[key].count.upperBound
      guard (1...rows).contains(item) else {
        note(.rows(.noSuchRow(item, key: parts.key, rows: rows)), at: node)
        return nil
      }
      row.item = item - 1
    }
    guard let name = parts.column else { return (row, nil) }
    return column(name, of: table, at: node).map { (row, $0) }
  }

  mutating func column(_ name: String, of table: Int, at node: ModelNode) -> Int? {
    index(of: name, in: tables[table].columns.map { $0.name }, .column, at: node)
  }

  // MARK: - Lock names

  /// The name of a distributed lock with the keys of its placeholders.
  mutating func lockName(_ node: ModelNode, in scope: inout StepScope) -> LockName? {
    guard let text = node.text, !text.isEmpty else {
      noteUnexpected(node, .lockName)
      return nil
    }
    guard let placeholders = Self.placeholders(of: text) else {
      note(.step(.unclosedPlaceholder(text)), at: node)
      return nil
    }
    let known = scope.keys.map { $0.name }
    var keys: [Int] = []
    for placeholder in placeholders {
      guard let key = index(of: placeholder, in: known, .key, at: node) else { return nil }
      if scope.keys[key].isPlural && !scope.eachKeys.contains(key) {
        note(.rows(.severalRows(key: placeholder)), at: node)
      }
      if !keys.contains(key) { scope.namedKeys.append((key, node)) }
      keys.append(key)
    }
    return LockName(text: text, keys: keys)
  }

  /// Notes every name with a row that a lock may leave out, wherever in the request the lock
  /// stands: the steps may be done again.
  private mutating func noteSkippedRows(in scope: StepScope) {
    for (key, node) in scope.namedKeys where scope.skippedKeys.contains(key) {
      note(.rows(.skippedRow(key: scope.keys[key].name)), at: node)
    }
  }

  /// The names between braces, or `nil` when a brace has no partner or nothing is between two.
  private static func placeholders(of text: String) -> [String]? {
    var names: [String] = []
    var open: [UInt8]?
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "{"):
        if open != nil { return nil }
        open = []
      case UInt8(ascii: "}"):
        guard let name = open, !name.isEmpty else { return nil }
        names.append(String(decoding: name, as: UTF8.self))
        open = nil
      default: open?.append(byte)
      }
    }
    return open == nil ? names : nil
  }

  /// Notes when the distinct texts of locks can form more names than the lock server has room for.
  ///
  /// Of equal texts, which requests share, the one with the most names counts.
  ///
  /// - Complexity: O(*n* log *n*) in the number of locks.
  private mutating func noteTooManyLockNames(_ uses: [LockNameUse]) {
    let order = uses.indices.sorted { left, right in
      let (first, second) = (uses[left], uses[right])
      if first.text == second.text { return (second.names, left) < (first.names, right) }
      return first.text < second.text
    }
    var distinct: [Int] = []
    for index in order where distinct.last.map({ uses[$0].text }) != uses[index].text {
      distinct.append(index)
    }
    var total = 0
    for index in distinct.sorted() {
      total += uses[index].names
      if total > ModelLimits.lockNames {
        note(.tooMany(.lockNames, limit: ModelLimits.lockNames), at: uses[index].node)
        return
      }
    }
  }
}

/// A distributed lock of a step: its text and how many names it can form, at most one more than
/// allowed.
struct LockNameUse {
  let text: String
  let names: Int
  let node: ModelNode
}

/// The parts of a reference: `table[key]` or `table[key].column`, with the number of a row behind
/// the key where one of several is meant: `table[key 2]`.
private struct ReferenceText {
  let table: String
  let key: String
  /// The number as written, which is to be counted from 1.
  let item: Int?
  let column: String?

  /// Takes a reference apart; `nil` when it has another form.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let open = bytes.firstIndex(of: UInt8(ascii: "[")),
      let close = bytes.firstIndex(of: UInt8(ascii: "]")), open > 0, close > open + 1
    else { return nil }
    table = String(decoding: bytes[..<open], as: UTF8.self)
    let inside = bytes[(open + 1)..<close]
    if let space = inside.lastIndex(of: ASCII.space) {
      let digits = inside[(space + 1)...]
      guard (1...9).contains(digits.count), digits.allSatisfy(ASCII.isDigit) else { return nil }
      key = String(decoding: inside[..<space], as: UTF8.self)
      item = Int(String(decoding: digits, as: UTF8.self))
    } else {
      key = String(decoding: inside, as: UTF8.self)
      item = nil
    }
    let rest = bytes[(close + 1)...]
    if rest.isEmpty {
      column = nil
    } else {
      guard rest.first == ASCII.dot, rest.count > 1 else { return nil }
      column = String(decoding: rest.dropFirst(), as: UTF8.self)
    }
  }
}
