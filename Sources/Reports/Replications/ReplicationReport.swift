import ContentionEngine
public import Experiments
import Measurements

/// What several runs of one model come to, each figure with its interval: for the terminal and as
/// CSV.
public struct ReplicationReport: Sendable {
  public let series: RunSeries
  public let setting: ReplicationSetting

  public init(_ series: RunSeries, setting: ReplicationSetting) {
    self.series = series
    self.setting = setting
  }

  private var runCount: UInt64 { UInt64(series.runs.count) }

  // MARK: The answer

  /// Whether every promise was held, how fast and how well, how sure that is, and which thresholds
  /// hold, a sentence each.
  public var answer: [String] {
    [safety, speed, precision, setting.warmUp.map(WarmUpWords.sentence), thresholds].compactMap {
      $0
    }
  }

  private var runs: String { runCount == 1 ? "the run" : "all \(ScreenText.count(runCount)) runs" }

  private var safety: String {
    let broken = SafetyPromise.allCases.filter { !$0.isHarmless && series.broken($0) > 0 }
    if broken.isEmpty { return "Every promise was held in \(runs)." }
    let parts = broken.map { promise in
      "\(promise.text) (\(ScreenText.count(series.broken(promise), "time")) in"
        + " \(ScreenText.count(UInt64(series.runsBreaking(promise)))) of"
        + " \(ScreenText.count(runCount, "run")))"
    }
    return "PROMISES WERE BROKEN: \(ReportText.list(parts, "and"))."
  }

  private var speed: String {
    if series.values(.latency95).isEmpty {
      let place = runCount == 1 ? "in the run" : "in any of the \(ScreenText.count(runCount)) runs"
      return "No request was answered \(place)."
    }
    return "\(spread(.requestsPerSecond)) requests/s, p95 \(spread(.latency95)) ms, success"
      + " \(spread(.successShare)) %."
  }

  /// Whether the figures are as sure as they should be.
  private var precision: String? {
    guard let wanted = setting.precision else { return nil }
    let aim = ScreenText.percent(wanted.rule.precision)
    func told(_ figures: [RunFigure]) -> String {
      ReportText.list(
        figures.map { figure in
          let interval = series.interval(figure, level: wanted.rule.level)
          if series.values(figure).isEmpty { return "\(figure.title) not at all" }
          return "\(figure.title) "
            + (FigureText.isSame(interval)
              ? "the same in every run" : "to ± \(FigureText.precision(interval))")
        }, "and")
    }
    let missed = missedFigures
    if missed.isEmpty {
      return "\(ScreenText.count(runCount, "run")) were enough: \(told(wanted.figures)), where"
        + " \(aim) was asked for."
    }
    return "NOT PRECISE ENOUGH: after \(ScreenText.count(runCount, "run")), the most there may be,"
      + " \(told(missed)), where \(aim) was asked for."
  }

  /// The figures that are not as sure as they should be.
  private var missedFigures: [RunFigure] {
    guard let wanted = setting.precision else { return [] }
    return wanted.figures.filter {
      !series.interval($0, level: wanted.rule.level).isPrecise(to: wanted.rule.precision)
    }
  }

  /// How often a threshold of the model was held.
  private func held(_ threshold: Int) -> Int {
    series.runs.count { threshold < $0.thresholds.count && $0.thresholds[threshold].passed }
  }

  /// Whether every threshold was held in every run.
  public var meetsThresholds: Bool {
    series.runs.allSatisfy { $0.thresholds.allSatisfy(\.passed) }
  }

  private var thresholds: String? {
    if setting.thresholds.isEmpty { return nil }
    let failed = setting.thresholds.indices.filter { held($0) < series.runs.count }
    if failed.isEmpty {
      return setting.thresholds.count == 1
        ? "The threshold holds in \(runs)." : "The thresholds hold in \(runs)."
    }
    let parts = failed.map { "\(setting.thresholds[$0]) in \(series.runs.count - held($0))" }
    return "Thresholds fail: \(ReportText.list(parts, "and")) of"
      + " \(ScreenText.count(runCount, "run"))."
  }

