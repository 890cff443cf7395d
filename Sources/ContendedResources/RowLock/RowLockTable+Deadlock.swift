import SimulationBasics

/// Cycles of waits. A waiter has one edge, to the holder of the row for which it waits; so from
/// each request at most one path leads on, and only the request that joined last can have closed a
/// cycle.
extension RowLockTable {
  /// Walks the waits from a request that has just joined a queue; if they lead back to it, names
  /// the victim.
  ///
  /// The members of the cycle are compared in the order of the walk, the latest joiner last, and of
  /// two equal ones the later is the victim: so the requester loses every tie (InnoDB,
  /// lock0wait.cc: `lock_wait_choose_victim`, `lock_wait_order_for_choosing_victim`).
  ///
  /// - Complexity: O(length of the chain of waits).
  func victimOfCycle(closedBy requester: RequestID) -> RequestID? {
    var victim = RequestID.none
    var lightest = Int.max
    var current = requester
    var steps = 0
    while let row = waitedRow(of: current), let next = holder(of: row) {
      let weight = rollbackWeight(of: next)
      if weight <= lightest {
        victim = next
        lightest = weight
      }
      if next == requester { return victim }
      steps += 1
      // Each step visits another waiter, unless an earlier cycle still stands.
      precondition(steps <= waits.totalCount, "the victim of an earlier deadlock still waits")
      current = next
    }
    return nil
  }

  /// What a rollback costs: row changes to undo and locks held (InnoDB, trx0trx.h: `TRX_WEIGHT`).
  ///
  /// InnoDB counts the lock that is waited for too; every member of a cycle waits for one, so that
  /// decides nothing.
  private func rollbackWeight(of request: RequestID) -> Int {
    Int(holders[request.index].rowChanges) + Int(holders[request.index].lockCount)
  }
}
