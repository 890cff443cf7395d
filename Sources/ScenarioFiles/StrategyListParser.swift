public import ScenarioModel

/// Reads the names of strategies, as `--strategy a` and lists of them write them.
public enum StrategyListParser {
  /// Reads names that are separated by commas.
  ///
  /// - Parameter strategies: The strategies that the model knows.
  /// - Throws: The first of: an unknown strategy, a strategy given twice.
  /// - Complexity: O(*n* · *s*) for *n* names and *s* strategies.
  public static func parse(
    _ text: String, among strategies: [Strategy]
  ) throws(Problem) -> [Strategy] {
    var chosen: [Strategy] = []
    for name in CommaList.items(of: text) {
      let strategy = try strategy(name, among: strategies)
      if chosen.contains(strategy) { throw .duplicateItem(name) }
      chosen.append(strategy)
    }
    return chosen
  }

  /// Finds the strategy of a name.
  public static func strategy(
    _ name: String, among strategies: [Strategy]
  ) throws(Problem) -> Strategy {
    for strategy in strategies where strategy.name == name { return strategy }
    let known = strategies.map { $0.name }
    throw .unknownName(
      .strategy, found: name, known: known,
      suggestion: SpellingSuggestion.closest(to: name, in: known))
  }
}
