import ContentionEngine
public import Experiments
import ScenarioModel
import SimulationBasics

/// Which layers keep which promise under which fault, and what that costs: for the terminal, in
/// Markdown, and as CSV.
///
/// The answer comes first, then which combinations lost nothing under which fault, then a few
/// sentences for each fault, and at last the long table. Every sentence is derived from the table.
public struct DefenceReport: Sendable {
  public let table: DefenceTable
  public let setting: DefenceSetting

  /// - Precondition: The table has a section.
  public init(_ table: DefenceTable, setting: DefenceSetting) {
    precondition(!table.sections.isEmpty, "a report needs a section")
    self.table = table
    self.setting = setting
  }

  // MARK: Terminal

  /// All of it in lines of at most 100 columns; a word of a command is never broken.
  public var text: String {
    var text = setting.heading + "\n\n"
    text += block("ANSWER", answer)
    text += "\n" + screenSummary
    text += "\n" + faultLines
    text += "\n" + screenTable
    text += "\n"
    for note in notes { text += ReportText.filled(note, first: "  ", further: "  ") }
    return text
  }

  /// Sentences behind a word in the margin.
  private func block(_ word: String, _ sentences: [String]) -> String {
    let margin = "  " + ScreenText.left(word, 9)
    let indent = String(repeating: " ", count: ScreenText.width(of: margin))
    var text = ""
    for (index, sentence) in sentences.enumerated() {
      text += ReportText.filled(sentence, first: index == 0 ? margin : indent, further: indent)
    }
    return text
  }

  private var faultLines: String {
    var text = ""
    for paragraph in paragraphs {
      text += ReportText.filled(
        paragraph.title + ": " + paragraph.sentences[0], first: "  ", further: "    ")
      for sentence in paragraph.sentences.dropFirst() {
        text += ReportText.filled(sentence, first: "    ", further: "    ")
      }
      for command in paragraph.commands { text += ReportText.command(command) }
    }
    for sentence in quiet { text += ReportText.filled(sentence, first: "  ", further: "    ") }
    return text
  }

  // MARK: Notes

  /// How the figures come about, a sentence each.
  var notes: [String] {
    let runs = table.sections[0].rows[0].runs
    let seeds = runs.map(\.seed)
    let range =
      runs.count == 1
      ? "seed \(seeds[0])" : "seeds \(seeds[0]) to \(seeds[seeds.count - 1])"
    var notes = [
      "Each row is \(ScreenText.count(UInt64(runs.count), "run")) (\(range)), the same for every"
        + " row; ✗ counts what was broken in all of them, – was never put to the test.",
      columns.compactMap(DefenceWords.legend).joined(separator: "; ") + ".",
      "success, p95 and successes/s are those of clients' calls, retries included: mean ± half of the"
        + " 95 % interval (Student's t).",
      setting.client,
    ]
    if hasWeakEvidence {
      notes.append(
        "✓? proves little: with fewer layers there were fewer than"
          + " \(DefenceTable.Section.fewestBreaches) breaches, or only a lock kept updates apart, and"
          + " the fault opens locks.")
    }
    if usesWorstMoment {
      notes.append(
        "'At the worst moment' is that of each run at which most requests are at stake, looked for"
          + " in \(searched).")
    }
    notes += setting.remarks
    for twin in table.twins {
      notes.append(
        "\(DefenceWords.layers(twin.left)) is left out: this model's programs are the same with"
          + " \(DefenceWords.layers(twin.kept)).")
    }
    return notes
  }

  private var hasWeakEvidence: Bool {
    table.sections.contains { section in
      section.hasHappened
        && section.rows.contains { row in
          DefenceTable.promises.contains {
            section.weakness(of: row.combination, keeping: $0) != nil
          }
        }
    }
  }

  private var usesWorstMoment: Bool {
    table.sections.contains { if case .atWorst = $0.fault { true } else { false } }
  }

  /// The stretch of time in which worst moments are looked for.
  private var searched: String {
    for section in table.sections {
      if case .atWorst(_, let from, let to) = section.fault {
        return "\(ScreenText.time(Double(from.inNanoseconds))) to"
          + " \(ScreenText.time(Double(to.inNanoseconds)))"
      }
    }
    return ""
  }

  // MARK: Columns

  /// The promises that anything was ever examined for.
  var columns: [SafetyPromise] {
    DefenceTable.promises.filter { promise in
      table.sections.contains { section in
        section.rows.contains { $0.examined(promise) > 0 || !$0.holds(promise) }
      }
    }
  }

  /// The name of a section's fault: that of its kind where no other fault is of that kind.
  func name(of section: DefenceTable.Section) -> String {
    guard let kind = section.fault.kind else { return "no fault" }
    let isOnly =
      table.sections.count { $0.hazard == section.hazard && $0.fault.kind == kind } == 1
    return isOnly ? kind.flagName : DefenceWords.fault(section.fault)
  }

  /// The title of a section as something begins with it.
  func heading(of section: DefenceTable.Section) -> String {
    let title = title(of: section)
    return section.fault == .none ? "N" + title.dropFirst() : title
  }

  /// The fault of a section with its amounts, and its hazard if hazards are compared.
  func title(of section: DefenceTable.Section) -> String {
    let fault = DefenceWords.fault(section.fault)
    return section.hazard.map { "\(fault) · hazard \($0.rawValue)" } ?? fault
  }
}
