import ContentionEngine
import Experiments
import ScenarioModel

/// The commands that show what broke.
extension DefenceReport {
  /// A run that shows what a fault or a mistake breaks, with its timeline: that of the first
  /// combination that holds without it, the first of its runs that breaks; `nil` when it breaks
  /// nothing that holds without it, or no flags say the run.
  func replay(of section: DefenceTable.Section, broken: [SafetyPromise]) -> [String]? {
    guard let reference = reference(of: section) else { return nil }
    for promise in broken {
      for row in section.rows where !row.holds(promise) {
        guard reference.row(row.combination)?.holds(promise) ?? false,
          let run = row.runs.first(where: { !$0.finding(promise).isHeld })
        else { continue }
        return replay(run, row.combination, hazard: section.hazard).map {
          $0 + ["--timeline \(promise.name)"]
        }
      }
    }
    return nil
  }

  /// The words of the command that makes a run again; `nil` where no flags say it.
  func replay(
    _ run: DefendedRun, _ combination: DefenceCombination, hazard: Hazard?
  ) -> [String]? {
    guard var words = setting.replay else { return nil }
    words +=
      combination.layers.isEmpty ? ["--strategy none"] : ["--layers \(combination.name)"]
    if let hazard { words.append("--hazard \(hazard.rawValue)") }
    if let fault = run.fault { words.append("--fault \(fault.text)") }
    return words + ["--seed \(run.seed)"]
  }
}
