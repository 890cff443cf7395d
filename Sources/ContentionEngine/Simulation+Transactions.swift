import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Transactions: begin, suspend, commit, roll back.
extension Simulation {
  // MARK: Identity

  /// The transaction that the statements of a request belong to.
  @inline(__always)
  func transaction(of request: RequestID) -> TransactionID {
    TransactionID(index: Int(request.index) << levelBits | Int(requests[request].level))
  }

  /// Whose transaction it is.
  @inline(__always)
  func request(of transaction: TransactionID) -> RequestID {
    RequestID(index: Int(transaction.index) >> levelBits)
  }

  // MARK: Beginning

  mutating func begin(_ isolation: IsolationLevel, for request: RequestID) {
    transactionCount += 1
    requests[request].open = OpenTransaction(
      isRepeatable: isolation == .repeatableRead, beganAt: now, number: transactionCount)
  }

  /// Sets the open transaction aside; its locks stay.
  mutating func suspendTransaction(of request: RequestID) {
    requests.suspend(requests[request].open, of: request, at: Int(requests[request].level))
    requests[request].level += 1
    requests[request].open = OpenTransaction()
  }

  mutating func resumeTransaction(of request: RequestID) {
    requests[request].level -= 1
    requests[request].open = requests.suspended(of: request, at: Int(requests[request].level))
  }

  // MARK: Commit

  mutating func commit(_ timing: TimingID, for request: RequestID) -> Turn {
    let hasWritten =
      requests[request].open.hasWrittenKey || rows.hasStagedWrites(by: transaction(of: request))
    var isInstant = !hasWritten
    // A sync that takes no time is one all the same, which a fault may make late.
    var delay: VirtualDuration?
    if hasWritten && samplers.constant(Int(timing.index)) == .zero {
      if slowsSyncs && commits.syncing == 0 { delay = syncDelay(ledBy: request) }
      isInstant = commits.syncing == 0 && (delay ?? .zero) == .zero
    }
    if isInstant {
      endTransaction(of: request, committed: true)
      resolveDeadlocks()
      return .goesOn
    }
    block(request, on: .sync, as: .commit)
    switch commits.join(request) {
    case .leads: startSync(timing, ledBy: request, delayedBy: delay)
    case .follows: meters.log.queue.entered(at: now)
    }
    return .ends
  }

  /// Starts a sync; how late it will be is worked out here unless that is known.
  private mutating func startSync(
    _ timing: TimingID, ledBy leader: RequestID, delayedBy delay: VirtualDuration? = nil
  ) {
    meters.log.busy.set(level: 1, at: now)
    meters.syncs += 1
    var length = draw(Int(timing.index), for: requests[leader].user)
    if slowsSyncs { length += delay ?? syncDelay(ledBy: leader) }
    disturbances.sync = queue.schedule(Event.syncEnded.word, at: now + length)
  }

  mutating func syncEnded() {
    commits.syncEnded()
    meters.log.busy.set(level: 0, at: now)
    while let request = commits.nextSynced() {
      endTransaction(of: request, committed: true)
      requests[request].wait = .nothing
      resume(request, at: now)
    }
    resolveDeadlocks()
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
  @inline(__always)
  private func commitTiming(of request: RequestID) -> TimingID {
    guard case .commit(let timing) = instructions[requests[request].programCounter - 1] else {
      broken("a request waits for the log that has not committed")
    }
    return timing
  }

  /// The commit point of a transaction without locks: what it has read must still stand; then what
  /// it noted becomes visible at once.
  mutating func validate(_ request: RequestID) -> Turn {
    meters.versionChecks += 1
    let transaction = transaction(of: request)
    let program = Int(requests[request].program)
    for index in firstRegisters[program]..<firstRegisters[program + 1] {
      let register = index - firstRegisters[program]
      let row = requests.row(registers[index].slot, of: request)
      guard row.index >= 0,
        requests.lastRead(register, of: request).at >= requests[request].open.beganAt
      else { continue }
      let image = requests.register(register, of: request)
      if rows.committed(row, column: registers[index].column).version != image.version {
        note(.versionMoved)
        tell(.versionMoved(row, column: registers[index].column), by: request)
        return fail(request, with: .versionConflict)
      }
    }
    for index in compiled.programs[program].updates
    where requests[request].open.deferred & updates[index].bit != 0 {
      stage(updates[index], on: requests.register(updates[index].register, of: request), request)
    }
    publishWrites(of: transaction, by: request)
    requests[request].open.written = 0
    requests[request].open.deferred = 0
    return .goesOn
  }

  // MARK: The end

  /// What the transaction wrote becomes visible or vanishes, and its locks pass on.
  ///
  /// New cycles of waits may stand afterwards: `resolveDeadlocks()` follows.
  mutating func endTransaction(of request: RequestID, committed: Bool) {
    let transaction = transaction(of: request)
    if committed {
      publishWrites(of: transaction, by: request)
      if tellsStory { tellKeys(of: transaction, by: request) }
    } else {
      let undone = rows.rollback(of: transaction)
      if undone > 0 || requests[request].open.hasWrittenKey { tell(.rolledBack, by: request) }
    }
    requests[request].open.written = 0
    requests[request].open.deferred = 0
    requests[request].open.hasWrittenKey = false
    if rows.hasView(transaction) { rows.closeView(of: transaction) }
    if keys.hasOpenTransaction(of: transaction) {
      keys.endTransaction(of: transaction, committed: committed, locks: &rowLocks)
      tellGrants()
    }
    releaseLocks(of: transaction)
  }

  /// Makes what a transaction wrote visible, write by write.
  private mutating func publishWrites(of transaction: TransactionID, by request: RequestID) {
    while let write = rows.commitNext(of: transaction) {
      tell(
        .committed(write.row, column: write.column, value: write.after.value), by: request)
      tellLedger(of: write, by: request)
    }
  }

  /// Tells the ledger what became visible: one effect for each update that wrote this column of
  /// this row.
  private mutating func tellLedger(of write: CommittedWrite, by request: RequestID) {
    var effects = 0
    var last = -1
    for index in compiled.programs[Int(requests[request].program)].updates {
      guard updates[index].column == write.column,
        updates[index].bit == 0 || updates[index].bit & requests[request].open.written != 0,
        requests.row(updates[index].slot, of: request) == write.row
      else { continue }
      if hasClients && requests[request].isAbandoned && !ledger.hasEffects(request) {
        note(.committedUnheard)
      }
      ledger.effected(updates[index], on: write, by: request)
      effects += 1
      last = index
    }
    if last < 0 { broken("a write was committed that no update made") }
    let register = updates[last].register
    ledger.committed(
      write, of: updates[last], effects: effects, by: requests[request].user,
      reading: register < 0 ? nil : requests.lastRead(register, of: request), at: now)
    noteBreaches(by: request, row: write.row)
  }
}
