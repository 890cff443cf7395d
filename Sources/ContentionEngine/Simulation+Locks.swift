import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Waiting for the locks of the database: rows, keys and gaps.
extension Simulation {
  // MARK: Taking

  /// `SELECT … FOR SHARE`, `FOR UPDATE`, or the lock that an UPDATE takes.
  mutating func lockRow(
    in slot: Int, _ mode: LockStep.Mode, _ patience: Int, for request: RequestID
  ) -> Turn {
    let row = requests.row(slot, of: request)
    let record = RecordID(row)
    let transaction = transaction(of: request)
    let lock: LockMode = mode == .share ? .shared : .exclusive
    var limit = compiled.scenario.system.database.lockWaitTimeout
    if patience > 0 {
      switch compiled.patiences[patience] {
      case .wait: break
      case .timeout(let length): limit = length
      case .noWait:
        if rowLocks.wouldWait(lock, .record, on: record, for: transaction) {
          return fail(request, with: .lockNotAvailable)
        }
      case .skipLocked:
        if rowLocks.wouldWait(lock, .record, on: record, for: transaction) {
          requests.put(RowID(index: -1), inSlot: slot, of: request)
          return .goesOn
        }
      }
    }
    switch rowLocks.acquire(lock, .record, on: record, for: transaction) {
    case .granted:
      requests[request].hasJustLocked = true
      meters.rowTaken(row, at: now)
      tell(.rowLocked(row), by: request)
      return .goesOn
    case .alreadyHeld:
      requests[request].hasJustLocked = false
      return .goesOn
    case .queued:
      requests[request].hasJustLocked = true
      meters.rowAwaited(row, at: now)
      block(request, on: .row, as: .rowLockWait)
      startLockWaitTimer(for: request, limit: limit)
      resolveDeadlocks()
      return .ends
    }
  }

  /// A statement about a key waits for a lock; when it has it, it is asked again.
  mutating func awaitKey(_ request: RequestID) {
    meters.keys.entered(at: now)
    block(request, on: .key, as: .rowLockWait)
    startLockWaitTimer(
      for: request, limit: compiled.scenario.system.database.lockWaitTimeout)
    resolveDeadlocks()
  }

  /// MySQL looks for waits that have run out once a second; MariaDB ends them in time.
  private mutating func startLockWaitTimer(for request: RequestID, limit: VirtualDuration) {
    var end = now + limit
    if let tick = compiled.scenario.system.database.engine.lockWaitTimeoutTick {
      let over = end.nanosecondsSinceStart % tick.inNanoseconds
      if over > 0 { end = end + .nanoseconds(tick.inNanoseconds - over) }
    }
    requests[request].timer = queue.schedule(Event.rowLockWaitTimedOut(request).word, at: end)
  }

  // MARK: Getting

  /// Tells those whose waits have ended, in the order of the grants.
  mutating func tellGrants() {
    while let grant = rowLocks.nextGrant() {
      let request = request(of: grant.transaction)
      if let row = row(of: grant.request.record) {
        tell(.rowLocked(row), by: request)
        meters.rowTaken(row, at: now)
        meters.rowWaitEnded(row, at: now, since: requests[request].since)
      } else {
        meters.keys.left(at: now, since: requests[request].since)
        requests[request].programCounter -= 1
      }
      wake(request)
    }
  }

  /// Gives up one lock of a row before the transaction ends.
  mutating func release(_ row: RowID, by request: RequestID) {
    if let released = rowLocks.release(RecordID(row), heldBy: transaction(of: request)) {
      note(released)
      tellGrants()
      resolveDeadlocks()
    }
  }

  /// Gives up all locks of a transaction, and passes them on.
  mutating func releaseLocks(of transaction: TransactionID) {
    while let released = rowLocks.releaseNext(heldBy: transaction) {
      note(released)
      tellGrants()
    }
  }

  private mutating func note(_ released: ReleasedLock) {
    if released.isLast, let row = row(of: released.request.record) {
      meters.rowReleased(row, at: now)
    }
  }

  /// The row of a record; `nil` for one of a unique key.
  @inline(__always)
  func row(of record: RecordID) -> RowID? {
    record.index < rowCount ? RowID(index: Int(record.index)) : nil
  }

  // MARK: Not getting

  mutating func rowLockWaitTimedOut(_ request: RequestID) {
    requests[request].timer = .none
    note(.lockWaitTimedOut)
    tell(.lockWaitTimedOut, by: request)
    leaveLockQueue(request)
    if compiled.scenario.system.database.rollbackOnTimeout {
      endTransaction(of: request, committed: false)
    }
    _ = fail(request, with: .lockWaitTimeout)
    resolveDeadlocks()
    execute(request)
  }

  /// Rolls victims back until no cycle of waits is left.
  mutating func resolveDeadlocks() {
    while let victim = rowLocks.nextVictim() {
      let request = request(of: victim)
      noteDeadlock(victim: victim)
      note(.deadlockFound)
      tell(.deadlockVictim, by: request)
      _ = queue.cancel(requests[request].timer)
      requests[request].timer = .none
      leaveLockQueue(request)
      endTransaction(of: request, committed: false)
      _ = fail(request, with: .deadlock)
      // The victim learns of it as an event of its own, after the request that closed the cycle
      // has come to rest.
      block(request, on: .time, as: .statement)
      resume(request, at: now)
    }
  }

  /// Ends the wait of a request that will not get its lock.
  private mutating func leaveLockQueue(_ request: RequestID) {
    let awaited = rowLocks.abandonWait(of: transaction(of: request))
    if let row = row(of: awaited.record) {
      meters.rowWaitEnded(row, at: now, since: requests[request].since)
    } else {
      meters.keys.left(at: now, since: requests[request].since)
    }
    settle(request)
    tellGrants()
  }
}
