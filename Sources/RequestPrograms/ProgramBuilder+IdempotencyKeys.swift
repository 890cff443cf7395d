import ScenarioModel
import SimulationBasics

/// Inserts under a unique key, and steps that are done once for each key.
extension ProgramBuilder {
  mutating func compile(_ insert: InsertStep, in surroundings: Surroundings) {
    if keysMayRepeat { hasOrderedKeys[insert.table] = true }
    let row = Instruction.insertRow(table: UInt8(insert.table), insert.ifDuplicate)
    statement(.insert, acquiring: row, in: surroundings) { _ in }
    if insert.ifDuplicate == .fail { emit(.requireInserted) }
  }

  /// Whether two requests of this class may carry the same key.
  ///
  /// Only who inserts a key that is taken locks more than its own row; where that cannot happen no
  /// gap of the index is ever locked by an insert, and the order of keys need not be kept.
  private var keysMayRepeat: Bool {
    if scenario.sendsAgain { return true }
    let place = scenario.requests.firstIndex(of: request) ?? -1
    func repeats(_ steps: [IterationStep]) -> Bool {
      steps.contains { step in
        switch step {
        case .request(let index, let key, let doubleClick):
          index == place && (key != .new || doubleClick != nil)
        case .repeated(_, let steps): repeats(steps)
        case .everyNth(_, let steps, let otherwise), .ifStatus(_, let steps, let otherwise):
          repeats(steps) || repeats(otherwise)
        case .choose(let branches): branches.contains { repeats($0.steps) }
        case .sleep, .check, .barrier: false
        }
      }
    }
    return scenario.loads.contains { repeats($0.iteration) }
  }

  private mutating func insertKey(into table: UInt8, in surroundings: Surroundings) {
    statement(.insert, acquiring: .insertKey(table: table), in: surroundings) { _ in }
  }

  /// Look the key up, insert it as PROCESSING, run the steps, mark it COMPLETED, or FAILED when a
  /// step fails.
  ///
  /// What has a transaction of its own stands outside the surrounding one, if there is one; where
  /// there is none, everything has its own. A key that was inserted in the surrounding transaction
  /// vanishes with it when a step fails.
  mutating func compile(_ written: IdempotentStep, in surroundings: Surroundings) {
    let idempotent = KeyPlan(written, in: surroundings)
    let table = UInt8(idempotent.step.table)
    let outer = handler
    let before = readSlots
    let places = keyPlaces(of: idempotent.step)
    let stepFailed = newLabel()
    let done = newLabel()
    if idempotent.step.lookup == .forUpdate || idempotent.step.insert == .same {
      hasOrderedKeys[idempotent.step.table] = true
    }
    if idempotent.checksOwner || idempotent.step.takeOverAfter != nil {
      hasAgingKeys[idempotent.step.table] = true
    }

    compileLookUp(idempotent, places, in: surroundings)
    place(places.body)
    if idempotent.step.insert == .own { handler = stepFailed }
    var inner = surroundings
    if idempotent.step.completion == .withEffect {
      inner.keyToMark = KeyMark(table: table, status: surroundings.status)
    }
    compile(idempotent.step.steps, in: inner)
    handler = outer
    if idempotent.needsCompletion {
      inScope(idempotent.step.completion == .same ? .same : .own, surroundings) { builder, scope in
        let mark = KeyMark(table: table, status: surroundings.status)
        if idempotent.checksOwner { return builder.markKey(mark, in: scope) }
        // An UPDATE of the key row waits, if it must, before it is served, and may fail there.
        let complete = Instruction.completeKey(table: table, status: surroundings.status)
        builder.statement(.update, acquiring: complete, in: scope) { _ in }
      }
    }
    if idempotent.step.lookup != .none || isReached(stepFailed) { emit(.jump(done.number)) }

    if isReached(stepFailed) {
      place(stepFailed)
      let fail =
        idempotent.checksOwner
        ? Instruction.failOwnKey(table: table) : .failKey(table: table)
      inScope(.own, surroundings) { builder, scope in
        builder.statement(.update, acquiring: fail, in: scope) { _ in }
      }
      emit(.fail)
    }
    if idempotent.step.lookup != .none {
      compileFound(idempotent, places, in: surroundings)
      // Who is told what was stored comes past without the steps.
      readSlots = before
    }
    place(done)
  }

