import ScenarioModel
import SimulationBasics

// Steps that hold something while their inner steps run.
extension ScenarioBuilder {
  mutating func distributedLock(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    let name = lockName(node, in: &scope)
    let wait = required("wait", in: object, .constantTime).flatMap { constantTime($0) }
    let client = object["client"].flatMap { word($0, of: LockClient.allCases) }
    let lease = lease(of: object, client: client)
    if let client, client != .spin, let node = object["poll"] {
      note(.keyWithoutMeaning(key: "client", value: client.rawValue), at: node)
    }
    let poll = object["poll"].flatMap { self.poll($0) }
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
        name: name, wait: wait ?? .zero, lease: lease, client: client, poll: poll, layer: layer,
        steps: steps))
  }

  /// The lease of a lock; only the watchdog needs none.
  ///
  /// A step that itself names the watchdog cannot have one; where the system does, it is ignored,
  /// so that clients can be compared.
  private mutating func lease(of object: ModelObject, client: LockClient?) -> VirtualDuration? {
    if client == .watchdog, let node = object["lease"] {
      note(.keyWithoutMeaning(key: "client", value: LockClient.watchdog.rawValue), at: node)
    }
    if client ?? system.lockServer.client == .watchdog {
      return object["lease"].flatMap { positiveTime($0) }
    }
    return required("lease", in: object, .positiveTime).flatMap { positiveTime($0) }
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

  mutating func idempotent(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    let table = nonEmptyText(node).flatMap { uniqueTable($0, at: node) }
    if let table, scope.idempotentTables.contains(table) {
      note(.step(.notInside(step: "idempotent", outer: "idempotent")), at: node)
    }
    let lookup = object["lookup"].flatMap { word($0, of: IdempotentStep.Lookup.allCases) }
    let insert = transactionOfInsert(object, scope)
    let completionProblems = findings.count
    let completion = self.completion(of: object, scope)
    let hasCompletion = findings.count == completionProblems
    let takeOver = object["onProcessing"].flatMap { self.takeOver($0) }
    let onProcessing =
      takeOver == nil ? object["onProcessing"].flatMap { self.onProcessing($0) } : nil
    let onFailed = object["onFailed"].flatMap { word($0, of: IdempotentStep.OnFailed.allCases) }
    let layer = layer(of: object, expected: .idempotencyKey)
    if insert == .own || completion != .same {
      enterTransaction(at: node, in: &scope)
      scope.transactionDepth -= 1
    }
    if let table { scope.idempotentTables.append(table) }
    let problemsBefore = findings.count
    let steps = innerSteps(object, of: "idempotent", in: &scope)
    if completion == .withEffect, findings.count == problemsBefore, let node = object["completion"],
      !steps.haveTransaction
    {
      note(.step(.noEffect), at: node)
    }
    guard let table else { return nil }
    scope.idempotentTables.removeLast()
    let step = IdempotentStep(
      table: table, lookup: lookup ?? .plain, insert: insert, completion: completion,
      onProcessing: onProcessing ?? .refuse, takeOverAfter: takeOver?.after,
      onFailed: onFailed ?? .retry, layer: layer, steps: steps)
    if let takeOver, hasCompletion { noteTakeOver(takeOver.node, of: step, in: scope) }
    return .idempotent(step)
  }

  /// The transaction in which a key becomes COMPLETED.
  private mutating func completion(
    of object: ModelObject, _ scope: StepScope
  ) -> IdempotentStep.Completion {
    guard let node = object["completion"],
      let choice = word(node, of: IdempotentStep.Completion.allCases)
    else { return .own }
    switch choice {
    case .own: break
    case .same: noteSame(of: "completion", at: node, scope)
    case .withEffect:
      if scope.isInside("transaction") { note(.step(.effectInside), at: node) }
    }
    return choice
  }

  /// What a request does that finds its key PROCESSING, if it is a word.
  private mutating func onProcessing(_ node: ModelNode) -> IdempotentStep.OnProcessing? {
    let words = IdempotentStep.OnProcessing.allCases
    for word in words where node.text == word.rawValue { return word }
    if case .object = node.value.kind { return nil }
    noteNoWord(node, of: words.map { $0.rawValue }, .onProcessing)
    return nil
  }

  /// After how long a key in PROCESSING is taken over, and where that stands.
  private mutating func takeOver(
    _ node: ModelNode
  ) -> (after: VirtualDuration?, node: ModelNode)? {
    guard case .object = node.value.kind, let object = object(node, keys: ["takeOver"]) else {
      return nil
    }
    guard let time = required("takeOver", in: object, .positiveTime) else { return (nil, node) }
    return (positiveTime(time), node)
  }

  /// Notes that a key is taken over though nobody looks it up, or though its owner may have had its
  /// effect without the mark.
  private mutating func noteTakeOver(
    _ node: ModelNode, of step: IdempotentStep, in scope: StepScope
  ) {
    if step.lookup == .none {
      note(.keyWithoutMeaning(key: "lookup", value: step.lookup.rawValue), at: node)
    } else if !takesOverAnyway,
      !step.completesAtomically(isInTransaction: scope.isInside("transaction"))
    {
      note(
        .step(.hastyTakeOver(hazard: Hazard.takeoverWithoutAtomicCompletion.rawValue)), at: node)
    }
  }

  /// The transaction in which a key is inserted.
  private mutating func transactionOfInsert(
    _ object: ModelObject, _ scope: StepScope
  ) -> IdempotentStep.Scope {
    guard let node = object["insert"],
      let choice = word(node, of: IdempotentStep.Scope.allCases)
    else { return .own }
    if choice == .same { noteSame(of: "insert", at: node, scope) }
    return choice
  }

  /// Notes that there is no surrounding transaction that could be the same.
  private mutating func noteSame(of key: String, at node: ModelNode, _ scope: StepScope) {
    if scope.isInside("transaction") { return }
    note(.step(.wordOnlyInside(word: "same", of: key, outer: "transaction")), at: node)
  }

  /// The table of a name, which must have a unique key.
  mutating func uniqueTable(_ name: String, at node: ModelNode) -> Int? {
    let found = index(of: name, in: tables.map { $0.name }, .table, at: node)
    if let found, !tables[found].hasUniqueKey {
      note(.step(.tableWithoutUniqueKey(name)), at: node)
    }
    return found
  }

  mutating func retry(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    noteInside("retry", ["transaction"], at: node, in: scope)
    let policy = retryPolicy(node)
    let steps = innerSteps(object, of: "retry", in: &scope)
    return policy.map { .retry($0, steps: steps) }
  }

  mutating func transaction(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    let isolation = object["isolation"].flatMap { word($0, of: IsolationLevel.allCases) }
    let control = object["control"].flatMap { word($0, of: TransactionStep.Control.allCases) }
    let propagation = object["propagation"].flatMap {
      word($0, of: TransactionStep.Propagation.allCases)
    }
    if scope.isInside("transaction") && propagation != .requiresNew {
      note(.step(.nestedTransaction), at: node)
    }
    enterTransaction(at: node, in: &scope)
    scope.enter("transaction")
    let steps = steps(node, in: &scope)
    var last: [Step] = []
    if let node = object["afterCommitPoint"] {
      scope.enter("afterCommitPoint")
      last = self.steps(node, in: &scope)
      scope.leave()
    }
    scope.leave()
    scope.transactionDepth -= 1
    return .transaction(
      TransactionStep(
        isolation: isolation, control: control ?? .locking, propagation: propagation ?? .required,
        steps: steps, afterCommitPoint: last))
  }

  /// Counts one more open transaction; the first that is one too many is noted.
  private mutating func enterTransaction(at node: ModelNode, in scope: inout StepScope) {
    scope.transactionDepth += 1
    if scope.transactionDepth == ModelLimits.nestedTransactions + 1 {
      note(.tooMany(.nestedTransactions, limit: ModelLimits.nestedTransactions), at: node)
    }
  }

  mutating func connection(_ node: ModelNode, in scope: inout StepScope) -> Step? {
    noteInside("connection", ["transaction", "connection"], at: node, in: scope)
    scope.enter("connection")
    let steps = steps(node, in: &scope)
    scope.leave()
    return .connection(steps: steps)
  }

  /// A gate, which nobody can enter who is inside already.
  mutating func gate(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    let names = system.gates.map { $0.name }
    let gate = nonEmptyText(node).flatMap { index(of: $0, in: names, .gate, at: node) }
    if let gate {
      if scope.heldGates.contains(gate) {
        note(.step(.notInside(step: names[gate], outer: names[gate])), at: node)
      }
      scope.heldGates.append(gate)
    }
    let steps = innerSteps(object, of: "gate", in: &scope)
    guard let gate else { return nil }
    scope.heldGates.removeLast()
    return .gate(gate, steps: steps)
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
}

extension [Step] {
  /// Whether any step, however deep, is a transaction.
  fileprivate var haveTransaction: Bool {
    contains { step in
      if case .transaction = step { return true }
      return step.innerSteps.haveTransaction
    }
  }
}
