public import SimulationBasics

/// What a lockable record of a unique index is, for reports.
public enum KeyPlace: Equatable, Sendable, BitwiseCopyable {
  /// The row of a key; a gap lock on it is on the gap before the key.
  case key(IdempotencyKey, table: UInt8)
  /// A key that was there before the run, by its number from 0; a gap lock on it is on the gap
  /// before it.
  case existingKey(Int, table: UInt8)
  /// The gap that a key of an unordered index has to itself.
  case gap(of: IdempotencyKey, table: UInt8)
  /// The end of the index; a lock on it is on the gap after the last key.
  case supremum(table: UInt8)
}