  private func spread(_ figure: RunFigure) -> String {
    let interval = series.interval(figure)
    func number(_ value: Double) -> String {
      FigureText.number(
        value, of: figure, decimalsAs: interval.mean, sureTo: interval.halfWidth)
    }
    guard interval.halfWidth.isFinite else { return number(interval.mean) }
    return number(interval.mean) + " ± " + number(interval.halfWidth)
  }

  // MARK: Terminal

  /// The answer and the table, in lines of at most 100 columns but for the command.
  public var text: String {
    var text = setting.heading + "\n\n"
    text += ReportText.answer(answer)
    text += "\n" + table + "\n"
    for note in notes { text += ReportText.filled(note, first: "  ", further: "  ") }
    return text + "\n  repeat with: \(setting.command)\n"
  }

  private var table: String {
    var rows = [["figure", "mean", "± half", "precision", "smallest", "largest"]]
    for figure in RunFigure.told(by: series.runs) {
      let interval = series.interval(figure)
      let values = series.values(figure)
      func number(_ value: Double?) -> String {
        guard let value else { return "–" }
        return FigureText.number(
          value, of: figure, decimalsAs: interval.mean, sureTo: interval.halfWidth)
      }
      rows.append([
        FigureText.heading(figure), number(values.isEmpty ? nil : interval.mean),
        number(interval.halfWidth), FigureText.precision(interval), number(values.min()),
        number(values.max()),
      ])
    }
    return ColumnText.lines(rows)
  }

  private var notes: [String] {
    let first = series.runs[0]
    var notes = [
      "\(ScreenText.count(runCount, "run")) with seed \(first.seed), replications"
        + " \(first.replication) to \(first.replication + UInt32(runCount) - 1); mean ± half of the 95 %"
        + " interval (Student's t), and the same as a part of the mean."
    ]
    if let note = RunWords.withoutRequests(series) { notes.append(note) }
    if series.runs.contains(where: { $0.isRounded(.latency95) }) {
      notes.append(RunWords.roundedPercentiles)
    }
    if setting.precision != nil, missedFigures.isEmpty {
      notes.append(
        "The runs ended when the intervals were narrow enough, which makes them cover the truth a"
          + " little less often than in 95 % of cases.")
    }
    return notes
  }

  // MARK: CSV

  /// One row for each run, with every figure.
  public var csv: String {
    let layout = CSVTable(
      columns: ["replication", "seed", "digest", "events", "safe"]
        + RunFigure.allCases.map(\.text))
    var text = layout.header
    for run in series.runs {
      let isSafe = run.findings.allSatisfy { $0.isHeld || $0.promise.isHarmless }
      text += layout.line(
        [
          "\(run.replication)", "\(run.seed)", run.digest.text, "\(run.events)",
          isSafe ? "yes" : "no",
        ] + RunFigure.allCases.map { run.known($0).map(NumberText.shortest) ?? "" })
    }
    return text
  }
}

/// What reports say of runs that have no figure, or one that is known to so much only.
enum RunWords {
  /// That some runs have no answered request; `nil` where all have.
  ///
  /// - Parameter side: Which of two sides the runs are of: " of A".
  static func withoutRequests(_ series: RunSeries, side: String = "") -> String? {
    let count = series.runsWithoutRequests
    if count == 0 { return nil }
    return "No request was answered in \(ScreenText.count(UInt64(count))) of"
      + " \(ScreenText.count(UInt64(series.runs.count), "run"))\(side)"
      + (count == series.runs.count ? "." : ": latencies and shares are those of the others.")
  }

  static let roundedPercentiles =
    "Percentiles of more than \(ScreenText.count(UInt64(Trend.exactLimit))) values are known to"
    + " 0.4 %."
}
