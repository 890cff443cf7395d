import SimulationBasics

extension UniqueKeyTable {
  /// Stops the program unless the index, the rows, the writers' lists and the queues tell the same
  /// story.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(rows + requests).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      waits.checkInvariants()
      var listed = 0
      for writer in 0..<Int32(writers.count) {
        var row = writers[writer].firstRow
        var last: Int32 = -1
        while row >= 0 {
          listed += 1
          precondition(listed <= index.count, "a writer's list is a circle")
          precondition(rows[row].writer == writer, "a row lies on a stranger's list")
          last = row
          row = rows[row].next
        }
        precondition(last == writers[writer].lastRow, "a writer's last row is wrong")
      }
      var isToServe = FixedTable(repeating: false, count: rows.count)
      var served = firstToServe
      while served >= 0 {
        precondition(!isToServe[served], "a row is to be served twice")
        precondition(rows[served].writer < 0, "a row is to be served while it has a writer")
        isToServe[served] = true
        served = rows[served].next
      }
      var inMemory = 0
      var written = 0
      var processing = 0
      for row in 0..<usedRows {
        let key = IdempotencyKey(number: rows[row].key)
        guard index.number(of: key) == row else {
          precondition(waits.count(of: row) == 0, "somebody waits for a row that is gone")
          continue
        }
        inMemory += 1
        if rows[row].writer >= 0 { written += 1 }
        if rows[row].committed == .processing { processing += 1 }
        if rows[row].writer < 0, !isToServe[row] {
          precondition(waits.count(of: row) == 0, "somebody waits for nobody")
          precondition(rows[row].committed != nil, "an uncommitted row has no writer")
        }
      }
      precondition(inMemory == index.count, "the index knows another number of rows")
      precondition(written == listed, "a written row is on nobody's list")
      precondition(processing + stuckCount == processingRows, "the count of processing is wrong")
      precondition(committedRows >= processingRows, "more rows processing than committed")
    #endif
  }
}
