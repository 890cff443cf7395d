import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Rows: locks, reads, writes, commit and rollback.
extension Simulation {
  // MARK: Row locks

  mutating func lockRow(_ row: RowID, for request: RequestID) -> Turn {
    switch rowLocks.acquire(row, for: request) {
    case .granted:
      meters.rowTaken(row, at: now)
      return .goesOn
    case .alreadyHeld:
      return .goesOn
    case .queued:
      awaitRow(row, request)
      return .ends
    case .deadlock(let victim):
      if victim == request {
        endTransaction(of: request, committed: false)
        return fail(request, with: .deadlock)
      }
      awaitRow(row, request)
      endWaitAsVictim(victim)
      return .ends
    }
  }

  private mutating func awaitRow(_ row: RowID, _ request: RequestID) {
    meters.rowAwaited(row, at: now)
    block(request, on: .row, as: .rowLockWait)
    startLockWaitTimer(for: request)
  }

  /// MySQL looks for waits that have run out once a second; MariaDB ends them in time.
  mutating func startLockWaitTimer(for request: RequestID) {
    let database = compiled.scenario.system.database
    var end = now + database.lockWaitTimeout
    if let tick = database.engine.lockWaitTimeoutTick {
      let over = end.nanosecondsSinceStart % tick.inNanoseconds
      if over > 0 { end = end + .nanoseconds(tick.inNanoseconds - over) }
    }
    requests[request].timer = queue.schedule(Event.rowLockWaitTimedOut(request).word, at: end)
  }

  /// A request that waits for a row has been chosen as the victim of a deadlock.
  private mutating func endWaitAsVictim(_ victim: RequestID) {
    let row = rowLocks.abandonWait(of: victim)
    meters.rowWaitEnded(row, at: now, since: requests[victim].since)
    _ = queue.cancel(requests[victim].timer)
    requests[victim].timer = .none
    settle(victim)
    endTransaction(of: victim, committed: false)
    _ = fail(victim, with: .deadlock)
    // The victim learns of it as an event of its own, after the request that closed the cycle has
    // come to rest.
    block(victim, on: .time, as: .statement)
    queue.schedule(Event.requestResumed(victim).word, at: now)
  }

  mutating func rowLockWaitTimedOut(_ request: RequestID) {
    switch requests[request].wait {
    case .row:
      let row = rowLocks.abandonWait(of: request)
      meters.rowWaitEnded(row, at: now, since: requests[request].since)
    case .key:
      keys.abandonWait(of: request)
      meters.keys.left(at: now, since: requests[request].since)
    case .nothing, .time, .thread, .instanceCore, .databaseCore, .lockServerCore, .connection,
      .subscription, .unlock, .sync:
      broken("a lock wait timed out that was over")
    }
    requests[request].timer = .none
    settle(request)
    _ = fail(request, with: .lockWaitTimeout)
    execute(request)
  }

  // MARK: Reading and writing

  mutating func read(
    _ slot: Int, _ column: Int, into register: Int, _ kind: ReadKind, for request: RequestID
  ) {
    let row = requests.row(slot, of: request)
    let image: RowImage
    if kind == .plain && requests[request].isRepeatable {
      rows.openView(for: request)
      image = rows.snapshot(row, column: column, for: request)
    } else {
      image = rows.current(row, column: column, for: request)
    }
    requests.noteRead(register, of: request, of: image, at: now)
  }

  /// The service refuses before it sends an update that what was read does not allow.
  mutating func requireFloor(_ update: CompiledUpdate, for request: RequestID) -> Turn {
    guard let floor = update.atLeast, update.register >= 0 else { return .goesOn }
    let value = changed(requests.register(update.register, of: request).value, by: update.change)
    return value < floor ? refuse(update.refusal, request) : .goesOn
  }

  /// The guard is evaluated on the latest version of the row, whose lock the request has.
  mutating func write(_ update: CompiledUpdate, for request: RequestID) {
    let row = requests.row(update.slot, of: request)
    let current = rows.current(row, column: update.column, for: request)
    let base: RowImage
    switch update.writeGuard {
    case .atomic:
      base = current
      if let floor = update.atLeast, changed(current.value, by: update.change) < floor {
        requests[request].statement = .belowFloor
        return
      }
    case .optimistic:
      base = requests.register(update.register, of: request)
      if base.version != current.version {
        requests[request].statement = .versionMoved
        return
      }
    case .none, .pessimistic:
      base = requests.register(update.register, of: request)
    }
    if update.isFenced {
      if requests[request].token < rows.fence(of: row) {
        requests[request].statement = .tokenStale
        return
      }
      rows.raiseFence(row, to: requests[request].token)
    }
    let folded: UInt64
    switch update.change {
    case .add: folded = base.effects + 1
    case .set: folded = current.effects + 1
    }
    let value = changed(base.value, by: update.change)
    rows.stage(row, column: update.column, value: value, effects: folded, by: request)
    rowLocks.noteRowChange(by: request)
    noteWrite(of: update.column, in: row, by: request)
    requests[request].written |= update.bit
    requests[request].statement = .done
  }

