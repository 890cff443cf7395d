import ScenarioModel
import SimulationBasics

// Steps that decide which others are done, and how often.
extension ScenarioBuilder {
  mutating func forEach(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    let names = scope.keys.map { $0.name }
    let key = nonEmptyText(node).flatMap { index(of: $0, in: names, .key, at: node) }
    guard let key else {
      _ = innerSteps(object, of: "forEach", in: &scope)
      return nil
    }
    if scope.eachKeys.contains(key) {
      note(.step(.notInside(step: names[key], outer: names[key])), at: node)
    }
    let before = scope.reads
    scope.eachKeys.append(key)
    let steps = innerSteps(object, of: "forEach", in: &scope)
    scope.eachKeys.removeLast()
    // A key without rows reads nothing but all of its own.
    if scope.mayBeEmpty(key) {
      let known = scope.reads.rows
      scope.reads.rows = known.filter {
        before.rows.contains($0) || scope.isKey($0.key, partOf: key)
      }
    }
    return .forEach(key: key, steps: steps)
  }

  mutating func choose(_ node: ModelNode, in scope: inout StepScope) -> Step? {
    let items = items(node, of: .branches, limit: ModelLimits.branches, each: "list of steps")
    var branches: [WeightedSteps] = []
    let before = scope.reads
    var after: ReadRows?
    for item in items {
      guard let object = object(item, keys: ["weight", "steps"]) else { continue }
      let weight = required("weight", in: object, .wholeNumberAtLeast(0)).flatMap {
        count($0, in: 0...ModelLimits.weight)
      }
      guard let node = required("steps", in: object, .list) else { continue }
      scope.reads = before
      scope.enter("choose")
      let steps = stepsOrNone(node, in: &scope)
      scope.leave()
      after = after?.intersection(scope.reads) ?? scope.reads
      guard let weight else { continue }
      branches.append(WeightedSteps(weight: UInt32(weight), steps: steps))
    }
    scope.reads = after ?? before
    guard !items.isEmpty, branches.count == items.count else { return nil }
    if branches.allSatisfy({ $0.weight == 0 }) { note(.step(.noWeight), at: node) }
    return .choose(branches)
  }

  mutating func everyNth(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    let occasions = occasions(node, hasAttempts: true)
    let before = scope.reads
    var steps: [Step] = []
    if let node = required("steps", in: object, .listOf("step")) {
      scope.enter("everyNth")
      steps = stepsOrNone(node, in: &scope)
      scope.leave()
    }
    let afterSteps = scope.reads
    scope.reads = before
    var otherwise: [Step] = []
    if let node = object["otherwise"] {
      scope.enter("everyNth")
      otherwise = stepsOrNone(node, in: &scope)
      scope.leave()
    }
    scope.reads = afterSteps.intersection(scope.reads)
    return occasions.map { .everyNth($0, steps: steps, otherwise: otherwise) }
  }

  mutating func barrier(_ node: ModelNode, in scope: inout StepScope) -> Step? {
    guard let parties = parties(node) else { return nil }
    scope.barriers.append(BarrierUse(parties: parties, node: node))
    return .barrier(parties: parties)
  }

  // MARK: - Values that iterations have, too

  /// For how many users a barrier waits.
  mutating func parties(_ node: ModelNode) -> Int? { count(node, in: 1...ModelLimits.users) }

  /// Which occasions are meant: a number n for each n-th, or all about them.
  ///
  /// - Parameter hasAttempts: Whether what is counted has attempts, as requests have.
  mutating func occasions(_ node: ModelNode, hasAttempts: Bool) -> EveryNth? {
    let range = 1...ModelLimits.rounds
    switch node.value.kind {
    case .number: return count(node, in: range).map { EveryNth(every: $0) }
    case .object: break
    case .null, .truth, .text, .list, .malformed:
      noteUnexpected(node, .occasions)
      return nil
    }
    let keys = ["every", "first", "of"] + (hasAttempts ? ["firstAttempt"] : [])
    guard let object = object(node, keys: keys) else { return nil }
    let every = required("every", in: object, .wholeNumberAtLeast(1)).flatMap {
      count($0, in: range)
    }
    let first = object["first"].flatMap { count($0, in: range) }
    let counting = object["of"].flatMap { self.counting($0) }
    var onlyFirstAttempt = false
    if hasAttempts, let node = object["firstAttempt"] { onlyFirstAttempt = truth(node) ?? false }
    return every.map {
      EveryNth(
        every: $0, first: first, counting: counting ?? .ofUser, onlyFirstAttempt: onlyFirstAttempt)
    }
  }

  private mutating func counting(_ node: ModelNode) -> EveryNth.Counting? {
    if node.text == "user" { return .ofUser }
    guard case .object = node.value.kind else {
      noteNoWord(node, of: ["user"], .counting)
      return nil
    }
    return groupSize(node).map { .ofGroup(size: $0) }
  }

  /// The size of a group of neighbouring users: `{ group: 10 }`.
  mutating func groupSize(_ node: ModelNode) -> Int? {
    guard let object = object(node, keys: ["group"]) else { return nil }
    return required("group", in: object, .wholeNumberAtLeast(1)).flatMap {
      count($0, in: 1...ModelLimits.users)
    }
  }
}
