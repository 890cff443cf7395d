import ScenarioModel

extension ScenarioBuilder {
  mutating func tableList(_ node: ModelNode) -> [Table] {
    var tables: [Table] = []
    var rows: Int64 = 0
    let members = namedMembers(node, of: .tables, limit: ModelLimits.tables, each: "table")
    for (name, node) in members {
      let table = table(node, name: name)
      rows += Int64(table.rows)
      if rows > ModelLimits.rows {
        note(.tooMany(.rows, limit: Int(ModelLimits.rows)), at: node)
        rows = 0
      }
      tables.append(table)
    }
    return tables
  }

  private mutating func table(_ node: ModelNode, name: String) -> Table {
    var table = Table(name: name, rows: 1, columns: [])
    guard let object = object(node, keys: ["rows", "columns", "uniqueKey", "keyOrder", "expiry"])
    else {
      return table
    }
    table.hasUniqueKey = object["uniqueKey"].flatMap { truth($0) } ?? false
    if let node = object["keyOrder"] {
      if let order = word(node, of: Table.KeyOrder.allCases) { table.keyOrder = order }
      if !table.hasUniqueKey { note(.keyNeedsKey("uniqueKey"), at: node) }
    }
    if let node = object["expiry"] {
      table.expiry = positiveTime(node)
      if !table.hasUniqueKey { note(.keyNeedsKey("uniqueKey"), at: node) }
    }
    if table.hasUniqueKey {
      exclude("columns", "uniqueKey", in: object)
      table.rows = object["rows"].flatMap { count($0, in: 0...ModelLimits.rows) } ?? 0
      return table
    }
    if let node = required("rows", in: object, .wholeNumberAtLeast(1)) {
      table.rows = count(node, in: 1...ModelLimits.rows) ?? 1
    }
    if let node = object["columns"] { table.columns = columns(node) }
    return table
  }

  private mutating func columns(_ node: ModelNode) -> [Table.Column] {
    let members = namedMembers(node, of: .columns, limit: ModelLimits.columns, each: "column")
    return members.map { name, node in
      let value = wholeNumber(node, in: -ModelLimits.wholeNumber...ModelLimits.wholeNumber)
      return Table.Column(name: name, initialValue: value ?? 0)
    }
  }
}
