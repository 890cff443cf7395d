public import SimulationBasics

/// How old the rows of keys are, and who owns them; only of indexes that keep ages.
extension UniqueKeyTable {
  /// Makes a request the owner of a key from now on, PROCESSING since now; with the row's insert,
  /// that is its birth.
  ///
  /// Others see it when the transaction commits, and never if it rolls back.
  ///
  /// - Complexity: O(1) expected.
  /// - Precondition: The index keeps ages; the transaction has written the row and is open.
  public mutating func noteOwner(
    _ owner: RequestID, of key: IdempotencyKey, in table: UInt8, by transaction: TransactionID,
    at now: VirtualTime
  ) {
    precondition(indexes[Int(table)].hasAges, "a key has an owner whose rows tell none")
    guard let row = index.number(of: key, in: table), rows[row].writer == transaction.index else {
      preconditionFailure("a key was given an owner by who has not written its row")
    }
    // A row that is new to its writer, too, has no owner yet.
    if rows[row].committed == nil && ages[row].stagedOwner < 0 { ages[row].insertedAt = now }
    ages[row].stagedSince = now
    ages[row].stagedOwner = owner.index
  }

  /// Since when a key is PROCESSING, as a transaction sees it; nil when it is not.
  ///
  /// - Complexity: O(1) expected.
  /// - Precondition: The index keeps ages.
  public func processingSince(
    _ key: IdempotencyKey, in table: UInt8, by transaction: TransactionID
  ) -> VirtualTime? {
    precondition(indexes[Int(table)].hasAges, "a key was asked for an age whose rows have none")
    guard let row = index.number(of: key, in: table) else { return nil }
    if rows[row].writer == transaction.index {
      return rows[row].staged == .processing ? ages[row].stagedSince : nil
    }
    return rows[row].committed == .processing ? ages[row].since : nil
  }

  /// The request that owns a key, as a transaction sees it; nil when there is no row.
  ///
  /// The number of a request that is over may stand for another one by now. That is no matter to a
  /// request that asks whether the owner is itself.
  ///
  /// - Complexity: O(1) expected.
  /// - Precondition: The index keeps ages.
  public func owner(
    of key: IdempotencyKey, in table: UInt8, by transaction: TransactionID
  ) -> RequestID? {
    precondition(indexes[Int(table)].hasAges, "a key was asked for an owner whose rows tell none")
    guard let row = index.number(of: key, in: table) else { return nil }
    let isOwn = rows[row].writer == transaction.index
    if !isOwn && rows[row].committed == nil { return nil }
    return RequestID(index: Int(isOwn ? ages[row].stagedOwner : ages[row].owner))
  }

  /// Removes the row of a key if its time is over and nobody has it in hand: what a job does that
  /// deletes old keys, as far as anybody who looks a key up can tell.
  ///
  /// A locked row stays, because the DELETE would wait. A row that is purged while PROCESSING was
  /// stuck until then, and stays in `stuckCount`.
  ///
  /// - Complexity: O(1) when the index has no expiry, else O(1) expected, and for the removal from
  ///   an ordered index O(log keys).
  @inline(__always)
  public mutating func purge(
    _ key: IdempotencyKey, in table: UInt8, at now: VirtualTime, locks: inout RowLockTable
  ) {
    guard let expiry = indexes[Int(table)].expiry else { return }
    purge(key, in: table, olderThan: expiry, at: now, &locks)
  }

  private mutating func purge(
    _ key: IdempotencyKey, in table: UInt8, olderThan expiry: VirtualDuration, at now: VirtualTime,
    _ locks: inout RowLockTable
  ) {
    defer { checkInvariants() }
    guard let row = index.number(of: key, in: table), rows[row].committed != nil,
      rows[row].writer < 0, now - ages[row].insertedAt >= expiry, !isLocked(row, &locks)
    else { return }
    // One that was forgotten is counted already.
    if rows[row].committed == .processing && rows[row].mark != .forgotten { noteStuck(row) }
    if indexes[Int(table)].isOrdered {
      order.remove(position(of: key, in: table), from: Int(table))
    }
    discard(row)
  }

  // MARK: Writing

  /// A row has got a writer: what it sees begins as what others see.
  mutating func startStaging(_ row: Int32) {
    ages.makeRoom(for: row, filledWith: Age())
    if rows[row].committed == nil { ages[row] = Age() }
    ages[row].stagedSince = ages[row].since
    ages[row].stagedOwner = ages[row].owner
  }

  mutating func publishAge(of row: Int32) {
    ages[row].since = ages[row].stagedSince
    ages[row].owner = ages[row].stagedOwner
  }
}
