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

  /// Each figure that misses, in words, and how much the simulation itself differs between seeds.
  public var misses: [String] {
    comparison.runs.flatMap { run in
      run.misses.map { figure in
        "run \(run.number), \(run.setting): \(figure.figure.text)"
          + " \(value(figure, figure.measured)) measured,"
          + " \(value(figure, figure.simulated)) ± \(value(figure, figure.spread)) simulated"
          + " (\(difference(figure)), allowed \(allowed(figure)))"
      }
    }
  }

  /// How the verdicts come about, a sentence each.
  public var notes: [String] {
    [
      "Each pair is measured → simulated, the mean of \(comparison.seedCount) seeds; ± is the standard"
        + " deviation of one.",
      "Allowed are 3 % in throughput, 10 % in the mean latency, 15 % in its 95th percentile and in"
        + " conflicts, deadlocks, time-outs and lost updates, or three standard deviations of"
        + " repeated runs of that kind where those are more.",
      "A kind of run for which no deviation was measured has the middle of what is said of all runs"
        + " with exponential times: 2 % in throughput and mean, 3.5 % in counts; where all times are"
        + " constant it has none. A fixed backoff counts as an exponential one.",
      "A 95th percentile without a deviation of its own has that of the mean; time-outs have that of"
        + " the throughput.",
      "A count n below 30 may also differ by 3·√n, at least 3: that is chance alone.",
      "Nothing is fitted: a run's parameters and the step times of one user alone go in, all"
        + " measurements of its strategy together.",
    ]
  }

  // MARK: Terminal

  /// The answer, the misses and a table, in lines of at most 100 columns.
  public var text: String {
    var text = lines(answer, indent: 0)
    for miss in misses { text += lines("✗ " + miss, indent: 2) }
    text += "\n" + line(Self.headings, marks: "")
    for run in comparison.runs {
      text += line(cells(of: run), marks: mark(of: run))
      text += lines(counts(of: run), indent: 7)
    }
    text += "\n"
    for note in notes { text += lines(note, indent: 0) }
    return text
  }

  private static let headings = ["run", "strategy", "throughput /s", "mean ms", "p95 ms"]
  private static let widths = [4, 12, 25, 26]

  private func line(_ cells: [String], marks: String) -> String {
    var text = ScreenText.right(cells[0], Self.widths[0]) + " "
    text += ScreenText.left(marks, 2)
    text += ScreenText.left(String(cells[1].prefix { $0 != "," && $0 != "+" }), Self.widths[1])
    for index in 2..<4 { text += ScreenText.left(cells[index], Self.widths[index]) }
    return ScreenText.trimmed(text + cells[4]) + "\n"
  }

  /// A sentence on as many lines as it needs, the further ones two columns further in.
  private func lines(_ sentence: String, indent: Int) -> String {
    let room = ScreenText.width - indent - 2
    var text = ""
    for (index, line) in ScreenText.lines(of: [sentence], within: room).enumerated() {
      text += String(repeating: " ", count: index == 0 ? indent : indent + 2) + line + "\n"
    }
    return text
  }

  /// Parts with commas between them on as many lines as they need, none of them broken.
  private func lines(_ parts: [String], indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var text = ""
    var column = 0
    for part in parts {
      if column == 0 {
        text += margin
        column = indent
      } else if column + 2 + ScreenText.width(of: part) < ScreenText.width {
        text += ", "
        column += 2
      } else {
        text += ",\n" + margin
        column = indent
      }
      text += part
      column += ScreenText.width(of: part)
    }
    return parts.isEmpty ? "" : text + "\n"
  }

  private func mark(of run: SystemComparison.Run) -> String {
    run.isJudged ? (run.misses.isEmpty ? "✓" : "✗") : "·"
  }

  private func cells(of run: SystemComparison.Run) -> [String] {
    [
      "\(run.number)", run.setting, pair(run, .throughput), pair(run, .meanLatency),
      pair(run, .latency95),
    ]
  }

  private func pair(_ run: SystemComparison.Run, _ figure: ComparedFigure) -> String {
    guard let figure = run.comparison(of: figure) else { return "" }
    return "\(value(figure, figure.measured)) → \(value(figure, figure.simulated))"
      + " \(difference(figure))\(figure.verdict == .outside ? " ✗" : "")"
  }

  /// The counts that are not 0 on both sides.
  private func counts(of run: SystemComparison.Run) -> [String] {
    run.figures.compactMap { figure in
      guard figure.figure.isCount, figure.measured != 0 || figure.simulated != 0 else { return nil }
      return figure.figure.text + " \(value(figure, figure.measured)) →"
        + " \(value(figure, figure.simulated)) \(difference(figure))"
        + (figure.verdict == .outside ? " ✗" : "")
    }
  }

  // MARK: Markdown

  public var markdown: String {
    var text = "# Measured systems beside their simulation\n\n**\(answer)**\n\n"
    for miss in misses { text += "- \(miss)\n" }
    text += misses.isEmpty ? "" : "\n"
    for note in notes { text += "* \(note)\n" }
    text += "\n✓ agrees, ✗ is outside of what is allowed, · is a contaminated run.\n\n"
    text += "| run | | setting | throughput /s | mean ms | p95 ms | counts |\n"
    text += "|--:|---|---|---|---|---|---|\n"
    for run in comparison.runs {
      var cells = cells(of: run)
      cells.insert(mark(of: run), at: 1)
      cells.append(counts(of: run).joined(separator: ", "))
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
