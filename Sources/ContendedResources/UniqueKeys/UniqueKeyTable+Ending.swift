public import SimulationBasics

/// The end of a transaction and of the waits that it ends.
extension UniqueKeyTable {
  /// Ends the transaction of a request on this table: what it staged becomes visible or vanishes.
  ///
  /// Afterwards `nextWoken()` has to be called until nil.
  ///
  /// - Complexity: O(keys that the request has in its hands).
  /// - Precondition: The request waits for nothing here, and all woken statements have been told.
  public mutating func endTransaction(of request: RequestID, committed: Bool) {
    defer { checkInvariants() }
    checkMayAsk(request)
    var row = writers[request.index].firstRow
    writers[request.index].firstRow = -1
    writers[request.index].lastRow = -1
    while row >= 0 {
      let next = rows[row].next
      if committed { publish(row) }
      rows[row].writer = -1
      rows[row].next = -1
      if waits.count(of: row) > 0 {
        appendToServe(row)
      } else if rows[row].committed == nil {
        discard(row)
      }
      row = next
    }
  }

  /// Tells the next statement whose wait the last ended transaction has ended.
  ///
  /// Keys come in the order in which that transaction took them, and the waiters of one key in
  /// order of arrival.
  ///
  /// - Complexity: O(1).
  public mutating func nextWoken() -> WokenStatement? {
    defer { checkInvariants() }
    while firstToServe >= 0 {
      let row = firstToServe
      guard let waiter = waits.popFirst(of: row) else {
        removeFirstToServe()
        if rows[row].committed == nil { discard(row) }
        continue
      }
      switch (writers[waiter.index].waitsToUpdate, rows[row].committed) {
      case (false, nil):
        removeFirstToServe()
        hand(row, to: waiter.index, staged: .processing)
        return WokenStatement(request: waiter, outcome: .inserted)
      case (false, .some(let state)):
        return WokenStatement(request: waiter, outcome: .duplicate(state))
      case (true, nil):
        return WokenStatement(request: waiter, outcome: .missing)
      case (true, .some(let state)):
        removeFirstToServe()
        hand(row, to: waiter.index, staged: state)
        return WokenStatement(request: waiter, outcome: .locked(state))
      }
    }
    return nil
  }

  // MARK: Helpers

  /// Makes the staged state of a row the committed one, and keeps the counts right.
  private mutating func publish(_ row: Int32) {
    if rows[row].committed == nil { committedRows += 1 }
    if rows[row].committed == .processing { processingRows -= 1 }
    if rows[row].staged == .processing { processingRows += 1 }
    rows[row].committed = rows[row].staged
  }

  private mutating func appendToServe(_ row: Int32) {
    if lastToServe < 0 {
      firstToServe = row
    } else {
      rows[lastToServe].next = row
    }
    lastToServe = row
  }

  private mutating func removeFirstToServe() {
    let row = firstToServe
    firstToServe = rows[row].next
    if firstToServe < 0 { lastToServe = -1 }
    rows[row].next = -1
  }
}
