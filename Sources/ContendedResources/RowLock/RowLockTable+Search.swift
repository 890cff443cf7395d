import SimulationBasics

/// A transaction on the path of a search, and the lock in its way by which the path goes on.
struct SearchStep: BitwiseCopyable {
  var transaction: Int32
  var conflict: Int32

  static let none = SearchStep(transaction: -1, conflict: -1)
}

/// The search for deadlocks at all conflicts, depth first.
extension RowLockTable {
  /// Looks for a way along conflicts from a transaction back to itself; it is left in `searchPath`.
  ///
  /// - Complexity: O(locks on the records that those wait for who are come by).
  mutating func findCycle(through start: Int32) -> Bool {
    searches += 1
    searchDepth = 0
    guard transactions[start].wait >= 0 else { return false }
    stepTo(start)
    while searchDepth > 0 {
      let here = searchPath[searchDepth - 1]
      let conflict = nextConflict(
        of: transactions[here.transaction].wait, after: here.conflict)
      searchPath[searchDepth - 1].conflict = conflict
      guard conflict >= 0 else {
        searchDepth -= 1
        continue
      }
      let blocker = locks[conflict].transaction
      if blocker == start { return true }
      if transactions[blocker].wait >= 0, searchMarks[blocker] != searches { stepTo(blocker) }
    }
    return false
  }

  private mutating func stepTo(_ transaction: Int32) {
    searchMarks.makeRoom(
      for: Int32(truncatingIfNeeded: transactions.count - 1), filledWith: 0)
    searchMarks[transaction] = searches
    searchPath.makeRoom(for: Int32(truncatingIfNeeded: searchDepth), filledWith: .none)
    searchPath[searchDepth] = SearchStep(transaction: transaction, conflict: -1)
    searchDepth += 1
  }

  /// Writes the path down as a deadlock, so that who began to wait last is its last member.
  mutating func recordFoundCycle() {
    var latest = 0
    for place in 0..<searchDepth where waitNumber(at: place) > waitNumber(at: latest) {
      latest = place
    }
    deadlock.count = 0
    for distance in 0..<searchDepth {
      let previous = searchPath[(latest + distance) % searchDepth]
      let current = searchPath[(latest + distance + 1) % searchDepth].transaction
      deadlock.append(
        DeadlockMember(
          transaction: TransactionID(index: Int(current)),
          holds: request(of: previous.conflict),
          waitsFor: request(of: transactions[current].wait)))
    }
  }

  private func waitNumber(at place: Int) -> UInt64 {
    transactions[searchPath[place].transaction].waitNumber
  }
}
