import Experiments
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Runs every combination of layers under every fault, and prints what broke and what it cost.
  ///
  /// A broken promise is a result: only what keeps the comparison from being made is a failure.
  func defend(_ request: DefendRequest) throws(CommandFailure) {
    let model = try DefendedModel(request, try ModelSource.named(request.model.name, io: io))
    let faults = try model.faults(request)
    let hazards = try model.hazards(request)
    let csv = try createOutput(request.options.csvPath)
    defer { csv?.discard() }
    let markdown = try createOutput(request.options.markdownPath)
    defer { markdown?.discard() }

    let experiment = DefenceExperiment(
      model.scenario, combinations: request.combinations, faults: faults, hazards: hazards,
      seeds: Self.seeds(from: request.options.seed, request.options.replications))
    let table = try runInParallel(
      experiment, title: "defend", showsProgress: request.options.showsProgress,
      atOnce: request.options.jobs)
    let scenario = model.scenario
    let client = scenario.loads.compactMap(\.client).first?.sentence ?? ""
    let report = DefenceReport(
      table,
      setting: DefenceSetting(
        title: scenario.title,
        heading: heading(of: scenario) + " · \(scenario.system.instances) instances"
          + " · \(Self.counted(experiment.runCount, "run"))",
        length: scenario.end.description, client: client,
        remarks: model.remarks, command: request.commandLine, replay: model.flags,
        hunt: scenario.loads.count == 1 ? request.huntWords : []))
    try finish(csv, with: report.csv)
    try finish(markdown, with: report.markdown)
    try show(report.text)
  }

  /// Seeds that follow one another; behind the last number comes 0.
  static func seeds(from first: UInt64, _ count: Int) -> [UInt64] {
    (0..<count).map { first &+ UInt64($0) }
  }

  /// A number with its noun: "1 run", "2 runs".
  static func counted(_ count: Int, _ noun: String) -> String {
    NumberText.grouped(UInt64(count)) + " " + noun + (count == 1 ? "" : "s")
  }

  /// The model and its load, as the first line of a comparison has them.
  func heading(of scenario: Scenario) -> String {
    let load = scenario.loads[0].executor
    let words =
      scenario.loads.count > 1
      ? "\(scenario.loads.count) scenarios"
      : Self.counted(load.mostUsers, "user")
    let end = scenario.end
    let isExact = scenario.loads.allSatisfy { $0.executor.lastsForATime }
    return "\(scenario.name) · \(words) · \(isExact ? "" : "up to ")\(end.description)"
  }
}

extension DefendRequest {
  /// The words of a hunt in the same model, up to layers, fault and promise.
  var huntWords: [String] {
    ["--model \(RunRequest.shellWord(model.name))"]
      + model.settings.map { "--set \(RunRequest.shellWord("\($0.path)=\($0.value)"))" }
  }

  /// The command line that makes this comparison again, without the files that it wrote.
  var commandLine: String {
    var words = ["simulate", "defend", "--model", model.name]
    if combinations != DefenceCombination.all {
      for combination in combinations { words += ["--layers", combination.name] }
    }
    if let faults {
      if faults.isEmpty { words += ["--fault", "none"] }
      for fault in faults {
        switch fault {
        case .kind(let kind): words += ["--fault", kind.flagName]
        case .written(let fault): words += ["--fault", fault.text]
        }
      }
    }
    for hazard in hazards { words += ["--hazard", hazard.rawValue] }
    if let users { words += ["--vus", "\(users)"] }
    if let duration { words += ["--duration", duration.description] }
    for setting in model.settings { words += ["--set", "\(setting.path)=\(setting.value)"] }
    words += options.words
    return words.map(RunRequest.shellWord).joined(separator: " ")
  }
}
