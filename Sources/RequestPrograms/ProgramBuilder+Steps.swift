import ScenarioModel
import SimulationBasics

extension ProgramBuilder {
  /// Writes the program of one request class: in, steps, answer, out.
  mutating func compileRequest(_ index: Int) -> RequestProgram {
    request = scenario.requests[index]
    keys = compiledKeys()
    registers = []
    readSlots = []
    requestUpdateCount = 0
    let firstUpdate = updates.count
    let start = position
    let system = scenario.system
    let failed = newLabel()
    let out = newLabel()
    let unserved = newLabel()
    let outside = newLabel()

    spend(.clientNetwork, system.network, .network)
    if instancesDie {
      handler = outside
      emit(.enterInstance)
    }
    if system.threads.size != nil {
      handler = unserved
      emit(.takeThread)
    }
    handler = failed
    compile(request.steps, in: Surroundings())
    handler = .none
    if isReached(failed) {
      if !alwaysRefuses { emit(.jump(out.number)) }
      place(failed)
      emit(.respondToFailure)
      place(out)
    }
    if system.threads.size != nil { emit(.releaseThread) }
    if system.threads.size != nil {
      let leaving = newLabel()
      emit(.jump(leaving.number))
      place(unserved)
      emit(.respondToFailure)
      place(leaving)
    }
    if instancesDie {
      let travelling = newLabel()
      emit(.leaveInstance)
      emit(.jump(travelling.number))
      place(outside)
      emit(.respondToFailure)
      place(travelling)
    }
    if scenario.has(.responseLoss) { emit(.sendAnswer) }
    spend(.clientNetwork, system.network, .network)
    emit(.answer)

    return RequestProgram(
      start: start, end: position, keys: keys, slotCount: slotCount,
      updates: firstUpdate..<updates.count,
      registers: registers.map { CompiledRegister(slot: $0.slot, column: $0.column) })
  }

  /// Whether nobody comes behind the last step.
  private var alwaysRefuses: Bool {
    if case .refuse = request.steps.last { true } else { false }
  }

  /// The number of rows that the request may have in all.
  private var slotCount: Int { keys.last?.slots.upperBound ?? 0 }

  /// The keys of the request with a slot for each row that one may have.
  private func compiledKeys() -> [CompiledKey] {
    var compiled: [CompiledKey] = []
    var firstSlot = 0
    for key in request.keys {
      var count = key.count
      if case .subset(let whole, _) = key.choice {
        count = 0...request.keys[whole].count.upperBound
      }
      compiled.append(
        CompiledKey(
          firstRow: firstRows[key.table], rowCount: scenario.tables[key.table].rows,
          choice: key.choice, count: count, order: key.order, redrawOnRetry: key.redrawOnRetry,
          firstSlot: firstSlot))
      firstSlot += count.upperBound
    }
    return compiled
  }

  mutating func compile(_ steps: [Step], in surroundings: Surroundings) {
    for (index, step) in steps.enumerated() {
      var inner = surroundings
      inner.status = answer(in: steps[index...]) ?? surroundings.status
      compile(step, in: inner)
    }
  }

  /// The status with which the steps answer when nothing fails: the last `respond`, however deep it
  /// stands.
  private func answer(in steps: ArraySlice<Step>) -> UInt16? {
    steps.reversed().lazy.compactMap { answer(in: $0) }.first
  }

  private func answer(in step: Step) -> UInt16? {
    if case .respond(let status) = step { return status }
    return answer(in: step.innerSteps[...])
  }

