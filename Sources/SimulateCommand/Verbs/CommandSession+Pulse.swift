import Experiments
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Lets the database stand still under each load and each policy of the clients, and prints what
  /// came back.
  func pulse(_ request: PulseRequest) throws(CommandFailure) {
    let source = try ModelSource.named(request.model.name, io: io)
    var scenario = try source.scenario(settings: request.model.settings)
    guard scenario.loads.count == 1 else {
      throw .commandLine([.needsOneLoad(.pulse, names: scenario.loads.map(\.name))])
    }
    scenario.strategy = try request.model.guarding.strategy(in: scenario)
    let pulse = try request.pulse()
    let isByRate = scenario.loads[0].executor.arrivalRate != nil
    let steps = PulseLoads(of: scenario, seed: request.options.seed)
    let loads = try loads(request, isByRate: isByRate, steps: steps)
    let csv = try createOutput(request.options.csvPath)
    defer { csv?.discard() }
    let markdown = try createOutput(request.options.markdownPath)
    defer { markdown?.discard() }

    let own = scenario.loads[0].client
    let experiment = PulseExperiment(
      scenario, policies: PulsePolicy.all(like: own), loads: loads, pulse: pulse,
      seeds: Self.seeds(from: request.options.seed, request.options.replications))
    let table = try runInParallel(
      experiment, title: "pulse", showsProgress: request.options.showsProgress,
      atOnce: request.options.jobs)
    let report = PulseReport(
      table,
      setting: PulseSetting(
        title: scenario.title,
        heading: "\(scenario.name) · the database stands still for \(request.stall.description)"
          + " · \(Self.counted(experiment.runCount, "run"))",
        unit: isByRate ? "/s" : " users", capacity: steps.capacity, pilot: steps.pilot,
        client: (own ?? PulsePolicy.usualClient).sentence, isClientOfModel: own != nil,
        command: request.commandLine,
        replays: table.rows.map { PulsedModel(request, source).replay($0, of: experiment) }))
    try finish(csv, with: report.csv)
    try finish(markdown, with: report.markdown)
    try show(report.text)
  }

  /// The loads to try, in the unit of the model's own.
  private func loads(
    _ request: PulseRequest, isByRate: Bool, steps: PulseLoads
  ) throws(CommandFailure) -> [Int] {
    switch request.loads {
    case .steps: return steps.loads
    case .rates(let rates):
      guard isByRate else { throw .commandLine([.loadOfOtherUnit(.rate)]) }
      return rates
    case .users(let users):
      guard !isByRate else { throw .commandLine([.loadOfOtherUnit(.vus)]) }
      return users
    }
  }
}

extension PulseRequest {
  /// When the database stands still, and how long the load is.
  func pulse() throws(CommandFailure) -> PulseExperiment.Pulse {
    guard let duration else { return PulseExperiment.Pulse(of: stall) }
    let least = PulseExperiment.Pulse.shortestLoad(for: stall)
    guard duration >= least else {
      throw .commandLine([.stallNotOver(duration: duration, stall: stall, least: least)])
    }
    return PulseExperiment.Pulse(of: stall, in: duration)
  }

  /// The command line that makes this comparison again, without the files that it wrote.
  var commandLine: String {
    var words = ["simulate", "pulse", "--model", model.name]
    switch model.guarding {
    case .asModelled: break
    case .strategy(let name): words += ["--strategy", name]
    case .layers(let defence): words += ["--layers", DefenceCombination(defence).name]
    }
    if stall != Self.usualStall { words += ["--stall", stall.description] }
    switch loads {
    case .steps: break
    case .rates(let rates):
      words += ["--rate", rates.map(String.init).joined(separator: ",")]
    case .users(let users): words += ["--vus", users.map(String.init).joined(separator: ",")]
    }
    if let duration { words += ["--duration", duration.description] }
    for setting in model.settings { words += ["--set", "\(setting.path)=\(setting.value)"] }
    words += options.words
    return words.map(RunRequest.shellWord).joined(separator: " ")
  }
}
