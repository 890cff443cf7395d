import ScenarioModel
import SimulationBasics

extension ProgramBuilder {
  enum StatementKind { case begin, select, insert, update }

  /// Runs the inner part on one connection, which is taken here unless it is held already.
  mutating func holdingConnection(
    in surroundings: Surroundings, _ body: (inout ProgramBuilder, Surroundings) -> Void
  ) {
    if surroundings.holdsConnection || scenario.system.pool.size == nil {
      body(&self, surroundings)
      return
    }
    let outer = handler
    let failed = newLabel()
    let done = newLabel()
    var inner = surroundings
    inner.holdsConnection = true
    emit(.takeConnection)
    handler = failed
    body(&self, inner)
    handler = outer
    emit(.releaseConnection)
    emit(.jump(done.number))
    place(failed)
    emit(.releaseConnection)
    emit(.fail)
    place(done)
  }

  /// BEGIN, the steps, COMMIT; after a failure ROLLBACK, and the failure goes on.
  mutating func compileTransaction(
    _ isolation: IsolationLevel, _ steps: [Step], in surroundings: Surroundings
  ) {
    let database = scenario.system.database
    holdingConnection(in: surroundings) { builder, inner in
      let outer = builder.handler
      let failed = builder.newLabel()
      let done = builder.newLabel()
      builder.leg(.statement)
      builder.service(.begin)
      builder.emit(.begin(isolation))
      builder.leg(.statement)
      builder.handler = failed
      var transaction = inner
      transaction.isInTransaction = true
      builder.compile(steps, in: transaction)
      builder.handler = outer
      builder.leg(.commit)
      builder.emit(.commit(builder.timing(.commit, database.commit)))
      builder.leg(.commit)
      builder.emit(.jump(done.number))
      builder.place(failed)
      builder.leg(.commit)
      builder.serve(
        by: .database, count: database.cores, .statement, database.rollback, .commit)
      builder.emit(.rollback)
      builder.leg(.commit)
      builder.emit(.fail)
      builder.place(done)
    }
  }

  /// One statement: a leg, the row lock if it needs one, a core and the service, what it does, a
  /// leg back.
  ///
  /// Outside a transaction the statement commits by itself, on a connection of its own. A statement
  /// that fails at the server answers over the leg back, too.
  mutating func statement(
    _ kind: StatementKind, acquiring lock: Instruction? = nil, in surroundings: Surroundings,
    effect: (inout ProgramBuilder) -> Void
  ) {
    if !surroundings.isInTransaction {
      let database = scenario.system.database
      holdingConnection(in: surroundings) { builder, _ in
        builder.leg(.statement)
        builder.emit(.begin(database.isolation))
        builder.atServer(kind, acquiring: lock, rollsBack: true) { inner in
          effect(&inner)
          inner.emit(.commit(inner.timing(.commit, database.commit)))
        }
        builder.leg(.statement)
      }
      return
    }
    leg(.statement)
    atServer(kind, acquiring: lock, rollsBack: false, effect)
    leg(.statement)
  }

  /// The part of a statement that the server does; a failure there leaves over a leg of its own.
  private mutating func atServer(
    _ kind: StatementKind, acquiring lock: Instruction?, rollsBack: Bool,
    _ effect: (inout ProgramBuilder) -> Void
  ) {
    let outer = handler
    let failed = newLabel()
    let done = newLabel()
    handler = failed
    if let lock { emit(lock) }
    service(kind)
    effect(&self)
    handler = outer
    if lock == nil {
      // Nothing at the server can fail: the handler would be unreachable.
      place(failed)
      place(done)
      return
    }
    emit(.jump(done.number))
    place(failed)
    if rollsBack { emit(.rollback) }
    leg(.statement)
    emit(.fail)
    place(done)
  }

  mutating func leg(_ activity: Activity) {
    spend(.databaseNetwork, scenario.system.database.network, activity)
  }

  mutating func service(_ kind: StatementKind) {
    let database = scenario.system.database
    let time =
      switch kind {
      case .begin: database.begin
      case .select: database.select
      case .insert: database.insert
      case .update: database.update
      }
    serve(by: .database, count: database.cores, .statement, time, .statement)
  }

  // MARK: Reads and updates

  /// The guards of the updates of a row in some steps, in their order.
  private func writeGuards(of row: RowReference, in steps: [Step]) -> [WriteGuard] {
    var guards: [WriteGuard] = []
    for step in steps {
      switch step {
      case .update(let update) where update.row == row:
        guards.append(update.writeGuard ?? defence.writeGuard)
      case .distributedLock(let lock): guards += writeGuards(of: row, in: lock.steps)
      case .idempotent(let idempotent): guards += writeGuards(of: row, in: idempotent.steps)
      case .retry(_, let inner), .transaction(_, let inner), .connection(let inner):
        guards += writeGuards(of: row, in: inner)
      case .cpu, .delay, .read, .lock, .update, .refuse, .respond: break
      }
    }
    return guards
  }

  /// A SELECT of every column of the row, plain or FOR UPDATE as the first guard that reads wants
  /// it.
  ///
  /// An `atomic` update reads by itself: a read that only feeds such updates is left out.
  mutating func compileRead(_ row: RowReference, in surroundings: Surroundings) {
    let guards = writeGuards(of: row, in: request.steps)
    let reading = guards.first { $0 != .atomic }
    if !guards.isEmpty && reading == nil { return }
    let locks = reading == .pessimistic
    let table = scenario.tables[row.table]
    let lock: Instruction? = locks ? .lockRow(key: UInt8(row.key)) : nil
    statement(.select, acquiring: lock, in: surroundings) { builder in
      for column in table.columns.indices {
        let register = builder.register(of: row, column)
        builder.emit(
          .read(
            key: UInt8(row.key), column: UInt8(column), register: UInt8(register),
            locks ? .locking : .plain))
      }
    }
  }

  mutating func compileUpdate(_ update: UpdateStep, in surroundings: Surroundings) {
    let writeGuard = update.writeGuard ?? defence.writeGuard
    if writeGuard != .atomic && !registers.contains(where: { $0.row == update.row }) {
      compileRead(update.row, in: surroundings)
    }
    let register = writeGuard == .atomic ? -1 : register(of: update.row, update.column)
    let refused = refusal(update.refusal)
    let identifier = UpdateID(index: updates.count)
    updates.append(
      CompiledUpdate(
        key: update.row.key, table: update.row.table, column: update.column, register: register,
        change: update.change, atLeast: update.atLeast, refusal: Int(refused.index),
        writeGuard: writeGuard, isFenced: defence.fencingToken && defence.distributedLock,
        bit: 1 << UInt64(requestUpdateCount)))
    requestUpdateCount += 1
    if update.atLeast != nil && writeGuard != .atomic { emit(.requireFloor(identifier)) }
    let lock = Instruction.lockRow(key: UInt8(update.row.key))
    statement(.update, acquiring: lock, in: surroundings) { $0.emit(.write(identifier)) }
    emit(.requireWritten(identifier))
  }

  /// The register that holds a column of a row that the request has read.
  private mutating func register(of row: RowReference, _ column: Int) -> Int {
    if let known = registers.first(where: { $0.row == row && $0.column == column }) {
      return known.register
    }
    registers.append((row, column, registers.count))
    return registers.count - 1
  }
}
