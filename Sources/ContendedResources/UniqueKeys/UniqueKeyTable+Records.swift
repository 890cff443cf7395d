public import SimulationBasics

/// Where keys lie in their index, and which lockable records stand for them and their gaps.
extension UniqueKeyTable {
  /// What a record is; nil if it stands for no key now.
  ///
  /// - Complexity: O(tables).
  /// - Precondition: The record is one of these indexes'.
  public func place(of record: RecordID) -> KeyPlace? {
    precondition(record.index >= firstRecord, "a record of another kind of table")
    if record.index >= firstRowRecord {
      let (row, part) = (record.index - firstRowRecord).quotientAndRemainder(dividingBy: 2)
      guard row < usedRows else { return nil }
      let key = IdempotencyKey(number: rows[row].key)
      let table = rows[row].table
      guard index.number(of: key, in: table) == row else { return nil }
      return part == 0 ? .key(key, table: table) : .gap(of: key, table: table)
    }
    let offset = Int(record.index - firstRecord)
    if offset < indexes.count { return .supremum(table: UInt8(offset)) }
    for table in 0..<indexes.count {
      let number = record.index - indexes[table].firstExistingRecord
      if number >= 0, number < indexes[table].existingKeys {
        return .existingKey(Int(number), table: UInt8(table))
      }
    }
    return nil
  }

  /// The record of a key that has a row, for tests and reports.
  ///
  /// - Complexity: O(1) expected.
  @inline(__always)
  public func record(of key: IdempotencyKey, in table: UInt8) -> RecordID? {
    index.number(of: key, in: table).map { record(of: $0) }
  }

  func record(of row: Int32) -> RecordID { RecordID(index: Int(firstRowRecord + 2 * row)) }

  /// The gap that a row of an unordered index has to itself.
  @inline(__always)
  func privateGap(of row: Int32) -> RecordID {
    RecordID(index: Int(firstRowRecord + 2 * row + 1))
  }

  /// The record after a key of an ordered index: a gap lock on it covers the key's gap.
  ///
  /// - Complexity: O(log *n*) for *n* keys in the index.
  func successor(of key: IdempotencyKey, in table: UInt8) -> RecordID {
    let next = order.successor(of: position(of: key, in: table), in: Int(table))
    return RecordID(index: Int(next ?? firstRecord + Int32(table)))
  }

  /// Where a key lies in an ordered index: no two keys lie in one place.
  @inline(__always)
  func position(of key: IdempotencyKey, in table: UInt8) -> UInt64 {
    switch indexes[Int(table)].order {
    case .random: Self.randomPosition(key.number, salt: indexes[Int(table)].salt)
    case .ascending: indexes[Int(table)].firstNewPosition + key.number
    }
  }

  /// Existing keys have the highest numbers, where no request's key ever is.
  mutating func placeExistingKeys(of table: UInt8) {
    let layout = indexes[Int(table)]
    for number in 0..<layout.existingKeys {
      let key = IdempotencyKey(number: .max - UInt64(number))
      order.insert(
        position(of: key, in: table), record: layout.firstExistingRecord + number,
        in: Int(table))
    }
  }

  /// The `number`-th output of SplitMix64 with the seed `salt`: a permutation of 64-bit numbers.
  ///
  /// Source: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators, OOPSLA
  /// 2014.
  private static func randomPosition(_ number: UInt64, salt: UInt64) -> UInt64 {
    mixed(salt &+ (number &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// The finaliser of SplitMix64, a bijection.
  static func mixed(_ number: UInt64) -> UInt64 {
    var mixed = number
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Whether any lock stands on a row's record or on its own gap.
  @inline(__always)
  func isLocked(_ row: Int32, _ locks: inout RowLockTable) -> Bool {
    locks.hasLocks(on: record(of: row)) || locks.hasLocks(on: privateGap(of: row))
  }
}
