import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Instances that stand still: stop-the-world, as a garbage collection does it.
///
/// CPU bursts in progress are broken off, and go on afterwards. Whatever a request has outside goes
/// on: messages travel, servers serve, leases run. When it comes back to the instance, it stands
/// there until the end.
extension Simulation {
  mutating func pause(_ instance: InstanceID, for length: VirtualDuration, because fault: Int) {
    guard instances[instance.index].isUp else { return }
    faultBegan(fault)
    let end = now + length
    queue.schedule(Event.faultEnded(fault, instance).word, at: end)
    let isNew = !instances[instance.index].standstill.isOn
    _ = instances[instance.index].standstill.begin(at: now, until: end)
    // Who stands there already looks again when it would go on.
    if isNew { stopWork(in: instance) }
  }

  /// One pause is over; another may go on.
  mutating func endPause(of instance: InstanceID) {
    instances[instance.index].standstill.over(at: now)
    // What was put off comes in this very moment.
    if !instances[instance.index].standstill.isOn { _ = disturbances.takePutOff(on: instance) }
  }

  private mutating func stopWork(in instance: InstanceID) {
    var isInTransaction = false
    for slot in 0..<requests.slotCount {
      let request = RequestID(index: slot)
      guard isAtWork(request, in: instance) else { continue }
      if self.isInTransaction(request) { isInTransaction = true }
      breakOff(request)
    }
    if isInTransaction { note(.pausedInTransaction) }
  }

  /// Whether a slot has a request of a user that an instance works on.
  private func isAtWork(_ request: RequestID, in instance: InstanceID) -> Bool {
    let state = requests[request]
    return state.user.index >= 0 && state.instance == instance && state.life == .alive
      && state.wait != .click && state.errand == .none
  }

  /// Breaks a CPU burst off, if there is one.
  private mutating func breakOff(_ request: RequestID) {
    let state = requests[request]
    guard state.wait == .time, state.share == .cpu, let end = queue.time(of: state.timer),
      end > now
    else { return }
    _ = queue.cancel(state.timer)
    settle(request)
    disturbances[request].restOfBurst = end - now
    stand(request, until: instances[state.instance.index].standstill.wake, as: .paused)
  }

  /// Whether a request has a transaction in which it has seen, locked or written anything.
  func isInTransaction(_ request: RequestID) -> Bool {
    for level in 0...Int(requests[request].level) {
      let transaction = TransactionID(index: Int(request.index) << levelBits | level)
      if rowLocks.heldCount(by: transaction) > 0 || rows.hasView(transaction)
        || rows.hasStagedWrites(by: transaction)
      {
        return true
      }
    }
    return false
  }
}
