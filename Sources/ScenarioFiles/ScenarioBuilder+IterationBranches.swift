import ScenarioModel
import SimulationBasics

// Steps of an iteration that decide which others are done, and requests that are sent twice.
extension ScenarioBuilder {
  mutating func chosenIteration(
    _ node: ModelNode, in scope: inout IterationScope
  ) -> IterationStep? {
    enterBranches(at: node, in: &scope)
    defer { scope.branchDepth -= 1 }
    let items = items(node, of: .branches, limit: ModelLimits.branches, each: "list of steps")
    var branches: [WeightedIteration] = []
    for item in items {
      guard let object = object(item, keys: ["weight", "steps"]) else { continue }
      let weight = required("weight", in: object, .wholeNumberAtLeast(0)).flatMap {
        count($0, in: 0...ModelLimits.weight)
      }
      guard let node = required("steps", in: object, .list) else { continue }
      let steps = iterationStepsOrNone(node, in: &scope)
      guard let weight else { continue }
      branches.append(WeightedIteration(weight: UInt32(weight), steps: steps))
    }
    guard !items.isEmpty, branches.count == items.count else {
      scope.hasUnknownStep = true
      return nil
    }
    if branches.allSatisfy({ $0.weight == 0 }) { note(.step(.noWeight), at: node) }
    return .choose(branches)
  }

  mutating func ifStatus(
    _ node: ModelNode, _ object: ModelObject, in scope: inout IterationScope
  ) -> IterationStep? {
    enterBranches(at: node, in: &scope)
    defer { scope.branchDepth -= 1 }
    if !scope.hasRequest && !scope.hasUnknownStep { note(.branchBeforeRequest, at: node) }
    let statuses = answeredStatuses(node)
    let steps =
      required("steps", in: object, .list).map { iterationStepsOrNone($0, in: &scope) } ?? []
    let otherwise = object["otherwise"].map { iterationStepsOrNone($0, in: &scope) } ?? []
    return .ifStatus(statuses, steps: steps, otherwise: otherwise)
  }

  /// The steps of a list, which may be empty where doing nothing is a choice.
  private mutating func iterationStepsOrNone(
    _ node: ModelNode, in scope: inout IterationScope
  ) -> [IterationStep] {
    if case .list(let values) = node.value.kind, values.isEmpty { return [] }
    return iterationSteps(node, in: &scope)
  }

  /// Counts one more step that decides; the first that is one too deep is noted.
  private mutating func enterBranches(at node: ModelNode, in scope: inout IterationScope) {
    scope.branchDepth += 1
    if scope.branchDepth == ModelLimits.nestedBranches + 1 {
      note(.tooMany(.nestedBranches, limit: ModelLimits.nestedBranches), at: node)
    }
  }

  /// When the same request is sent once more: a constant time, or an object with more to say.
  mutating func doubleClick(_ node: ModelNode) -> DoubleClick? {
    switch node.value.kind {
    case .text, .number: return positiveTime(node).map { DoubleClick(after: .constant($0)) }
    case .object: break
    case .null, .truth, .list, .malformed:
      noteUnexpected(node, .doubleClick)
      return nil
    }
    guard let object = object(node, keys: ["after", "probability"]) else { return nil }
    let after = required("after", in: object, .time).flatMap { node in
      let time = self.time(node)
      if time == .constant(.zero) { noteUnexpected(node, .positiveTime) }
      return time
    }
    let probability: Double? =
      if let node = object["probability"] { self.probability(node) } else { 1 }
    guard let after, let probability else { return nil }
    return DoubleClick(after: after, probability: probability)
  }

  // MARK: - Statuses

  /// The statuses that a step asks for: one, or a list; 0 is the status of a request that had no
  /// answer.
  mutating func answeredStatuses(_ node: ModelNode) -> [UInt16] {
    guard case .list = node.value.kind else { return answeredStatus(node).map { [$0] } ?? [] }
    var statuses: [UInt16] = []
    for item in items(node, of: .statuses, limit: ModelLimits.named, each: "status") {
      guard let status = answeredStatus(item) else { continue }
      if statuses.contains(status) { note(.duplicateItem("\(status)"), at: item) }
      statuses.append(status)
    }
    return statuses
  }

  private mutating func answeredStatus(_ node: ModelNode) -> UInt16? {
    if case .number(let literal) = node.value.kind, literal.whole == .exactly(0) { return 0 }
    return status(node)
  }
}
