import SimulationBasics

extension RowLockTable {
  /// Whether any lock stands on a record or on the gap before it, held or waited for.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  func hasLocks(on record: RecordID) -> Bool {
    guard Int(record.index) < records.count else { return false }
    return records[record.index].firstGranted >= 0 || records[record.index].firstWaiting >= 0
  }
}
