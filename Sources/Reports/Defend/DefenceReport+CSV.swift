import ContentionEngine
import Experiments
import ScenarioModel

extension DefenceReport {
  /// One row for each combination under each fault and hazard.
  ///
  /// For each promise how often it was examined, how often broken, and in how many runs; for each
  /// figure the mean, the half-width of its 95 % interval, and the same of its difference from the
  /// run of the same seed in which nothing goes wrong (empty where that is not compared); and the
  /// command that makes the first broken run again, or the first run (empty where no flags say it).
  public var csv: String {
    var columns = ["hazard", "fault", "layers", "runs", "fault_happened", "safe"]
    for promise in DefenceTable.promises {
      let name = promise.name.split(separator: "-").joined(separator: "_")
      columns += [name + "_examined", name + "_broken", name + "_runs_broken"]
    }
    for figure in DefenceFigure.allCases {
      columns += [
        figure.text, figure.text + "_ci95", figure.text + "_change", figure.text + "_change_ci95",
      ]
    }
    columns.append("command")
    let layout = CSVTable(columns: columns)
    var text = layout.header
    for section in table.sections {
      let baseline = section.fault == .none ? nil : table.baseline(of: section)
      for row in section.rows {
        text += layout.line(fields(of: row, in: section, baseline: baseline))
      }
    }
    return text
  }

  private func fields(
    of row: DefenceTable.Row, in section: DefenceTable.Section, baseline: DefenceTable.Section?
  ) -> [String] {
    var fields = [
      section.hazard?.rawValue ?? "none",
      section.fault == .none ? "none" : DefenceWords.fault(section.fault), row.combination.name,
      "\(row.runs.count)", "\(row.struck)", row.isSafe ? "yes" : "no",
    ]
    for promise in DefenceTable.promises {
      fields += [
        "\(row.examined(promise))", "\(row.broken(promise))", "\(row.runsBreaking(promise))",
      ]
    }
    let quiet = baseline?.row(row.combination)
    for figure in DefenceFigure.allCases {
      fields += ReportText.csvFields(of: row[figure])
      fields +=
        quiet.map { ReportText.csvFields(of: row.difference(figure, from: $0)) } ?? ["", ""]
    }
    let run =
      row.runs.first { run in
        DefenceTable.promises.contains { !run.finding($0).isHeld }
      } ?? row.runs[0]
    let words = replay(run, row.combination, hazard: section.hazard)
    fields.append(words.map { (["simulate"] + $0).joined(separator: " ") } ?? "")
    return fields
  }
}
