import ScenarioModel
import SimulationBasics

/// Reads, locks and updates of rows.
extension ProgramBuilder {
  /// The guards of the updates of a row in some steps, in their order.
  private func writeGuards(of row: RowReference, in steps: [Step]) -> [WriteGuard] {
    var guards: [WriteGuard] = []
    for step in steps {
      if case .update(let update) = step, update.row.mayMean(row) {
        guards.append(update.writeGuard ?? defence.writeGuard)
      }
      guards += writeGuards(of: row, in: step.innerSteps)
    }
    return guards
  }

  /// A SELECT of every column of the row, plain or FOR UPDATE as the first guard that reads wants
  /// it.
  ///
  /// An `atomic` update reads by itself: a read that only feeds such updates is left out. Without
  /// locks every read is a plain one.
  mutating func compileRead(_ row: RowReference, in surroundings: Surroundings) {
    if surroundings.control == .validation {
      return select(row, acquiring: nil, in: surroundings)
    }
    let guards = writeGuards(of: row, in: request.steps)
    let reading = guards.first { $0 != .atomic }
    if !guards.isEmpty && reading == nil { return }
    let lock =
      reading == .pessimistic ? lockRow(row, .exclusive, .wait, in: surroundings) : nil
    select(row, acquiring: lock, in: surroundings)
  }

  /// A SELECT of every column of the row; under a lock it reads the latest versions.
  ///
  /// - Parameter mayFindNothing: Whether the row may be left out because another has locked it.
  private mutating func select(
    _ row: RowReference, acquiring lock: Instruction?, mayFindNothing: Bool = false,
    in surroundings: Surroundings
  ) {
    let slot = slot(of: row, in: surroundings)
    let columns = scenario.tables[row.table].columns.indices
    statement(.select, acquiring: lock, in: surroundings) { builder in
      let nothing = builder.newLabel()
      if mayFindNothing && !columns.isEmpty {
        builder.emit(.jumpIfNoRow(nothing.number, slot: UInt8(slot)))
      }
      for column in columns {
        let register = builder.register(of: slot, column)
        builder.emit(
          .read(
            slot: UInt8(slot), column: UInt8(column), register: UInt8(register),
            lock == nil ? .plain : .locking))
      }
      builder.place(nothing)
    }
    if !readSlots.contains(slot) { readSlots.append(slot) }
  }

  /// The lock of a row, with as much patience as the step and the transaction allow.
  private mutating func lockRow(
    _ row: RowReference, _ mode: LockStep.Mode, _ patience: LockStep.Patience,
    in surroundings: Surroundings
  ) -> Instruction {
    let restarts = surroundings.control == .immediateRestart && patience != .skipLocked
    return .lockRow(
      slot: UInt8(slot(of: row, in: surroundings)), mode,
      self.patience(restarts ? .noWait : patience))
  }

  /// `SELECT … FOR SHARE` or `FOR UPDATE`, which a later update of the row can compute with;
  /// without locks a plain read, so that a change of the row is noticed at the commit point.
  mutating func compile(_ lock: LockStep, in surroundings: Surroundings) {
    if surroundings.control == .validation {
      return select(lock.row, acquiring: nil, in: surroundings)
    }
    let instruction = lockRow(lock.row, lock.mode, lock.patience, in: surroundings)
    select(
      lock.row, acquiring: instruction, mayFindNothing: lock.patience == .skipLocked,
      in: surroundings)
  }

  /// An UPDATE, and before it a read where the attempt may come to it without one.
  ///
  /// Without locks no guard is asked: what was read is looked at again at the commit point.
  mutating func compileUpdate(_ update: UpdateStep, in surroundings: Surroundings) {
    let isDeferred = surroundings.control == .validation
    let writeGuard = isDeferred ? .none : update.writeGuard ?? defence.writeGuard
    let slot = slot(of: update.row, in: surroundings)
    if writeGuard != .atomic && !readSlots.contains(slot) {
      compileRead(update.row, in: surroundings)
    }
    let register = writeGuard == .atomic ? -1 : register(of: slot, update.column)
    let refused = refusal(update.refusal)
    let identifier = UpdateID(index: updates.count)
    updates.append(
      CompiledUpdate(
        slot: slot, key: update.row.key, table: update.row.table, column: update.column,
        register: register, change: update.change, atLeast: update.atLeast,
        refusal: Int(refused.index), writeGuard: writeGuard,
        isFenced: defence.fencingToken && defence.distributedLock && !isDeferred,
        isConditional: surroundings.isConditional, bit: 1 << UInt64(requestUpdateCount)))
    requestUpdateCount += 1
    if update.atLeast != nil && writeGuard != .atomic { emit(.requireFloor(identifier)) }
    if isDeferred { return emit(.deferWrite(identifier)) }
    let lock = lockRow(update.row, .exclusive, .wait, in: surroundings)
    statement(.update, acquiring: lock, in: surroundings) { $0.emit(.write(identifier)) }
    emit(.requireWritten(identifier))
  }

  /// The register that holds a column of the row in a slot.
  private mutating func register(of slot: Int, _ column: Int) -> Int {
    if let known = registers.firstIndex(where: { $0.slot == slot && $0.column == column }) {
      return known
    }
    registers.append((slot, column))
    return registers.count - 1
  }
}

extension RowReference {
  /// Whether this and another reference may mean the same row of a request.
  fileprivate func mayMean(_ other: RowReference) -> Bool {
    key == other.key && (item == nil || other.item == nil || item == other.item)
  }
}
