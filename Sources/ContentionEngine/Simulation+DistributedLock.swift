import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Distributed locks as the lock server keeps them, whatever client asks.
extension Simulation {
  // MARK: Names

  mutating func prepareLock(_ step: CompiledLockStep, for request: RequestID) {
    let name = lockNumber(of: step, for: request)
    requests[request].lock =
      step.isPerRequest ? claimedLock(name, for: request) : LockID(index: name)
    requests[request].lockDeadline = now + step.wait
    requests[request].holdsLock = false
    requests[request].listensPrivately = step.client == .redissonFair
    requests[request].lockPolls = 0
  }

  mutating func leaveLock(_ step: CompiledLockStep, for request: RequestID) {
    nameLock(step, of: request)
    ledger.left(requests[request].lock, at: now)
  }

  /// The lock is named again: an inner one may have been taken and released since.
  mutating func nameLock(_ step: CompiledLockStep, of request: RequestID) {
    let name = lockNumber(of: step, for: request)
    if step.isPerRequest {
      // Claimed once more and dropped again: the request still has it claimed.
      requests[request].lock = claimedLock(name, for: request)
      _ = transientLocks.drop(requests[request].lock)
    } else {
      requests[request].lock = LockID(index: name)
    }
    requests[request].listensPrivately = step.client == .redissonFair
  }

  /// The number of a lock, or of the rows in its name when the idempotency key is part of it, too.
  @inline(__always)
  private func lockNumber(of step: CompiledLockStep, for request: RequestID) -> Int {
    var number = compiled.lockNames[step.name].first
    for part in step.keys {
      number += (Int(requests.row(part.key, of: request).index) - part.firstRow) * part.stride
    }
    return number
  }

  /// A lock whose name has the request's idempotency key in it.
  private mutating func claimedLock(_ name: Int, for request: RequestID) -> LockID {
    let names = UInt64(compiled.transientLockNames)
    let lock = transientLocks.claim(requests[request].key.number * names + UInt64(name))
    if Int(lock.index) >= leases.count {
      let count = max(Int(lock.index) + 1, leases.count * 2)
      leases.grow(toCount: count, filledWith: LockLease())
      meters.makeRoom(forLocks: count)
      ledger.makeRoom(forLocks: count)
    }
    return lock
  }

  /// The request has no more to do with a lock whose name has its key in it.
  mutating func forgetLock(of request: RequestID) {
    let lock = requests[request].lock
    if locks.isOrphaned(lock, now: now), !leases[lock.index].isClaimed {
      // The key stays until its lease ends, and until then its number stands for its name.
      leases[lock.index].isClaimed = true
      return
    }
    if transientLocks.drop(lock) { forget(lock) }
  }

  private mutating func forget(_ lock: LockID) {
    // A lease that ends in this very moment may still have its timer.
    if queue.cancel(leases[lock.index].timer) { leaseExpired(lock) }
    _ = queue.cancel(leases[lock.index].renewal)
    leases[lock.index] = LockLease()
    locks.forget(lock)
  }

  /// The key of a lock is gone; if its owner went before it, so is the claim to its number.
  mutating func endClaim(ofLeaseOn lock: LockID) {
    guard leases[lock.index].isClaimed else { return }
    leases[lock.index].isClaimed = false
    if transientLocks.drop(lock) { forget(lock) }
  }

  // MARK: Taking and giving back

  /// The acquire script, or `SET NX`, as the lock server runs it.
  mutating func tryLock(_ step: CompiledLockStep, for request: RequestID) {
    let lock = requests[request].lock
    let outcome =
      step.client == .redissonFair
      ? locks.tryAcquireFairly(
        lock, for: request, lease: step.lease, allowance: step.fairAllowance, now: now)
      : locks.tryAcquire(lock, for: request, lease: step.lease, now: now)
    switch outcome {
    case .granted(let token):
      requests[request].holdsLock = true
      requests[request].token = token
      // A lease that ends in this very moment may still have its timer.
      if queue.cancel(leases[lock.index].timer) { noteExpiry(of: lock) }
      meters.lockTaken(lock, at: now)
      leases[lock.index].token = token
      startLeaseTimer(of: lock)
      tell(.locked(lock, token: token, until: locks.expiry(of: lock)), by: request)
    case .held(let remaining):
      requests[request].lockRemaining = remaining
    }
  }

  mutating func startLeaseTimer(of lock: LockID) {
    leases[lock.index].timer = queue.schedule(
      Event.leaseExpired(lock).word, at: locks.expiry(of: lock))
  }

  /// The unlock script: deletes the key and tells who waits, or reports that the lock is not the
  /// request's.
  mutating func unlock(for request: RequestID) {
    let lock = requests[request].lock
    let isFair = requests[request].listensPrivately
    requests[request].holdsLock = false
    let outcome =
      isFair
      ? locks.unlockFairly(lock, by: request, now: now) : locks.unlock(lock, by: request, now: now)
    switch outcome {
    case .released:
      tell(.unlocked(lock), by: request)
      meters.lockReleased(lock, at: now)
      _ = queue.cancel(leases[lock.index].timer)
      leases[lock.index].timer = .none
      if isFair {
        callFirstWaiter(for: lock, by: request)
      } else {
        publishUnlock(of: lock, by: request)
      }
    case .wasFree:
      tell(.unlocked(lock), by: request)
      callFirstWaiter(for: lock, by: request)
    case .stillHeld:
      _ = queue.cancel(leases[lock.index].timer)
      startLeaseTimer(of: lock)
    case .notOwner:
      note(.unlockRefused)
      tell(.unlockRefused(lock), by: request)
      requests[request].holdsLock = true
    }
  }

