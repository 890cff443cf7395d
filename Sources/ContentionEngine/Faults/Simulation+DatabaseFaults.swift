import ContendedResources
import EventKernel
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// A database that stands still, and syncs that are late.
///
/// What a stalled database serves takes as much longer, and so does the sync that is under way;
/// what comes meanwhile waits before it does anything. Waits for row locks run out meanwhile. One
/// thing is kinder than reality: the session of an instance that has died is rolled back at once.
extension Simulation {
  mutating func stallDatabase(for length: VirtualDuration, because fault: Int) {
    faultBegan(fault)
    if locks.heldCount > 0 { note(.stalledWhileHeld) }
    let end = now + length
    queue.schedule(Event.faultEnded(fault, InstanceID(index: 0)).word, at: end)
    let longer = disturbances.database.begin(at: now, until: end)
    if longer > .zero { prolongServices(by: longer) }
  }

  /// Puts the ends of all services of the database and of the running sync off.
  ///
  /// - Complexity: O(requests), and O(*n* log *n*) for *n* services.
  private mutating func prolongServices(by length: VirtualDuration) {
    var services: [(end: VirtualTime, event: EventHandle, request: RequestID)] = []
    for slot in 0..<requests.slotCount {
      let request = RequestID(index: slot)
      if let end = endOfService(request) {
        services.append((end, requests[request].timer, request))
      }
    }
    // In their order, so that those that end together keep it.
    services.sort { $0.end != $1.end ? $0.end < $1.end : $0.event.wasScheduled(before: $1.event) }
    for service in services {
      _ = queue.cancel(service.event)
      requests[service.request].timer = queue.schedule(
        Event.requestResumed(service.request).word, at: service.end + length)
    }
    if let end = queue.time(of: disturbances.sync) {
      _ = queue.cancel(disturbances.sync)
      disturbances.sync = queue.schedule(Event.syncEnded.word, at: end + length)
    }
  }

  /// When the database will have served a request; `nil` when it does not serve it.
  private func endOfService(_ request: RequestID) -> VirtualTime? {
    let state = requests[request]
    guard state.user.index >= 0, state.wait == .time, state.programCounter > 0,
      disturbances.places[state.programCounter - 1] == .database,
      case .spend = instructions[state.programCounter - 1]
    else { return nil }
    return queue.time(of: state.timer)
  }

  /// How much longer a sync takes that starts now.
  ///
  /// - Parameter leader: Whose commit is the first in it.
  mutating func syncDelay(ledBy leader: RequestID) -> VirtualDuration {
    var delay = VirtualDuration.zero
    for place in faults.places(of: .slowCommit) {
      let fault = faults.fault(at: place)
      if strikes(fault, for: leader) { delay += faults.length(of: fault) }
    }
    if delay > .zero && locks.heldCount > 0 { note(.stalledWhileHeld) }
    return delay
  }
}
