import ScenarioModel

extension CompiledScenario {
  /// The programs as a person reads them: what is guarded and how, then every request and every
  /// load.
  ///
  /// Instructions are numbered from 1 in each request; an arrow names the instruction at which the
  /// request goes on, and "else" stands before the one at which it goes on when the instruction
  /// fails.
  ///
  /// - Complexity: O(instructions).
  public func listing() -> String {
    var text = scenario.name + " · " + scenario.title + "\n"
    text += "strategy " + strategy.name + ": " + strategy.defence.words + "\n"
    for index in programs.indices {
      let request = scenario.requests[index]
      text += "\nrequest " + request.identifier + ": " + request.name + "\n"
      let listing = ProgramListing(compiled: self, request: index)
      for key in request.keys { text += "  " + listing.words(for: key) + "\n" }
      text += numbered(listing.rows())
    }
    for (index, load) in scenario.loads.enumerated() {
      text += "\nload " + load.name + ": " + load.words + "\n"
      if let client = scenario.client(of: index) { text += "  clients: " + client.words + "\n" }
      text += numbered(IterationListing(compiled: self, load: index).rows())
    }
    for (index, fault) in scenario.faults.enumerated() {
      text += (index == 0 ? "\n" : "") + "fault " + fault.text
      text += fault.canBefall(scenario, under: strategy.defence) ? "\n" : " (nothing to befall)\n"
    }
    return text
  }

  /// The rows with their numbers, and what follows them in a column of its own.
  private func numbered(_ rows: [ListingRow]) -> String {
    var numberWidth = 0
    var textWidth = 0
    for row in rows {
      numberWidth = max(numberWidth, row.number.unicodeScalars.count)
      if !row.note.isEmpty { textWidth = max(textWidth, row.text.unicodeScalars.count) }
    }
    var text = ""
    for row in rows {
      text += spaces(numberWidth - row.number.unicodeScalars.count + 2) + row.number + "  "
      text += row.text
      if !row.note.isEmpty {
        text += spaces(textWidth - row.text.unicodeScalars.count + 2) + row.note
      }
      text += "\n"
    }
    return text
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}

/// One line of a listing: its number, what happens, and where it goes on when it fails.
struct ListingRow {
  var number: String
  var text: String
  var note = ""
}
