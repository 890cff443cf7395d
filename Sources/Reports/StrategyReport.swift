public import Experiments
import ContentionEngine
import ScenarioModel

/// The table of every strategy in every variant of a model, in Markdown and as CSV, and what it
/// means.
///
/// Every sentence is derived from the figures, so that a rebuilt report never says what its table
/// does not.
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

  /// One row for each strategy and variant: the mean of each figure, and the half-width of its 95 %
  /// interval.
  public var csv: String {
    var columns = ["strategy", "variant", "runs", "safe"]
    for figure in RunFigure.allCases { columns += [figure.text, figure.text + "_ci95"] }
    let layout = CSVTable(columns: columns)
    var text = layout.header
    for row in table.rows {
      var fields = [
        row.strategy.name, row.variant, "\(row.series.runs.count)",
        row.series.isSafe ? "yes" : "no",
      ]
      for figure in RunFigure.allCases {
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
    for sentence in sentences { text += "\(sentence)\n" }
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
    let quoted = names.map { "`\($0)`" }
    guard let last = quoted.last else { return "none of them" }
    return quoted.count == 1
      ? last : quoted.dropLast().joined(separator: ", ") + " and " + last
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
      "\(count(lost[0])) updates a run are lost under `none` with think time \(bare[0].variant),"
      + " \(count(lost[1])) with \(bare[1].variant)"
    let meetings =
      "\(count(conflicts[0])) conflicts under `optimistic` against \(count(conflicts[1]))"
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

  private var cost: String? {
    let safe = strategies.filter { strategy in rows(of: strategy).allSatisfy(\.series.isSafe) }
    let ranked = safe.compactMap { strategy -> (name: String, p95: Double)? in
      rows(of: strategy).first.map { (strategy.name, $0[.latency95].mean) }
    }.sorted { ($0.p95, $0.name) < ($1.p95, $1.name) }
    guard let best = ranked.first, let worst = ranked.last, let row = table.rows.first else {
      return nil
    }
    let rates = safe.compactMap { rows(of: $0).first?[.requestsPerSecond].mean }
    let most = rates.max() ?? 0
    let least = rates.min() ?? 0
    let throughput =
      least > 0 && (most - least) / most < 0.05
      ? "throughput is set by the users, who think for a second (within"
        + " \(NumberText.fixed((most - least) / most * 100, decimals: 1)) %)"
      : "throughput differs by \(NumberText.fixed((most - least) / most * 100, decimals: 1)) %"
    return
      "**Cost:** with think time \(row.variant), among the safe ones \(throughput); p95 runs from"
      + " \(milliseconds(best.p95)) (`\(best.name)`) to \(milliseconds(worst.p95)) (`\(worst.name)`)."
  }

  /// What a distributed lock before the optimistic one does to conflicts and to latency.
  private var lockFirst: String? {
    guard let alone = strategies.first(where: { $0.name == "optimistic" }),
      let behind = strategies.first(where: { $0.name == "three-layer" }),
      let before = rows(of: alone).first, let after = rows(of: behind).first
    else { return nil }
    let conflicts = (before[.versionConflicts].mean, after[.versionConflicts].mean)
    let p95 = (before[.latency95].mean, after[.latency95].mean)
    return "**Layers:** behind a distributed lock the optimistic one meets"
      + " \(NumberText.fixed(conflicts.1, decimals: 1)) conflicts a run instead of"
      + " \(NumberText.fixed(conflicts.0, decimals: 1)), and p95 is \(milliseconds(p95.1)) instead of"
      + " \(milliseconds(p95.0)); the layers back each other up, and each costs its round trips."
  }

  private func milliseconds(_ nanoseconds: Double) -> String {
    NumberText.fixed(nanoseconds / 1e6, decimals: 1) + " ms"
  }
}
