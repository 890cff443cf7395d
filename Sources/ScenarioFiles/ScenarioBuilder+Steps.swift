import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  /// The words of which each makes a step, and the keys that may stand beside it.
  ///
  /// `refuse` is also a key of `update`, and `insert` one of `idempotent`; each stands behind it
  /// for that reason.
  private static let stepWords: [(word: String, others: [String])] = [
    ("cpu", []), ("delay", []), ("use", ["time"]), ("gate", ["steps"]),
    ("distributedLock", ["wait", "lease", "client", "poll", "layer", "steps"]),
    (
      "idempotent",
      ["lookup", "insert", "completion", "onProcessing", "onFailed", "layer", "steps"]
    ),
    ("retry", ["steps"]),
    ("transaction", ["isolation", "control", "propagation", "afterCommitPoint"]),
    ("connection", []),
    ("read", []), ("lock", ["order", "mode", "wait"]), ("insert", ["ifDuplicate"]),
    ("update", ["add", "set", "atLeast", "refuse", "guard"]),
    ("forEach", ["steps"]), ("choose", []), ("everyNth", ["steps", "otherwise"]),
    ("barrier", []), ("cache", ["steps"]), ("refuse", []), ("respond", []),
  ]

  /// The steps that can stand behind the commit point: what takes time and cannot fail.
  private static let wordsAfterCommitPoint = [
    "cpu", "delay", "use", "forEach", "choose", "everyNth",
  ]

  /// The steps of a list, which may be empty where doing nothing is a choice.
  mutating func stepsOrNone(_ node: ModelNode, in scope: inout StepScope) -> [Step] {
    if case .list(let values) = node.value.kind, values.isEmpty { return [] }
    return steps(node, in: &scope)
  }

  /// The steps of a list; steps behind one that ends the request are noted.
  mutating func steps(_ node: ModelNode, in scope: inout StepScope) -> [Step] {
    var steps: [Step] = []
    var ending: String?
    for item in items(node, of: .steps, limit: ModelLimits.steps, each: "step") {
      let times = scope.timesCompiled
      let thing: CountedThing = times == 1 ? .steps : .stepsOfRows
      if !countStep(item, in: &scope.stepCount, times: times, of: thing) { return steps }
      if let ending { note(.step(.unreachable(after: ending)), at: item) }
      guard let (word, object) = stepObject(item, words: Self.stepWords, thing: .step) else {
        scope.reads.hasUnknown = true
        continue
      }
      guard let step = step(word, object, in: &scope) else { continue }
      if step.endsRequest { ending = word }
      steps.append(step)
    }
    return steps
  }

  /// Counts a step for its request or iteration and for the model; the first that is one too many
  /// is noted.
  ///
  /// - Parameter times: How often it is compiled, once for each row that it is about.
  /// - Returns: Whether the step is to be read.
  mutating func countStep(
    _ node: ModelNode, in count: inout Int, times: Int = 1, of thing: CountedThing = .steps
  ) -> Bool {
    let before = (count, stepCount)
    count += times
    if count > ModelLimits.steps {
      if before.0 <= ModelLimits.steps { note(.tooMany(thing, limit: ModelLimits.steps), at: node) }
      return false
    }
    stepCount += times
    if before.1 <= ModelLimits.stepsInAll && stepCount > ModelLimits.stepsInAll {
      note(.tooMany(.stepsInAll, limit: ModelLimits.stepsInAll), at: node)
    }
    return stepCount <= ModelLimits.stepsInAll
  }

  /// Counts the rows of a step beyond the first, which are compiled one by one.
  mutating func countRows(of row: RowReference, at node: ModelNode, in scope: inout StepScope) {
    let further = scope.timesCompiled(row) - scope.timesCompiled
    if further > 0 {
      _ = countStep(node, in: &scope.stepCount, times: further, of: .stepsOfRows)
    }
  }

  /// The object of a step and the word that says what it does.
  ///
  /// - Parameter stepWords: The words that make a step and the keys that may stand beside each; of
  ///   two words in one object the one that is first here is taken.
  mutating func stepObject(
    _ node: ModelNode, words stepWords: [(word: String, others: [String])], thing: NamedThing
  ) -> (word: String, object: ModelObject)? {
    let words = stepWords.map { $0.word }
    guard let object = openObject(node, expected: .objectWithOneOf(words)) else { return nil }
    guard let main = stepWords.first(where: { object[$0.word] != nil }) else {
      guard let first = object.members.first else {
        noteUnexpected(node, .objectWithOneOf(words))
        return nil
      }
      let suggestion = SpellingSuggestion.closest(to: first.name, in: words)
      findings.note(
        .unknownName(thing, found: first.name, known: words, suggestion: suggestion),
        at: first.nameOrigin, path: node.path.key(first.name))
      return nil
    }
    let known = [main.word] + main.others
    for member in object.members where !known.contains(member.name) {
      let problem: Problem =
        words.contains(member.name)
        ? .step(.twoSteps(first: main.word, second: member.name))
        : .unknownKey(
          suggestion: SpellingSuggestion.closest(to: member.name, in: known), known: known)
      findings.note(problem, at: member.nameOrigin, path: node.path.key(member.name))
    }
    return (main.word, object)
  }

  private mutating func step(
    _ word: String, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    guard let node = object[word] else { return nil }
    if scope.isInside("afterCommitPoint") && !Self.wordsAfterCommitPoint.contains(word) {
      note(.step(.notInside(step: word, outer: "afterCommitPoint")), at: node)
    }
    switch word {
    case "cpu": return time(node).map { .cpu($0) }
    case "delay": return time(node).map { .delay($0) }
    case "use": return use(node, object)
    case "gate": return gate(node, object, in: &scope)
    case "distributedLock": return distributedLock(node, object, in: &scope)
    case "idempotent": return idempotent(node, object, in: &scope)
    case "retry": return retry(node, object, in: &scope)
    case "transaction": return transaction(node, object, in: &scope)
    case "connection": return connection(node, in: &scope)
    case "read": return read(node, in: &scope).map { .read($0) }
    case "lock": return lock(node, object, in: &scope)
    case "insert": return insert(node, object)
    case "update": return update(node, object, in: &scope)
    case "forEach": return forEach(node, object, in: &scope)
    case "choose": return choose(node, in: &scope)
    case "everyNth": return everyNth(node, object, in: &scope)
    case "cache": return cache(node, object, in: &scope)
    case "barrier": return barrier(node, in: &scope)
    case "refuse": return refusal(node).map { .refuse($0) }
    default:
      noteInside("respond", ["transaction"], at: node, in: scope)
      return status(node).map { .respond(status: $0) }
    }
  }

  private mutating func use(_ node: ModelNode, _ object: ModelObject) -> Step? {
    let names = system.serverPools.map { $0.name }
    let server = nonEmptyText(node).flatMap { index(of: $0, in: names, .server, at: node) }
    let time = required("time", in: object, .time).flatMap { self.time($0) }
    guard let server, let time else { return nil }
    return .use(server: server, time)
  }

  /// The list of inner steps that every step of this word has.
  mutating func innerSteps(
    _ object: ModelObject, of word: String, in scope: inout StepScope
  ) -> [Step] {
    guard let node = required("steps", in: object, .listOf("step")) else { return [] }
    scope.enter(word)
    defer { scope.leave() }
    return steps(node, in: &scope)
  }

  /// Notes when a step stands inside one of the outer steps, which it cannot.
  mutating func noteInside(
    _ step: String, _ outers: [String], at node: ModelNode, in scope: StepScope
  ) {
    for outer in outers where scope.isInside(outer) {
      note(.step(.notInside(step: step, outer: outer)), at: node)
      return
    }
  }
}
