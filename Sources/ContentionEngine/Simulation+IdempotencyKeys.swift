import ContendedResources
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Idempotency keys: look up, lock, insert, mark, take over.
extension Simulation {
  mutating func lookUpKey(in table: UInt8, _ step: IdempotencyID, for request: RequestID) {
    keys.purge(requests[request].key, in: table, at: now, locks: &rowLocks)
    note(
      keys.lookup(requests[request].key, in: table, by: transaction(of: request)), in: table, step,
      for: request)
  }

  private mutating func note(
    _ state: KeyState?, in table: UInt8, _ step: IdempotencyID, for request: RequestID
  ) {
    switch state {
    case nil: requests[request].keyState = .absent
    case .processing:
      requests[request].keyState =
        isOverdue(in: table, step, for: request) ? .overdue : .processing
    case .completed(let status):
      requests[request].keyState = .completed
      requests[request].status = status
    case .failed: requests[request].keyState = .failed
    }
    tell(.keyFound(table: Int(table), .init(requests[request].keyState)), by: request)
  }

  /// Whether the key of a request, which is PROCESSING, has been so for too long.
  private func isOverdue(
    in table: UInt8, _ step: IdempotencyID, for request: RequestID
  ) -> Bool {
    guard let age = compiled.idempotencySteps[Int(step.index)].takeOverAfter,
      let since = keys.processingSince(
        requests[request].key, in: table, by: transaction(of: request))
    else { return false }
    return now - since >= age
  }

  /// `SELECT … FOR UPDATE` of the key: its row is locked, or the gap where it would be.
  mutating func lockKey(
    in table: UInt8, _ step: IdempotencyID, for request: RequestID
  ) -> Turn {
    keys.purge(requests[request].key, in: table, at: now, locks: &rowLocks)
    switch keys.lockingLookup(
      requests[request].key, in: table, by: transaction(of: request),
      gapLocks: requests[request].open.isRepeatable, locks: &rowLocks)
    {
    case .found(let state): note(state, in: table, step, for: request)
    case .missing: note(nil, in: table, step, for: request)
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
      note(.duplicateWhileProcessing)
      count(.duplicatePaymentsPrevented, for: request)
      requests[request].programCounter = step.processing
    case .overdue: requests[request].programCounter = step.overdue
    case .failed: requests[request].programCounter = step.failed
    }
  }

  /// What a row says that is nobody's intention in progress.
  static let plainRow = KeyState.completed(status: 200)

  mutating func insertKey(
    in table: UInt8, as state: KeyState, _ ifDuplicate: InsertStep.IfDuplicate = .fail,
    for request: RequestID
  ) -> Turn {
    let transaction = transaction(of: request)
    keys.purge(requests[request].key, in: table, at: now, locks: &rowLocks)
    switch keys.insert(
      requests[request].key, in: table, by: transaction, as: state,
      onDuplicate: ifDuplicate == .update ? .exclusive : .shared, locks: &rowLocks)
    {
    case .inserted:
      requests[request].statement = .done
      requests[request].open.hasWrittenKey = true
      own(in: table, by: request)
      tell(.keyInserted(table: Int(table), .init(state)), by: request)
    case .duplicate(let state):
      // One that was found PROCESSING has been counted.
      if state == .processing && requests[request].keyState != .processing {
        note(.duplicateWhileProcessing)
      }
      tell(.duplicateKey(table: Int(table)), by: request)
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
      own(in: table, by: request)
      tell(.keyTakenOver(table: Int(table)), by: request)
      return .goesOn
    case .missing:
      requests[request].statement = .duplicate
      return .goesOn
    case .waits:
      awaitKey(request)
      return .ends
    }
  }

  /// `UPDATE … SET owner = ?, updated_at = now() WHERE key = ? AND state = PROCESSING AND
  /// updated_at <= now() - ?`: one of several wins.
  mutating func takeOverOldKey(
    in table: UInt8, _ step: IdempotencyID, for request: RequestID
  ) -> Turn {
    switch keys.lockingLookup(
      requests[request].key, in: table, by: transaction(of: request), gapLocks: false,
      locks: &rowLocks)
    {
    case .waits:
      awaitKey(request)
      return .ends
    case .found(.processing) where isOverdue(in: table, step, for: request):
      count(.keyTakeovers, for: request)
      note(.keyTakenOver)
      tell(.keyTakenOver(table: Int(table)), by: request)
      requests[request].statement = .done
      stageLockedKey(.processing, in: table, for: request)
      own(in: table, by: request)
    case .found, .missing:
      requests[request].statement = .duplicate
    }
    return .goesOn
  }

  /// `UPDATE … SET state = ? WHERE key = ? AND owner = ?`, and FAILED only from PROCESSING: a
  /// request whose key was taken over, or has expired, changes nothing.
  mutating func markOwnKey(
    _ state: KeyState, in table: UInt8, for request: RequestID
  ) -> Turn {
    let transaction = transaction(of: request)
    let key = requests[request].key
    switch keys.lockingLookup(
      key, in: table, by: transaction, gapLocks: false, locks: &rowLocks)
    {
    case .waits:
      awaitKey(request)
      return .ends
    case .found(let found)
    where keys.owner(of: key, in: table, by: transaction) == request
      && (state != .failed || found == .processing):
      requests[request].statement = .done
      stageLockedKey(state, in: table, for: request)
    case .found, .missing:
      requests[request].statement = .keyLost
    }
    return .goesOn
  }

  /// Changes the key's row, whose lock the request has.
  private mutating func stageLockedKey(
    _ state: KeyState, in table: UInt8, for request: RequestID
  ) {
    switch keys.update(
      requests[request].key, in: table, to: state, by: transaction(of: request), locks: &rowLocks)
    {
    case .staged: requests[request].open.hasWrittenKey = true
    case .missing, .waits: broken("a key that is locked could not be changed")
    }
  }

  /// The request owns the key from now on, as soon as that is committed.
  @inline(__always)
  private mutating func own(in table: UInt8, by request: RequestID) {
    guard compiled.hasAgingKeys[Int(table)] else { return }
    keys.noteOwner(
      request, of: requests[request].key, in: table, by: transaction(of: request), at: now)
  }

  mutating func replayAnswer(to request: RequestID) {
    note(.answerReplayed)
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
