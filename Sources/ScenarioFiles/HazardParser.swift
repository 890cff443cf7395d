public import ScenarioModel

/// Reads the names of hazards, as `--hazard NAME` and `hazards: [NAME]` give them.
public enum HazardParser {
  /// The hazard of a name, which is not one of those before it.
  ///
  /// - Throws: That there is none of the name, or that it is given twice.
  public static func parse(_ name: String, after hazards: [Hazard]) throws(Problem) -> Hazard {
    guard let hazard = Hazard(rawValue: name) else {
      let known = Hazard.allCases.map { $0.rawValue }
      throw .unknownName(
        .hazard, found: name, known: known,
        suggestion: SpellingSuggestion.closest(to: name, in: known))
    }
    if hazards.contains(hazard) { throw .duplicateItem(name) }
    return hazard
  }

  /// Checks that a scenario has what the mistake is made with.
  ///
  /// - Throws: What is missing.
  public static func check(_ hazard: Hazard, in scenario: Scenario) throws(Problem) {
    if hazard.applies(to: scenario) { return }
    throw .hazardNeeds(hazard: hazard.rawValue, requirement: hazard.requirement)
  }
}
