import ContendedResources
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Reading and writing rows.
extension Simulation {
  // MARK: Reading

  mutating func read(
    _ slot: Int, _ column: Int, into register: Int, _ kind: ReadKind, for request: RequestID
  ) -> Turn {
    let row = requests.row(slot, of: request)
    let transaction = transaction(of: request)
    let image: RowImage
    if kind == .plain && requests[request].open.isRepeatable {
      rows.openView(for: transaction)
      image = rows.snapshot(row, column: column, for: transaction)
    } else {
      if hasChangedSinceSnapshot(row, of: request) { return failBySnapshot(request) }
      image = rows.current(row, column: column, for: transaction)
    }
    requests.noteRead(register, of: request, of: image, at: now)
    tell(
      .read(row, column: column, value: image.value, version: image.version), by: request)
    return .goesOn
  }

  /// Whether a statement that locks or writes would pass over a change that its transaction's
  /// snapshot does not show (`innodb_snapshot_isolation`).
  @inline(__always)
  private func hasChangedSinceSnapshot(_ row: RowID, of request: RequestID) -> Bool {
    usesSnapshotIsolation && requests[request].open.isRepeatable
      && rows.changedSinceView(row, by: transaction(of: request))
  }

  /// Error 1020: the whole transaction is rolled back.
  private mutating func failBySnapshot(_ request: RequestID) -> Turn {
    endTransaction(of: request, committed: false)
    let turn = fail(request, with: .recordChanged)
    resolveDeadlocks()
    return turn
  }

  // MARK: Writing

  /// The service refuses before it sends an update that what was read does not allow.
  mutating func requireFloor(_ update: CompiledUpdate, for request: RequestID) -> Turn {
    guard let floor = update.atLeast, update.register >= 0 else { return .goesOn }
    let value = changed(requests.register(update.register, of: request).value, by: update.change)
    return value < floor ? refuse(update.refusal, request) : .goesOn
  }

  /// The guard is evaluated on the latest version of the row, whose lock the request has.
  mutating func write(_ update: CompiledUpdate, for request: RequestID) -> Turn {
    let row = requests.row(update.slot, of: request)
    if hasChangedSinceSnapshot(row, of: request) { return failBySnapshot(request) }
    let current = rows.current(row, column: update.column, for: transaction(of: request))
    let base: RowImage
    switch update.writeGuard {
    case .atomic:
      base = current
      if let floor = update.atLeast, changed(current.value, by: update.change) < floor {
        tell(.belowFloor(row, column: update.column), by: request)
        matchNothing(.belowFloor, row, request)
        return .goesOn
      }
    case .optimistic:
      base = requests.register(update.register, of: request)
      if base.version != current.version {
        note(.versionMoved)
        tell(.versionMoved(row, column: update.column), by: request)
        matchNothing(.versionMoved, row, request)
        return .goesOn
      }
    case .none, .pessimistic:
      base = requests.register(update.register, of: request)
    }
    if update.isFenced {
      if requests[request].token < rows.fence(of: row) {
        note(.tokenRefused)
        tell(.tokenRefused(row, column: update.column), by: request)
        matchNothing(.tokenStale, row, request)
        return .goesOn
      }
      rows.raiseFence(row, to: requests[request].token)
    }
    stage(update, on: base, request)
    rowLocks.noteRowChange(by: transaction(of: request))
    requests[request].statement = .done
    return .goesOn
  }

  /// The statement's WHERE matches no row; under READ COMMITTED the lock that it took for the row
  /// is given up at once (MySQL manual, "Transaction Isolation Levels").
  private mutating func matchNothing(
    _ outcome: StatementOutcome, _ row: RowID, _ request: RequestID
  ) {
    requests[request].statement = outcome
    if !requests[request].open.isRepeatable && requests[request].hasJustLocked {
      release(row, by: request)
    }
  }

  /// Writes what follows from a base, for the transaction alone to see until it commits.
  mutating func stage(_ update: CompiledUpdate, on base: RowImage, _ request: RequestID) {
    let row = requests.row(update.slot, of: request)
    let transaction = transaction(of: request)
    let effects: UInt64
    switch update.change {
    case .add: effects = base.effects + 1
    case .set: effects = rows.current(row, column: update.column, for: transaction).effects + 1
    }
    let value = changed(base.value, by: update.change)
    rows.stage(row, column: update.column, value: value, effects: effects, by: transaction)
    tell(.wrote(row, column: update.column, value: value), by: request)
    requests[request].open.written |= update.bit
    noteWrite(of: update.column, in: row, by: request)
  }

  /// A further update of the row in this request starts from what was written, and expects its new
  /// version.
  ///
  /// As in JPA, where a row is one entity however it was found: its other columns stay as they were
  /// read.
  private mutating func noteWrite(of column: Int, in row: RowID, by request: RequestID) {
    let written = rows.current(row, column: column, for: transaction(of: request))
    let program = Int(requests[request].program)
    let first = firstRegisters[program]
    for index in first..<firstRegisters[program + 1] {
      guard requests.row(registers[index].slot, of: request) == row else { continue }
      var image = requests.register(index - first, of: request)
      if registers[index].column == column {
        image = written
      } else {
        image.version = written.version
      }
      requests.setRegister(index - first, of: request, to: image)
    }
  }

  @inline(__always)
  private func changed(_ value: Int64, by change: UpdateStep.Change) -> Int64 {
    switch change {
    case .add(let amount): value &+ amount
    case .set(let new): new
    }
  }

  mutating func requireWritten(_ update: CompiledUpdate, for request: RequestID) -> Turn {
    // Counted where its conflicts are, so that these are always some of those.
    if update.writeGuard == .optimistic { meters.versionChecks += 1 }
    return switch requests[request].statement {
    case .done: .goesOn
    case .versionMoved: fail(request, with: .versionConflict)
    case .tokenStale: fail(request, with: .staleToken)
    case .belowFloor: refuse(update.refusal, request)
    case .duplicate, .keyLost, .missed: broken("an update of a row met no row's outcome")
    }
  }
}
