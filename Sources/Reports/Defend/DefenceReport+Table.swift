import ContentionEngine
import Experiments

extension DefenceReport {
  // MARK: Terminal

  /// A row for each combination under each fault that happened, grouped by fault.
  var screenTable: String {
    let sections = table.sections.filter(\.hasHappened)
    let groups = sections.map { section in
      section.rows.map { row in
        cells(of: row, in: section, layers: DefenceWords.short(row.combination))
      }
    }
    let headings = ["layers"] + columns.map(DefenceWords.column) + Self.figureHeadings
    var widths = headings.map { ScreenText.width(of: $0) }
    for group in groups {
      for row in group {
        for (index, cell) in row.enumerated() {
          widths[index] = max(widths[index], ScreenText.width(of: cell))
        }
      }
    }
    let firstFigure = 1 + columns.count
    func line(_ cells: [String]) -> String {
      var text = "  " + ScreenText.left(cells[0], widths[0])
      for index in 1..<cells.count {
        text += index >= firstFigure ? "  " : " "
        text += ScreenText.right(cells[index], widths[index])
      }
      return text + "\n"
    }
    var text = ""
    for (index, section) in sections.enumerated() {
      if index > 0 { text += "\n" }
      text += "  " + heading(of: section) + "\n"
      text += line(headings)
      for row in groups[index] { text += line(row) }
    }
    return text
  }

  private static let figureHeadings = ["success %", "p95 ms", "successes/s"]

  // MARK: Markdown

  /// The answer, what lost nothing, the sentences and the table.
  public var markdown: String {
    var text = "# \(setting.title): every defence under every fault\n\n\(setting.heading)\n\n"
    for sentence in answer { text += "- \(Self.escaped(sentence))\n" }
    text += "\n## What lost nothing\n\n" + markdownSummary
    text += "\n## What each fault did\n\n"
    for paragraph in paragraphs {
      text +=
        "- **\(Self.escaped(paragraph.title)):** "
        + paragraph.sentences.map(Self.escaped).joined(separator: " ") + "\n"
    }
    for sentence in quiet { text += "- \(Self.escaped(sentence))\n" }
    text += "\n## The table\n\n| fault | layers |"
    for promise in columns { text += " \(promise.text) |" }
    text += " success % | p95 ms | successes/s |\n|---|---|"
    text += String(repeating: "--:|", count: columns.count + Self.figureHeadings.count) + "\n"
    for section in table.sections where section.hasHappened {
      for row in section.rows {
        let cells =
          [title(of: section)] + cells(of: row, in: section, layers: row.combination.name)
        text += "| " + cells.map(Self.escaped).joined(separator: " | ") + " |\n"
      }
    }
    text += "\n## How it was made\n\n"
    for note in notes { text += "- \(Self.escaped(note))\n" }
    text += "\nRebuild it with\n\n    \(setting.command)\n"
    let commands = paragraphs.flatMap(\.commands).map { "    \($0.joined(separator: " "))\n" }
    if !commands.isEmpty {
      text +=
        "\nOne run of each fault that broke what held without it, and a hunt for what was hardly put"
        + " to the test:\n\n" + commands.joined()
    }
    return text
  }

  /// The text as Markdown takes it in a table.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  // MARK: Cells

  private func cells(
    of row: DefenceTable.Row, in section: DefenceTable.Section, layers: String
  ) -> [String] {
    [layers] + columns.map { mark(row, $0, in: section) } + [
      ReportText.spread(row[.successShare], by: 100, decimals: 2),
      Self.latency(row[.latency95]), Self.rate(row[.successesPerSecond]),
    ]
  }

  private func mark(
    _ row: DefenceTable.Row, _ promise: SafetyPromise, in section: DefenceTable.Section
  ) -> String {
    let broken = row.broken(promise)
    if broken > 0 { return "✗\(broken)" }
    if row.examined(promise) == 0 { return "–" }
    let isWeak =
      section.hasHappened && section.weakness(of: row.combination, keeping: promise) != nil
    return isWeak ? "✓?" : "✓"
  }

  private static func latency(_ interval: ConfidenceInterval) -> String {
    ReportText.spread(interval, by: 1e-6, decimals: decimals(ofMilliseconds: interval.mean / 1e6))
  }

  static func decimals(ofMilliseconds milliseconds: Double) -> Int {
    milliseconds < 9.995 ? 2 : milliseconds < 99.95 ? 1 : 0
  }

  private static func rate(_ interval: ConfidenceInterval) -> String {
    ReportText.spread(interval, decimals: interval.mean < 999.5 ? 1 : 0)
  }
}
