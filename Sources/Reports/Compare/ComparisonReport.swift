import ContentionEngine
public import Experiments

/// Two sides figure by figure, with a word for the significance of each difference: for the
/// terminal, in Markdown for a pull request, and as CSV.
public struct ComparisonReport: Sendable {
  public let table: ComparisonTable
  public let setting: ComparisonSetting
  /// The figures that are shown: those that the runs have something to say of; beside a measured
  /// run those that were measured and differ, too; and those that are judged by name.
  private let rows: [ComparisonTable.Row]
  /// The figures that are judged, and of which both sides know enough. What is not shown is the
  /// same on both sides, or shown under another name.
  private let judged: [ComparisonTable.Row]
  /// The figures that are worse beyond the tolerance; none where nothing is judged.
  public let regressions: [ComparisonTable.Row]

  public init(_ table: ComparisonTable, setting: ComparisonSetting) {
    self.table = table
    self.setting = setting
    let runs = [table.left, table.right].flatMap(\.runs)
    let told = RunFigure.told(by: runs)
    let named = setting.figures ?? []
    let hasMeasured = runs.count < table.left.runCount + table.right.runCount
    rows = table.rows.filter { row in
      told.contains(row.figure) || named.contains(row.figure)
        || (hasMeasured && row.comparison.difference != 0)
    }
    let wanted = setting.figures ?? RunFigure.outcomes
    judged = rows.filter { wanted.contains($0.figure) }
    let figures = judged.map(\.figure)
    regressions = setting.tolerance.map { table.regressions(beyond: $0, in: figures) } ?? []
  }

  // MARK: The answer

  /// Whether the right side is worse than it may be: in a figure that is judged, or because it
  /// breaks a promise that the left side keeps.
  public var isRegression: Bool {
    setting.tolerance != nil && (!regressions.isEmpty || breaksPromises)
  }

  private var breaksPromises: Bool { table.left.isSafe == true && table.right.isSafe == false }

  /// Whether there is a regression, what is worse, what is better, and what cannot be told apart, a
  /// sentence each.
  public var answer: [String] {
    if table.isIdentical { return [identity] + [verdict, unjudged, warmUp].compactMap { $0 } }
    return [
      verdict, unjudged, safety, sentence(worse, "worse"), sentence(better, "better"), changed,
      unclear, warmUp,
    ]
    .compactMap { $0 }
  }

  private var identity: String {
    switch (table.left, table.right) {
    case (.runs(let left), .runs):
      return "A and B are identical: every figure of each of"
        + " \(ScreenText.count(UInt64(left.runs.count), "run")) is the same to the last bit."
    default:
      return table.rows.count == 1
        ? "A and B are identical in the one figure that both have."
        : "A and B are identical in each of the \(table.rows.count) figures that both have."
    }
  }

  private var verdict: String? {
    guard let tolerance = setting.tolerance else { return nil }
    let beyond = ScreenText.percent(tolerance)
    if !regressions.isEmpty {
      return "REGRESSION beyond \(beyond): "
        + ReportText.list(regressions.map { $0.figure.title }) + "."
    }
    if breaksPromises { return "REGRESSION: B BREAKS PROMISES that A keeps." }
    if judged.isEmpty { return "NOT SHOWN: A and B have no figure in common that is judged." }
    let open = judged.filter { !$0.isKept(within: tolerance) }
    if open.isEmpty { return "NO REGRESSION beyond \(beyond)." }
    return "NOT SHOWN that B is within \(beyond) of A: it may be worse by up to "
      + ReportText.list(open.map(Self.greatestLoss)) + remedy + "."
  }

  /// How much worse the right side may be: "8.1 % in p95".
  private static func greatestLoss(_ row: ComparisonTable.Row) -> String {
    let loss = row.greatestLoss ?? 0
    let left = row.comparison.left
    let amount =
      left == 0
      ? FigureText.value(loss, of: row.figure, decimalsAs: loss)
      : ScreenText.percent(loss / left.magnitude)
    return "\(amount) in \(row.figure.title)"
  }

  /// What narrows the intervals; beside a measured run nothing does.
  private var remedy: String {
    if case (.runs, .runs) = (table.left, table.right) {
      "; more --replications narrow it"
    } else {
      ""
    }
  }

