import ScenarioModel
import SimulationBasics

extension ProgramBuilder {
  // MARK: The distributed lock

  /// Redisson's `tryLock(waitTime, leaseTime)`, the inner steps, and `unlock` in a finally block.
  ///
  /// Source: RedissonLock.java, as SEMANTICS 2.1 quotes it.
  mutating func compile(_ lock: DistributedLockStep, in surroundings: Surroundings) {
    let step = LockStepID(index: lockSteps.count)
    lockSteps.append(compiledLock(lock))
    let outer = handler
    let inside = newLabel()
    let subscribed = newLabel()
    let subscribedAndLocked = newLabel()
    let gaveUp = newLabel()
    let failed = newLabel()
    let done = newLabel()

    emit(.prepareLock(step))
    lockCommand { $0.emit(.tryLock(step)) }
    emit(.jumpIfLocked(inside.number))
    emit(.failIfLockWaitIsOver)
    emit(.joinSubscription(subscribed.number))
    lockCommand { _ in }
    emit(.confirmSubscription)
    place(subscribed)
    handler = gaveUp
    emit(.failIfLockWaitIsOver)
    lockCommand { $0.emit(.tryLock(step)) }
    emit(.jumpIfLocked(subscribedAndLocked.number))
    emit(.failIfLockWaitIsOver)
    emit(.awaitUnlock(subscribed.number))
    handler = outer
    place(gaveUp)
    emit(.leaveSubscription)
    emit(.fail)
    place(subscribedAndLocked)
    emit(.leaveSubscription)
    place(inside)
    emit(.enterLock)
    handler = failed
    compile(lock.steps, in: surroundings)
    handler = outer
    unlock(step)
    emit(.jump(done.number))
    place(failed)
    unlock(step)
    emit(.fail)
    place(done)
  }

  private mutating func unlock(_ step: LockStepID) {
    emit(.leaveLock(step))
    lockCommand { $0.emit(.unlock) }
    emit(.requireUnlocked)
  }

  /// One command to the lock server: a leg, its one thread, a leg back.
  private mutating func lockCommand(_ effect: (inout ProgramBuilder) -> Void) {
    let server = scenario.system.lockServer
    spend(.lockServerNetwork, server.network, .lockCommand)
    serve(by: .lockServer, count: 1, .lockServerCommand, server.command, .lockCommand)
    effect(&self)
    spend(.lockServerNetwork, server.network, .lockCommand)
  }

  /// Locks of one name with rows of one table are the same lock, whichever request class asks for
  /// it.
  private mutating func compiledLock(_ lock: DistributedLockStep) -> CompiledLockStep {
    var stride = 1
    var keys: [(key: Int, firstRow: Int, stride: Int)] = []
    for key in lock.name.keys {
      let table = request.keys[key].table
      keys.append((self.keys[key].firstSlot, firstRows[table], stride))
      stride *= scenario.tables[table].rows
    }
    let name: Int
    if let known = lockNames.firstIndex(where: { $0.text == lock.name.text && $0.count == stride })
    {
      name = known
    } else {
      let first = lockNames.last.map { $0.first + $0.count } ?? 0
      lockNames.append(LockNameRange(text: lock.name.text, first: first, count: stride))
      name = lockNames.count - 1
    }
    return CompiledLockStep(
      wait: lock.wait, lease: lock.lease ?? scenario.system.lockServer.watchdogTimeout, name: name,
      keys: keys)
  }
}
