import ContentionEngine
public import Experiments
import ScenarioModel
import SimulationBasics

/// How much load a service carries, where it bends and what it is up against: for the terminal, in
/// Markdown, and as CSV.
public struct CapacityReport: Sendable {
  public let study: CapacityStudy
  public let setting: CapacitySetting

  public init(_ study: CapacityStudy, setting: CapacitySetting) {
    self.study = study
    self.setting = setting
  }

  // MARK: Terminal

  /// The answer and the table, in lines of at most 100 columns.
  public var text: String {
    var text = setting.heading + "\n\n" + ReportText.answer(answer) + "\n"
    text += table + "\n"
    for note in notes { text += ReportText.filled(note, first: "  ", further: "  ") }
    return text
  }

  /// Without its last column where that would make it too wide.
  private var table: String {
    func lines(_ rows: [[String]], words: Int) -> String {
      ColumnText.lines(rows, words: words, firstIsNumber: true, gap: 2)
    }
    let whole = lines(rows, words: wordColumns)
    let isWide = whole.split(separator: "\n").contains { ScreenText.width(of: String($0)) > 100 }
    return isWide && nextOfAll == nil
      ? lines(rows.map { Array($0.dropLast()) }, words: wordColumns - 1) : whole
  }

  private var rows: [[String]] { [headings] + study.points.map(cells) }

  /// How many of the last columns hold words.
  private var wordColumns: Int { headings.count - 5 }

  var headings: [String] {
    [
      study.isByRate ? "arrivals/s" : "users", "requests/s", "errors %", "p95 ms", "timeouts",
    ] + (study.criteria == nil ? [] : ["criteria"]) + ["up against"]
      + (nextOfAll == nil ? ["then"] : [])
  }

  func cells(of point: CapacityPoint) -> [String] {
    let latency = point.latency95
    var cells = [
      mark(point) + ScreenText.count(UInt64(point.load)),
      ReportText.spread(
        point.requestsPerSecond, by: 1, decimals: point.requestsPerSecond.mean < 999.5 ? 1 : 0),
      ReportText.spread(
        point.errorShare, by: 100, decimals: point.errorShare.mean < 0.1 ? 2 : 1),
      ReportText.spread(
        latency, by: 1e-6, decimals: DefenceReport.decimals(ofMilliseconds: latency.mean / 1e6)),
      ReportText.spread(point.lockTimeouts, by: 1, decimals: 0),
    ]
    if let verdict = study.verdict(at: point) { cells.append(verdict.word) }
    let binding = point.binding
    cells.append(Self.words(of: binding))
    if nextOfAll == nil { cells.append(next(at: point)) }
    return cells
  }

  /// What would bind next at a point.
  private func next(at point: CapacityPoint) -> String {
    study.next(after: point.binding)?.resource.shortName ?? "–"
  }

  /// What would bind next at every point; `nil` where it is not the same.
  private var nextOfAll: String? {
    let first = next(at: study.points[0])
    return study.points.allSatisfy { next(at: $0) == first } ? first : nil
  }

  /// The knee is marked.
  private func mark(_ point: CapacityPoint) -> String {
    point.load == study.knee?.load ? "→ " : ""
  }

  static func words(of binding: CapacityPoint.Binding) -> String {
    switch binding {
    case .saturated(let use):
      "\(use.resource.shortName) \(ScreenText.percent(use.utilisation, decimals: 0))"
    case .turnedAway(let place, _): place.shortName
    case .nothing(let busiest?):
      "(\(busiest.resource.shortName) \(ScreenText.percent(busiest.utilisation, decimals: 0)))"
    case .nothing(nil): "–"
    }
  }

  // MARK: Markdown

  public var markdown: String {
    var text = "# \(setting.title): how much load it carries\n\n\(setting.heading)\n\n"
    for sentence in answer { text += "- \(sentence)\n" }
    text += "\n" + ColumnText.markdown(rows, words: wordColumns, firstIsNumber: true)
    text += "\n"
    for note in notes { text += "- \(note)\n" }
    return text + "\nRebuild it with\n\n    \(setting.command)\n"
  }

  // MARK: Notes

  /// How the figures come about, a sentence each.
  package var notes: [String] {
    let counts = study.points.map { $0.runs.count }
    let least = counts.min() ?? 0
    let most = counts.max() ?? 0
    let runs =
      least == most
      ? ScreenText.count(UInt64(most), "replication") : "\(least) to \(most) replications"
    var notes = [
      "Each load is constant and lasts \(setting.length.description), of which the first"
        + " \(setting.warmUp.description) are not measured; \(runs), seed \(setting.seed), the same"
        + " random numbers at every load; mean ± half of the 95 % interval (Student's t).",
      "timeouts: waits for a row or a distributed lock that ran out, in the"
        + " \((setting.length - setting.warmUp).description) that are measured.",
    ]
    if let criteria = study.criteria {
      notes.append(
        "holds, breaks: the one-sided confidence limit of what each threshold reads is on the right"
          + " side of its bound, or beyond it; 5 % chance of error for a load, shared among"
          + " \(ScreenText.count(UInt64(criteria.all.count), "criterion", "criteria")) and"
          + " \(ScreenText.count(UInt64(criteria.looks), "look")) (Bonferroni). open: neither, and"
          + " not counted as held.")
    }
    if judgesArrivals {
      notes.append(
        "A load of arrivals counts as carried only when at most"
          + " \(ScreenText.percent(CapacityCriterion.uncarriedShare, decimals: 0)) of them are dropped,"
          + " or without thresholds dropped or failed.")
    }
    if study.knee != nil {
      notes.append(
        "→ is the knee: Kneedle with sensitivity 1 on successes/s over load (Satopaa and others,"
          + " 2011).")
    }
    notes.append(
      (nextOfAll.map { "Without what each load is up against, \($0) would bind next:" } ?? "then:")
        + " the lowest ceiling of what is left, X/U in a light run of \(load(study.pilot.load)) or at"
        + " the loads of the table (the utilisation law). In brackets: nothing binds, the busiest.")
    if !isGoodFit, let scalability { notes.append(scalability) }
    return notes
  }

  private var judgesArrivals: Bool { study.criteria?.isByRate ?? false }

  /// A load with its unit.
  func load(_ load: Int) -> String {
    study.isByRate
      ? "\(ScreenText.count(UInt64(load)))/s" : ScreenText.count(UInt64(load), "user")
  }
}

extension CapacityVerdict {
  /// The word of a table.
  var word: String {
    switch self {
    case .holds: "hold"
    case .breaks: "break"
    case .open: "open"
    }
  }
}
