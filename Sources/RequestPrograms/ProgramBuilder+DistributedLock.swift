import ScenarioModel
import SimulationBasics

extension ProgramBuilder {
  /// The lock as its client takes it, the inner steps, and the release in a finally block.
  ///
  /// Source: RedissonLock.java and RedissonFairLock.java, as SEMANTICS 2.1 and 2.2 quote them.
  mutating func compile(_ lock: DistributedLockStep, in surroundings: Surroundings) {
    let compiled = compiledLock(lock, in: surroundings)
    let step = LockStepID(index: lockSteps.count)
    lockSteps.append(compiled)
    let outer = handler
    let inside = newLabel()
    let failed = newLabel()
    let done = newLabel()

    let start = position
    emit(.prepareLock(step))
    if compiled.client.isRedisson {
      waitForMessages(step, compiled, thenGoTo: inside)
    } else {
      poll(step, compiled, thenGoTo: inside)
    }
    place(inside)
    lockSteps[Int(step.index)].acquiring = start..<position
    emit(.enterLock)
    if compiled.isRenewed { emit(.startWatchdog(step)) }
    handler = failed
    var inner = surroundings
    inner.fixedKeys += lock.name.keys
    compile(lock.steps, in: inner)
    handler = outer
    unlock(step, compiled)
    if !isReached(failed) { return }
    emit(.jump(done.number))
    place(failed)
    unlock(step, compiled)
    emit(.fail)
    place(done)
  }

  /// Redisson's `tryLock(waitTime, leaseTime)`: try, subscribe, and try again after each message,
  /// or when the lease of another must have ended.
  private mutating func waitForMessages(
    _ step: LockStepID, _ lock: CompiledLockStep, thenGoTo inside: Label
  ) {
    let outer = handler
    let subscribed = newLabel()
    let subscribedAndLocked = newLabel()
    let gaveUpUnsubscribed = newLabel()
    let gaveUp = newLabel()

    if lockServerFails && lock.mustTellWhenGivingUp { handler = gaveUpUnsubscribed }
    lockCommand { $0.emit(.tryLock(step)) }
    emit(.jumpIfLocked(inside.number))
    if lock.mustTellWhenGivingUp { handler = gaveUpUnsubscribed }
    emit(.failIfLockWaitIsOver)
    handler = gaveUp
    emit(.joinSubscription)
    place(subscribed)
    emit(.failIfLockWaitIsOver)
    lockCommand { $0.emit(.tryLock(step)) }
    emit(.jumpIfLocked(subscribedAndLocked.number))
    emit(.failIfLockWaitIsOver)
    emit(.awaitUnlock(subscribed.number))
    handler = outer
    if lock.mustTellWhenGivingUp {
      place(gaveUpUnsubscribed)
      giveUp(step, lock)
    }
    place(gaveUp)
    if lock.client == .redissonFair { lockCommand { $0.emit(.leaveLockQueue(step)) } }
    emit(.leaveSubscription)
    if lock.isPerRequest { emit(.forgetLock) }
    emit(.fail)
    place(subscribedAndLocked)
    emit(.leaveSubscription)
  }

  /// `SET key token NX PX lease`, and after a failure the check of the wait and a sleep.
  private mutating func poll(
    _ step: LockStepID, _ lock: CompiledLockStep, thenGoTo inside: Label
  ) {
    let outer = handler
    let again = newLabel()
    let gaveUp = newLabel()
    place(again)
    if lockServerFails && lock.mustTellWhenGivingUp { handler = gaveUp }
    lockCommand { $0.emit(.tryLock(step)) }
    emit(.jumpIfLocked(inside.number))
    if lock.mustTellWhenGivingUp { handler = gaveUp }
    emit(.failIfLockWaitIsOver)
    handler = outer
    emit(.pollLock(step))
    emit(.jump(again.number))
    if lock.mustTellWhenGivingUp {
      place(gaveUp)
      giveUp(step, lock)
    }
  }

  /// What a client does that has not got the lock, before it says so.
  private mutating func giveUp(_ step: LockStepID, _ lock: CompiledLockStep) {
    if lock.client == .redissonFair { lockCommand { $0.emit(.leaveLockQueue(step)) } }
    if lock.isPerRequest { emit(.forgetLock) }
    emit(.fail)
  }

