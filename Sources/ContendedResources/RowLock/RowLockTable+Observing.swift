package import SimulationBasics

/// Looking at a transaction's locks; for tests, which compare them with what was worked out by
/// hand.
extension RowLockTable {
  /// The locks that a transaction holds, oldest first.
  ///
  /// - Complexity: O(locks that it holds).
  package func requestsHeld(by transaction: TransactionID) -> [LockRequest] {
    guard Int(transaction.index) < transactions.count else { return [] }
    var held: [LockRequest] = []
    var lock = transactions[transaction.index].oldestLock
    while lock >= 0 {
      held.append(request(of: lock))
      lock = locks[lock].nextOfOwner
    }
    return held
  }
}
