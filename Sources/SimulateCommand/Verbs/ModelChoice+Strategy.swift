import ScenarioModel

extension ModelChoice.Guarding {
  /// The strategy that this choice means for a model.
  func strategy(in scenario: Scenario) throws(CommandFailure) -> Strategy {
    switch self {
    case .asModelled: return scenario.strategy
    case .strategy(let name):
      guard let strategy = scenario.strategies.first(where: { $0.name == name }) else {
        throw .commandLine([.unknownStrategy(name, known: scenario.strategies.map(\.name))])
      }
      return strategy
    case .layers(let defence):
      return Strategy(name: defence.layers.map(\.rawValue).joined(separator: ","), defence: defence)
    }
  }
}
