import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import SimulationBasics

/// Redisson's `RLock` between the instances and the lock server.
extension Simulation {
  mutating func prepareLock(_ step: CompiledLockStep, for request: RequestID) {
    requests[request].lock = lock(of: step, for: request)
    requests[request].lockDeadline = now + step.wait
    requests[request].holdsLock = false
  }

  /// The lock is named again: an inner one may have been taken and released since.
  mutating func leaveLock(_ step: CompiledLockStep, for request: RequestID) {
    requests[request].lock = lock(of: step, for: request)
    ledger.left(requests[request].lock, at: now)
  }

  private func lock(of step: CompiledLockStep, for request: RequestID) -> LockID {
    var number = compiled.lockNames[step.name].first
    for part in step.keys {
      number += (Int(requests.row(part.key, of: request).index) - part.firstRow) * part.stride
    }
    return LockID(index: number)
  }

  /// The acquire script, as the lock server runs it.
  mutating func tryLock(_ step: CompiledLockStep, for request: RequestID) {
    let lock = requests[request].lock
    switch locks.tryAcquire(lock, for: request, lease: step.lease, now: now) {
    case .granted(let token):
      requests[request].holdsLock = true
      requests[request].token = token
      // A lease that ends in this very moment may still have its timer.
      if queue.cancel(leaseTimers[lock.index]) {
        meters.count(.leaseExpirations)
        meters.lockReleased(lock, at: now)
      }
      meters.lockTaken(lock, at: now)
      leaseTokens[lock.index] = token
      leaseTimers[lock.index] = queue.schedule(Event.leaseExpired(lock).word, at: now + step.lease)
    case .held(let remaining):
      requests[request].lockRemaining = remaining
    }
  }

  mutating func joinSubscription(for request: RequestID, orJumpTo target: Int32) -> Turn {
    let lock = requests[request].lock
    switch subscriptions.join(lock, on: requests[request].instance, for: request) {
    case .mustSubscribe:
      return .goesOn
    case .subscribed:
      requests[request].programCounter = target
      return .goesOn
    case .awaitsSubscription:
      requests[request].programCounter = target
      meters.locks.entered(at: now)
      block(request, on: .subscription, as: .distributedLockWait)
      return .ends
    }
  }

  mutating func confirmSubscription(for request: RequestID) {
    subscriptions.subscribed(to: requests[request].lock, on: requests[request].instance)
    while let next = subscriptions.nextSubscribed() {
      meters.locks.left(at: now, since: requests[next].since)
      wake(next)
    }
  }

  /// Waits on the local semaphore for min(time to live, rest of the wait).
  mutating func awaitUnlock(for request: RequestID, thenJumpTo target: Int32) -> Turn {
    let lock = requests[request].lock
    requests[request].programCounter = target
    switch subscriptions.awaitPermit(lock, on: requests[request].instance, for: request) {
    case .permit:
      return .goesOn
    case .waiting:
      meters.locks.entered(at: now)
      block(request, on: .unlock, as: .distributedLockWait)
      let end = min(
        now + requests[request].lockRemaining, requests[request].lockDeadline)
      requests[request].timer = queue.schedule(Event.unlockWaitTimedOut(request).word, at: end)
      return .ends
    }
  }

  mutating func unlockWaitTimedOut(_ request: RequestID) {
    subscriptions.abandonWait(of: request)
    meters.locks.left(at: now, since: requests[request].since)
    requests[request].timer = .none
    resume(request)
  }

  mutating func unlockMessageArrived(about lock: LockID, on instance: InstanceID) {
    switch subscriptions.messageArrived(about: lock, on: instance) {
    case .woke(let request):
      meters.locks.left(at: now, since: requests[request].since)
      wake(request)
    case .stored, .nobodySubscribed:
      break
    }
  }

  /// The unlock script: deletes the key and publishes, or reports that the lock is not the
  /// request's.
  mutating func unlock(for request: RequestID) {
    let lock = requests[request].lock
    switch locks.unlock(lock, by: request, now: now) {
    case .released:
      meters.lockReleased(lock, at: now)
      requests[request].holdsLock = false
      _ = queue.cancel(leaseTimers[lock.index])
      leaseTimers[lock.index] = .none
      publishUnlock(of: lock, by: request)
    case .stillHeld:
      requests[request].holdsLock = false
    case .notOwner:
      requests[request].holdsLock = true
    }
  }

  /// One message to each instance that has subscribed; each wakes one waiter.
  private mutating func publishUnlock(of lock: LockID, by request: RequestID) {
    var instance = subscriptions.nextSubscriber(to: lock, after: nil)
    while let subscriber = instance {
      let leg = lockServerLeg(for: requests[request].user)
      queue.schedule(Event.unlockMessageArrived(lock, subscriber).word, at: now + leg)
      instance = subscriptions.nextSubscriber(to: lock, after: subscriber)
    }
  }

  private mutating func lockServerLeg(for user: UserID) -> VirtualDuration {
    guard let leg = compiled.lockServerLeg else { return .zero }
    return draw(Int(leg.index), for: user)
  }

  mutating func leaseExpired(_ lock: LockID) {
    leaseTimers[lock.index] = .none
    if locks.expire(lock, token: leaseTokens[lock.index]) {
      meters.count(.leaseExpirations)
      meters.lockReleased(lock, at: now)
    }
  }
}
