import SimulationBasics

extension UniqueKeyTable {
  /// Stops the program unless the index, the order, the rows and the writers' lists tell the same
  /// story.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(rows + transactions).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      var listed = 0
      for writer in 0..<Int32(newestRows.count) {
        var row = newestRows[writer]
        while row >= 0 {
          listed += 1
          precondition(listed <= index.count, "a writer's list is a circle")
          precondition(rows[row].writer == writer, "a row lies on a stranger's list")
          row = rows[row].next
        }
      }
      var lingering = 0
      var last: Int32 = -1
      var row = firstLingering
      while row >= 0 {
        lingering += 1
        precondition(lingering <= lingeringCount, "the list of lingering rows is a circle")
        precondition(rows[row].mark == .forgotten, "a row lingers that was not forgotten")
        precondition(rows[row].writer < 0, "a row lingers that has a writer")
        last = row
        row = rows[row].next
      }
      precondition(lingering == lingeringCount, "the number of lingering rows is wrong")
      precondition(last == lastLingering, "the last lingering row is wrong")
      var free = 0
      row = firstFreeRow
      while row >= 0 {
        free += 1
        precondition(free <= Int(usedRows), "the list of free rows is a circle")
        row = rows[row].next
      }
      checkRows(listed: listed, unnamed: lingering + free)
    #endif
  }

  #if SIMULATION_CHECKS
    private func checkRows(listed: Int, unnamed: Int) {
      var named = 0
      var written = 0
      var processing = 0
      var ordered = 0
      for row in 0..<usedRows {
        let key = IdempotencyKey(number: rows[row].key)
        let table = rows[row].table
        guard index.number(of: key, in: table) == row else { continue }
        named += 1
        if rows[row].writer >= 0 { written += 1 }
        if rows[row].committed == .processing, rows[row].mark != .forgotten { processing += 1 }
        if indexes[Int(table)].isOrdered {
          precondition(rows[row].exists, "a row of an ordered index is there for its locks only")
          ordered += 1
        } else {
          precondition(
            rows[row].mark != .forgotten, "a forgotten row of an unordered index has a name")
        }
      }
      precondition(named == index.count, "the index knows another number of rows")
      precondition(named + unnamed == Int(usedRows), "a row is lost")
      precondition(written == listed, "a written row is on nobody's list")
      precondition(processing + stuckCount == processingRows, "the count of processing is wrong")
      precondition(committedRows >= processingRows, "more rows processing than committed")
      var inOrder = 0
      for table in 0..<indexes.count {
        inOrder += order.count(in: table) - Int(indexes[table].existingKeys)
      }
      precondition(inOrder == ordered, "the order knows another number of rows")
    }
  #endif
}
