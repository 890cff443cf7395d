import ScenarioModel
import SimulationBasics

/// Connections and transactions.
extension ProgramBuilder {
  /// Runs the inner part on one connection, which is taken here unless it is held already.
  mutating func holdingConnection(
    in surroundings: Surroundings, _ body: (inout ProgramBuilder, Surroundings) -> Void
  ) {
    if surroundings.holdsConnection || scenario.system.pool.size == nil {
      return body(&self, surroundings)
    }
    var inner = surroundings
    inner.holdsConnection = true
    holding(.takeConnection, until: .releaseConnection) { body(&$0, inner) }
  }

  /// Runs the inner part outside the surrounding transaction, which is suspended with its
  /// connection and its locks (Spring's REQUIRES_NEW).
  mutating func outsideTransaction(
    in surroundings: Surroundings, _ body: (inout ProgramBuilder, Surroundings) -> Void
  ) {
    guard surroundings.isInTransaction else { return body(&self, surroundings) }
    var inner = surroundings
    inner.isInTransaction = false
    inner.holdsConnection = false
    inner.control = .locking
    holding(.suspendTransaction, until: .resumeTransaction) { body(&$0, inner) }
  }

  /// BEGIN, the steps, COMMIT; after a failure ROLLBACK, and the failure goes on.
  mutating func compile(_ transaction: TransactionStep, in surroundings: Surroundings) {
    if surroundings.isInTransaction && transaction.propagation == .required {
      compile(transaction.steps, in: surroundings)
      return compile(transaction.afterCommitPoint, in: surroundings)
    }
    let mark = surroundings.isInTransaction ? nil : surroundings.keyToMark
    let isolation = transaction.isolation ?? scenario.system.database.isolation
    outsideTransaction(in: surroundings) { builder, outside in
      builder.inTransaction(isolation, transaction.control, in: outside) { builder, inside in
        // The commit point looks at what the transaction has read itself.
        let before = builder.readSlots
        if transaction.control == .validation { builder.readSlots = [] }
        var steps = inside
        steps.keyToMark = nil
        builder.compile(transaction.steps, in: steps)
        if let mark { builder.markKey(mark, in: inside) }
        if transaction.control == .validation {
          builder.emit(.validate)
          builder.readSlots += before.filter { !builder.readSlots.contains($0) }
        }
        builder.compile(transaction.afterCommitPoint, in: steps)
      }
    }
  }

  /// A transaction of its own around the inner part.
  ///
  /// - Precondition: None is open.
  mutating func inTransaction(
    _ isolation: IsolationLevel, _ control: TransactionStep.Control = .locking,
    in surroundings: Surroundings, _ body: (inout ProgramBuilder, Surroundings) -> Void
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
      transaction.control = control
      builder.open(&transaction)
      body(&builder, transaction)
      builder.handler = outer
      builder.leg(.commit)
      builder.emit(.commit(builder.timing(.commit, database.commit)))
      builder.leg(.commit)
      if !builder.isReached(failed) { return }
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

  /// Notes that one more transaction is open in these surroundings.
  mutating func open(_ surroundings: inout Surroundings) {
    surroundings.openTransactions += 1
    openTransactions = max(openTransactions, surroundings.openTransactions)
  }
}
