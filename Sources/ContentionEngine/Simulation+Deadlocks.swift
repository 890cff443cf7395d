import ContendedResources
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What is remembered of the last deadlock.
extension Simulation {
  /// Keeps the cycle that the lock table has just found, before its victim is rolled back.
  ///
  /// - Complexity: O(members of the cycle).
  mutating func noteDeadlock(victim: TransactionID) {
    guard endOfLoads == nil else { return }
    let count = rowLocks.deadlock.count
    var members: [DeadlockReport.Member] = []
    var victimIndex = 0
    for index in 0..<count {
      // The table has the latest joiner at the end; InnoDB prints it as the second.
      let member = rowLocks.deadlock.member((index + count - 2) % count)
      if member.transaction == victim { victimIndex = index }
      members.append(report(of: member))
    }
    latestDeadlock = DeadlockReport(moment: now, members: members, victim: victimIndex)
  }

  private func report(of member: DeadlockMember) -> DeadlockReport.Member {
    let request = request(of: member.transaction)
    return DeadlockReport.Member(
      user: Int(requests[request].user.index) + 1, transaction: requests[request].open.number,
      request: compiled.scenario.requests[Int(requests[request].program)].name,
      statement: statement(before: requests[request].programCounter),
      active: now - requests[request].open.beganAt,
      lockStructs: rowLocks.heldCount(by: member.transaction) + 1,
      rowChanges: rowLocks.rowChanges(of: member.transaction), holds: lock(member.holds),
      waitsFor: lock(member.waitsFor))
  }

  /// The statement whose lock the instruction before a place takes.
  private func statement(before place: Int32) -> DeadlockReport.Member.Statement {
    switch instructions[place - 1] {
    case .lockRow(_, .share, _): return .selectForShare
    case .lockRow:
      var next = place
      while true {
        switch instructions[next] {
        case .takeCore, .spend, .releaseCore: next += 1
        case .write: return .update
        default: return .selectForUpdate
        }
      }
    case .lockKey: return .selectForUpdate
    case .insertRow(_, .update): return .insertOrUpdate
    case .insertKey, .insertRow: return .insert
    default: return .update
    }
  }

  /// A lock in the words of reports.
  func lock(_ request: LockRequest) -> DeadlockLock {
    let mode: DeadlockLock.Mode = request.mode == .shared ? .shared : .exclusive
    let kind: DeadlockLock.Kind =
      switch request.kind {
      case .record: .record
      case .gap: .gap
      case .nextKey: .nextKey
      case .insertIntention: .insertIntention
      }
    let tables = compiled.scenario.tables
    if let row = row(of: request.record) {
      let table = compiled.firstRows.indices.last {
        tables[$0].fixedRows > 0 && compiled.firstRows[$0] <= Int(row.index)
      }
      guard let table else { broken("a row of no table") }
      return DeadlockLock(
        table: tables[table].name, index: "PRIMARY",
        record: .row(Int(row.index) - compiled.firstRows[table] + 1), mode: mode, kind: kind)
    }
    let table: UInt8
    let place: DeadlockLock.Record
    switch keys.place(of: request.record) {
    case .key(let key, let index), .gap(let key, let index):
      (table, place) = (index, .key(key.number))
    case .existingKey(let number, let index):
      (table, place) = (index, .key(UInt64(number)))
    case .supremum(let index): (table, place) = (index, .supremum)
    case nil: broken("a record of no index")
    }
    return DeadlockLock(
      table: tables[Int(table)].name, index: "idempotency_key", record: place, mode: mode,
      kind: kind)
  }
}
