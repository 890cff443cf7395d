import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  private static let iterationWords: [(word: String, others: [String])] = [
    ("request", ["key"]), ("sleep", []), ("repeat", ["steps"]), ("check", ["status"]),
  ]

  /// What came before a step of an iteration.
  private struct IterationScope {
    var stepCount = 0
    var hasRequest = false
    var hasUnknownStep = false
    /// How many `repeat` steps surround the step.
    var repeatDepth = 0
  }

  /// What a user does again and again; at least one request.
  mutating func iteration(_ node: ModelNode) -> [IterationStep] {
    var scope = IterationScope()
    let steps = iterationSteps(node, in: &scope)
    if !steps.isEmpty && !scope.hasRequest && !scope.hasUnknownStep { note(.noRequest, at: node) }
    return steps
  }

  private mutating func iterationSteps(
    _ node: ModelNode, in scope: inout IterationScope
  ) -> [IterationStep] {
    var steps: [IterationStep] = []
    for item in items(node, of: .steps, limit: ModelLimits.steps, each: "step") {
      if !countStep(item, in: &scope.stepCount) {
        scope.hasUnknownStep = true
        return steps
      }
      if let step = iterationStep(item, in: &scope) {
        steps.append(step)
      } else {
        scope.hasUnknownStep = true
      }
    }
    return steps
  }

  private mutating func iterationStep(
    _ node: ModelNode, in scope: inout IterationScope
  ) -> IterationStep? {
    guard
      let (word, object) = stepObject(node, words: Self.iterationWords, thing: .iterationStep),
      let node = object[word]
    else { return nil }
    switch word {
    case "request":
      scope.hasRequest = true
      guard let name = nonEmptyText(node) else { return nil }
      let key = object["key"].flatMap { self.word($0, of: IterationStep.KeyUse.allCases) }
      let known = requests.map { $0.identifier }
      return index(of: name, in: known, .request, at: node).map { .request($0, key: key ?? .new) }
    case "sleep": return time(node).map { .sleep($0) }
    case "repeat":
      let rounds = count(node, in: 1...ModelLimits.rounds)
      guard let inner = required("steps", in: object, .listOf("step")) else { return nil }
      scope.repeatDepth += 1
      defer { scope.repeatDepth -= 1 }
      if scope.repeatDepth == ModelLimits.nestedRepeats + 1 {
        note(.tooMany(.nestedRepeats, limit: ModelLimits.nestedRepeats), at: node)
      }
      let steps = iterationSteps(inner, in: &scope)
      return rounds.map { .repeated($0, steps: steps) }
    default:
      if !scope.hasRequest && !scope.hasUnknownStep { note(.checkBeforeRequest, at: node) }
      let name = nonEmptyText(node)
      let statuses = required("status", in: object, .status).map { checkedStatuses($0) }
      guard let name, let statuses else { return nil }
      return .check(name: name, statuses: statuses)
    }
  }

  /// The statuses of a check: one, or a list; 0 is the status of a request that had no answer.
  private mutating func checkedStatuses(_ node: ModelNode) -> [UInt16] {
    guard case .list = node.value.kind else { return checkedStatus(node).map { [$0] } ?? [] }
    var statuses: [UInt16] = []
    for item in items(node, of: .statuses, limit: ModelLimits.named, each: "status") {
      guard let status = checkedStatus(item) else { continue }
      if statuses.contains(status) { note(.duplicateItem("\(status)"), at: item) }
      statuses.append(status)
    }
    return statuses
  }

  private mutating func checkedStatus(_ node: ModelNode) -> UInt16? {
    if case .number(let literal) = node.value.kind, literal.whole == .exactly(0) { return 0 }
    return status(node)
  }
}

extension ScenarioBuilder {
  /// Whether time surely passes in an iteration, whatever the strategy.
  ///
  /// Only then can users repeat it for a length of time: else they would do so for ever at one
  /// moment.
  func takesTime(_ steps: [IterationStep]) -> Bool {
    steps.contains { step in
      switch step {
      case .sleep(let time): canPass(time)
      case .repeated(_, let steps): takesTime(steps)
      case .check: false
      case .request(let index, _): canPass(system.network) || takesTime(requests[index].steps)
      }
    }
  }

  private func takesTime(_ steps: [Step]) -> Bool {
    let database = system.database
    return steps.contains { step in
      switch step {
      case .cpu(let time), .delay(let time): canPass(time)
      case .distributedLock(let step):
        step.layer == nil
          && (canPass(system.lockServer.network) || canPass(system.lockServer.command))
          || takesTime(step.steps)
      case .idempotent(let step):
        step.layer == nil && (canPass(database.network) || canPass(database.select))
          || takesTime(step.steps)
      case .retry(_, let steps), .connection(let steps): takesTime(steps)
      case .transaction(_, let steps):
        canPass(database.network) || canPass(database.begin) || takesTime(steps)
      case .read, .lock: canPass(database.network) || canPass(database.select)
      case .update: canPass(database.network) || canPass(database.update)
      case .refuse, .respond: false
      }
    }
  }

  private func canPass(_ time: DurationDistribution) -> Bool {
    switch time {
    case .constant(let length): length > .zero
    case .uniform(_, let most): most > .zero
    case .exponential(let mean): mean > .zero
    case .normal(let mean, let deviation): mean > .zero || deviation > .zero
    case .lognormal, .gamma, .pareto: true
    case .empirical(let lengths): lengths.contains { $0 > .zero }
    }
  }
}
