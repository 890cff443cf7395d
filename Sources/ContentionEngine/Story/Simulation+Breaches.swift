import ContendedResources
import RequestPrograms
import SimulationBasics

/// The first breach of each promise, and the end of a run that is watched for one.
extension Simulation {
  /// The first breach of a promise that the run stops at; `nil` as long as there was none.
  ///
  /// What only the end can tell is not among them: `RunResult.breaches` has it.
  public var firstBreach: Breach? { stoppingBreach }

  // MARK: Noting

  /// Notes which promises the ledger has just found broken for the first time.
  ///
  /// - Parameters:
  ///   - request: Whose doing it was.
  ///   - row: The row it is about, if it is about one.
  ///   - lock: The distributed lock it is about, if it is about one.
  @inline(__always)
  mutating func noteBreaches(by request: RequestID, row: RowID? = nil, lock: LockID? = nil) {
    if ledger.hasNews { takeNews(of: request, row: row, lock: lock) }
  }

  /// The same after an answer: what it is about is a row whose change is missing, or is there
  /// against what the client was told.
  @inline(__always)
  mutating func noteBreachesOfAnswer(to request: RequestID) {
    if ledger.hasNews {
      takeNews(of: request, row: rowInQuestion(of: request, made: ledger.effects(for: request)))
    }
  }

  /// The same after a call that ends before its next attempt is sent, which is set aside with the
  /// rows and the intent of those before.
  mutating func noteBreachesOfCall(before next: RequestID) {
    if ledger.hasNews {
      let made = ledger.effects(ofIntent: requests[next].keySlot)
      takeNews(of: next, row: rowInQuestion(of: next, made: made))
    }
  }

  @inline(never)
  private mutating func takeNews(of request: RequestID, row: RowID?, lock: LockID? = nil) {
    while let promise = ledger.takeNews() {
      let breach = Breach(
        promise: promise, at: now, event: eventCount, user: requests[request].user,
        row: promise == .oneHolderPerLock || promise == .noDuplicateFails ? nil : row,
        key: requests[request].key.number, lock: lock)
      breaches.append(breach)
      tell(.broke(promise), by: request)
      if stoppingBreach == nil && watch.stopsAt.contains(promise) {
        stoppingBreach = breach
        mustStop = true
      }
    }
  }

  /// The row of the first update that is missing; where none is, of the first that was made.
  private func rowInQuestion(of request: RequestID, made: UInt64) -> RowID? {
    let program = Int(requests[request].program)
    let missing = expectedEffects[program] & ~made
    let bits = missing != 0 ? missing : made
    for index in compiled.programs[program].updates where updates[index].bit & bits != 0 {
      let row = requests.row(updates[index].slot, of: request)
      if row.index >= 0 { return row }
    }
    return nil
  }

  // MARK: Stopping

  /// Ends the run behind the event in which a promise was broken: the measurements are over, and
  /// nothing more happens.
  mutating func stopAtBreach() {
    mustStop = false
    isStopped = true
    endMeasurements()
  }

  // MARK: The end

  /// Notes what was found broken without a request at hand.
  mutating func noteBreachesOfNobody() {
    while let promise = ledger.takeNews() {
      breaches.append(Breach(promise: promise, at: now, event: eventCount))
    }
  }

  /// The breaches of what only the end can tell, of a run that has come to its end.
  func breachesAtEnd(keysStuck: UInt64, held: UInt64) -> [Breach] {
    var found: [Breach] = []
    if keysStuck > 0 {
      found.append(
        Breach(
          promise: .noKeyStuck, at: now, event: eventCount, key: keys.stuckKey?.number))
    }
    if held > 0 {
      found.append(
        Breach(
          promise: .nothingHeldAtEnd, at: now, event: eventCount, row: lockedRow,
          lock: locks.firstHeld))
    }
    return found
  }

  /// A row whose lock somebody holds.
  private var lockedRow: RowID? {
    for slot in 0..<requests.slotCount {
      for level in 0..<(1 << levelBits) {
        let transaction = TransactionID(index: slot << levelBits | level)
        for held in rowLocks.requestsHeld(by: transaction) {
          if let row = row(of: held.record) { return row }
        }
      }
    }
    return nil
  }
}
