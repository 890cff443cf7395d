import ScenarioModel
import SimulationBasics

/// Statements: legs, locks, cores and services.
extension ProgramBuilder {
  enum StatementKind { case begin, select, insert, update }

  /// One statement: a leg, the lock if it needs one, a core and the service, what it does, a leg
  /// back.
  ///
  /// Outside a transaction the statement commits by itself, on a connection of its own. A statement
  /// that fails at the server answers over the leg back, too.
  mutating func statement(
    _ kind: StatementKind, acquiring lock: Instruction? = nil, in surroundings: Surroundings,
    effect: (inout ProgramBuilder) -> Void
  ) {
    if !surroundings.isInTransaction {
      let database = scenario.system.database
      holdingConnection(in: surroundings) { builder, inner in
        var transaction = inner
        builder.open(&transaction)
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
    if !isReached(failed) { return }
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
}
