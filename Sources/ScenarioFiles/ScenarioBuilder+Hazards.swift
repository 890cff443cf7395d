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
        hazards.append(try HazardParser.add(name, to: hazards))
      } catch {
        note(error, at: item)
      }
    }
    return hazards
  }
}
