import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport

/// Walks every path through a request program, with what the request holds at each instruction.
///
/// A branch is taken both ways whatever its condition says, and whatever can fail fails and
/// succeeds. States that were seen are not walked again, so loops end.
struct PathWalker {
  /// What a request holds, and whether a failure is on its way to an answer.
  struct Holding: Hashable {
    var thread = false
    var cores: [Int] = []
    var connection = false
    var transaction = false
    /// The slots whose rows the open transaction has locked.
    var rows: [UInt8] = []
    /// What was set aside with each suspended transaction, outermost first.
    var suspended: [Suspended] = []
    var servers: [Int16] = []
    var gates: [Int16] = []
    var subscription = false
    /// The lock that is being waited for, and those that are held, outermost first.
    var wanted: Int16 = -1
    var locks: [Int16] = []
    /// How many of the locks the request knows to hold.
    var inside = 0
    /// How many of them are renewed, and how many locks have names that only this request uses.
    var watchdogs = 0
    var ownNames = 0
    var hasFailed = false
  }

  struct Suspended: Hashable {
    var connection: Bool
    var rows: [UInt8]
  }

  private struct Visit: Hashable {
    var position: Int32
    var holding: Holding
  }

  let compiled: CompiledScenario
  private let poolIsLimited: Bool
  private var seen: Set<Visit> = []
  private var open: [Visit] = []
  /// The instructions that some path has reached.
  private(set) var reached: Set<Int32> = []
  private(set) var answers = 0

  init(_ compiled: CompiledScenario) {
    self.compiled = compiled
    poolIsLimited = compiled.scenario.system.pool.size != nil
  }

  /// Walks a program to all its ends.
  mutating func walk(_ program: RequestProgram) throws(Mismatch) {
    go(to: program.start, Holding())
    while let visit = open.popLast() {
      reached.insert(visit.position)
      do throws(Mismatch) {
        try step(visit.position, visit.holding)
      } catch {
        throw Mismatch("\(error) at \(visit.position - program.start + 1) with \(visit.holding)")
      }
    }
  }

  private mutating func go(to position: Int32, _ holding: Holding) {
    let visit = Visit(position: position, holding: holding)
    if seen.insert(visit).inserted { open.append(visit) }
  }

  private mutating func fail(_ position: Int32, _ holding: Holding) throws(Mismatch) {
    let handler = compiled.handlers[Int(position)]
    try require(handler >= 0, "a failure has no handler")
    var failed = holding
    failed.hasFailed = true
    go(to: handler, failed)
  }

  private func require(_ holds: Bool, _ rule: String) throws(Mismatch) {
    if !holds { throw Mismatch("not true that \(rule)") }
  }