  mutating func leaseExpired(_ lock: LockID) {
    leases[lock.index].timer = .none
    if locks.expire(lock, token: leases[lock.index].token) { noteExpiry(of: lock) }
  }

  /// A lease has ended before its owner unlocked.
  mutating func noteExpiry(of lock: LockID) {
    count(.leaseExpirations)
    meters.lockReleased(lock, at: now)
    if ledger.holders(of: lock) > 0 { note(.leaseExpiredWhileHeld) }
    tell(.leaseExpired(lock), by: .lockServer)
    endClaim(ofLeaseOn: lock)
  }

  /// The request is inside its lock, as far as it knows.
  mutating func enterLock(_ request: RequestID) {
    let lock = requests[request].lock
    ledger.entered(lock, at: now)
    if ledger.holders(of: lock) > 1 { note(.twoInsideOneLock) }
    noteBreaches(by: request, lock: lock)
  }

  mutating func leaveLockQueue(_ step: CompiledLockStep, by request: RequestID) {
    locks.stopWaiting(
      for: requests[request].lock, by: request, allowance: step.fairAllowance)
  }

  // MARK: The watchdog

  mutating func startWatchdog(_ step: CompiledLockStep, for request: RequestID) {
    let lock = requests[request].lock
    // Whoever believed to have the lock before has lost it, and would learn of it at its next
    // renewal.
    _ = queue.cancel(leases[lock.index].renewal)
    leases[lock.index].renewer = request
    leases[lock.index].renewedToken = requests[request].token
    leases[lock.index].carrier = .none
    leases[lock.index].renewal = queue.schedule(
      Event.leaseRenewalDue(lock).word, at: now + step.renewalInterval)
  }

  mutating func stopWatchdog(of request: RequestID) {
    let lock = requests[request].lock
    guard leases[lock.index].renewer == request else { return }
    _ = queue.cancel(leases[lock.index].renewal)
    leases[lock.index].renewal = .none
    leases[lock.index].renewer = .none
    leases[lock.index].carrier = .none
  }

  /// The client sends the command that starts the lease anew.
  mutating func renewLease(of lock: LockID) {
    let lease = leases[lock.index]
    leases[lock.index].renewal = .none
    if requests[lease.renewer].user.index < 0 { broken("a lock is renewed whose owner is gone") }
    send(
      .renew, about: lock, on: requests[lease.renewer].instance, token: lease.renewedToken,
      by: requests[lease.renewer].user)
  }

  /// The watchdog's script; when the reply is back, the client waits for the next turn.
  private mutating func renew(
    _ lock: LockID, token: UInt64, by carrier: RequestID, for user: UserID
  ) {
    let length = compiled.scenario.system.lockServer.watchdogTimeout
    // One that was sent for an earlier grant does not renew a later one of the same token.
    guard leases[lock.index].carrier == carrier || leases[lock.index].renewer.isNone,
      locks.renew(lock, token: token, lease: length, now: now)
    else { return }
    _ = queue.cancel(leases[lock.index].timer)
    startLeaseTimer(of: lock)
    // The owner may have unlocked while the command was on its way; then there is no next turn.
    guard leases[lock.index].carrier == carrier else { return }
    let leg = lockServerLeg(for: user)
    leases[lock.index].renewal = queue.schedule(
      Event.leaseRenewalDue(lock).word,
      at: now + leg + .nanoseconds(length.inNanoseconds / 3))
  }

  // MARK: Commands beside the requests

  /// Sends a command for which no request waits.
  mutating func send(
    _ errand: LockErrand, about lock: LockID, on instance: InstanceID, token: UInt64 = 0,
    by user: UserID
  ) {
    var state = RequestState(
      programCounter: compiled.lockErrandStart, program: 0, user: user, instance: instance,
      sentAt: now, since: now, key: IdempotencyKey(number: 0))
    state.errand = errand
    state.lock = lock
    state.token = token
    lockErrands += 1
    let carrier = requests.add(state)
    if errand == .renew { leases[lock.index].carrier = carrier }
    execute(carrier)
  }

  /// The lock server has served a command for which no request waits; the reply is an event.
  mutating func runErrand(_ carrier: RequestID) {
    let state = requests[carrier]
    switch state.errand {
    case .subscribe:
      subscriptions.startMessages(about: state.lock, to: state.instance)
      answer(to: state.instance, about: state.lock, for: state.user)
    case .unsubscribe:
      subscriptions.stopMessages(about: state.lock, to: state.instance)
      answer(to: state.instance, about: state.lock, for: state.user)
    case .subscribePrivately:
      privateChannels.startMessages(about: state.lock, to: state.instance)
      answerPrivately(on: state.lock, for: state.user)
    case .unsubscribePrivately:
      privateChannels.stopMessages(about: state.lock, to: state.instance)
      answerPrivately(on: state.lock, for: state.user)
    case .renew:
      renew(state.lock, token: state.token, by: carrier, for: state.user)
    case .none:
      broken("a request came to the place of a command")
    }
    requests.remove(carrier)
    lockErrands -= 1
  }

  /// How long a message takes from the lock server to the service, or back.
  mutating func lockServerLeg(for user: UserID) -> VirtualDuration {
    let leg = compiled.lockServerLeg.map { draw(Int($0.index), for: user) } ?? .zero
    return delaysMessages ? leg + messageDelay(on: .redis) : leg
  }
}

extension CompiledLockStep {
  /// How long Redisson's fair lock believes a waiter to live when it is its turn.
  var fairAllowance: VirtualDuration { wait > .zero ? wait : LockServer.fairWaitTimeout }
}
