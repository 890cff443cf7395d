public import SimulationBasics

extension UniqueKeyTable {
  /// The state in which an open transaction leaves a key that it has inserted or updated, should it
  /// commit; nil for a key that it has not written.
  ///
  /// - Complexity: O(1) expected.
  public func staged(
    _ key: IdempotencyKey, in table: UInt8, by transaction: TransactionID
  ) -> KeyState? {
    guard let row = index.number(of: key, in: table), rows[row].writer == transaction.index else {
      return nil
    }
    return rows[row].staged
  }

  /// A key that is committed as PROCESSING: the first that was forgotten so, else the one with the
  /// smallest number.
  ///
  /// - Complexity: O(rows).
  public var stuckKey: IdempotencyKey? {
    if let firstStuckKey { return firstStuckKey }
    var smallest: UInt64?
    for row in 0..<usedRows where rows[row].committed == .processing {
      smallest = min(smallest ?? .max, rows[row].key)
    }
    return smallest.map { IdempotencyKey(number: $0) }
  }

  /// A row goes, or is forgotten, in the state processing.
  mutating func noteStuck(_ row: Int32) {
    stuckCount += 1
    if firstStuckKey == nil { firstStuckKey = IdempotencyKey(number: rows[row].key) }
  }
}
