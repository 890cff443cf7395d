import ContentionEngine
public import Experiments
import ScenarioModel
import SimulationBasics

/// Which ways to retry nothing beats, which one to take and why, and its settings in three
/// libraries: for the terminal, in Markdown, and as CSV.
public struct TuneReport: Sendable {
  public let table: TuneTable
  public let setting: TuneSetting
  /// The ways that nothing dominates, in the order of the table that is shown.
  public let front: [Int]
  /// The recommended one; `nil` where all take longer than they may.
  public let choice: TuneTable.Choice?

  /// - Complexity: O(finalists · log finalists · replications).
  public init(_ table: TuneTable, setting: TuneSetting) {
    self.table = table
    self.setting = setting
    let front = table.front
    choice = table.choice(among: front, within: setting.longest)
    // The best success first, then the least p99; equal ones as they were asked for.
    self.front = front.sorted { left, right in
      let first = table.rows[left].means
      let second = table.rows[right].means
      if first[0] != second[0] { return first[0] < second[0] }
      if first[1] != second[1] { return first[1] < second[1] }
      return left < right
    }
  }

  /// Whether anything was retried at all.
  var anythingRetried: Bool {
    table.rows.contains { row in row.runs.contains { $0.retriesPerRequest > 0 } }
  }

  /// The row of what the model has.
  var own: Int? { table.rows.firstIndex { $0.candidate == nil } }

  func name(_ row: Int) -> String {
    if let candidate = table.rows[row].candidate { return candidate.name }
    if setting.own.isEmpty { return "as modelled (one attempt)" }
    return "as modelled ("
      + (setting.own.count == 1 ? setting.own[0].name : "\(setting.own.count) policies") + ")"
  }

  func isJittered(_ row: Int) -> Bool {
    if let candidate = table.rows[row].candidate { return candidate.isJittered }
    return setting.own.contains { $0.isJittered }
  }

  /// The recommended way; `nil` where nothing was retried, which tells nothing, where all take
  /// longer than they may, and where it is what the model has, and that is several.
  public var recommended: RetryCandidate? {
    guard let choice, anythingRetried else { return nil }
    return settings(of: choice.row)
  }

  // MARK: Terminal

  /// The answer, the front and the settings, in lines of at most 100 columns.
  public var text: String {
    var text = setting.heading + "\n\n"
    text += ReportText.answer(answer)
    if !anythingRetried { return text }
    text += "\n" + frontTable + "\n"
    for note in notes { text += ReportText.filled(note, first: "  ", further: "  ") }
    return settings.isEmpty ? text : text + "\n" + settingsText(margin: "  ")
  }

  /// How many ways of the front are on the screen.
  static let mostRows = 15

  /// The front, or of a long one what matters most: the recommended way, those that are the best in
  /// something, and then those with the best success.
  private var shortFront: [Int] {
    var shown: [Int] = []
    func show(_ row: Int) {
      if shown.count < Self.mostRows && !shown.contains(row) { shown.append(row) }
    }
    if let choice { show(choice.row) }
    if let own, front.contains(own) { show(own) }
    for objective in TuneRun.Objective.allCases {
      let index = objective.rawValue
      let best = front.min { left, right in
        let first = table.rows[left].means[index]
        let second = table.rows[right].means[index]
        return first == second ? left < right : first < second
      }
      if let best { show(best) }
    }
    for row in front { show(row) }
    return front.filter { shown.contains($0) }
  }

  private var frontTable: String {
    let shown = shortFront
    var text = ColumnText.lines(rows(of: shown))
    if shown.count < front.count {
      let more = ScreenText.count(UInt64(front.count - shown.count), "more way", "more ways")
      text += "  and \(more) that nothing beats: --csv and --markdown have them all\n"
    }
    return text
  }

  /// A table of some ways, and of what the model has.
  private func rows(of front: [Int]) -> [[String]] {
    var shown = front
    if let own, !shown.contains(own) { shown.append(own) }
    let hasBudgets = shown.contains { settings(of: $0)?.budget != nil }
    let headings =
      ["policy", "attempts"] + (hasBudgets ? ["budget"] : [])
      + ["success %", "p99 ms", "wasted %", "db ms"]
    return [headings] + shown.map { cells(of: $0, hasBudgets: hasBudgets) }
  }

  /// The settings of a way; `nil` where the model has several or none.
  func settings(of row: Int) -> RetryCandidate? {
    table.rows[row].candidate ?? (setting.own.count == 1 ? setting.own[0] : nil)
  }

  private func cells(of row: Int, hasBudgets: Bool) -> [String] {
    let values = table.rows[row]
    let mark = row == choice?.row ? "→ " : front.contains(row) ? "  " : "✗ "
    let settings = settings(of: row)
    var cells = [
      mark + (values.candidate?.shortName ?? "as modelled"),
      settings.map { $0.attempts.map { "\($0)" } ?? "unlimited" } ?? "",
    ]
    if hasBudgets {
      cells.append(settings?.budget.map { ScreenText.percent($0.ratio, decimals: 0) } ?? "")
    }
    return cells + [
      ReportText.spread(values.interval { $0.successShare }, by: 100, decimals: 2),
      Self.milliseconds(values.interval { $0.latency99 }),
      ReportText.spread(values.interval { $0.wastedShare }, by: 100, decimals: 1),
      Self.milliseconds(values.interval { $0.databaseTimePerSuccess }),
    ]
  }

  private static func milliseconds(_ interval: ConfidenceInterval) -> String {
    ReportText.spread(
      interval, by: 1e-6, decimals: DefenceReport.decimals(ofMilliseconds: interval.mean / 1e6))
  }

  // MARK: Settings

  /// The settings of the recommended way in each library.
  public var settings: [LibrarySettings] {
    recommended.map { LibrarySettings.all(for: $0, at: setting.place) } ?? []
  }

  /// The settings as text, each with what it cannot do.
  public func settingsText(margin: String = "") -> String {
    var text = ""
    for settings in settings {
      if !text.isEmpty { text += "\n" }
      text += margin + settings.library + "\n\n"
      for line in settings.lines { text += margin + "    " + line + "\n" }
      if !settings.differences.isEmpty { text += "\n" }
      for difference in settings.differences {
        text += ReportText.filled(difference, first: margin + "- ", further: margin + "  ")
      }
    }
    return text
  }

  // MARK: Markdown

  public var markdown: String {
    var text = "# \(setting.title): how to retry\n\n\(setting.heading)\n\n"
    for sentence in answer { text += "- \(sentence)\n" }
    if !anythingRetried { return text + "\nRebuild it with\n\n    \(setting.command)\n" }
    text += "\n" + ColumnText.markdown(rows(of: front)) + "\n"
    for note in notes { text += "- \(note)\n" }
    for settings in settings {
      text += "\n## \(settings.library)\n\n"
      for line in settings.lines { text += "    \(line)\n" }
      if !settings.differences.isEmpty { text += "\n" }
      for difference in settings.differences { text += "- \(difference)\n" }
    }
    return text + "\nRebuild it with\n\n    \(setting.command)\n"
  }
}
