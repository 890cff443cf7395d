public import Experiments

/// Measured runs beside their simulation: for the terminal, in Markdown, and as CSV.
///
/// The first line answers: how many runs are inside, and which figures miss.
public struct ValidationReport: Sendable {
  public let comparison: SystemComparison

  public init(_ comparison: SystemComparison) { self.comparison = comparison }

  // MARK: The answer

  /// How many runs agree, in one sentence.
  public var answer: String {
    let judged = comparison.judgedRuns.count
    let inside = comparison.runsInside.count
    let figures = comparison.judgedFigures
    let shown = comparison.runs.count - judged
    var text = "\(inside) of \(judged) judged runs agree in every figure"
    text += " (\(figures - comparison.misses) of \(figures) figures)"
    if shown > 0 { text += "; \(shown) contaminated runs are shown, not judged" }
    return text + "."
  }

  /// Each figure that misses, in words.
  public var misses: [String] {
    comparison.runs.flatMap { run in
      run.misses.map { figure in
        "run \(run.number), \(run.setting): \(figure.figure.text)"
          + " \(value(figure, figure.measured)) measured,"
          + " \(value(figure, figure.simulated)) simulated (\(difference(figure)),"
          + " allowed \(allowed(figure)))"
      }
    }
  }

  // MARK: Terminal

  public var text: String {
    var text = answer + "\n"
    for miss in misses { text += "  ✗ \(miss)\n" }
    text += "\n" + line(Self.headings, marks: "")
    for run in comparison.runs { text += line(cells(of: run), marks: mark(of: run)) }
    text += "\nEach pair is measured and simulated (the mean of \(comparison.seedCount) seeds).\n"
    return text
  }

  private static let headings = [
    "run", "strategy", "throughput /s", "mean ms", "p95 ms", "counts",
  ]
  private static let widths = [4, 12, 24, 26, 26]

  private func line(_ cells: [String], marks: String) -> String {
    var text = ScreenText.right(cells[0], Self.widths[0]) + " "
    text += ScreenText.left(marks, 2)
    for index in 1..<(cells.count - 1) {
      text += ScreenText.left(cells[index], Self.widths[index])
    }
    return ScreenText.trimmed(text + cells[cells.count - 1]) + "\n"
  }

  private func mark(of run: SystemComparison.Run) -> String {
    run.isJudged ? (run.misses.isEmpty ? "✓" : "✗") : "·"
  }

  private func cells(of run: SystemComparison.Run) -> [String] {
    let strategy = run.setting.prefix { $0 != "," }
    return [
      "\(run.number)", String(strategy), pair(run, .throughput), pair(run, .meanLatency),
      pair(run, .latency95), counts(of: run).joined(separator: ", "),
    ]
  }

  private func pair(_ run: SystemComparison.Run, _ figure: ComparedFigure) -> String {
    guard let figure = run.comparison(of: figure) else { return "" }
    return "\(value(figure, figure.measured)) \(value(figure, figure.simulated))"
      + " \(difference(figure))\(figure.verdict == .outside ? " ✗" : "")"
  }

  /// The counts that are not 0 on both sides.
  private func counts(of run: SystemComparison.Run) -> [String] {
    run.figures.compactMap { figure in
      guard figure.figure.isCount, figure.measured != 0 || figure.simulated != 0 else { return nil }
      return figure.figure.text + " \(value(figure, figure.measured))"
        + " \(value(figure, figure.simulated)) \(difference(figure))"
        + (figure.verdict == .outside ? " ✗" : "")
    }
  }

  // MARK: Markdown

  public var markdown: String {
    var text = "# Measured systems beside their simulation\n\n**\(answer)**\n\n"
    for miss in misses { text += "- \(miss)\n" }
    text +=
      "\nEach cell is measured → simulated (the mean of \(comparison.seedCount) seeds) and the"
      + " difference; ✗ is outside of what is allowed, · a contaminated run.\n\n"
    text += "| run | | setting | throughput /s | mean ms | p95 ms | counts |\n"
    text += "|--:|---|---|---|---|---|---|\n"
    for run in comparison.runs {
      var cells = cells(of: run)
      cells[1] = run.setting
      cells.insert(mark(of: run), at: 1)
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    return text
  }

  // MARK: CSV

  /// One row for each figure of each run.
  public var csv: String {
    let layout = CSVTable(columns: [
      "run", "set", "setting", "judged", "figure", "measured", "simulated", "simulated_sd",
      "difference", "allowed", "verdict",
    ])
    var text = layout.header
    for run in comparison.runs {
      for figure in run.figures {
        text += layout.line([
          "\(run.number)", run.series, run.setting, run.isJudged ? "yes" : "no",
          figure.figure.text, NumberText.shortest(figure.measured),
          NumberText.shortest(figure.simulated), NumberText.shortest(figure.spread),
          figure.difference.map(NumberText.shortest) ?? "", NumberText.shortest(figure.allowed),
          figure.verdict.rawValue,
        ])
      }
    }
    return text
  }

  // MARK: Numbers

  private func value(_ figure: FigureComparison, _ value: Double) -> String {
    let isWhole = figure.figure.isCount && value == value.rounded()
    let decimals = isWhole || value >= 1_000 ? 0 : value >= 100 ? 1 : figure.figure.isCount ? 1 : 2
    return ScreenText.grouped(NumberText.fixed(value, decimals: decimals))
  }

  private func difference(_ figure: FigureComparison) -> String {
    guard let difference = figure.difference else {
      let added = figure.simulated - figure.measured
      return (added < 0 ? "−" : "+") + NumberText.fixed(added.magnitude, decimals: 1)
    }
    return (difference < 0 ? "−" : "+")
      + NumberText.fixed(difference.magnitude * 100, decimals: 1) + " %"
  }

  private func allowed(_ figure: FigureComparison) -> String {
    guard figure.measured > 0 else { return NumberText.fixed(figure.allowed, decimals: 0) }
    return NumberText.fixed(figure.allowed / figure.measured * 100, decimals: 0) + " %"
  }
}
