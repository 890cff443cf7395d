import ScenarioModel

extension ScenarioBuilder {
  /// The thresholds, in declared order: metrics, and for each a list of expressions.
  mutating func thresholdList(_ node: ModelNode) -> [Threshold] {
    guard let object = openObject(node, expected: .object) else { return [] }
    if object.members.count > ModelLimits.named {
      note(.tooMany(.thresholds, limit: ModelLimits.named), at: node)
      return []
    }
    var thresholds: [Threshold] = []
    for member in object.members {
      let node = object.node(of: member)
      for item in items(node, of: .thresholds, limit: ModelLimits.named, each: "threshold") {
        guard let text = item.text else {
          noteUnexpected(item, .threshold)
          continue
        }
        do throws(Problem) {
          thresholds.append(try ThresholdParser.parse(text, of: member.name))
        } catch {
          if case .unknownName = error {
            findings.note(error, at: member.nameOrigin, path: node.path)
            break
          }
          note(error, at: item)
        }
      }
    }
    return thresholds
  }
}
