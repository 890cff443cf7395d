import ContentionEngine
import Experiments
import ScenarioModel

/// Which combinations lost nothing under which fault, in one table: a row for each fault, a column
/// for each combination.
extension DefenceReport {
  // MARK: Terminal

  /// The layers of each column as dots above it, and a mark for each fault below.
  var screenSummary: String {
    let combinations = table.sections[0].rows.map(\.combination)
    let layers = Layer.allCases.filter { layer in
      combinations.contains { $0.layers.contains(layer) }
    }
    let labels = layers.map(\.rawValue) + table.sections.map(summaryLabel)
    let cells = combinations.count * Self.cellWidth
    let room = ScreenText.width - 2 - cells
    // A label that is too long has a line to itself.
    let width = labels.map(ScreenText.width(of:)).filter { $0 <= room }.max() ?? 0
    func line(_ label: String, _ marks: [String]) -> String {
      let marks = marks.map { "  " + ScreenText.left($0, Self.cellWidth - 2) }.joined()
      let isLong = ScreenText.width(of: label) > room
      let text =
        isLong
        ? "  \(label)\n  " + String(repeating: " ", count: width) + marks
        : "  " + ScreenText.left(label, width) + marks
      return ScreenText.trimmed(text) + "\n"
    }
    var text = "  WHAT LOST NOTHING, by layers (●) and fault\n"
    for layer in layers {
      text += line(layer.rawValue, combinations.map { $0.layers.contains(layer) ? "●" : "·" })
    }
    text += "\n"
    for section in table.sections {
      text += line(
        summaryLabel(section),
        section.hasHappened
          ? section.rows.map { summaryMark($0, in: section) } : ["never happened"])
    }
    return text + ReportText.filled(summaryLegend, first: "  ", further: "  ")
  }

  private static let cellWidth = 4

  // MARK: Markdown

  /// The same, with the combinations' names above the columns.
  var markdownSummary: String {
    let combinations = table.sections[0].rows.map(\.combination)
    var text = "| fault |"
    for combination in combinations {
      text += " \(combination.layers.isEmpty ? "none" : combination.name) |"
    }
    text += "\n|---|" + String(repeating: ":-:|", count: combinations.count) + "\n"
    for section in table.sections {
      let marks = section.rows.map { section.hasHappened ? summaryMark($0, in: section) : "–" }
      text += "| \(([title(of: section)] + marks).joined(separator: " | ")) |\n"
    }
    return text + "\n" + summaryLegend + "\n"
  }

  // MARK: Both

  private func summaryLabel(_ section: DefenceTable.Section) -> String {
    name(of: section) + (section.hazard.map { " · \($0.rawValue)" } ?? "")
  }

  private func summaryMark(
    _ row: DefenceTable.Row, in section: DefenceTable.Section
  ) -> String {
    if !row.isSafe { return "✗" }
    if SafetyPromise.costly.allSatisfy({ row.examined($0) == 0 }) { return "–" }
    return section.weakness(of: row.combination) == nil ? "✓" : "✓?"
  }

  private var summaryLegend: String {
    let isWeak = table.sections.contains { section in
      section.hasHappened
        && section.rows.contains { section.weakness(of: $0.combination) != nil }
    }
    return "✓ lost nothing in \(inRuns("these"))"
      + (isWeak ? "; ✓? the same, but hardly put to the test" : "")
      + "; ✗ lost an update, had an effect twice, or answered 200 without one."
  }
}
