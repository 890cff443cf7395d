package import SimulationBasics

/// A hash table from the idempotency keys of all tables to dense numbers, the same on every machine
/// and in every run.
///
/// Open addressing with linear probing, at most half full; a removal moves later entries of the run
/// back, so no tombstones pile up. Nothing iterates over it, so no result can depend on its order.
package struct KeyIndex: ~Copyable {
  // Not private: the compiler (6.3.1) breaks its module over a private element of a `FixedTable`.
  struct Slot: BitwiseCopyable {
    var key: UInt64
    /// Negative while the slot is empty.
    var number: Int32
    var table: UInt8

    static let empty = Slot(key: 0, number: -1, table: 0)
  }

  /// Its length is a power of two.
  private var slots: FixedTable<Slot>
  /// The number of keys, those of all tables together.
  package private(set) var count = 0

  package init(expectedKeys: Int) {
    var length = 16
    while length < expectedKeys * 2 { length *= 2 }
    self.slots = FixedTable(repeating: .empty, count: length)
  }

  /// The number that a key was inserted with.
  ///
  /// - Complexity: O(1) expected.
  package func number(of key: IdempotencyKey, in table: UInt8) -> Int32? {
    let slot = slots[slotHolding(key, in: table)]
    return slot.number < 0 ? nil : slot.number
  }

  /// Adds a key.
  ///
  /// - Complexity: O(1) expected, amortised over growth.
  /// - Precondition: The key is not there; `number` is not negative.
  package mutating func insert(_ key: IdempotencyKey, in table: UInt8, number: Int32) {
    precondition(number >= 0, "a key cannot stand for a negative number")
    if (count + 1) * 2 > slots.count { double() }
    let slot = slotHolding(key, in: table)
    precondition(slots[slot].number < 0, "a key was inserted twice")
    slots[slot] = Slot(key: key.number, number: number, table: table)
    count += 1
  }

  /// Removes a key.
  ///
  /// - Complexity: O(1) expected.
  /// - Precondition: The key is there.
  package mutating func remove(_ key: IdempotencyKey, from table: UInt8) {
    var hole = slotHolding(key, in: table)
    precondition(slots[hole].number >= 0, "a key that is not there was removed")
    let mask = slots.count - 1
    var probe = (hole + 1) & mask
    // The table is at most half full, so an empty slot ends the run.
    while slots[probe].number >= 0 {
      let home = homeSlot(of: slots[probe].key, in: slots[probe].table)
      // Move back what would not be found from its home across the hole.
      if (probe - home) & mask >= (probe - hole) & mask {
        slots[hole] = slots[probe]
        hole = probe
      }
      probe = (probe + 1) & mask
    }
    slots[hole] = .empty
    count -= 1
  }

  /// The slot of a key, or the empty one where it would go.
  @inline(__always)
  private func slotHolding(_ key: IdempotencyKey, in table: UInt8) -> Int {
    var slot = homeSlot(of: key.number, in: table)
    // The table is at most half full, so an empty slot ends the search.
    while slots[slot].number >= 0, slots[slot].key != key.number || slots[slot].table != table {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  /// Where the search for a key begins: the finaliser of MurmurHash3, a fixed mixing of all 64
  /// bits.
  @inline(__always)
  private func homeSlot(of key: UInt64, in table: UInt8) -> Int {
    var mixed = key ^ (UInt64(table) << 56)
    mixed ^= mixed >> 33
    mixed &*= 0xFF51_AFD7_ED55_8CCD
    mixed ^= mixed >> 33
    mixed &*= 0xC4CE_B9FE_1A85_EC53
    mixed ^= mixed >> 33
    return Int(truncatingIfNeeded: mixed) & (slots.count - 1)
  }

  private mutating func double() {
    var larger = KeyIndex(expectedKeys: slots.count)
    for slot in 0..<slots.count where slots[slot].number >= 0 {
      let key = IdempotencyKey(number: slots[slot].key)
      larger.insert(key, in: slots[slot].table, number: slots[slot].number)
    }
    self = larger
  }
}
