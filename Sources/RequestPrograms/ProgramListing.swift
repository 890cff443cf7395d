import ScenarioModel
import SimulationBasics

/// One request class in words, instruction by instruction.
struct ProgramListing {
  let compiled: CompiledScenario
  /// The index of the request class.
  let request: Int

  var scenario: Scenario { compiled.scenario }
  private var program: RequestProgram { compiled.programs[request] }

  func rows() -> [ListingRow] {
    (program.start..<program.end).map { position in
      let instruction = compiled.instructions[Int(position)]
      let handler = compiled.handlers[Int(position)]
      let note = instruction.canFail && handler >= 0 ? "else " + place(handler) : ""
      return ListingRow(
        number: number(of: position), text: words(for: instruction, at: Int(position)), note: note)
    }
  }

  // MARK: Places

  /// The number of an instruction in its request, counted from 1.
  private func number(of position: Int32) -> String { "\(position - program.start + 1)" }

  func place(_ position: Int32) -> String { "→ " + number(of: position) }

  // MARK: Names

  /// The row in a slot of the request, such as `users[user]` or `stock[item 2]`.
  func row(_ slot: Int) -> String {
    let index = key(ofSlot: slot)
    let key = scenario.requests[request].keys[index]
    let compiled = program.keys[index]
    let item = compiled.count == 1...1 ? "" : " \(slot - compiled.firstSlot + 1)"
    return scenario.tables[key.table].name + "[" + key.name + item + "]"
  }

  func column(_ column: Int, ofSlot slot: Int) -> String {
    let table = scenario.requests[request].keys[key(ofSlot: slot)].table
    return row(slot) + "." + scenario.tables[table].columns[column].name
  }

  func column(of update: CompiledUpdate) -> String { column(update.column, ofSlot: update.slot) }

  private func key(ofSlot slot: Int) -> Int {
    program.keys.firstIndex { $0.slots.contains(slot) } ?? 0
  }

  func table(_ table: UInt8) -> String { scenario.tables[Int(table)].name }

  func words(for key: RowKey) -> String {
    let table = scenario.tables[key.table]
    var text = "\(key.name): "
    if key.count != 1...1 {
      text += "\(key.count.lowerBound)"
      if key.count.count > 1 { text += " to \(key.count.upperBound)" }
      text += " of "
    }
    switch key.choice {
    case .virtualUser: text += "row __VU % \(table.rows) + 1 of \(table.name)"
    case .uniform: text += "any of \(table.rows) rows of \(table.name)"
    case .zipf: text += "any of \(table.rows) rows of \(table.name), by Zipf's law"
    case .hotSet(let rows, _):
      text += "any of \(table.rows) rows of \(table.name), \(rows) of them hot"
    case .list(let rows): text += "the next of \(rows.count) listed rows of \(table.name)"
    case .subset(let whole, _):
      text += "some of " + scenario.requests[request].keys[whole].name
    }
    return text + (key.order == .sorted ? ", in the order of their numbers" : "")
  }

  // MARK: Times

  func time(_ timing: TimingID) -> String { compiled.timings[Int(timing.index)].distribution.words }

  func purpose(_ timing: TimingID) -> RandomPurpose { compiled.timings[Int(timing.index)].purpose }
}
