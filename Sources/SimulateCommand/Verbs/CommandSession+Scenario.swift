import ScenarioFiles
import ScenarioModel

extension CommandSession {
  /// The scenario that a choice means: with its hazards, its faults and its strategy.
  func scenario(
    of model: ModelChoice, users: RunRequest.Users = .asModelled, userFlags: [Flag] = []
  ) throws(CommandFailure) -> Scenario {
    let source = try ModelSource.named(model.name, io: io)
    var own: [Load] = []
    if case .profile(_, peak: nil, _) = users {
      own = try source.scenario(settings: model.settings, hazards: model.hazards).loads
    } else if !userFlags.isEmpty {
      // A model that lasts too short a time for its settings may be right for these users.
      own = (try? source.scenario(settings: model.settings, hazards: model.hazards))?.loads ?? []
    }
    try requireOneLoad(own, for: userFlags)
    var scenario = try source.scenario(
      settings: model.settings, executor: users.executor(insteadOf: own.first?.executor),
      userFlags: userFlags, hazards: model.hazards)
    try requireOneLoad(scenario.loads, for: userFlags)
    try model.switchOnHazards(in: &scenario)
    try model.addFaults(to: &scenario)
    scenario.strategy = try model.guarding.strategy(in: scenario)
    return scenario
  }

  /// Refuses flags that replace the load of a model which has several.
  private func requireOneLoad(_ loads: [Load], for userFlags: [Flag]) throws(CommandFailure) {
    guard let flag = userFlags.first, loads.count > 1 else { return }
    throw .commandLine([.severalLoads(flag, names: loads.map(\.name))])
  }
}

extension ModelChoice {
  /// The words of a command line that make this choice, without the model's name.
  var words: [String] {
    var words: [String] = []
    switch guarding {
    case .asModelled: break
    case .strategy(let name): words += ["--strategy", name]
    case .layers(let defence):
      words += ["--layers", defence.layers.map(\.rawValue).joined(separator: ",")]
    }
    for hazard in hazards { words += ["--hazard", hazard.rawValue] }
    for fault in faults { words += ["--fault", fault.text] }
    for setting in settings { words += ["--set", "\(setting.path)=\(setting.value)"] }
    return words
  }
}
