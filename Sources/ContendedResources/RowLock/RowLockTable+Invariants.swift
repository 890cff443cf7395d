import SimulationBasics

extension RowLockTable {
  /// Stops the program unless rows, lock objects, holders' lists and queues tell the same story.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(rows + locks + requests).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      waits.checkInvariants()
      var held = 0
      for row in 0..<Int32(lockOfRow.count) {
        let lock = lockOfRow[row]
        guard lock >= 0 else {
          precondition(waits.count(of: row) == 0, "somebody waits for a row that nobody holds")
          continue
        }
        held += 1
        precondition(locks[lock].row == row, "a row's lock object names another row")
        precondition(locks[lock].holder >= 0, "a row is held by nobody")
      }
      precondition(held == totalHeld, "the number of held rows is wrong")
      var listed = 0
      for holder in 0..<Int32(holders.count) {
        var lock = holders[holder].oldest
        var newest: Int32 = -1
        var length: Int32 = 0
        while lock >= 0 {
          precondition(locks[lock].holder == holder, "a lock object lies on a stranger's list")
          precondition(lockOfRow[locks[lock].row] == lock, "a listed lock is not its row's")
          length += 1
          precondition(length <= holders[holder].lockCount, "a holder's list is too long")
          newest = lock
          lock = locks[lock].nextOfHolder
        }
        precondition(length == holders[holder].lockCount, "a holder's count is wrong")
        precondition(newest == holders[holder].newest, "a holder's newest lock is wrong")
        listed += Int(length)
      }
      precondition(listed == held, "a row's lock is on nobody's list")
    #endif
  }
}