  /// Marks a key as COMPLETED in the open transaction, if the request still owns it.
  mutating func markKey(_ mark: KeyMark, in surroundings: Surroundings) {
    let complete = Instruction.completeOwnKey(table: mark.table, status: mark.status)
    statement(.update, acquiring: complete, in: surroundings) { _ in }
    emit(.requireOwnKey)
  }

  /// An idempotent step as its surroundings let it be.
  private struct KeyPlan {
    var step: IdempotentStep
    /// Whether COMPLETED and FAILED are written only by who owns the key: who has inserted it or
    /// has taken it over last.
    ///
    /// That effect and mark commit together is not enough where keys are taken over: the first
    /// owner would have its effect, too, when it comes back.
    let checksOwner: Bool
    /// Whether there is a mark COMPLETED behind the steps: not where each way through them has a
    /// transaction that makes it.
    let needsCompletion: Bool

    init(_ written: IdempotentStep, in surroundings: Surroundings) {
      step = written
      let isInside = surroundings.isInTransaction
      checksOwner =
        written.completion == .withEffect
        || (written.takeOverAfter != nil && written.completesAtomically(isInTransaction: isInside))
      if isInside {
        // The surrounding transaction commits the effect.
        if written.completion == .withEffect { step.completion = .same }
      } else {
        step.insert = .own
        if written.completion == .same { step.completion = .own }
      }
      needsCompletion = step.completion != .withEffect || !step.steps.alwaysCommit
    }
  }

  /// Where a request goes on by the state of its key.
  private struct KeyPlaces {
    let lookUp, insert, body, completed, processing, overdue, failed: Label
    /// What a look-up and a take-over need; none without a look-up.
    var step = IdempotencyID(index: -1)
  }

  private mutating func keyPlaces(of idempotent: IdempotentStep) -> KeyPlaces {
    var places = KeyPlaces(
      lookUp: newLabel(), insert: newLabel(), body: newLabel(), completed: newLabel(),
      processing: newLabel(), overdue: newLabel(), failed: newLabel())
    if idempotent.lookup == .none { return places }
    places.step = idempotency(
      CompiledIdempotency(
        completed: places.completed.number, processing: places.processing.number,
        failed: places.failed.number, overdue: places.overdue.number,
        takeOverAfter: idempotent.takeOverAfter))
    return places
  }

  /// The look-up of the key, and its insert where it is missing.
  private mutating func compileLookUp(
    _ idempotent: KeyPlan, _ places: KeyPlaces, in surroundings: Surroundings
  ) {
    let table = UInt8(idempotent.step.table)
    place(places.lookUp)
    let insertsAnyway = idempotent.step.onProcessing == .insert
    let insertsAgain = insertsAnyway || idempotent.step.onFailed == .insert
    if idempotent.step.lookup != .none {
      let step = places.step
      if idempotent.step.lookup == .plain {
        statement(.select, in: surroundings) { $0.emit(.lookUpKey(table: table, step)) }
        emit(.branchOnKey(step))
      } else {
        lookUpForUpdate(idempotent.step, step, in: surroundings)
        emit(.branchOnKey(step))
        // A look-up FOR UPDATE has inserted what is missing.
        if insertsAgain { emit(.jump(places.body.number)) }
      }
    }
    let isRaced = idempotent.step.lookup == .plain && !insertsAnyway
    if idempotent.step.lookup == .forUpdate && !insertsAgain { return }
    if !isRaced { place(places.insert) }
    inScope(idempotent.step.insert, surroundings) { $0.insertKey(into: table, in: $1) }
    if !isRaced { return emit(.requireInserted) }
    emit(.jumpIfDuplicate(places.lookUp.number))
    if idempotent.step.onFailed != .insert { return }
    // Who knows that the key is there does not look once more when its insert says so.
    emit(.jump(places.body.number))
    place(places.insert)
    inScope(idempotent.step.insert, surroundings) { $0.insertKey(into: table, in: $1) }
    emit(.requireInserted)
  }

