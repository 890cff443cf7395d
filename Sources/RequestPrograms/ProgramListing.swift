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

  /// The row that a key of the request has chosen, such as `users[user]`.
  func row(_ key: Int) -> String {
    let key = scenario.requests[request].keys[key]
    return scenario.tables[key.table].name + "[" + key.name + "]"
  }

  func column(_ column: Int, ofKey key: Int) -> String {
    let table = scenario.requests[request].keys[key].table
    return row(key) + "." + scenario.tables[table].columns[column].name
  }

  func column(of update: CompiledUpdate) -> String { column(update.column, ofKey: update.key) }

  func table(_ table: UInt8) -> String { scenario.tables[Int(table)].name }

  func words(for key: RowKey) -> String {
    let table = scenario.tables[key.table]
    switch key.choice {
    case .virtualUser: return "\(key.name): row __VU % \(table.rows) + 1 of \(table.name)"
    case .uniform: return "\(key.name): any of \(table.rows) rows of \(table.name)"
    }
  }

  // MARK: Times

  func time(_ timing: TimingID) -> String { compiled.timings[Int(timing.index)].distribution.words }

  func purpose(_ timing: TimingID) -> RandomPurpose { compiled.timings[Int(timing.index)].purpose }
}
