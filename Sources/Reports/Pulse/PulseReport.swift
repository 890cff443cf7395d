public import Experiments
import SimulationBasics

/// What all runs of a pulse have in common, in words.
public struct PulseSetting: Equatable, Sendable {
  /// The title of the model.
  public var title: String
  /// What runs, and how the database stands still, as a heading has it.
  public var heading: String
  /// What a load is counted in, behind its number: "/s" or " users".
  public var unit: String
  /// The load at which the first server would be busy all the time; `nil` when it is not known.
  public var capacity: Double?
  /// What clients do, in a sentence.
  public var client: String
  /// The command that makes the report again, without the files that it wrote.
  public var command: String

  public init(
    title: String, heading: String, unit: String, capacity: Double?, client: String,
    command: String
  ) {
    self.title = title
    self.heading = heading
    self.unit = unit
    self.capacity = capacity
    self.client = client
    self.command = command
  }
}

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

  /// Which policies let the service come back, and up to which load, a sentence each.
  public var answer: [String] {
    var sentences: [String] = []
    if let capacity = setting.capacity {
      sentences.append(
        "The service can carry about \(ScreenText.about(capacity))\(setting.unit).")
    }
    let always = table.policies.filter { policy in
      table.rows(of: policy).allSatisfy(\.alwaysRecovers)
    }
    let largest = table.rows.map(\.load).max() ?? 0
    if !always.isEmpty {
      sentences.append(
        "It came back after every stall, up to \(load(largest)), with "
          + DefenceWords.list(always.map(\.name), "and") + ".")
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
      sentences.append("With \(DefenceWords.list(policies, "and")) it \(fate).")
    }
    if let example { sentences.append(example) }
    return sentences
  }

  /// Up to which load the service came back, and from which on it never did.
  private func fate(of policy: PulsePolicy) -> String {
    let rows = table.rows(of: policy)
    let safe = table.largestSafeLoad(of: policy)
    let lost = rows.first { row in
      row.neverRecovers && rows.allSatisfy { $0.load < row.load || $0.neverRecovers }
    }
    let always = safe.map { "always came back up to \(load($0))" } ?? "did not always come back"
    return always
      + (lost.map { "\(safe == nil ? ":" : ", and") never from \(load($0.load)) on" } ?? "")
  }

  /// The smallest load that was carried before the stall and never after it.
  private var example: String? {
    let rows = table.rows.filter { row in
      guard let before = row.before else { return false }
      return row.neverRecovers && before.mean > 2 * row.after.mean
    }
    let least = rows.min { $0.load < $1.load }
    guard let least, let before = least.before else { return nil }
    return "A load that was carried is lost for good: \(load(least.load)) with"
      + " \(least.policy.name) had \(Self.spread(before)) successes/s before the stall and"
      + " \(Self.spread(least.after)) long after it."
  }

  // MARK: Terminal

  /// The answer and the table, in lines of at most 100 columns.
  public var text: String {
    var text = setting.heading + "\n\n"
    for (index, sentence) in answer.enumerated() {
      text += DefenceReport.lines(
        sentence, first: index == 0 ? "  ANSWER   " : "           ", further: "           ")
    }
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
    for note in notes { text += DefenceReport.lines(note, first: "  ", further: "  ") }
    return text
  }

  private static let headings = [
    "clients", "load", "of capacity", "before /s", "after /s", "came back", "took",
  ]

  private func cells(of row: PulseTable.Row) -> [String] {
    [
      row.policy.name, load(row.load),
      setting.capacity.map { ScreenText.percent(Double(row.load) / $0, decimals: 0) } ?? "",
      row.before.map(Self.spread) ?? "–", Self.spread(row.after),
      "\(row.recoveries) of \(row.runs.count)",
      row.recovery.map { Self.spread($0) + " s" } ?? "never",
    ]
  }

  private func load(_ load: Int) -> String { ScreenText.count(UInt64(load)) + setting.unit }

  private static func spread(_ interval: ConfidenceInterval) -> String {
    DefenceReport.spread(interval, by: 1, decimals: 1)
  }

  /// How the figures come about, a sentence each.
  private var notes: [String] {
    let runs = table.rows.first?.runs ?? []
    let pulse = table.pulse
    let times = [
      pulse.at, pulse.length, pulse.end,
    ].map { ScreenText.time(Double($0.inNanoseconds)) }
    return [
      "The database stands still from \(times[0]) on for \(times[1]); the load lasts \(times[2]).",
      "Each row is \(ScreenText.count(UInt64(runs.count), "run")), the same seeds for every row;"
        + " mean ± half of the 95 % interval (Student's t).",
      "before: successful answers by the second until the stall; after: in the last sixth of the"
        + " load; came back: goodput at 90 % of what it was, and staying there, which took so long"
        + " from the end of the stall.",
      setting.client,
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
    return text + "\nRebuild it with\n\n    \(setting.command)\n"
  }

  // MARK: CSV

  /// One row for each policy and load.
  public var csv: String {
    let layout = CSVTable(columns: [
      "policy", "load", "load_of_capacity", "runs", "before_per_s", "before_per_s_ci95",
      "after_per_s", "after_per_s_ci95", "recovered", "recovery_s", "recovery_s_ci95",
    ])
    var text = layout.header
    for row in table.rows {
      var fields = [
        row.policy.name, "\(row.load)",
        setting.capacity.map { NumberText.shortest(Double(row.load) / $0) } ?? "",
        "\(row.runs.count)",
      ]
      fields += Self.fields(of: row.before) + Self.fields(of: row.after)
      fields.append("\(row.recoveries)")
      fields += Self.fields(of: row.recovery)
      text += layout.line(fields)
    }
    return text
  }

  private static func fields(of interval: ConfidenceInterval?) -> [String] {
    guard let interval else { return ["", ""] }
    return [
      NumberText.shortest(interval.mean),
      interval.halfWidth.isFinite ? NumberText.shortest(interval.halfWidth) : "",
    ]
  }
}
