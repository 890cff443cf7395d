import ScenarioModel
import SimulationBasics

/// Inserts under a unique key, and steps that are done once for each key.
extension ProgramBuilder {
  mutating func compile(_ insert: InsertStep, in surroundings: Surroundings) {
    hasOrderedKeys[insert.table] = true
    insertKey(into: UInt8(insert.table), insert.ifDuplicate, in: surroundings)
    if insert.ifDuplicate == .fail { emit(.requireInserted) }
  }

  private mutating func insertKey(
    into table: UInt8, _ ifDuplicate: InsertStep.IfDuplicate = .fail, in surroundings: Surroundings
  ) {
    statement(.insert, acquiring: .insertKey(table: table, ifDuplicate), in: surroundings) { _ in }
  }

  /// Look the key up, insert it as PROCESSING, run the steps, mark it COMPLETED, or FAILED when a
  /// step fails.
  ///
  /// What has a transaction of its own stands outside the surrounding one, if there is one; where
  /// there is none, everything has its own. A key that was inserted in the surrounding transaction
  /// vanishes with it when a step fails.
  mutating func compile(_ idempotent: IdempotentStep, in surroundings: Surroundings) {
    var idempotent = idempotent
    if !surroundings.isInTransaction {
      idempotent.insert = .own
      if idempotent.completion == .same { idempotent.completion = .own }
    }
    let table = UInt8(idempotent.table)
    let outer = handler
    let before = readSlots
    let lookUp = newLabel()
    let insert = newLabel()
    let body = newLabel()
    let completed = newLabel()
    let processing = newLabel()
    let keyFailed = newLabel()
    let stepFailed = newLabel()
    let done = newLabel()
    if idempotent.lookup == .forUpdate || idempotent.insert == .same {
      hasOrderedKeys[idempotent.table] = true
    }

    place(lookUp)
    if idempotent.lookup != .none {
      let step = idempotency(
        CompiledIdempotency(
          completed: completed.number, processing: processing.number, failed: keyFailed.number))
      if idempotent.lookup == .plain {
        statement(.select, in: surroundings) { $0.emit(.lookUpKey(table: table)) }
        emit(.branchOnKey(step))
      } else {
        lookUpForUpdate(idempotent, in: surroundings)
        emit(.branchOnKey(step))
        if idempotent.onProcessing == .insert { emit(.jump(body.number)) }
      }
    }
    // A look-up FOR UPDATE has inserted what is missing.
    if idempotent.lookup != .forUpdate || idempotent.onProcessing == .insert {
      place(insert)
      inScope(idempotent.insert, surroundings) { $0.insertKey(into: table, in: $1) }
      if idempotent.lookup == .plain && idempotent.onProcessing == .refuse {
        emit(.jumpIfDuplicate(lookUp.number))
      } else {
        emit(.requireInserted)
      }
    }
    place(body)
    if idempotent.insert == .own { handler = stepFailed }
    compile(idempotent.steps, in: surroundings)
    handler = outer
    // An UPDATE of the key row waits, if it must, before it is served, and may fail there.
    let complete = Instruction.completeKey(table: table, status: surroundings.status)
    inScope(idempotent.completion == .same ? .same : .own, surroundings) { builder, scope in
      builder.statement(.update, acquiring: complete, in: scope) { _ in }
    }
    if idempotent.lookup != .none || isReached(stepFailed) { emit(.jump(done.number)) }

    if isReached(stepFailed) {
      place(stepFailed)
      inScope(.own, surroundings) { builder, scope in
        builder.statement(.update, acquiring: .failKey(table: table), in: scope) { _ in }
      }
      emit(.fail)
    }

    if idempotent.lookup != .none {
      place(keyFailed)
      switch idempotent.onFailed {
      case .retry:
        inScope(idempotent.insert, surroundings) { builder, scope in
          builder.statement(.update, acquiring: .takeOverKey(table: table), in: scope) { _ in }
        }
        emit(.jumpIfDuplicate(lookUp.number))
        emit(.jump(body.number))
      case .refuse:
        emit(.refuseKey)
      case .insert: emit(.jump(insert.number))
      }
      place(processing)
      switch idempotent.onProcessing {
      case .refuse: emit(.refuseKey)
      case .insert: emit(.jump(insert.number))
      }
      place(completed)
      emit(.replayAnswer)
      // Who is told what was stored comes past without the steps.
      readSlots = before
    }
    place(done)
  }

  /// `SELECT … FOR UPDATE` of the key and, when it is missing, its INSERT, in one transaction.
  private mutating func lookUpForUpdate(
    _ idempotent: IdempotentStep, in surroundings: Surroundings
  ) {
    let table = UInt8(idempotent.table)
    func lookUpAndInsert(_ builder: inout ProgramBuilder, _ inside: Surroundings) {
      let exists = builder.newLabel()
      builder.statement(.select, acquiring: .lockKey(table: table), in: inside) { _ in }
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
