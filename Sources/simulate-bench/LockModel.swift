import ContendedResources
import EventKernel
import SimulationBasics

/// Users that think, travel, lock a row, work under the lock and release it; all waits end by grant
/// or time-out.
///
/// A user is a place in a small program and the handle of a timer, as in the engine proper.
struct LockModel: ~Copyable {
  // The nested types are not private: the compiler (6.3.1, debug) crashes when another file
  // destroys a table of them.

  /// What a user does at a place of the program.
  enum Instruction: BitwiseCopyable {
    case delay(mean: Double)
    case lock
    case unlock
    case endRequest
  }

  struct User: BitwiseCopyable {
    var place = 0
    var row: Int32 = 0
    var timer = EventHandle.none
  }

  private static var lockTimeout: VirtualDuration { .seconds(5) }
  private static var lockTimedOut: UInt64 { 1 << 32 }

  private var queue: EventQueue
  private var delays = BenchDelays(seed: 5)
  private var program: FixedTable<Instruction>
  private var users: FixedTable<User>
  private var locks: RowLockTable
  private(set) var requestCount = 0
  private(set) var timeoutCount = 0

  init(users userCount: Int, rows rowCount: Int, meanHold: Double) {
    queue = EventQueue(expectedCount: 2 * userCount)
    program = FixedTable([
      .delay(mean: 1e9), .delay(mean: 5e6), .lock, .delay(mean: meanHold), .unlock, .endRequest,
    ])
    users = FixedTable(repeating: User(), count: userCount)
    locks = RowLockTable(
      recordCount: rowCount, expectedTransactions: userCount,
      rules: LockRules(grantOrder: .contentionAware, allowsUpgradeBypass: true))
    for user in 0..<userCount {
      users[user].row = Int32(user % rowCount)
      advance(Int32(user))
    }
  }

  /// Runs so many events.
  mutating func run(events: Int) {
    for _ in 0..<events {
      guard let event = queue.popNext(through: .never) else { return }
      let user = Int32(truncatingIfNeeded: event.word.bits & 0xFFFF_FFFF)
      if event.word.bits < Self.lockTimedOut { advance(user) } else { giveUp(user) }
    }
  }

  /// Executes a user's program until simulated time has to pass.
  private mutating func advance(_ user: Int32) {
    while true {
      let place = users[user].place
      users[user].place = place + 1
      switch program[place] {
      case .delay(let mean):
        queue.schedule(Self.resumed(user), at: queue.now + delays.next(mean: mean))
        return
      case .lock:
        if !lock(user) { return }
      case .unlock:
        unlock(user)
      case .endRequest:
        requestCount += 1
        users[user].place = 0
      }
    }
  }

  private static func resumed(_ user: Int32) -> EventWord { EventWord(bits: UInt64(user)) }

  /// Takes the user's row, or joins the end of its queue and arms the time-out.
  private mutating func lock(_ user: Int32) -> Bool {
    let outcome = locks.acquire(
      .exclusive, .record, on: RecordID(index: Int(users[user].row)),
      for: TransactionID(index: Int(user)))
    switch outcome {
    case .granted, .alreadyHeld: return true
    case .queued: break
    }
    let victim = locks.nextVictim()
    precondition(victim == nil, "users of one row each cannot deadlock")
    users[user].timer = queue.schedule(
      EventWord(bits: Self.lockTimedOut | UInt64(user)), at: queue.now + Self.lockTimeout)
    return false
  }

  /// Ends the user's transaction; whose wait has ended goes on with an event of its own at this
  /// moment.
  private mutating func unlock(_ user: Int32) {
    while locks.releaseNext(heldBy: TransactionID(index: Int(user))) != nil {}
    resumeGranted()
  }

  private mutating func giveUp(_ user: Int32) {
    _ = locks.abandonWait(of: TransactionID(index: Int(user)))
    resumeGranted()
    timeoutCount += 1
    users[user].place = 0
    advance(user)
  }

  private mutating func resumeGranted() {
    while let grant = locks.nextGrant() {
      let user = grant.transaction.index
      let isArmed = queue.cancel(users[user].timer)
      precondition(isArmed, "a waiting user had no time-out")
      queue.schedule(Self.resumed(user), at: queue.now)
    }
  }
}