  /// What becomes of a request whose key was there.
  private mutating func compileFound(
    _ idempotent: KeyPlan, _ places: KeyPlaces, in surroundings: Surroundings
  ) {
    let table = UInt8(idempotent.step.table)
    func takeOver(_ builder: inout ProgramBuilder, by instruction: Instruction) {
      builder.inScope(idempotent.step.insert, surroundings) { builder, scope in
        builder.statement(.update, acquiring: instruction, in: scope) { _ in }
      }
      builder.emit(.jumpIfDuplicate(places.lookUp.number))
      builder.emit(.jump(places.body.number))
    }
    place(places.failed)
    switch idempotent.step.onFailed {
    case .retry: takeOver(&self, by: .takeOverKey(table: table))
    case .refuse: emit(.refuseKey)
    case .insert: emit(.jump(places.insert.number))
    }
    place(places.processing)
    switch idempotent.step.onProcessing {
    case .refuse: emit(.refuseKey)
    case .insert: emit(.jump(places.insert.number))
    }
    place(places.overdue)
    if idempotent.step.takeOverAfter != nil {
      takeOver(&self, by: .takeOverOldKey(table: table, places.step))
    }
    place(places.completed)
    emit(.replayAnswer)
  }

  /// `SELECT … FOR UPDATE` of the key and, when it is missing, its INSERT, in one transaction.
  private mutating func lookUpForUpdate(
    _ idempotent: IdempotentStep, _ step: IdempotencyID, in surroundings: Surroundings
  ) {
    let table = UInt8(idempotent.table)
    func lookUpAndInsert(_ builder: inout ProgramBuilder, _ inside: Surroundings) {
      let exists = builder.newLabel()
      builder.statement(.select, acquiring: .lockKey(table: table, step), in: inside) { _ in }
      builder.emit(.jumpIfKeyExists(exists.number))
      builder.insertKey(into: table, in: inside)
      builder.emit(.requireInserted)
      builder.place(exists)
    }
    inScope(idempotent.insert, surroundings) { builder, scope in
      if scope.isInTransaction { return lookUpAndInsert(&builder, scope) }
      builder.inTransaction(builder.scenario.system.database.isolation, in: scope) {
        lookUpAndInsert(&$0, $1)
      }
    }
  }

  /// The inner part in the surrounding transaction, or outside it.
  private mutating func inScope(
    _ scope: IdempotentStep.Scope, _ surroundings: Surroundings,
    _ body: (inout ProgramBuilder, Surroundings) -> Void
  ) {
    switch scope {
    case .own: outsideTransaction(in: surroundings, body)
    case .same: body(&self, surroundings)
    }
  }
}

extension [Step] {
  /// Whether every way through the steps commits a transaction among them.
  fileprivate var alwaysCommit: Bool { contains { $0.alwaysCommits } }
}

extension Step {
  fileprivate var alwaysCommits: Bool {
    switch self {
    case .transaction: true
    case .distributedLock, .retry, .connection, .gate: innerSteps.alwaysCommit
    case .choose(let branches): branches.allSatisfy { $0.steps.alwaysCommit }
    case .everyNth(_, let steps, let otherwise): steps.alwaysCommit && otherwise.alwaysCommit
    // A cache may have what they load, a key may have no rows, and another key may be a duplicate.
    case .cache, .forEach, .idempotent: false
    case .cpu, .delay, .read, .lock, .lockAll, .update, .insert, .use, .barrier, .refuse, .respond:
      false
    }
  }
}