  /// A further update of the row in this request starts from what was written, and expects its new
  /// version.
  ///
  /// As in JPA, where a row is one entity however it was found: its other columns stay as they were
  /// read.
  private mutating func noteWrite(of column: Int, in row: RowID, by request: RequestID) {
    let written = rows.current(row, column: column, for: request)
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
    case .duplicate: broken("an update met a duplicate key")
    }
  }

  // MARK: Commit and rollback

  mutating func commit(_ timing: TimingID, for request: RequestID) -> Turn {
    let hasWritten = rows.hasStagedWrites(by: request) || requests[request].hasWrittenKey
    if !hasWritten || samplers.constant(Int(timing.index)) == .zero {
      endTransaction(of: request, committed: true)
      return .goesOn
    }
    block(request, on: .sync, as: .commit)
    switch commits.join(request) {
    case .leads: startSync(timing, ledBy: request)
    case .follows: meters.log.queue.entered(at: now)
    }
    return .ends
  }

  private mutating func startSync(_ timing: TimingID, ledBy leader: RequestID) {
    meters.log.busy.set(level: 1, at: now)
    let length = draw(Int(timing.index), for: requests[leader].user)
    queue.schedule(Event.syncEnded.word, at: now + length)
  }

  mutating func syncEnded() {
    commits.syncEnded()
    meters.log.busy.set(level: 0, at: now)
    while let request = commits.nextSynced() {
      endTransaction(of: request, committed: true)
      requests[request].wait = .nothing
      queue.schedule(Event.requestResumed(request).word, at: now)
    }
    guard let leader = commits.startNext() else { return }
    // Everybody who waited goes with this sync, or with group commit off the leader alone.
    var member = commits.nextMember(after: nil)
    while let follower = member {
      meters.log.queue.left(at: now, since: requests[follower].since)
      member = commits.nextMember(after: follower)
    }
    startSync(commitTiming(of: leader), ledBy: leader)
  }

  /// The timing of the COMMIT that a request has just sent.
  private func commitTiming(of request: RequestID) -> TimingID {
    guard case .commit(let timing) = instructions[requests[request].programCounter - 1] else {
      broken("a request waits for the log that has not committed")
    }
    return timing
  }

  /// What the transaction wrote becomes visible or vanishes, and its locks pass on.
  mutating func endTransaction(of request: RequestID, committed: Bool) {
    if committed {
      while let write = rows.commitNext(of: request) { tellLedger(of: write, by: request) }
    } else {
      _ = rows.rollback(of: request)
    }
    requests[request].written = 0
    requests[request].hasWrittenKey = false
    if rows.hasView(request) { rows.closeView(of: request) }
    if keys.hasOpenTransaction(of: request) { endKeyTransaction(of: request, committed: committed) }
    while let release = rowLocks.releaseNext(heldBy: request) {
      switch release {
      case .freed(let row):
        meters.rowReleased(row, at: now)
      case .passed(let row, to: let next):
        meters.rowReleased(row, at: now)
        meters.rowTaken(row, at: now)
        meters.rowWaitEnded(row, at: now, since: requests[next].since)
        wake(next)
      }
    }
  }

  /// Tells the ledger what became visible: one effect for each update that wrote this column of
  /// this row.
  private mutating func tellLedger(of write: CommittedWrite, by request: RequestID) {
    var effects = 0
    var last = -1
    for index in compiled.programs[Int(requests[request].program)].updates {
      guard updates[index].column == write.column,
        updates[index].bit == 0 || updates[index].bit & requests[request].written != 0,
        requests.row(updates[index].slot, of: request) == write.row
      else { continue }
      ledger.effected(updates[index], on: write, by: request)
      effects += 1
      last = index
    }
    if last < 0 { broken("a write was committed that no update made") }
    let register = updates[last].register
    ledger.committed(
      write, of: updates[last], effects: effects, by: requests[request].user,
      reading: register < 0 ? nil : requests.lastRead(register, of: request), at: now)
  }
}
