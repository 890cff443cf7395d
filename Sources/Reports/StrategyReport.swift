public import Experiments
import ContentionEngine
import ScenarioModel

/// The table of every strategy in every variant of a model, in Markdown and as CSV, and what it
/// means.
///
/// Every figure, name and comparison in the sentences is read from the table, so that a rebuilt
/// report never says what its table does not; a reason stands only where the figures show what it
/// explains.
public struct StrategyReport: Sendable {
  public let table: StrategyTable
  /// The title of the model, such as `Balance charge`.
  public let title: String
  /// What all runs have in common, in a sentence.
  public let setting: String
  /// The command that rebuilds the report.
  public let command: String

  public init(table: StrategyTable, title: String, setting: String, command: String) {
    self.table = table
    self.title = title
    self.setting = setting
    self.command = command
  }

  // MARK: CSV

  /// The figures of the file, in the order of its columns, which does not change when a run has
  /// more.
  private static let figures: [RunFigure] = [
    .successShare, .requestsPerSecond, .successesPerSecond, .meanLatency, .medianLatency,
    .latency95, .latency99, .versionConflicts, .retriesPerRequest, .lostUpdates, .duplicateEffects,
    .oversold,
  ]

  /// One row for each strategy and variant: the mean of each figure, and the half-width of its 95 %
  /// interval.
  public var csv: String {
    var columns = ["strategy", "variant", "runs", "safe"]
    for figure in Self.figures { columns += [figure.text, figure.text + "_ci95"] }
    let layout = CSVTable(columns: columns)
    var text = layout.header
    for row in table.rows {
      var fields = [
        row.strategy.name, row.variant, "\(row.series.runs.count)",
        row.series.isSafe ? "yes" : "no",
      ]
      for figure in Self.figures {
        let interval = row[figure]
        fields += [NumberText.shortest(interval.mean), NumberText.shortest(interval.halfWidth)]
      }
      text += layout.line(fields)
    }
    return text
  }

  // MARK: Markdown

