/// The elements of the lock table's arrays.
extension RowLockTable {
  /// A lock object; a free one uses `nextOfOwner` for the list of free ones.
  struct Lock: BitwiseCopyable {
    var record: Int32
    var transaction: Int32
    /// Its neighbours among the granted locks of its record, or in the record's queue.
    var previousOnRecord: Int32 = -1
    var nextOnRecord: Int32 = -1
    /// Its neighbours among the locks that its transaction holds.
    var previousOfOwner: Int32 = -1
    var nextOfOwner: Int32 = -1
    /// While it is waited for: the transaction to which the wait-for edge leads, unless the record
    /// is plain.
    var blocker: Int32 = -1
    var mode: LockMode
    var kind: LockKind
    var isWaiting = false
    /// Whether a lock on the gap is left of it when its record goes. A flag of its own also makes
    /// the object 32 bytes long: it is copied by two moves, not by a call of `memcpy`.
    var leavesGap = true

    static let free = Lock(record: -1, transaction: -1, mode: .exclusive, kind: .record)

    /// Whether a record stays plain with this lock on it.
    @inline(__always)
    var isPlain: Bool { mode == .exclusive && kind == .record }
  }

  /// The locks on one record.
  struct Record: BitwiseCopyable {
    /// The granted locks in the order in which they were granted.
    var firstGranted: Int32 = -1
    var lastGranted: Int32 = -1
    /// The queue in order of arrival.
    var firstWaiting: Int32 = -1
    var lastWaiting: Int32 = -1
    var waitingCount: Int32 = 0
    /// How many of the locks, granted or waited for, are not exclusive record locks.
    var unusualCount: Int32 = 0
    /// How many of those who wait here are themselves waited for.
    var blockingWaiterCount: Int32 = 0

    static let free = Record()

    /// - Returns: The lock granted before this one, or a negative number.
    mutating func appendGranted(_ lock: Int32) -> Int32 {
      let last = lastGranted
      if last < 0 { firstGranted = lock }
      lastGranted = lock
      return last
    }

    mutating func removeGranted(between previous: Int32, and next: Int32) {
      if previous < 0 { firstGranted = next }
      if next < 0 { lastGranted = previous }
    }

    /// - Returns: How many wait before this one.
    mutating func appendWaiting(_ lock: Int32, isWaitedFor: Bool) -> Int32 {
      if lastWaiting < 0 { firstWaiting = lock }
      lastWaiting = lock
      if isWaitedFor { blockingWaiterCount += 1 }
      waitingCount += 1
      return waitingCount - 1
    }

    mutating func removeWaiting(between previous: Int32, and next: Int32, isWaitedFor: Bool) {
      if previous < 0 { firstWaiting = next }
      if next < 0 { lastWaiting = previous }
      if isWaitedFor { blockingWaiterCount -= 1 }
      waitingCount -= 1
    }
  }

  struct Transaction: BitwiseCopyable {
    /// What it holds, in the order in which it was granted.
    var oldestLock: Int32 = -1
    var newestLock: Int32 = -1
    var heldCount: Int32 = 0
    var rowChanges: Int32 = 0
    /// The lock for which it waits, or a negative number.
    var wait: Int32 = -1
    /// How many wait-for edges lead to it.
    var waitedForBy: Int32 = 0
    /// The number of waits of all transactions that had begun before this one.
    var waitNumber: UInt64 = 0
    /// The number of transactions that had taken a first lock before this one took its first.
    var age: UInt64 = 0

    static let idle = Transaction()

    /// - Parameter age: The number of first locks taken, which grows if this is one.
    /// - Returns: The lock granted to it before this one, or a negative number.
    mutating func append(_ lock: Int32, age firstLocksTaken: inout UInt64) -> Int32 {
      let newest = newestLock
      if newest < 0 {
        oldestLock = lock
        age = firstLocksTaken
        firstLocksTaken += 1
      }
      newestLock = lock
      heldCount += 1
      return newest
    }

    mutating func removeLock(between previous: Int32, and next: Int32) {
      if previous < 0 { oldestLock = next }
      if next < 0 { newestLock = previous }
      heldCount -= 1
    }

    /// - Returns: Whether anybody waits for the transaction.
    mutating func beginWait(for lock: Int32, number: UInt64) -> Bool {
      wait = lock
      waitNumber = number
      return waitedForBy > 0
    }

    /// - Returns: Whether anybody waits for the transaction.
    mutating func endWait() -> Bool {
      wait = -1
      return waitedForBy > 0
    }
  }
}
