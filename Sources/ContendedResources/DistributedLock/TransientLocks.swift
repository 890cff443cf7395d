public import SimulationBasics

/// Numbers for locks whose names contain an idempotency key: one for each name that is in use.
///
/// Such names are as many as the requests of a run, so a number is given when a name is first
/// claimed and taken back when nobody uses it any more; then it may stand for another name.
public struct TransientLocks: ~Copyable {
  /// A name in use; of a free number, `users` is 0 and `name` the next free number.
  struct Entry: BitwiseCopyable {
    var name: UInt64
    var users: Int32
  }

  private let firstNumber: Int32
  private var entries: FixedTable<Entry>
  private var numbers: KeyIndex
  private var usedEntries: Int32 = 0
  private var firstFree: Int32 = -1

  /// - Parameter firstNumber: The smallest number to give.
  public init(firstNumber: Int) {
    self.firstNumber = Int32(firstNumber)
    self.entries = FixedTable(repeating: Entry(name: 0, users: 0), count: 0)
    self.numbers = KeyIndex(expectedKeys: 0)
  }

  /// How many names are in use.
  public var count: Int { numbers.count }

  /// The number of a name, for one user more.
  ///
  /// - Complexity: O(1) expected, amortised over growth.
  public mutating func claim(_ name: UInt64) -> LockID {
    let key = IdempotencyKey(number: name)
    if let entry = numbers.number(of: key, in: 0) {
      entries[entry].users += 1
      return lock(entry)
    }
    let entry = takeFreeEntry()
    entries[entry] = Entry(name: name, users: 1)
    numbers.insert(key, in: 0, number: entry)
    return lock(entry)
  }

  /// Ends the use of a number by one of its users.
  ///
  /// - Returns: Whether it was the last one, so that the number is free.
  /// - Complexity: O(1) expected.
  /// - Precondition: The number is in use.
  public mutating func drop(_ lock: LockID) -> Bool {
    let entry = lock.index - firstNumber
    precondition(entry >= 0, "a lock was dropped whose name lasts for the run")
    precondition(entry < usedEntries, "a lock was dropped that nobody has claimed")
    precondition(entries[entry].users > 0, "a lock was dropped more often than claimed")
    entries[entry].users -= 1
    if entries[entry].users > 0 { return false }
    numbers.remove(IdempotencyKey(number: entries[entry].name), from: 0)
    entries[entry].name = UInt64(UInt32(bitPattern: firstFree))
    firstFree = entry
    return true
  }

  private func lock(_ entry: Int32) -> LockID { LockID(index: Int(firstNumber + entry)) }

  private mutating func takeFreeEntry() -> Int32 {
    if firstFree >= 0 {
      let entry = firstFree
      firstFree = Int32(bitPattern: UInt32(truncatingIfNeeded: entries[entry].name))
      return entry
    }
    entries.makeRoom(for: usedEntries, filledWith: Entry(name: 0, users: 0))
    usedEntries += 1
    return usedEntries - 1
  }
}
