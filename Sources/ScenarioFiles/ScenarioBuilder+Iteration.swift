import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  private static let iterationWords: [(word: String, others: [String])] = [
    ("request", ["key", "doubleClick"]), ("sleep", []), ("repeat", ["steps"]),
    ("check", ["status"]),
    ("everyNth", ["steps", "otherwise"]), ("barrier", []), ("choose", []),
    ("ifStatus", ["steps", "otherwise"]),
  ]

  /// What came before a step of an iteration.
  struct IterationScope {
    var stepCount = 0
    var hasRequest = false
    var hasUnknownStep = false
    /// How many `repeat` steps surround the step.
    var repeatDepth = 0
    /// How many `choose` and `ifStatus` steps surround it.
    var branchDepth = 0
    /// The requests of the iteration, each once.
    var requests: [Int] = []
    /// The barriers of the iteration, those of its requests included.
    var barriers: [BarrierUse] = []
  }

  /// What a user does again and again; at least one request.
  ///
  /// - Parameters:
  ///   - load: The name of the load.
  ///   - users: How many users it has at most, `nil` when that is not known.
  mutating func iteration(_ node: ModelNode, load: String, users: Int?) -> [IterationStep] {
    var scope = IterationScope()
    defer {
      for barrier in scope.barriers {
        guard let users, barrier.parties > users else { continue }
        note(
          .barrierTooLarge(parties: barrier.parties, users: users, load: load), at: barrier.node)
      }
    }
    let steps = iterationSteps(node, in: &scope)
    if !steps.isEmpty && !scope.hasRequest && !scope.hasUnknownStep { note(.noRequest, at: node) }
    return steps
  }

  mutating func iterationSteps(
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
      let key = object["key"].flatMap { keyUse($0) }
      let doubleClick = object["doubleClick"].flatMap { self.doubleClick($0) }
      let known = requests.map { $0.identifier }
      guard let request = index(of: name, in: known, .request, at: node) else { return nil }
      if !scope.requests.contains(request) {
        scope.requests.append(request)
        scope.barriers += barriers[request]
      }
      return .request(request, key: key ?? .new, doubleClick: doubleClick)
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
    case "everyNth": return everyNth(node, object, in: &scope)
    case "choose": return chosenIteration(node, in: &scope)
    case "ifStatus": return ifStatus(node, object, in: &scope)
    case "barrier":
      guard let parties = parties(node) else { return nil }
      scope.barriers.append(BarrierUse(parties: parties, node: node))
      return .barrier(parties: parties)
    default:
      if !scope.hasRequest && !scope.hasUnknownStep { note(.checkBeforeRequest, at: node) }
      let name = nonEmptyText(node)
      let statuses = required("status", in: object, .status).map { answeredStatuses($0) }
      guard let name, let statuses else { return nil }
      return .check(name: name, statuses: statuses)
    }
  }

  private mutating func everyNth(
    _ node: ModelNode, _ object: ModelObject, in scope: inout IterationScope
  ) -> IterationStep? {
    let occasions = occasions(node, hasAttempts: false)
    guard let inner = required("steps", in: object, .listOf("step")) else { return nil }
    let steps = iterationSteps(inner, in: &scope)
    let otherwise = object["otherwise"].map { iterationSteps($0, in: &scope) } ?? []
    return occasions.map { .everyNth($0, steps: steps, otherwise: otherwise) }
  }

  /// Which idempotency key a request carries.
  private mutating func keyUse(_ node: ModelNode) -> IterationStep.KeyUse? {
    switch node.value.kind {
    case .text("new"): return .new
    case .text("same"): return .same
    case .text("previous"): return .previous
    case .object: return groupSize(node).map { .ofGroup(size: Int32($0)) }
    case .text: noteNoWord(node, of: ["new", "same", "previous"], .keyUse)
    case .null, .truth, .number, .list, .malformed: noteUnexpected(node, .keyUse)
    }
    return nil
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
      case .check, .barrier: false
      case .everyNth(let occasions, let steps, let otherwise):
        takesTime(steps) || occasions.every > 1 && takesTime(otherwise)
      case .choose(let branches): branches.contains { $0.weight > 0 && takesTime($0.steps) }
      case .ifStatus(_, let steps, let otherwise): takesTime(steps) && takesTime(otherwise)
      case .request(let index, _, _):
        canPass(system.network) || takesTime(requests[index].steps, keys: requests[index].keys)
      }
    }
  }

  private func takesTime(_ steps: [Step], keys: [RowKey]) -> Bool {
    let database = system.database
    func inner(_ steps: [Step]) -> Bool { takesTime(steps, keys: keys) }
    return steps.contains { step in
      switch step {
      case .cpu(let time), .delay(let time), .use(_, let time): canPass(time)
      case .distributedLock(let step):
        step.layer == nil
          && (canPass(system.lockServer.network) || canPass(system.lockServer.command))
          || inner(step.steps)
      case .idempotent(let step):
        step.layer == nil
          && isStatement(taking: step.lookup == .none ? database.insert : database.select)
          || inner(step.steps)
      case .retry(_, let steps), .connection(let steps), .gate(_, let steps): inner(steps)
      case .transaction(let step):
        canPass(database.network) || canPass(database.begin) || inner(step.steps)
          || inner(step.afterCommitPoint)
      case .read(let row): hasRows(row.key, in: keys) && isStatement(taking: database.select)
      case .lockAll(let step):
        isStatement(taking: database.select)
          && step.rows.contains { hasRows($0.key, in: keys) }
      case .cache(let step):
        system.caches[step.cache].store == .redis
          && (canPass(system.lockServer.network) || canPass(system.lockServer.command))
      case .lock(let step):
        hasRows(step.row.key, in: keys) && isStatement(taking: database.select)
      case .update(let step):
        hasRows(step.row.key, in: keys) && isStatement(taking: database.update)
      case .insert: isStatement(taking: database.insert)
      case .forEach(let key, let steps): hasRows(key, in: keys) && inner(steps)
      case .choose(let branches): branches.contains { $0.weight > 0 && inner($0.steps) }
      case .everyNth(let occasions, let steps, let otherwise):
        inner(steps) || (occasions.every > 1 || occasions.onlyFirstAttempt) && inner(otherwise)
      case .barrier, .refuse, .respond: false
      }
    }
  }

  private func isStatement(taking time: DurationDistribution) -> Bool {
    canPass(system.database.network) || canPass(time)
  }

  /// Whether requests have rows of a key, if only some of them.
  private func hasRows(_ key: Int, in keys: [RowKey]) -> Bool {
    guard case .subset(let parent, let probability) = keys[key].choice else { return true }
    return probability > 0 && hasRows(parent, in: keys)
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
