import ContendedResources
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Idempotency keys: look up, lock, insert, mark, take over.
extension Simulation {
  mutating func lookUpKey(in table: UInt8, for request: RequestID) {
    note(
      keys.lookup(requests[request].key, in: table, by: transaction(of: request)), for: request)
  }

  private mutating func note(_ state: KeyState?, for request: RequestID) {
    switch state {
    case nil: requests[request].keyState = .absent
    case .processing: requests[request].keyState = .processing
    case .completed(let status):
      requests[request].keyState = .completed
      requests[request].status = status
    case .failed: requests[request].keyState = .failed
    }
  }

  /// `SELECT … FOR UPDATE` of the key: its row is locked, or the gap where it would be.
  mutating func lockKey(in table: UInt8, for request: RequestID) -> Turn {
    switch keys.lockingLookup(
      requests[request].key, in: table, by: transaction(of: request),
      gapLocks: requests[request].open.isRepeatable, locks: &rowLocks)
    {
    case .found(let state): note(state, for: request)
    case .missing: note(nil, for: request)
    case .waits:
      awaitKey(request)
      return .ends
    }
    return .goesOn
  }

  mutating func branchOnKey(_ step: CompiledIdempotency, for request: RequestID) {
    switch requests[request].keyState {
    case .absent: return
    case .completed: requests[request].programCounter = step.completed
    case .processing:
      count(.duplicatePaymentsPrevented, for: request)
      requests[request].programCounter = step.processing
    case .failed: requests[request].programCounter = step.failed
    }
  }

  mutating func insertKey(
    in table: UInt8, _ ifDuplicate: InsertStep.IfDuplicate, for request: RequestID
  ) -> Turn {
    let transaction = transaction(of: request)
    switch keys.insert(
      requests[request].key, in: table, by: transaction,
      onDuplicate: ifDuplicate == .update ? .exclusive : .shared, locks: &rowLocks)
    {
    case .inserted:
      requests[request].statement = .done
      requests[request].open.hasWrittenKey = true
    case .duplicate(let state):
      requests[request].statement = .duplicate
      if ifDuplicate == .update { return markKey(state, in: table, for: request) }
    case .waits:
      awaitKey(request)
      return .ends
    }
    return .goesOn
  }

  /// Marks the key; the row is the request's own, so as a rule nobody is in the way.
  mutating func markKey(_ state: KeyState, in table: UInt8, for request: RequestID) -> Turn {
    switch keys.update(
      requests[request].key, in: table, to: state, by: transaction(of: request), locks: &rowLocks)
    {
    case .staged:
      requests[request].open.hasWrittenKey = true
      return .goesOn
    case .missing:
      return .goesOn
    case .waits:
      awaitKey(request)
      return .ends
    }
  }

  /// `UPDATE … SET state = PROCESSING WHERE key = ? AND state = FAILED`: one of several wins.
  mutating func takeOverKey(in table: UInt8, for request: RequestID) -> Turn {
    let transaction = transaction(of: request)
    guard keys.lookup(requests[request].key, in: table, by: transaction) == .failed else {
      requests[request].statement = .duplicate
      return .goesOn
    }
    switch keys.update(
      requests[request].key, in: table, to: .processing, by: transaction, locks: &rowLocks)
    {
    case .staged:
      requests[request].statement = .done
      requests[request].open.hasWrittenKey = true
      return .goesOn
    case .missing:
      requests[request].statement = .duplicate
      return .goesOn
    case .waits:
      awaitKey(request)
      return .ends
    }
  }

  mutating func replayAnswer(to request: RequestID) {
    count(.idempotentReplays, for: request)
    count(.duplicatePaymentsPrevented, for: request)
  }

  /// Nobody can name the key any more.
  mutating func forget(_ key: IdempotencyKey) {
    for (index, table) in compiled.scenario.tables.enumerated() where table.hasUniqueKey {
      keys.forget(key, in: UInt8(index), locks: &rowLocks)
    }
  }
}
