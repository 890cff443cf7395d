import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  /// The words of which each makes a step, and the keys that may stand beside it.
  ///
  /// `refuse` is also a key of `update`, and stands behind it for that reason.
  private static let stepWords: [(word: String, others: [String])] = [
    ("cpu", []), ("delay", []),
    ("distributedLock", ["wait", "lease", "layer", "steps"]),
    ("idempotent", ["onFailed", "layer", "steps"]),
    ("retry", ["steps"]), ("transaction", ["isolation"]), ("connection", []),
    ("read", []), ("lock", []),
    ("update", ["add", "set", "atLeast", "refuse", "guard"]),
    ("refuse", []), ("respond", []),
  ]

  /// The steps of a list; steps behind one that ends the request are noted.
  mutating func steps(_ node: ModelNode, in scope: inout StepScope) -> [Step] {
    var steps: [Step] = []
    var ending: String?
    for item in items(node, of: .steps, limit: ModelLimits.steps, each: "step") {
      if !countStep(item, in: &scope.stepCount) { return steps }
      if let ending { note(.step(.unreachable(after: ending)), at: item) }
      guard let (word, object) = stepObject(item, words: Self.stepWords, thing: .step) else {
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
  /// - Returns: Whether the step is to be read.
  mutating func countStep(_ node: ModelNode, in count: inout Int) -> Bool {
    count += 1
    if count > ModelLimits.steps {
      if count == ModelLimits.steps + 1 {
        note(.tooMany(.steps, limit: ModelLimits.steps), at: node)
      }
      return false
    }
    stepCount += 1
    if stepCount == ModelLimits.stepsInAll + 1 {
      note(.tooMany(.stepsInAll, limit: ModelLimits.stepsInAll), at: node)
    }
    return stepCount <= ModelLimits.stepsInAll
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
    switch word {
    case "cpu": return time(node).map { .cpu($0) }
    case "delay": return time(node).map { .delay($0) }
    case "distributedLock": return distributedLock(node, object, in: &scope)
    case "idempotent": return idempotent(node, object, in: &scope)
    case "retry": return retry(node, object, in: &scope)
    case "transaction": return transaction(node, object, in: &scope)
    case "connection": return connection(node, in: &scope)
    case "read": return read(node, in: &scope).map { .read($0) }
    case "lock":
      if !scope.isInside("transaction") {
        note(.step(.onlyInside(step: "lock", outer: "transaction")), at: node)
      }
      return read(node, in: &scope).map { .lock($0) }
    case "update":
      scope.updateCount += 1
      if scope.updateCount == ModelLimits.updates + 1 {
        note(.tooMany(.updates, limit: ModelLimits.updates), at: node)
      }
      return update(node, object, in: scope)
    case "refuse": return refusal(node).map { .refuse($0) }
    default:
      noteInside("respond", ["transaction"], at: node, in: scope)
      return status(node).map { .respond(status: $0) }
    }
  }

  // MARK: - Steps that hold something

  private mutating func distributedLock(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    let name = lockName(node, in: scope)
    let wait = required("wait", in: object, .constantTime).flatMap { constantTime($0) }
    let lease = required("lease", in: object, .positiveTime).flatMap { positiveTime($0) }
    let layer = layer(of: object, expected: .distributedLock)
    if let name {
      if scope.heldLocks.contains(name) {
        note(.step(.notInside(step: name.text, outer: name.text)), at: node)
      }
      scope.locks.append(
        LockNameUse(text: name.text, names: lockNameCount(name, in: scope), node: node))
      scope.heldLocks.append(name)
    }
    let steps = innerSteps(object, of: "distributedLock", in: &scope)
    guard let name else { return nil }
    scope.heldLocks.removeLast()
    return .distributedLock(
      DistributedLockStep(
        name: name, wait: wait ?? .zero, lease: lease ?? .zero, layer: layer, steps: steps))
  }

  /// How many names a lock can form, at most one more than a model may have.
  private func lockNameCount(_ name: LockName, in scope: StepScope) -> Int {
    var count = 1
    for key in name.keys where scope.keys[key].table != Self.unknownTable {
      count *= max(1, tables[scope.keys[key].table].rows)
      if count > ModelLimits.lockNames { return ModelLimits.lockNames + 1 }
    }
    return count
  }

  private mutating func idempotent(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    noteInside("idempotent", ["transaction"], at: node, in: scope)
    var table: Int?
    if let name = nonEmptyText(node),
      let found = index(of: name, in: tables.map { $0.name }, .table, at: node)
    {
      if !tables[found].hasUniqueKey { note(.step(.tableWithoutUniqueKey(name)), at: node) }
      if scope.idempotentTables.contains(found) {
        note(.step(.notInside(step: "idempotent", outer: "idempotent")), at: node)
      }
      table = found
    }
    let onFailed = object["onFailed"].flatMap { word($0, of: IdempotentStep.OnFailed.allCases) }
    let layer = layer(of: object, expected: .idempotencyKey)
    if let table { scope.idempotentTables.append(table) }
    let steps = innerSteps(object, of: "idempotent", in: &scope)
    guard let table else { return nil }
    scope.idempotentTables.removeLast()
    return .idempotent(
      IdempotentStep(table: table, onFailed: onFailed ?? .retry, layer: layer, steps: steps))
  }

  private mutating func retry(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    noteInside("retry", ["transaction"], at: node, in: scope)
    let policy = retryPolicy(node)
    let steps = innerSteps(object, of: "retry", in: &scope)
    return policy.map { .retry($0, steps: steps) }
  }

  private mutating func transaction(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    noteInside("transaction", ["transaction"], at: node, in: scope)
    let isolation = object["isolation"].flatMap { word($0, of: IsolationLevel.allCases) }
    scope.enter("transaction")
    let steps = steps(node, in: &scope)
    scope.leave()
    return .transaction(isolation: isolation, steps: steps)
  }

  private mutating func connection(_ node: ModelNode, in scope: inout StepScope) -> Step? {
    noteInside("connection", ["transaction", "connection"], at: node, in: scope)
    scope.enter("connection")
    let steps = steps(node, in: &scope)
    scope.leave()
    return .connection(steps: steps)
  }

  private mutating func innerSteps(
    _ object: ModelObject, of word: String, in scope: inout StepScope
  ) -> [Step] {
    guard let node = required("steps", in: object, .listOf("step")) else { return [] }
    scope.enter(word)
    defer { scope.leave() }
    return steps(node, in: &scope)
  }

  /// Notes when a step stands inside one of the outer steps, which it cannot.
  private mutating func noteInside(
    _ step: String, _ outers: [String], at node: ModelNode, in scope: StepScope
  ) {
    for outer in outers where scope.isInside(outer) {
      note(.step(.notInside(step: step, outer: outer)), at: node)
      return
    }
  }

  /// The layer that switches a step on; there is one that fits.
  private mutating func layer(of object: ModelObject, expected: Layer) -> Layer? {
    guard let node = object["layer"], let layer = word(node, of: Layer.allCases) else { return nil }
    if layer != expected {
      note(
        .step(.layerOfOtherStep(layer: layer.rawValue, expected: expected.rawValue)), at: node)
    }
    return layer
  }

  // MARK: - Rows

  private mutating func read(_ node: ModelNode, in scope: inout StepScope) -> RowReference? {
    guard let row = reference(node, expected: .rowReference, in: scope)?.row else {
      scope.hasUnknownRead = true
      return nil
    }
    if scope.readRows.contains(row) { return row }
    scope.readRows.append(row)
    let before = scope.columnsRead
    scope.columnsRead += tables[row.table].columns.count
    if before <= ModelLimits.columnsRead && scope.columnsRead > ModelLimits.columnsRead {
      note(.tooMany(.columnsRead, limit: ModelLimits.columnsRead), at: node)
    }
    return row
  }

  private mutating func update(
    _ node: ModelNode, _ object: ModelObject, in scope: StepScope
  ) -> Step? {
    let target = reference(node, expected: .columnReference, in: scope)
    exclude("add", "set", in: object)
    var change: UpdateStep.Change?
    if let node = object["add"] {
      let range = -ModelLimits.addition...ModelLimits.addition
      change = wholeNumber(node, in: range).map { .add($0) }
    } else if let node = object["set"] {
      let range = -ModelLimits.wholeNumber...ModelLimits.wholeNumber
      change = wholeNumber(node, in: range).map { .set($0) }
    } else {
      let range = -ModelLimits.addition...ModelLimits.addition
      _ = required(
        "add", in: object, .wholeNumber(from: range.lowerBound, to: range.upperBound))
    }
    let atLeast = object["atLeast"].flatMap {
      wholeNumber($0, in: -ModelLimits.wholeNumber...ModelLimits.wholeNumber)
    }
    if let refuse = object["refuse"], object["atLeast"] == nil {
      note(.keyNeedsKey("atLeast"), at: refuse)
    }
    let refusal = object["refuse"].flatMap { self.refusal($0) } ?? .insufficientBalance
    let writeGuard = object["guard"].flatMap { word($0, of: WriteGuard.allCases) }
    guard let (row, column) = target, let column else { return nil }
    if writeGuard != .atomic && !scope.hasUnknownRead && !scope.readRows.contains(row) {
      let text = "\(tables[row.table].name)[\(scope.keys[row.key].name)]"
      note(.step(.neverRead(row: text)), at: node)
    }
    return change.map {
      .update(
        UpdateStep(
          row: row, column: column, change: $0, atLeast: atLeast, refusal: refusal,
          writeGuard: writeGuard))
    }
  }

  private mutating func refusal(_ node: ModelNode) -> Refusal? {
    guard let object = object(node, keys: ["status", "counter"]) else { return nil }
    let status = object["status"].flatMap { self.status($0) }
    let expected = Expectation.oneOf(Refusal.Counter.allCases.map { $0.rawValue })
    let counter = required("counter", in: object, expected).flatMap {
      word($0, of: Refusal.Counter.allCases)
    }
    return counter.map { Refusal(status: status ?? 409, counter: $0) }
  }
}
