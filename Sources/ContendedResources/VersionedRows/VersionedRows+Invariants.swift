import SimulationBasics

extension VersionedRows {
  /// Stops the program unless writers, staged writes, views and undo images tell the same story.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(rows + cells + transactions + images).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      views.checkInvariants()
      var listed = 0
      for transaction in 0..<Int32(transactions.count) {
        var write = transactions[transaction].oldestWrite
        var newest: Int32 = -1
        while write >= 0 {
          listed += 1
          precondition(listed <= Int(usedWrites), "a writer's list is a circle")
          let staged = stagedWrites[write]
          precondition(rows[staged.row].writer == transaction, "a staged write on a stranger's row")
          let cell = rows[staged.row].firstCell + staged.column
          precondition(cells[cell].stagedWrite == write, "a cell does not know its staged write")
          newest = write
          write = staged.nextOfWriter
        }
        precondition(newest == transactions[transaction].newestWrite, "a writer's newest is wrong")
      }
      var stagedCells = 0
      for row in 0..<rows.count {
        let hasWriter = rows[row].writer >= 0
        precondition(hasWriter == (rows[row].stagedCells > 0), "a row's writer staged nothing")
        precondition(rows[row].lastCommit <= commitCount, "a commit of the future")
        stagedCells += Int(rows[row].stagedCells)
      }
      precondition(stagedCells == listed, "a staged write is on nobody's list")
      precondition(undoCount == 0 || views.totalCount > 0, "old images are kept for nobody")
      if let oldest = views.first(of: 0), undoCount > 0 {
        let image = undoImages[slot(ofUndo: oldestUndo)]
        precondition(
          image.replacedBy > transactions[oldest.index].view, "an image is kept for nobody")
      }
      for number in oldestUndo..<nextUndo {
        let image = undoImages[slot(ofUndo: number)]
        precondition(image.older < number, "an image's older one is not older")
        precondition(image.replacedBy <= commitCount, "an image replaced by a future commit")
      }
    #endif
  }
}