  private mutating func compile(_ step: Step, in surroundings: Surroundings) {
    switch step {
    case .cpu(let time):
      serve(
        by: .instance, count: scenario.system.cores, .processing, time, .processing)
    case .delay(let time):
      spend(.externalDelay, time, .externalDelay)
    case .distributedLock(let lock):
      if defence.includes(lock.layer) {
        compile(lock, in: surroundings)
      } else {
        compile(lock.steps, in: surroundings)
      }
    case .idempotent(let idempotent):
      if defence.includes(idempotent.layer) {
        compile(idempotent, in: surroundings)
      } else {
        compile(idempotent.steps, in: surroundings)
      }
    case .retry(let policy, let steps):
      compile(policy, steps, in: surroundings)
    case .transaction(let transaction):
      compile(transaction, in: surroundings)
    case .connection(let steps):
      holdingConnection(in: surroundings) { builder, inner in builder.compile(steps, in: inner) }
    case .read(let row):
      forEachRow(row, in: surroundings) { $0.compileRead(row, in: $1) }
    case .lock(let lock):
      forEachRow(lock.row, in: surroundings) { $0.compile(lock, in: $1) }
    case .lockAll(let locks):
      for lock in locks.steps {
        forEachRow(lock.row, in: surroundings) { $0.compile(lock, in: $1) }
      }
    case .cache(let cache):
      compile(cache, in: surroundings)
    case .update(let update):
      forEachRow(update.row, in: surroundings) { $0.compileUpdate(update, in: $1) }
    case .insert(let insert):
      compile(insert, in: surroundings)
    case .forEach(let key, let steps):
      forEachRow(of: key, in: surroundings) { $0.compile(steps, in: $1) }
    case .use(let server, let time):
      emit(.takeServer(Int16(server)))
      spend(.serverUse, time, .externalDelay)
      emit(.releaseServer(Int16(server)))
    case .gate(let gate, let steps):
      holding(.enterGate(Int16(gate)), until: .leaveGate(Int16(gate))) {
        $0.compile(steps, in: surroundings)
      }
    case .choose(let branches):
      compile(branches, in: surroundings)
    case .everyNth(let occasion, let steps, let otherwise):
      compile(occasion, steps, otherwise, in: surroundings)
    case .barrier(let parties):
      emit(.awaitBarrier(barrier(parties: parties)))
    case .refuse(let refused):
      emit(.refuse(refusal(refused)))
      // Nobody comes behind it, so whatever is said of those who do is true.
      readSlots = Array(0..<slotCount)
    case .respond(let status):
      emit(.respond(status: status))
    }
  }

  // MARK: Parts that contain others

  /// Compiles something for the row that a reference means, or for each in turn.
  private mutating func forEachRow(
    _ row: RowReference, in surroundings: Surroundings,
    _ body: (inout ProgramBuilder, Surroundings) -> Void
  ) {
    guard let item = row.item else { return forEachRow(of: row.key, in: surroundings, body) }
    forItem(item, of: row.key, in: surroundings, body)
  }

  /// Compiles something for each row of a key in turn; once for the present row inside a `forEach`
  /// of it.
  ///
  /// What a request has no row for is jumped over.
  private mutating func forEachRow(
    of key: Int, in surroundings: Surroundings,
    _ body: (inout ProgramBuilder, Surroundings) -> Void
  ) {
    if let item = surroundings.item(of: key) {
      if !skipsRows(of: key) { return body(&self, surroundings) }
      // The row may have been left out since the `forEach` came to it.
      return forItem(item, of: key, in: surroundings, body)
    }
    for item in 0..<keys[key].count.upperBound {
      forItem(item, of: key, in: surroundings, body)
    }
  }

  /// Compiles something for one row of a key; a request that has no such row jumps over it.
  private mutating func forItem(
    _ item: Int, of key: Int, in surroundings: Surroundings,
    _ body: (inout ProgramBuilder, Surroundings) -> Void
  ) {
    let next = newLabel()
    let slot = keys[key].firstSlot + item
    let before = readSlots
    var inner = surroundings
    let mayBeMissing = item >= keys[key].count.lowerBound || skipsRows(of: key)
    if mayBeMissing {
      emit(.jumpIfNoRow(next.number, slot: UInt8(slot)))
      inner.isConditional = true
    }
    inner.items.append((key, item))
    inner.fixedKeys.append(key)
    body(&self, inner)
    place(next)
    // Who has no such row has read nothing here, and has nothing to read of it.
    if mayBeMissing { readSlots.removeAll { $0 != slot && !before.contains($0) } }
  }

  /// Whether a step of the request may leave out a row of a key (SKIP LOCKED).
  private func skipsRows(of key: Int) -> Bool {
    func skips(_ steps: [Step]) -> Bool {
      steps.contains { step in
        if case .lock(let lock) = step, lock.row.key == key, lock.patience == .skipLocked {
          return true
        }
        if case .lockAll(let locks) = step, locks.patience == .skipLocked,
          locks.rows.contains(where: { $0.key == key })
        {
          return true
        }
        return skips(step.innerSteps)
      }
    }
    return skips(request.steps)
  }

  /// The slot of the row that a reference means here.
  func slot(of row: RowReference, in surroundings: Surroundings) -> Int {
    keys[row.key].firstSlot + (surroundings.item(of: row.key) ?? 0)
  }

  /// Something is held for the inner part, and given up after it, also when the part fails.
  mutating func holding(
    _ take: Instruction, until giveUp: Instruction, _ body: (inout ProgramBuilder) -> Void
  ) {
    let outer = handler
    let failed = newLabel()
    let done = newLabel()
    emit(take)
    handler = failed
    body(&self)
    handler = outer
    emit(giveUp)
    if !isReached(failed) { return }
    emit(.jump(done.number))
    place(failed)
    emit(giveUp)
    emit(.fail)
    place(done)
  }
}