  private mutating func unlock(_ step: LockStepID, _ lock: CompiledLockStep) {
    let outer = handler
    let died = newLabel()
    let leavesTraces = mayEndAnywhere && (lock.isRenewed || lock.isPerRequest)
    if leavesTraces { handler = died }
    emit(.leaveLock(step))
    let server = scenario.system.lockServer
    lockCommand(taking: server.unlock ?? server.command) { $0.emit(.unlock) }
    handler = outer
    forgetLockAtClient(lock)
    // A plain loop takes no notice when its compare-and-delete finds another's token.
    if lock.client.isRedisson { emit(.requireUnlocked) }
    if !leavesTraces { return }
    let done = newLabel()
    emit(.jump(done.number))
    place(died)
    forgetLockAtClient(lock)
    emit(.fail)
    place(done)
  }

  /// The client renews the lock no longer, and has no more to do with its name.
  private mutating func forgetLockAtClient(_ lock: CompiledLockStep) {
    if lock.isRenewed { emit(.stopWatchdog) }
    if lock.isPerRequest { emit(.forgetLock) }
  }

  /// One command to Redis: a leg, its one thread, a leg back.
  ///
  /// - Parameter time: How long the server works on it; `nil` is as on any command.
  mutating func lockCommand(
    taking time: DurationDistribution? = nil, _ effect: (inout ProgramBuilder) -> Void
  ) {
    oneWayLockCommand(taking: time, effect)
    spend(.lockServerNetwork, scenario.system.lockServer.network, .lockCommand)
  }

  private mutating func oneWayLockCommand(
    taking time: DurationDistribution? = nil, _ effect: (inout ProgramBuilder) -> Void
  ) {
    let server = scenario.system.lockServer
    spend(.lockServerNetwork, server.network, .lockCommand)
    serve(by: .lockServer, count: 1, .lockServerCommand, time ?? server.command, .lockCommand)
    effect(&self)
  }

  /// The program of the commands that a client sends beside its requests: SUBSCRIBE, UNSUBSCRIBE
  /// and the watchdog's; what comes back is an event.
  ///
  /// - Returns: Where it begins; negative when no lock needs it.
  mutating func compileLockErrands() -> Int32 {
    guard lockSteps.contains(where: { $0.client.isRedisson }) else { return -1 }
    handler = .none
    let start = position
    oneWayLockCommand { $0.emit(.runErrand) }
    return start
  }

  private mutating func compiledLock(
    _ lock: DistributedLockStep, in surroundings: Surroundings
  ) -> CompiledLockStep {
    let server = scenario.system.lockServer
    let client = lock.client ?? server.client
    let isRenewed = client.isRedisson && (client == .watchdog || lock.lease == nil)
    guard let lease = isRenewed ? server.watchdogTimeout : lock.lease else {
      preconditionFailure("a spinning client without a lease")
    }
    let poll = lock.poll ?? server.poll
    let name = named(lock.name, in: surroundings)
    return CompiledLockStep(
      client: client, wait: lock.wait, lease: lease, isRenewed: isRenewed, poll: poll,
      pollRanges: client == .spin ? poll.ranges(attempts: nil) : [], name: name.index,
      keys: name.keys, isPerRequest: lock.name.isPerRequest)
  }

  /// Locks of one name with rows of one table are the same lock, whichever request class asks for
  /// it.
  private mutating func named(
    _ name: LockName, in surroundings: Surroundings
  ) -> (index: Int, keys: [(key: Int, firstRow: Int, stride: Int)]) {
    var stride = 1
    var keys: [(key: Int, firstRow: Int, stride: Int)] = []
    for key in name.keys {
      let table = request.keys[key].table
      let row = slot(of: RowReference(table: table, key: key), in: surroundings)
      keys.append((row, firstRows[table], stride))
      stride *= scenario.tables[table].rows
    }
    let known = lockNames.firstIndex {
      $0.text == name.text && $0.combinations == stride && $0.isPerRequest == name.isPerRequest
    }
    if let known { return (known, keys) }
    // A name with the idempotency key in it has numbers of its own, given while it is in use.
    var first = 0
    for earlier in lockNames where earlier.isPerRequest == name.isPerRequest {
      first = earlier.first + earlier.combinations
    }
    lockNames.append(
      LockNameRange(
        text: name.text, first: first, combinations: stride, isPerRequest: name.isPerRequest))
    return (lockNames.count - 1, keys)
  }
}
