public import ScenarioModel

/// Reads the names of hazards, as `--hazard NAME` and `hazards: [NAME]` give them.
public enum HazardParser {
  /// The hazard of a name.
  ///
  /// - Throws: That there is none of the name.
  public static func parse(_ name: String) throws(Problem) -> Hazard {
    if let hazard = Hazard(rawValue: name) { return hazard }
    let known = Hazard.allCases.map { $0.rawValue }
    throw .unknownName(
      .hazard, found: name, known: known,
      suggestion: SpellingSuggestion.closest(to: name, in: known))
  }

  /// The hazard of a name, which is not one of those before it.
  static func add(_ name: String, to hazards: [Hazard]) throws(Problem) -> Hazard {
    let hazard = try parse(name)
    if hazards.contains(hazard) { throw .duplicateItem(name) }
    return hazard
  }
}
