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
      let note = instruction.canFail(on: scenario.system.database) ? "else " + place(handler) : ""
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

  /// How a request chooses the rows of a key.
  func words(for key: RowKey) -> String {
    let table = scenario.tables[key.table]
    let rows = "of \(table.rows) rows of " + table.name
    var count = ""
    if key.count != 1...1 {
      count = "\(key.count.lowerBound) "
      if key.count.count > 1 { count += "to \(key.count.upperBound) " }
    }
    let first = "__VU % \(table.rows) + 1"
    var text = key.name + ": "
    switch key.choice {
    case .virtualUser where count.isEmpty: text += "row " + first + " of " + table.name
    case .virtualUser: text += count + "rows of " + table.name + " from number " + first + " on"
    case .uniform: text += "any " + count + rows
    case .zipf: text += "any " + count + rows + ", by Zipf's law"
    case .hotSet(let hot, _): text += "any " + count + rows + ", \(hot) of them hot"
    case .list(let listed):
      text += "the next " + count + "of \(listed.count) listed rows of " + table.name
    case .subset(let whole, let probability):
      text += "some of " + scenario.requests[request].keys[whole].name + ", each with a chance of "
      text += (probability * 100).toThousandths + " %"
    }
    if key.order == .sorted { text += ", in the order of their numbers" }
    if key.redrawOnRetry { text += ", others in each attempt" }
    return text
  }

  // MARK: Times

  func time(_ timing: TimingID) -> String { compiled.timings[Int(timing.index)].distribution.words }

  func purpose(_ timing: TimingID) -> RandomPurpose { compiled.timings[Int(timing.index)].purpose }
}
