import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport

/// Walks every path through a request program, with what the request holds at each instruction.
///
/// A branch is taken both ways whatever its condition says, and whatever can fail fails and
/// succeeds; only whether the request has a row is the same all along its path. States that were
/// seen are not walked again, so loops end.
struct PathWalker {
  private struct Visit: Hashable {
    var position: Int32
    var holding: Holding
  }

  let compiled: CompiledScenario
  private let poolIsLimited: Bool
  /// By retry: the instructions of an attempt.
  private let attempts: [Range<Int32>]
  private var program: RequestProgram
  private var seen: Set<Visit> = []
  private var open: [Visit] = []
  /// The instructions that some path has reached.
  private(set) var reached: Set<Int32> = []
  private(set) var answers = 0

  init(_ compiled: CompiledScenario) {
    self.compiled = compiled
    poolIsLimited = compiled.scenario.system.pool.size != nil
    program = compiled.programs[0]
    var attempts = compiled.retries.map { $0.nextAttempt..<$0.nextAttempt }
    for (position, instruction) in compiled.instructions.enumerated() {
      if case .retryOrFail(let retry) = instruction {
        let index = Int(retry.index)
        attempts[index] = attempts[index].lowerBound..<Int32(position)
      }
    }
    self.attempts = attempts
  }

