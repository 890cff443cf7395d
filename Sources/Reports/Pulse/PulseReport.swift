public import Experiments
import SimulationBasics

/// Whether a service comes back by itself after its database stood still, by what clients do and by
/// load: for the terminal, in Markdown, and as CSV.
public struct PulseReport: Sendable {
  public let table: PulseTable
  public let setting: PulseSetting

  public init(_ table: PulseTable, setting: PulseSetting) {
    self.table = table
    self.setting = setting
  }

  // MARK: The answer

  /// Which policies let the service come back, and up to which load, a sentence each: what these
  /// runs have shown, in the time that was watched.
  public var answer: [String] {
    var sentences = [capacity]
    let always = table.policies.filter { policy in
      table.rows(of: policy).allSatisfy(\.alwaysRecovers)
    }
    if !always.isEmpty {
      sentences.append(
        "It came back after every stall, \(loads), with "
          + (always.count == table.policies.count && always.count > 1
            ? "every policy" : ReportText.list(always.map(\.name))) + ".")
    }
    // Policies of one fate share a sentence.
    var fates: [(fate: String, policies: [String])] = []
    for policy in table.policies where !always.contains(policy) {
      let fate = fate(of: policy)
      if let index = fates.firstIndex(where: { $0.fate == fate }) {
        fates[index].policies.append(policy.name)
      } else {
        fates.append((fate, [policy.name]))
      }
    }
    for (fate, policies) in fates {
      sentences.append("With \(ReportText.list(policies)) it \(fate).")
    }
    if let example { sentences.append(sentence(about: example)) }
    return sentences
  }

  /// What the service can carry, and what tells it.
  private var capacity: String {
    let pilot = setting.pilot
    guard let busiest = pilot.busiest else {
      return "Nothing here limits what the service can carry."
    }
    let share = ScreenText.percent(pilot.utilisation, decimals: pilot.utilisation < 0.1 ? 1 : 0)
    return "The service can carry about \(ScreenText.about(setting.capacity))\(setting.unit): at"
      + " \(load(pilot.load)), without faults and with clients who wait, its busiest part"
      + " (\(busiest)) was busy \(share) of the time."
  }

  /// The loads that were tried, in words.
  private var loads: String {
    let loads = table.rows.map(\.load)
    guard let least = loads.min(), let largest = loads.max(), least < largest else {
      return "at \(load(loads.first ?? 0))"
    }
    return "from \(ScreenText.count(UInt64(least))) to \(load(largest))"
  }

  /// Up to which load the service came back, and from which on it did not once.
  private func fate(of policy: PulsePolicy) -> String {
    let rows = table.rows(of: policy)
    let safe = table.largestSafeLoad(of: policy)
    let lost = rows.first { row in
      row.neverRecovers && rows.allSatisfy { $0.load < row.load || $0.neverRecovers }
    }
    if rows.allSatisfy(\.neverRecovers) { return "did not come back, \(loads)" }
    if let safe {
      return "came back every time up to \(load(safe)), and not "
        + (lost.map { "once from \(load($0.load)) on" } ?? "every time above")
    }
    return "came back sometimes"
      + (lost.map { ", and not once from \(load($0.load)) on" } ?? "")
  }

  /// The smallest load that was carried before the stall and was not back when the load was over.
  private var example: PulseTable.Row? {
    let rows = table.rows.filter { row in
      guard let before = row.before else { return false }
      return row.neverRecovers && before.mean > 2 * row.after.mean
    }
    return rows.min { $0.load < $1.load }
  }

  private func sentence(about row: PulseTable.Row) -> String {
    "A load of \(load(row.load)), which was carried before the stall, had not come back"
      + " \(table.pulse.rest.description) after it with \(row.policy.name):"
      + " \(row.before.map(Self.spread) ?? "–") successes/s before, and \(Self.spread(row.after)) in"
      + " the last sixth of the load."
  }

  /// The row whose first run is worth a look: the example, or the first that did not always come
  /// back, or the last.
  private var shownRow: Int? {
    table.rows.firstIndex { $0 == example } ?? table.rows.firstIndex { !$0.alwaysRecovers }
      ?? table.rows.indices.last
  }

  /// What the command shows, and its words; `nil` where no flags say it.
  private var shown: (title: String, words: [String])? {
    guard let index = shownRow, index < setting.replays.count, !setting.replays[index].isEmpty
    else { return nil }
    let row = table.rows[index]
    return (
      "The first run of one row, \(load(row.load)) with \(row.policy.name):",
      ["simulate"] + setting.replays[index]
    )
  }

  // MARK: Terminal

