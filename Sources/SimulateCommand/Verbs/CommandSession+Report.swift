import Experiments
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Runs every strategy with constant and with exponential think times, and writes the table in Markdown and CSV.
  func reportStrategies(into folder: String, showsProgress: Bool) throws(CommandFailure) {
    let users = 1_000
    let seeds: [UInt64] = Array(1...10)
    let load = Executor.constantVUs(vus: users, duration: .seconds(60))
    guard let model = ModelSource.bundled(ModelChoice.defaultName) else {
      throw .commandLine([
        .unknownBundledModel(ModelChoice.defaultName, known: ModelSource.bundledNames)
      ])
    }
    let constant = try model.scenario(executor: load)
    let exponential = try model.scenario(
      settings: [ModelOverride(path: "iteration[1].sleep", value: "{ exponential: '1s' }")],
      executor: load)
    let comparison = StrategyComparison(
      variants: [
        .init(name: "constant 1 s", scenario: constant),
        .init(name: "exponential, mean 1 s", scenario: exponential),
      ], strategies: constant.strategies, seeds: seeds)
    let table = try runInParallel(comparison, title: "strategies", showsProgress: showsProgress)
    let report = StrategyReport(
      table: table, title: constant.title,
      setting: "\(users) users charge 100 balances for 60 virtual seconds (model"
        + " `\(constant.name)`), once with `sleep 1s` as k6 scripts do and once with exponential"
        + " think time of the same mean; seeds \(seeds[0]) to \(seeds[seeds.count - 1]). Rates are over"
        + " the whole run, which ends with the last user's pause.",
      command: "simulate report strategies")
    try write(report.markdown, to: folder + "/strategies.md")
    try write(report.csv, to: folder + "/strategies.csv")
    try show("wrote \(folder)/strategies.md and \(folder)/strategies.csv\n")
  }

  private func write(_ text: String, to path: String) throws(CommandFailure) {
    do throws(FileFailure) {
      let file = try io.createFile(path)
      defer { file.discard() }
      try file.append(Array(text.utf8))
      try file.commit()
    } catch {
      throw .file(error)
    }
  }
}