  private mutating func step(_ position: Int32, _ before: Holding) throws(Mismatch) {
    var now = before
    let next = position + 1
    switch compiled.instructions[Int(position)] {
    case .spend, .beginRetry, .replayAnswer, .awaitBarrier: break
    case .takeThread:
      try require(!now.thread, "a thread is taken once")
      try fail(position, now)
      now.thread = true
    case .releaseThread:
      try require(now.thread, "a thread is given back that was taken")
      now.thread = false
    case .takeCore(let owner):
      try require(now.cores.isEmpty, "a request uses one core at a time")
      now.cores = [Int(owner.rawValue)]
    case .releaseCore(let owner):
      try require(now.cores == [Int(owner.rawValue)], "the core is given back that was taken")
      now.cores = []
    case .takeConnection:
      try require(!now.connection, "a connection is taken once")
      try fail(position, now)
      now.connection = true
    case .releaseConnection:
      try require(now.connection, "a connection is given back that was taken")
      try require(!now.transaction, "a connection is given back without a transaction")
      now.connection = false

    case .begin:
      try require(!now.transaction, "transactions do not nest")
      try require(now.connection || !poolIsLimited, "a transaction has a connection")
      now.transaction = true
    case .commit, .rollback:
      try require(now.transaction, "a transaction ends that has begun")
      now.transaction = false
      now.rows = []
    case .suspendTransaction:
      try require(now.transaction, "a transaction is suspended that is open")
      now.suspended.append(Suspended(connection: now.connection, rows: now.rows))
      now.connection = false
      now.transaction = false
      now.rows = []
    case .resumeTransaction:
      try require(!now.transaction, "a transaction is resumed when the inner one has ended")
      try require(!now.connection, "a transaction is resumed when the inner connection is back")
      try require(!now.suspended.isEmpty, "a transaction is resumed that was suspended")
      let outer = now.suspended.removeLast()
      now.connection = outer.connection
      now.transaction = true
      now.rows = outer.rows
    case .lockRow(let slot, _, _):
      try require(now.transaction, "a row is locked in a transaction")
      try fail(position, now)
      if !now.rows.contains(slot) { now.rows.append(slot) }
    case .read:
      try require(now.transaction, "a row is read in a transaction")
    case .write(let update):
      try require(!now.hasFailed, "nothing is written after a failure")
      let slot = UInt8(compiled.updates[Int(update.index)].slot)
      try require(now.rows.contains(slot), "a row is written that is locked")
    case .deferWrite:
      try require(now.transaction, "a write is noted in a transaction")
    case .validate:
      try require(now.transaction, "a commit point is in a transaction")
      try fail(position, now)
    case .requireFloor, .requireWritten, .requireInserted:
      try fail(position, now)

    case .lookUpKey:
      try require(now.transaction, "a key is looked up in a transaction")
    case .branchOnKey(let step):
      let places = compiled.idempotencySteps[Int(step.index)]
      go(to: places.completed, now)
      go(to: places.processing, now)
      go(to: places.failed, now)
    case .lockKey:
      try require(now.transaction, "a key is locked in a transaction")
      try fail(position, now)
    case .insertKey, .takeOverKey:
      try require(now.transaction, "a key is written in a transaction")
      try require(!now.hasFailed, "no key is taken after a failure")
      try fail(position, now)
    case .completeKey:
      try require(now.transaction, "a key is written in a transaction")
      try require(!now.hasFailed, "no key is completed after a failure")
      try fail(position, now)
    case .failKey:
      try require(now.transaction, "a key is written in a transaction")
      try require(now.hasFailed, "a key fails with its request")
      try fail(position, now)
    case .refuseKey, .refuse, .fail:
      try fail(position, now)
      return
    case .jumpIfDuplicate(let target), .jumpIfKeyExists(let target), .jumpIfNoRow(let target, _),
      .everyNth(let target, _):
      go(to: target, now)
    case .choose(let choice):
      for branch in compiled.choices[Int(choice.index)].branches { go(to: branch.place, now) }
      return

    case .takeServer(let pool): now.servers.append(pool)
    case .releaseServer(let pool):
      try require(now.servers.last == pool, "a server is given back that was taken")
      now.servers.removeLast()
    case .enterGate(let gate): now.gates.append(gate)
    case .leaveGate(let gate):
      try require(now.gates.last == gate, "a gate is left that was entered")
      now.gates.removeLast()

    case .prepareLock(let step):
      now.wanted = step.index
      if compiled.lockSteps[Int(step.index)].isPerRequest { now.ownNames += 1 }
    case .tryLock(let step):
      try require(now.wanted == step.index, "the lock is tried that was named")
    case .jumpIfLocked(let target):
      var locked = now
      locked.locks.append(now.wanted)
      locked.wanted = -1
      go(to: target, locked)
    case .failIfLockWaitIsOver: try fail(position, now)
    case .joinSubscription:
      try require(!now.subscription, "a request subscribes once")
      now.subscription = true
    case .awaitUnlock(let target):
      try require(now.subscription, "a request waits for messages that it has subscribed to")
      go(to: target, now)
      return
    case .pollLock(let step):
      try require(now.wanted == step.index, "a request sleeps for the lock that it wants")
    case .leaveLockQueue(let step):
      try require(now.wanted == step.index, "the list is left of the lock that was wanted")
      try require(now.hasFailed, "a list is left after a failure")
    case .leaveSubscription:
      try require(now.subscription, "a subscription is left that was joined")
      now.subscription = false
    case .enterLock:
      try require(!now.hasFailed, "no lock is entered after a failure")
      now.inside += 1
      try require(now.inside == now.locks.count, "a lock is entered that is held")
    case .startWatchdog:
      try require(now.inside == now.locks.count, "a lease is renewed by who is inside")
      now.watchdogs += 1
    case .stopWatchdog:
      try require(now.inside == now.locks.count, "a renewal ends after the unlock")
      now.watchdogs -= 1
    case .forgetLock: now.ownNames -= 1
    case .runErrand: throw Mismatch("a request comes to the place of a command")
    case .leaveLock(let step):
      try require(now.locks.last == step.index, "the innermost lock is left")
      try require(now.inside == now.locks.count, "a lock is left that was entered")
      now.inside -= 1
    case .unlock:
      try require(now.inside < now.locks.count, "a lock is left before it is released")
      now.locks.removeLast()
    case .requireUnlocked: try fail(position, now)

    case .beginAttempt:
      try require(!now.hasFailed, "an attempt begins anew")
      try require(!now.transaction, "an attempt begins outside transactions")
    case .retryOrFail(let retry):
      try require(now.hasFailed, "a retry follows a failure")
      try fail(position, now)
      now.hasFailed = false
      go(to: compiled.retries[Int(retry.index)].nextAttempt, now)
      return
    case .jump(let target):
      go(to: target, now)
      return
    case .respond:
      try require(!now.hasFailed, "a failure is not answered like a success")
    case .respondToFailure:
      try require(now.hasFailed, "a failure is answered")
      now.hasFailed = false
    case .answer:
      now.wanted = -1
      try require(now == Holding(), "nothing is held when the client has its answer")
      answers += 1
      return
    }
    go(to: next, now)
  }
}