  public var markdown: String {
    var text = "# \(title): every strategy side by side\n\n\(setting)\n"
    text += "Each figure is the mean of the runs ± half of its 95 % interval (Student's t).\n\n"
    for sentence in sentences { text += "- \(sentence)\n" }
    text += "\n| strategy | think time | promises | lost updates | success | requests/s | p95 ms |"
    text += " conflicts | retries/request |\n"
    text += "|---|---|---|--:|--:|--:|--:|--:|--:|\n"
    for row in table.rows {
      let cells = [
        row.strategy.name, row.variant, row.series.isSafe ? "✓ held" : "✗ broken",
        count(row[.lostUpdates]), percentage(row[.successShare]),
        interval(row[.requestsPerSecond], 1),
        interval(scaled(row[.latency95], by: 1e-6), 2), count(row[.versionConflicts]),
        interval(row[.retriesPerRequest], 4),
      ]
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    text +=
      "\nThe same table with every figure: `strategies.csv`. Rebuild both with\n\n    \(command)\n"
    return text
  }

  private struct Spread {
    let mean: Double
    let halfWidth: Double
  }

  private func scaled(_ interval: ConfidenceInterval, by factor: Double) -> Spread {
    Spread(mean: interval.mean * factor, halfWidth: interval.halfWidth * factor)
  }

  private func interval(_ spread: Spread, _ decimals: Int) -> String {
    let mean = NumberText.fixed(spread.mean, decimals: decimals)
    if spread.halfWidth == 0 { return mean }
    return "\(mean) ± \(NumberText.fixed(spread.halfWidth, decimals: decimals))"
  }
  private func interval(_ figure: ConfidenceInterval, _ decimals: Int) -> String {
    interval(scaled(figure, by: 1), decimals)
  }
  private func count(_ figure: ConfidenceInterval) -> String {
    interval(figure, figure.mean < 100 && figure.mean > 0 ? 1 : 0)
  }
  private func percentage(_ figure: ConfidenceInterval) -> String {
    interval(scaled(figure, by: 100), 2) + " %"
  }

  // MARK: What it means

  /// Five sentences about the table.
  public var sentences: [String] {
    [safety, losses, phase, cost, lockFirst].compactMap { $0 }
  }

  private func rows(of strategy: Strategy) -> [StrategyTable.Row] {
    table.rows.filter { $0.strategy == strategy }
  }

  private var strategies: [Strategy] {
    var found: [Strategy] = []
    for row in table.rows where !found.contains(row.strategy) { found.append(row.strategy) }
    return found
  }

  private func list(_ names: [String]) -> String {
    names.isEmpty ? "none of them" : ReportText.list(names.map { "`\($0)`" })
  }

  private var safety: String {
    let safe = strategies.filter { strategy in rows(of: strategy).allSatisfy(\.series.isSafe) }
    let runs = rows(of: strategies[0]).reduce(0) { $0 + $1.series.runs.count }
    return "**Safe:** \(list(safe.map(\.name))) kept every promise in all \(runs) runs."
  }

  private var losses: String? {
    let broken = strategies.filter { strategy in !rows(of: strategy).allSatisfy(\.series.isSafe) }
    if broken.isEmpty { return "**Unsafe:** no strategy broke a promise here." }
    let parts = broken.map { strategy in
      let figures = rows(of: strategy).map { row in
        "\(NumberText.fixed(row[.lostUpdates].mean, decimals: 0)) (\(row.variant))"
      }
      return "`\(strategy.name)` lost \(figures.joined(separator: " and ")) updates a run"
    }
    let keyAlone = broken.contains { $0.defence.idempotencyKey && $0.defence.writeGuard == .none }
    return "**Unsafe:** " + parts.joined(separator: ", ")
      + (keyAlone ? "; a key stops the same request twice, not two requests at once." : ".")
  }

  /// What constant think times do: users who are in step meet again and again, unless a backoff
  /// parts them.
  private var phase: String? {
    guard let bare = strategies.first(where: { $0.name == "none" }).map(rows(of:)), bare.count == 2,
      let retried = strategies.first(where: { $0.name == "optimistic" }).map(rows(of:)),
      retried.count == 2
    else { return nil }
    let lost = bare.map(\.[.lostUpdates])
    let conflicts = retried.map(\.[.versionConflicts])
    let losses =
      "`none` loses \(count(lost[0])) updates a run (\(bare[0].variant)) and"
      + " \(count(lost[1])) (\(bare[1].variant))"
    let meetings =
      "`optimistic` meets \(count(conflicts[0])) and \(count(conflicts[1])) conflicts"
    let meetAgain = lost[0].lower > lost[1].upper
    let arePartedByBackoff = conflicts[0].upper < conflicts[1].lower
    let first = "**In step:** " + losses + (meetAgain ? ": who has met once meets again" : "")
    let second =
      "; " + meetings + (arePartedByBackoff ? ": the first backoff parts them for good" : "")
    let moral =
      meetAgain || arePartedByBackoff
      ? "; a script that sleeps a constant time measures this pattern and not the load." : "."
    return first + second + moral
  }

  /// What the safe strategies cost in each variant, and whose cost depends on the variant most.
  private var cost: String? {
    let safe = strategies.filter { strategy in rows(of: strategy).allSatisfy(\.series.isSafe) }
    var ranges: [String] = []
    var spreads: [String] = []
    for variant in variants {
      let rows = safe.compactMap { table.row($0.name, variant) }
      let ranked = rows.sorted {
        ($0[.latency95].mean, $0.strategy.name) < ($1[.latency95].mean, $1.strategy.name)
      }
      guard let best = ranked.first, let worst = ranked.last else { return nil }
      ranges.append(
        "from \(milliseconds(best)) with `\(best.strategy.name)` to \(milliseconds(worst))"
          + " with `\(worst.strategy.name)` (\(variant))")
      let rates = rows.map { $0[.requestsPerSecond].mean }
      let most = rates.max() ?? 0
      let share = most > 0 ? (most - (rates.min() ?? 0)) / most : 0
      spreads.append(NumberText.fixed(share * 100, decimals: 1) + " %")
    }
    if ranges.isEmpty { return nil }
    return "**Cost:** p95 of the safe ones runs \(ranges.joined(separator: " and "));"
      + " their throughput differs by \(spreads.joined(separator: " and "))"
      + (mostChanged(of: safe) ?? "") + "."
  }

  /// The strategy whose p95 differs most between two variants, in proportion.
  private func mostChanged(of strategies: [Strategy]) -> String? {
    guard variants.count == 2 else { return nil }
    var found: (rows: [StrategyTable.Row], ratio: Double)?
    for strategy in strategies {
      let pair = rows(of: strategy)
      let values = pair.map(\.[.latency95].mean)
      guard values.count == 2, values[0] > 0, values[1] > 0 else { continue }
      let ratio = max(values[0] / values[1], values[1] / values[0])
      if ratio > found?.ratio ?? 1 { found = (pair, ratio) }
    }
    guard let rows = found?.rows else { return nil }
    return "; the think time matters most to `\(rows[0].strategy.name)`,"
      + " with \(milliseconds(rows[0])) and \(milliseconds(rows[1]))"
  }

  /// What a distributed lock before the optimistic one does to conflicts and to latency.
  private var lockFirst: String? {
    let parts = variants.compactMap { variant -> String? in
      guard let alone = table.row("optimistic", variant),
        let behind = table.row("three-layer", variant)
      else { return nil }
      let before = alone[.latency95]
      let after = behind[.latency95]
      let way =
        after.lower > before.upper ? "rises" : after.upper < before.lower ? "falls" : "goes"
      return "\(count(alone[.versionConflicts])) conflicts a run become"
        + " \(count(behind[.versionConflicts])) and p95 \(way) from \(milliseconds(alone))"
        + " to \(milliseconds(behind)) (\(variant))"
    }
    if parts.isEmpty { return nil }
    return "**Layers:** from `optimistic` to `three-layer`, " + parts.joined(separator: "; ") + "."
  }

  private var variants: [String] {
    var found: [String] = []
    for row in table.rows where !found.contains(row.variant) { found.append(row.variant) }
    return found
  }

  private func milliseconds(_ row: StrategyTable.Row) -> String {
    NumberText.fixed(row[.latency95].mean / 1e6, decimals: 1) + " ms"
  }
}
