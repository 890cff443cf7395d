import ScenarioModel

extension ScenarioBuilder {
  /// The hazards that are switched on; a list without any is one, so that `--set` can switch all
  /// off.
  mutating func hazardList(_ node: ModelNode) -> [Hazard] {
    if case .list(let values) = node.value.kind, values.isEmpty { return [] }
    var hazards: [Hazard] = []
    for item in items(node, of: .hazards, limit: ModelLimits.named, each: "hazard") {
      guard let name = nonEmptyText(item) else { continue }
      do throws(Problem) {
        let hazard = try HazardParser.parse(name, after: hazards)
        hazards.append(hazard)
        hazardNodes.append((hazard, item))
      } catch {
        note(error, at: item)
      }
    }
    return hazards
  }

  /// Whether a list of hazards, which is read later, has one of them.
  func names(_ hazard: Hazard, in node: ModelNode?) -> Bool {
    guard case .list(let values)? = node?.value.kind else { return false }
    return values.contains { value in
      if case .text(hazard.rawValue) = value.kind { true } else { false }
    }
  }

  /// Notes the hazards with which nothing in the scenario can go wrong.
  mutating func noteIdleHazards(of scenario: Scenario) {
    for (hazard, node) in hazardNodes {
      do throws(Problem) {
        try HazardParser.check(hazard, in: scenario)
      } catch {
        note(error, at: node)
      }
    }
  }
}
