/// What a request holds at a place of its program, and what it knows of its rows.
struct Holding: Hashable {
  /// An open transaction and the slots of the rows that it has locked.
  struct Transaction: Hashable {
    private var shared: Slots = Slots()
    private var exclusive: Slots = Slots()
    /// Whether writes are noted for the commit point.
    var hasNoted = false

    mutating func lock(_ slot: UInt8, exclusively: Bool) {
      if exclusively { exclusive.insert(slot) } else { shared.insert(slot) }
    }

    /// Whether the transaction has a lock of the row, and whether nobody else can have one.
    func locks(_ slot: UInt8) -> Bool { shared.contains(slot) || exclusive.contains(slot) }
    func owns(_ slot: UInt8) -> Bool { exclusive.contains(slot) }

    /// The server has rolled it back.
    mutating func clear() { self = Transaction() }
  }

  /// A column that was read, and by which instruction.
  struct Read: Hashable {
    let slot: UInt8
    let column: UInt8
    let position: Int32
  }

  var thread = false
  var cores: [Int] = []
  var servers: [Int16] = []
  /// The gates that the request is inside, outermost first.
  var gates: [Int16] = []
  /// The entries of caches that the request loads, outermost first.
  var loads: [Int16] = []
  var connections = 0
  var transaction: Transaction?
  /// The transactions that are set aside, outermost first.
  var suspended: [Transaction] = []
  var subscription = false
  /// Whether the request stands in the list of those who wait for a fair lock.
  var isInQueue = false
  /// The lock that is being waited for, and those that are held, outermost first.
  var wanted: Int16 = -1
  var locks: [Int16] = []
  /// How many of the locks the request knows to hold.
  var inside = 0
  /// The lock that was left last, and those that are renewed.
  var leaving: Int16 = -1
  var watchdogs: [Int16] = []
  /// How many names with the idempotency key in them are claimed.
  var claims = 0
  /// Whether a failure is on its way to an answer.
  var hasFailed = false

  /// The slots of rows that were looked for: found, and missing.
  private(set) var found: Slots = Slots()
  private(set) var missing: Slots = Slots()
  /// In the order of their instructions.
  private(set) var reads: [Read] = []

  mutating func find(_ slot: UInt8) { found.insert(slot) }

  mutating func miss(_ slots: [Int]) {
    for slot in slots {
      found.remove(UInt8(slot))
      missing.insert(UInt8(slot))
    }
  }

  mutating func note(_ read: Read) {
    if reads.contains(read) { return }
    reads.insert(read, at: reads.firstIndex { $0.position > read.position } ?? reads.endIndex)
  }

  /// Another attempt has read nothing yet.
  mutating func forgetReads(at positions: Range<Int32>) {
    reads.removeAll { positions.contains($0.position) }
  }

  /// Other rows may come into these slots.
  mutating func forget(_ slots: Range<Int>) {
    for slot in slots {
      found.remove(UInt8(slot))
      missing.remove(UInt8(slot))
    }
    reads.removeAll { slots.contains(Int($0.slot)) }
  }

  /// What is known but not held plays no part any more.
  mutating func forgetPath() {
    wanted = -1
    leaving = -1
    found = Slots()
    missing = Slots()
    reads = []
  }
}

/// A set of the first 64 slots of a request, which is more than a program of a test has.
struct Slots: Hashable {
  private var bits: UInt64 = 0

  func contains(_ slot: UInt8) -> Bool { bits & Self.bit(slot) != 0 }
  mutating func insert(_ slot: UInt8) { bits |= Self.bit(slot) }
  mutating func remove(_ slot: UInt8) { bits &= ~Self.bit(slot) }

  private static func bit(_ slot: UInt8) -> UInt64 {
    precondition(slot < 64, "a walked program has at most 64 slots")
    return 1 << UInt64(slot)
  }
}
