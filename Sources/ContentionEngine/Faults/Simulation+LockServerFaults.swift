import ContendedResources
import EventKernel
import Measurements
import ScenarioModel
import SimulationBasics

/// A lock server whose replica takes over, and one whose clock jumps: nobody is told.
extension Simulation {
  mutating func failOver(losing length: VirtualDuration, because fault: Int) {
    faultBegan(fault)
    for change in locks.failOver(losing: length, now: now) {
      let owner = change.before?.owner
      if owner != nil && change.after?.owner != owner { note(.failoverWhileHeld) }
      if change.before?.token != change.after?.token {
        if change.before != nil { tell(.lockForgotten(change.lock), by: .lockServer) }
        if change.after != nil { tell(.lockRestored(change.lock), by: .lockServer) }
      }
      follow(change)
    }
  }

  mutating func jumpClock(
    by length: VirtualDuration, _ direction: FaultEvent.ClockDirection, because fault: Int
  ) {
    faultBegan(fault)
    let set: LockServer.ClockDirection = direction == .ahead ? .ahead : .back
    var isHeld = false
    for change in locks.jumpClock(by: length, direction: set, now: now) {
      if change.before?.owner != nil { isHeld = true }
      if change.after == nil {
        count(.leaseExpirations)
        if ledger.holders(of: change.lock) > 0 { note(.leaseExpiredWhileHeld) }
        tell(.leaseExpired(change.lock), by: .lockServer)
      }
      follow(change)
    }
    if isHeld { note(.clockJumpedWhileHeld) }
  }

  /// Sets the timer of a lease and the meter of its lock to what the lock server says now.
  private mutating func follow(_ change: LockServer.KeyChange) {
    let lock = change.lock
    _ = queue.cancel(leases[lock.index].timer)
    leases[lock.index].timer = .none
    guard let standing = change.after else {
      if change.before != nil { meters.lockReleased(lock, at: now) }
      return endClaim(ofLeaseOn: lock)
    }
    if change.before == nil { meters.lockTaken(lock, at: now) }
    leases[lock.index].token = standing.token
    startLeaseTimer(of: lock)
  }
}