  /// What would be judged if both sides had it.
  private var unjudged: String? {
    guard setting.tolerance != nil else { return nil }
    let wanted = (setting.figures ?? RunFigure.outcomes).filter { table[$0] == nil }
    func part(_ words: String, _ isMeant: (Bool, Bool) -> Bool) -> String? {
      let figures = wanted.filter { isMeant(table.left.has($0), table.right.has($0)) }
      return figures.isEmpty ? nil : "\(ReportText.list(figures.map(\.title))), which \(words)"
    }
    let isNamed = setting.figures != nil
    let parts = [
      part("A does not have") { !$0 && $1 }, part("B does not have") { $0 && !$1 },
      part("neither side has") { !$0 && !$1 && isNamed },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : "Not judged: \(parts.joined(separator: "; "))."
  }

  private var safety: String? {
    switch (table.left.isSafe, table.right.isSafe) {
    case (true?, false?):
      // Then the verdict says it.
      setting.tolerance != nil && regressions.isEmpty ? nil : "B BREAKS PROMISES that A keeps."
    case (false?, true?): "B keeps every promise, and A does not."
    case (false?, false?): "Both break promises."
    case (true?, true?): "Both keep every promise."
    default: nil
    }
  }

  private var worse: [ComparisonTable.Row] { outcomes.filter(\.isWorse) }
  private var better: [ComparisonTable.Row] { outcomes.filter(\.isBetter) }

  /// The rows that somebody outside meets, and that are shown.
  private var outcomes: [ComparisonTable.Row] {
    rows.filter { $0.figure.isOutcome }
  }

  private func sentence(_ rows: [ComparisonTable.Row], _ word: String) -> String? {
    if rows.isEmpty { return nil }
    let parts = rows.map { row in
      let comparison = row.comparison
      func value(_ value: Double) -> String {
        FigureText.value(
          value, of: row.figure, decimalsAs: Self.scale(comparison), sureTo: comparison.halfWidth)
      }
      return "\(row.figure.title) \(value(comparison.left)) → \(value(comparison.right))"
        + (comparison.relative.map { " (\(FigureText.change($0)))" } ?? "")
    }
    return "B is \(word) in \(ReportText.list(parts))."
  }

  /// What has changed where nobody can tell whether it is chance.
  private var changed: String? {
    guard rows.contains(where: { $0.comparison.significance == .unknown }) else { return nil }
    switch (table.left, table.right) {
    case (.measured, .measured):
      return "One run on each side: how much of the differences is chance cannot be told."
    default:
      return
        "Where the simulated runs are all the same, how much of the difference is chance cannot"
        + " be told."
    }
  }

  private var unclear: String? {
    let rows = outcomes.filter { $0.comparison.significance == .none }
    if rows.isEmpty { return nil }
    return "No significant difference in \(ReportText.list(rows.map { $0.figure.title }))."
  }

  private var warmUp: String? { setting.warmUp.map(WarmUpWords.sentence) }

  // MARK: The table

  /// The value whose size says how many decimals a row has.
  private static func scale(_ comparison: Comparison) -> Double {
    max(comparison.left.magnitude, comparison.right.magnitude)
  }

  private var cells: [[String]] {
    let headings = ["figure", "A", "B", "B − A", "± half", "change", "significance"]
    return [headings]
      + rows.map { row in
        let comparison = row.comparison
        func number(_ value: Double) -> String {
          FigureText.number(
            value, of: row.figure, decimalsAs: Self.scale(comparison),
            sureTo: comparison.halfWidth)
        }
        return [
          FigureText.heading(row.figure), number(comparison.left), number(comparison.right),
          number(comparison.difference), number(comparison.halfWidth),
          comparison.relative.map(FigureText.change) ?? "–", Self.words(row),
        ]
      }
  }

  /// The significance, and which way it goes where it goes any.
  private static func words(_ row: ComparisonTable.Row) -> String {
    let text = row.comparison.significance.text
    return row.isWorse ? text + ", worse" : row.isBetter ? text + ", better" : text
  }

  // MARK: Terminal

  /// All of it in lines of at most 100 columns but for the command.
  public var text: String {
    var text = setting.heading + "\n\n"
    text += ReportText.filled(setting.left, first: "  A   ", further: "      ")
    text += ReportText.filled(setting.right, first: "  B   ", further: "      ") + "\n"
    text += ReportText.answer(answer)
    text += "\n" + ColumnText.lines(cells, words: 1) + "\n"
    for note in notes { text += ReportText.filled(note, first: "  ", further: "  ") }
    return text + "\n  repeat with: \(setting.command)\n"
  }

  /// How the figures come about, a sentence each.
  private var notes: [String] {
    var notes: [String] = []
    switch (table.left, table.right) {
    case (.runs(let left), .runs):
      let count = ScreenText.count(UInt64(left.runs.count), "run")
      notes.append(
        table.isPaired
          ? "\(count) of each, in pairs: both of a pair have the same random numbers (seed"
            + " \(left.runs[0].seed)). ± half of the 95 % interval of the differences, Student's t."
          : "\(count) of each, with random numbers of their own (seed \(left.runs[0].seed)). ± half of"
            + " the 95 % interval of the difference, Welch's t.")
    case (.measured, .runs(let series)), (.runs(let series), .measured):
      notes.append(
        "One measured run beside \(ScreenText.count(UInt64(series.runs.count), "run")) of the"
          + " simulation: the measured one is taken to vary as they do, and the interval is the one in"
          + " which one run more would lie in 95 % of cases.")
    case (.measured, .measured): break
    }
    for (name, side) in [("A", table.left), ("B", table.right)] {
      if case .runs(let series) = side,
        let note = RunWords.withoutRequests(series, side: " of \(name)")
      {
        notes.append(note)
      }
    }
    if [table.left, table.right].contains(where: { $0.runs.contains { $0.isRounded(.latency95) } })
    {
      notes.append(RunWords.roundedPercentiles)
    }
    let tested = rows.count { ![.unknown, .identical].contains($0.comparison.significance) }
    if tested > 0 {
      let words =
        "significant, very, highly: chance alone does as much in less than 5 %, 1 %, 0.1 % of cases"
      notes.append(
        tested == 1
          ? words + "."
          : words + "; of \(tested) figures that do not differ about"
            + " \(NumberText.fixed(Double(tested) * 0.05, decimals: 1)) would be called significant."
      )
    }
    if let tolerance = setting.tolerance, !judged.isEmpty {
      let interval = tested > 0 ? ", whichever value of the interval is true," : ""
      notes.append(
        "A regression is a loss of more than \(ScreenText.percent(tolerance)) of A\(interval) in "
          + ReportText.list(judged.map { $0.figure.title }, "or")
          + (table.left.isSafe == nil || table.right.isSafe == nil
            ? "." : ", and any promise that B breaks and A keeps."))
    }
    return notes
  }

  // MARK: Markdown

  /// The answer and the table, for a pull request.
  public var markdown: String {
    var text = "## \(setting.heading)\n\n- **A**: \(setting.left)\n- **B**: \(setting.right)\n\n"
    for sentence in answer { text += "- \(sentence)\n" }
    text += "\n" + ColumnText.markdown(cells, words: 1) + "\n"
    for note in notes { text += "- \(note)\n" }
    return text + "\nRepeat it with\n\n    \(setting.command)\n"
  }

  // MARK: CSV

  /// One row for each figure.
  public var csv: String {
    let layout = CSVTable(columns: [
      "figure", "a", "b", "difference", "ci_half", "relative", "p", "significance", "regression",
    ])
    var text = layout.header
    let regressions = regressions.map(\.figure)
    for row in table.rows {
      let comparison = row.comparison
      text += layout.line([
        row.figure.text, NumberText.shortest(comparison.left),
        NumberText.shortest(comparison.right), NumberText.shortest(comparison.difference),
        comparison.halfWidth.isFinite ? NumberText.shortest(comparison.halfWidth) : "",
        comparison.relative.map(NumberText.shortest) ?? "",
        comparison.significance == .unknown ? "" : NumberText.shortest(comparison.chance),
        comparison.significance.name, regressions.contains(row.figure) ? "yes" : "no",
      ])
    }
    return text
  }
}

extension ComparisonTable.Side {
  /// The runs that were made; none of a measured side.
  fileprivate var runs: [RunSummary] {
    switch self {
    case .runs(let series): series.runs
    case .measured: []
    }
  }

  /// Whether it has something to say of a figure.
  fileprivate func has(_ figure: RunFigure) -> Bool {
    switch self {
    case .runs(let series):
      series.values(figure).contains { $0 != 0 }
        && RunFigure.told(by: series.runs).contains(figure)
    case .measured(let figures): figures[figure] != nil
    }
  }
}