  /// The answer and the table, in lines of at most 100 columns.
  public var text: String {
    var text = setting.heading + "\n\n"
    text += ReportText.answer(answer)
    let rows = [Self.headings] + table.rows.map(cells)
    var widths = [Int](repeating: 0, count: Self.headings.count)
    for row in rows {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], ScreenText.width(of: cell))
      }
    }
    var policy: PulsePolicy?
    for (index, row) in rows.enumerated() {
      let own = index == 0 ? nil : table.rows[index - 1].policy
      if own != policy || index == 0 { text += "\n" }
      // The policy stands in the first of its rows.
      text += "  " + ScreenText.left(own == policy && index > 0 ? "" : row[0], widths[0])
      policy = own
      for column in 1..<row.count { text += "  " + ScreenText.right(row[column], widths[column]) }
      text += "\n"
    }
    text += "\n"
    if let shown {
      text += ReportText.filled(shown.title, first: "  ", further: "  ")
      text += ReportText.command(shown.words) + "\n"
    }
    for note in notes { text += ReportText.filled(note, first: "  ", further: "  ") }
    return text
  }

  private static let headings = [
    "clients", "load", "of capacity", "before /s", "after /s", "came back", "took",
  ]

  private func cells(of row: PulseTable.Row) -> [String] {
    [
      row.policy.name, load(row.load),
      ScreenText.percent(Double(row.load) / setting.capacity, decimals: 0),
      row.before.map(Self.spread) ?? "–", Self.spread(row.after),
      "\(row.recoveries) of \(row.runs.count)",
      row.recovery.map { Self.spread($0) + " s" } ?? "not in \(table.pulse.rest.description)",
    ]
  }

  private func load(_ load: Int) -> String { ScreenText.count(UInt64(load)) + setting.unit }

  private static func spread(_ interval: ConfidenceInterval) -> String {
    ReportText.spread(interval, decimals: 1)
  }

  /// How the figures come about, a sentence each.
  private var notes: [String] {
    let runs = table.rows.first?.runs ?? []
    let pulse = table.pulse
    return [
      "The database stood still \(pulse.at.description) after the start, for"
        + " \(pulse.length.description); the load lasted \(pulse.end.description).",
      "Each row is \(ScreenText.count(UInt64(runs.count), "run")), the same seeds for every row;"
        + " mean ± half of the 95 % interval (Student's t).",
      "before: successful answers by the second until the stall; after: in the last sixth of the"
        + " load; came back: every five seconds with 90 % of the answers of before, less what chance"
        + " takes (three times the square root of that number), and so until the end, which took so"
        + " long from the end of the stall.",
      (setting.isClientOfModel ? "By the model: " : "The model says nothing of clients: ")
        + setting.client.prefix(1).lowercased() + setting.client.dropFirst()
        + " Each row of the table replaces of this what its name says.",
      "Sources: Bronson and others, Metastable Failures in Distributed Systems, HotOS 2021; Huang"
        + " and others, Metastable Failures in the Wild, OSDI 2022.",
    ]
  }

  // MARK: Markdown

  public var markdown: String {
    var text = "# \(setting.title): does it come back after a stall?\n\n\(setting.heading)\n\n"
    for sentence in answer { text += "- \(sentence)\n" }
    text += "\n| " + Self.headings.joined(separator: " | ") + " |\n|---|"
    text += String(repeating: "--:|", count: Self.headings.count - 1) + "\n"
    for row in table.rows { text += "| " + cells(of: row).joined(separator: " | ") + " |\n" }
    text += "\n"
    for note in notes { text += "- \(note)\n" }
    text += "\nRebuild it with\n\n    \(setting.command)\n"
    if let shown {
      text += "\n\(shown.title)\n\n    \(shown.words.joined(separator: " "))\n"
    }
    return text
  }

  // MARK: CSV

  /// One row for each policy and load, with the command that makes its first run again.
  public var csv: String {
    let layout = CSVTable(columns: [
      "policy", "load", "load_of_capacity", "runs", "before_per_s", "before_per_s_ci95",
      "after_per_s", "after_per_s_ci95", "recovered", "recovery_s", "recovery_s_ci95", "command",
    ])
    var text = layout.header
    for (index, row) in table.rows.enumerated() {
      var fields = [
        row.policy.name, "\(row.load)", NumberText.shortest(Double(row.load) / setting.capacity),
        "\(row.runs.count)",
      ]
      fields += ReportText.csvFields(of: row.before) + ReportText.csvFields(of: row.after)
      fields.append("\(row.recoveries)")
      fields += ReportText.csvFields(of: row.recovery)
      let words = index < setting.replays.count ? setting.replays[index] : []
      fields.append(words.isEmpty ? "" : (["simulate"] + words).joined(separator: " "))
      text += layout.line(fields)
    }
    return text
  }
}
