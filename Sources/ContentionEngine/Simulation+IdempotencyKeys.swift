import ContendedResources
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Idempotency keys: look up, insert, mark, take over.
extension Simulation {
  /// The key of a request in one table: keys of different tables never meet.
  private func key(of request: RequestID, in table: UInt8) -> IdempotencyKey {
    key(requests[request].key, in: table)
  }

  private func key(_ key: IdempotencyKey, in table: UInt8) -> IdempotencyKey {
    let tables = UInt64(compiled.scenario.tables.count)
    return IdempotencyKey(number: key.number * tables + UInt64(table))
  }

  mutating func lookUpKey(in table: UInt8, for request: RequestID) {
    switch keys.lookup(key(of: request, in: table), by: request) {
    case nil: requests[request].keyState = .absent
    case .processing: requests[request].keyState = .processing
    case .completed(let status):
      requests[request].keyState = .completed
      requests[request].status = status
    case .failed: requests[request].keyState = .failed
    }
  }

  mutating func branchOnKey(_ step: CompiledIdempotency, for request: RequestID) {
    switch requests[request].keyState {
    case .absent: return
    case .completed: requests[request].programCounter = step.completed
    case .processing:
      meters.count(.duplicatePaymentsPrevented)
      requests[request].programCounter = step.processing
    case .failed: requests[request].programCounter = step.failed
    }
  }

  mutating func insertKey(in table: UInt8, for request: RequestID) -> Turn {
    switch keys.insert(key(of: request, in: table), by: request) {
    case .inserted:
      requests[request].statement = .done
      requests[request].hasWrittenKey = true
      return .goesOn
    case .duplicate:
      requests[request].statement = .duplicate
      return .goesOn
    case .waiting:
      awaitKey(request)
      return .ends
    }
  }

  /// Marks the key; the row is the request's own, so as a rule nobody is in the way.
  mutating func markKey(_ state: KeyState, in table: UInt8, for request: RequestID) -> Turn {
    switch keys.update(key(of: request, in: table), to: state, by: request) {
    case .staged:
      requests[request].hasWrittenKey = true
      return .goesOn
    case .missing:
      return .goesOn
    case .waiting:
      awaitKey(request)
      return .ends
    }
  }

  /// `UPDATE … SET state = PROCESSING WHERE key = ? AND state = FAILED`: one of several wins.
  mutating func takeOverKey(in table: UInt8, for request: RequestID) -> Turn {
    let key = key(of: request, in: table)
    guard keys.lookup(key, by: request) == .failed else {
      requests[request].statement = .duplicate
      return .goesOn
    }
    switch keys.update(key, to: .processing, by: request) {
    case .staged:
      requests[request].statement = .done
      requests[request].hasWrittenKey = true
      return .goesOn
    case .missing:
      requests[request].statement = .duplicate
      return .goesOn
    case .waiting:
      awaitKey(request)
      return .ends
    }
  }

  private mutating func awaitKey(_ request: RequestID) {
    meters.keys.entered(at: now)
    block(request, on: .key, as: .rowLockWait)
    startLockWaitTimer(for: request)
  }

  mutating func replayAnswer(to request: RequestID) {
    meters.count(.idempotentReplays)
    meters.count(.duplicatePaymentsPrevented)
  }

  mutating func endKeyTransaction(of request: RequestID, committed: Bool) {
    keys.endTransaction(of: request, committed: committed)
    while let woken = keys.nextWoken() {
      meters.keys.left(at: now, since: requests[woken.request].since)
      switch woken.outcome {
      case .inserted:
        requests[woken.request].statement = .done
        requests[woken.request].hasWrittenKey = true
      case .duplicate, .missing: requests[woken.request].statement = .duplicate
      case .locked:
        // The update is asked for again, now that the row is the request's own.
        requests[woken.request].programCounter -= 1
      }
      wake(woken.request)
    }
  }

  /// Nobody can name the key any more.
  mutating func forget(_ key: IdempotencyKey) {
    for (index, table) in compiled.scenario.tables.enumerated() where table.hasUniqueKey {
      keys.forget(self.key(key, in: UInt8(index)))
    }
  }
}