  /// Walks a program to all its ends.
  mutating func walk(_ program: RequestProgram) throws(Mismatch) {
    self.program = program
    go(to: program.start, Holding())
    while let visit = open.popLast() {
      reached.insert(visit.position)
      do throws(Mismatch) {
        try require(
          program.start <= visit.position && visit.position < program.end,
          "a request stays in its program")
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

  /// A failure that leaves the transaction as it is, or one after which the server has rolled it
  /// back already.
  private mutating func failAtServer(
    _ position: Int32, _ holding: Holding
  ) throws(Mismatch) {
    try fail(position, holding)
    var rolledBack = holding
    rolledBack.transaction?.clear()
    try fail(position, rolledBack)
  }

  private func require(_ holds: Bool, _ rule: String) throws(Mismatch) {
    if !holds { throw Mismatch("not true that \(rule)") }
  }

  // MARK: Instructions

  private mutating func step(_ position: Int32, _ before: Holding) throws(Mismatch) {
    var now = before
    switch compiled.instructions[Int(position)] {
    case .spend, .beginRetry, .replayAnswer, .leaveInstance, .sendAnswer: break
    case .enterInstance: try fail(position, now)
    case .takeThread:
      try require(!now.thread, "a thread is taken once")
      try fail(position, now)
      now.thread = true
    case .releaseThread:
      try require(now.thread, "a thread is given back that was taken")
      now.thread = false
    case .takeCore(let owner):
      try requireRest(now)
      now.cores = [Int(owner.rawValue)]
    case .releaseCore(let owner):
      try require(now.cores == [Int(owner.rawValue)], "the core is given back that was taken")
      now.cores = []
    case .takeConnection:
      try requireRest(now)
      try require(
        now.connections == now.suspended.count, "each transaction has one connection of its own")
      try fail(position, now)
      now.connections += 1
    case .releaseConnection:
      try require(
        now.connections == now.suspended.count + 1, "a connection is given back that was taken")
      try require(now.transaction == nil, "a connection is given back without a transaction")
      now.connections -= 1
    case .takeServer(let pool):
      try requireRest(now)
      now.servers.append(pool)
    case .releaseServer(let pool):
      try require(now.servers == [pool], "the server is given back that was taken")
      now.servers = []
    case .enterGate(let gate):
      try requireRest(now)
      try require(!now.gates.contains(gate), "a gate is entered once")
      now.gates.append(gate)
    case .leaveGate(let gate):
      try require(now.gates.last == gate, "the innermost gate is left")
      now.gates.removeLast()
    case .awaitBarrier: try requireRest(now)

    case .begin, .commit, .rollback, .suspendTransaction, .resumeTransaction:
      try stepOfTransaction(position, &now)
    case .lockRow, .read, .write, .deferWrite, .validate, .requireFloor, .requireWritten:
      guard try stepOfRow(position, &now) else { return }
    case .lookUpKey, .branchOnKey, .lockKey, .jumpIfKeyExists, .insertKey, .insertRow,
      .jumpIfDuplicate,
      .requireInserted, .takeOverKey, .takeOverOldKey, .completeKey, .failKey, .completeOwnKey,
      .failOwnKey, .requireOwnKey:
      try stepOfKey(position, &now)
    case .prepareLock, .tryLock, .jumpIfLocked, .failIfLockWaitIsOver, .joinSubscription,
      .awaitUnlock, .leaveSubscription, .leaveLockQueue, .pollLock, .enterLock, .startWatchdog,
      .leaveLock, .unlock, .stopWatchdog, .forgetLock, .requireUnlocked:
      guard try stepOfLock(position, &now) else { return }
    case .lookUpCache, .loadUnlessCached, .putInCache, .endLoad, .failLoad:
      try stepOfCache(position, &now)
    case .runErrand: try require(false, "a request is no command")

    case .refuseKey, .refuse, .fail:
      try fail(position, now)
      return
    case .beginAttempt(let retry):
      try require(!now.hasFailed, "an attempt begins anew")
      try require(
        !compiled.retries[Int(retry.index)].redraws
          || (now.transaction == nil && now.suspended.isEmpty),
        "an attempt inside a transaction keeps its rows")
      now.forgetReads(at: attempts[Int(retry.index)])
    case .retryOrFail(let retry):
      try require(now.hasFailed, "a retry follows a failure")
      try fail(position, now)
      now.hasFailed = false
      if compiled.retries[Int(retry.index)].redraws { try redraw(&now) }
      go(to: compiled.retries[Int(retry.index)].nextAttempt, now)
      return
    case .jump(let target):
      go(to: target, now)
      return
    case .jumpIfNoRow(let target, let slot):
      guard lookForRow(slot, &now, else: target) else { return }
    case .choose(let choice):
      var sum: UInt64 = 0
      for branch in compiled.choices[Int(choice.index)].branches {
        if branch.sum > sum { go(to: branch.place, now) }
        sum = branch.sum
      }
      return
    case .everyNth(let target, _): go(to: target, now)
    case .respond: try require(!now.hasFailed, "a failure is not answered like a success")
    case .respondToFailure:
      try require(now.hasFailed, "a failure is answered")
      now.hasFailed = false
    case .answer:
      now.forgetPath()
      try require(now == Holding(), "nothing is held when the client has its answer")
      answers += 1
      return
    }
    go(to: position + 1, now)
  }

  /// Nobody waits for something while it has a core or a server.
  private func requireRest(_ now: Holding) throws(Mismatch) {
    try require(now.cores.isEmpty, "nobody waits on a core")
    try require(now.servers.isEmpty, "nobody waits on a server")
  }

  private mutating func stepOfTransaction(
    _ position: Int32, _ now: inout Holding
  ) throws(Mismatch) {
    switch compiled.instructions[Int(position)] {
    case .begin:
      try require(now.transaction == nil, "a transaction begins where none is open")
      try require(
        now.connections == now.suspended.count + 1 || !poolIsLimited,
        "a transaction has a connection")
      try require(
        now.suspended.count < compiled.openTransactions, "as many transactions are open as said")
      now.transaction = Holding.Transaction()
    case .commit:
      try require(now.transaction != nil, "a transaction ends that has begun")
      try require(
        now.transaction?.hasNoted == false, "what was noted is written at the commit point")
      now.transaction = nil
    case .rollback:
      try require(now.transaction != nil, "a transaction ends that has begun")
      try require(now.hasFailed, "only a failure rolls back")
      now.transaction = nil
    case .suspendTransaction:
      guard let transaction = now.transaction else {
        throw Mismatch("a transaction is suspended that is not open")
      }
      now.suspended.append(transaction)
      now.transaction = nil
    case .resumeTransaction:
      try require(now.transaction == nil, "a transaction is resumed when the inner one is over")
      try require(
        now.connections == now.suspended.count || !poolIsLimited,
        "a transaction is resumed on its own connection")
      now.transaction = now.suspended.popLast()
      try require(now.transaction != nil, "a transaction is resumed that was suspended")
    default: throw Mismatch("no step of a transaction")
    }
  }

  // MARK: Rows

  /// Goes on behind the instruction if the request has the row, and at the target if it has not.
  ///
  /// A request has the first rows of a key, so what follows a missing one is missing, too.
  private mutating func lookForRow(
    _ slot: UInt8, _ now: inout Holding, else target: Int32
  ) -> Bool {
    if now.missing.contains(slot) {
      go(to: target, now)
      return false
    }
    if now.found.contains(slot) { return true }
    if let key = program.keys.first(where: { $0.slots.contains(Int(slot)) }),
      Int(slot) - key.firstSlot >= key.count.lowerBound
    {
      var without = now
      without.miss(key.slots.filter { $0 >= slot && !now.found.contains(UInt8($0)) })
      go(to: target, without)
    }
    now.find(slot)
    return true
  }

  /// Whether the row in a slot may be used without looking for it.
  private func requireRow(_ slot: UInt8, _ now: Holding) throws(Mismatch) {
    try require(!now.missing.contains(slot), "a request uses rows that it has")
    let key = program.keys.first { $0.slots.contains(Int(slot)) }
    try require(
      now.found.contains(slot)
        || key.map { Int(slot) - $0.firstSlot < $0.count.lowerBound } == true,
      "a row that may be missing is looked for")
  }

  /// What further attempts choose again is neither found nor read.
  private func redraw(_ now: inout Holding) throws(Mismatch) {
    var redrawn: [Bool] = []
    for key in program.keys {
      var isRedrawn = key.redrawOnRetry
      if case .subset(let whole, _) = key.choice, redrawn[whole] { isRedrawn = true }
      redrawn.append(isRedrawn)
      if !isRedrawn { continue }
      now.forget(key.slots)
      try require(
        !now.locks.contains { lock in
          compiled.lockSteps[Int(lock)].keys.contains { key.slots.contains($0.key) }
        }, "the name of a lock that is held stays as it is")
    }
  }

  /// - Returns: Whether the request goes on behind the instruction.
  private mutating func stepOfRow(
    _ position: Int32, _ now: inout Holding
  ) throws(Mismatch) -> Bool {
    switch compiled.instructions[Int(position)] {
    case .lockRow(let slot, let mode, let patience):
      try requireRest(now)
      try require(now.transaction != nil, "a row is locked in a transaction")
      try require(!now.hasFailed, "no row is locked after a failure")
      try requireRow(slot, now)
      try failAtServer(position, now)
      if compiled.patiences[Int(patience.index)] == .skipLocked {
        var without = now
        without.miss([Int(slot)])
        go(to: position + 1, without)
      }
      now.transaction?.lock(slot, exclusively: mode == .exclusive)
    case .read(let slot, let column, let register, let kind):
      try require(now.transaction != nil, "a row is read in a transaction")
      try require(!now.hasFailed, "nothing is read after a failure")
      try requireRow(slot, now)
      let place = program.registers[Int(register)]
      try require(
        place.slot == Int(slot) && place.column == Int(column), "each column has its register")
      if kind == .locking {
        try require(now.transaction?.locks(slot) == true, "a locking read has the lock")
        try failAtServer(position, now)
      }
      now.note(Holding.Read(slot: slot, column: column, position: position))
    case .write(let index):
      try require(now.transaction?.owns(slot(of: index)) == true, "a row is written that is locked")
      try requireRead(index, position, now)
      try failAtServer(position, now)
    case .deferWrite(let index):
      try require(now.transaction != nil, "a write is noted in a transaction")
      try require(compiled.updates[Int(index.index)].register >= 0, "what is written was computed")
      try requireRead(index, position, now)
      now.transaction?.hasNoted = true
    case .validate:
      try require(now.transaction != nil, "the commit point is in a transaction")
      try require(!now.hasFailed, "nothing is written after a failure")
      try fail(position, now)
      now.transaction?.hasNoted = false
    case .requireFloor(let index):
      try requireRead(index, position, now)
      try fail(position, now)
    case .requireWritten: try fail(position, now)
    default: throw Mismatch("no step of a row")
    }
    return true
  }

  private func slot(of update: UpdateID) -> UInt8 {
    UInt8(compiled.updates[Int(update.index)].slot)
  }

  /// What an update computes with was read before it, in the same attempt.
  private func requireRead(
    _ index: UpdateID, _ position: Int32, _ now: Holding
  ) throws(Mismatch) {
    try require(!now.hasFailed, "nothing is written after a failure")
    let update = compiled.updates[Int(index.index)]
    try requireRow(UInt8(update.slot), now)
    if update.register < 0 { return }
    let attempt = attempts.filter { $0.contains(position) }.min { $0.count < $1.count }
    try require(
      now.reads.contains { read in
        Int(read.slot) == update.slot && Int(read.column) == update.column
          && attempt.map { $0.contains(read.position) } ?? true
      }, "a row is updated that the attempt has read")
  }

  // MARK: Keys and locks

  private mutating func stepOfKey(
    _ position: Int32, _ now: inout Holding
  ) throws(Mismatch) {
    let instruction = compiled.instructions[Int(position)]
    switch instruction {
    case .branchOnKey(let step):
      let places = compiled.idempotencySteps[Int(step.index)]
      go(to: places.completed, now)
      go(to: places.processing, now)
      go(to: places.failed, now)
      if places.takeOverAfter != nil { go(to: places.overdue, now) }
      return
    case .jumpIfKeyExists(let target), .jumpIfDuplicate(let target):
      go(to: target, now)
      return
    case .requireInserted, .requireOwnKey: return try fail(position, now)
    case .failKey, .failOwnKey: try require(now.hasFailed, "a key fails with its request")
    default: try require(!now.hasFailed, "no key is read or written after a failure")
    }
    try require(now.transaction != nil, "a key is read and written in a transaction")
    if case .lookUpKey = instruction { return }
    try requireRest(now)
    try failAtServer(position, now)
  }

  private mutating func stepOfCache(
    _ position: Int32, _ now: inout Holding
  ) throws(Mismatch) {
    switch compiled.instructions[Int(position)] {
    case .lookUpCache:
      try require(!now.hasFailed, "nothing is looked up after a failure")
    case .loadUnlessCached(let step):
      try requireRest(now)
      try require(
        now.transaction == nil && now.connections == 0, "nobody waits for a load on a connection")
      go(to: compiled.cacheSteps[Int(step.index)].cached, now)
      now.loads.append(step.index)
    case .putInCache(let step):
      try require(now.loads.last == step.index, "what is put was loaded")
      try require(!now.hasFailed, "nothing is put after a failure")
    case .endLoad(let step):
      try require(now.loads.last == step.index, "the innermost load ends first")
      try require(!now.hasFailed, "a load that has failed does not end well")
      now.loads.removeLast()
    case .failLoad(let step):
      try require(now.loads.last == step.index, "the innermost load fails first")
      try require(now.hasFailed, "a load fails with its request")
      now.loads.removeLast()
    default: throw Mismatch("no step of a cache")
    }
  }

  /// - Returns: Whether the request goes on behind the instruction.
  private mutating func stepOfLock(
    _ position: Int32, _ now: inout Holding
  ) throws(Mismatch) -> Bool {
    switch compiled.instructions[Int(position)] {
    case .prepareLock(let step):
      try require(!now.hasFailed, "no lock is wanted after a failure")
      now.wanted = step.index
      if compiled.lockSteps[Int(step.index)].isPerRequest { now.claims += 1 }
    case .tryLock(let step):
      try require(now.wanted == step.index, "the lock is tried that was named")
    case .jumpIfLocked(let target):
      try require(now.wanted >= 0, "a lock is taken that was named")
      var locked = now
      locked.locks.append(now.wanted)
      locked.wanted = -1
      locked.isInQueue = false
      go(to: target, locked)
      if compiled.lockSteps[Int(now.wanted)].client == .redissonFair { now.isInQueue = true }
    case .failIfLockWaitIsOver: try fail(position, now)
    case .joinSubscription:
      try require(!now.subscription, "a request subscribes once")
      now.subscription = true
    case .awaitUnlock(let target):
      try requireRest(now)
      try require(now.subscription, "a request waits for messages that it has subscribed to")
      go(to: target, now)
      return false
    case .leaveSubscription:
      try require(now.subscription, "a subscription is left that was joined")
      now.subscription = false
    case .leaveLockQueue(let step):
      try require(now.wanted == step.index, "the list is left of the lock that was named")
      now.isInQueue = false
    case .pollLock(let step):
      try requireRest(now)
      try require(now.wanted == step.index, "the lock is polled that was named")
    case .enterLock:
      try require(!now.hasFailed, "no lock is entered after a failure")
      now.inside += 1
      try require(now.inside == now.locks.count, "a lock is entered that is held")
    case .startWatchdog(let step):
      try require(now.locks.last == step.index, "a lock is renewed that is held")
      now.watchdogs.append(step.index)
    case .leaveLock(let step):
      try require(now.locks.last == step.index, "the innermost lock is left")
      try require(now.inside == now.locks.count, "a lock is left that was entered")
      now.inside -= 1
      now.leaving = step.index
    case .unlock:
      try require(now.inside < now.locks.count, "a lock is left before it is released")
      now.locks.removeLast()
    case .stopWatchdog:
      try require(now.watchdogs.last == now.leaving, "the watchdog of the lock is stopped")
      now.watchdogs.removeLast()
    case .forgetLock:
      try require(now.claims > 0, "a name is forgotten that was claimed")
      now.claims -= 1
    case .requireUnlocked: try fail(position, now)
    default: throw Mismatch("no step of a lock")
    }
    return true
  }
}
