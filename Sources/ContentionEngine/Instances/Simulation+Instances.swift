import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// The load balancer, and who is in the memory of an instance.
extension Simulation {
  // MARK: The load balancer

  /// The instance that a user's next request goes to.
  ///
  /// The balancer knows at once which instances are up, and sends to no other; when none is up, it
  /// takes one as if all were, and the connection is refused there.
  ///
  /// - Complexity: O(instances).
  mutating func chooseInstance(for user: UserID) -> InstanceID {
    if instances.count == 1 { return InstanceID(index: 0) }
    let chosen: Int
    switch balance {
    case .roundRobin: chosen = nextInTurn()
    case .random: chosen = drawInstance(for: user)
    case .leastConnections:
      chosen = leastConnected()
      instances[chosen].connections += 1
    }
    nextInstance = chosen + 1 == instances.count ? 0 : Int32(chosen + 1)
    return InstanceID(index: chosen)
  }

  /// A request has been answered, or its connection has broken.
  @inline(__always)
  mutating func closeConnection(to instance: InstanceID) {
    if balance == .leastConnections && instances.count > 1 {
      instances[instance.index].connections -= 1
    }
  }

  private func nextInTurn() -> Int {
    for step in 0..<instances.count {
      let candidate = (Int(nextInstance) + step) % instances.count
      if instances[candidate].isUp { return candidate }
    }
    return Int(nextInstance)
  }

  /// One number is drawn whoever is up.
  private mutating func drawInstance(for user: UserID) -> Int {
    var up = 0
    for index in 0..<instances.count where instances[index].isUp { up += 1 }
    let isAnyUp = up > 0
    let bound = isAnyUp ? up : instances.count
    var number = Int(drawNumber(below: UInt64(bound), for: .instanceChoice, of: user))
    for index in 0..<instances.count where instances[index].isUp || !isAnyUp {
      if number == 0 { return index }
      number -= 1
    }
    broken("no instance has the number that was drawn")
  }

  /// Of equals the first after the one that was chosen last.
  private func leastConnected() -> Int {
    var best = nextInTurn()
    for step in 0..<instances.count {
      let candidate = (Int(nextInstance) + step) % instances.count
      if !instances[candidate].isUp { continue }
      if instances[candidate].connections < instances[best].connections { best = candidate }
    }
    return best
  }

  // MARK: Memory

  /// The request has come to its instance: it takes memory there until it leaves.
  mutating func enterInstance(_ request: RequestID) -> Turn {
    let instance = requests[request].instance
    guard instances[instance.index].isUp else { return fail(request, with: .instanceDown) }
    instances[instance.index].inFlight += 1
    requests[request].isInside = true
    peakInFlight = max(peakInFlight, instances[instance.index].inFlight)
    if instances[instance.index].inFlight > mostInFlight {
      dieOfMemory(instance)
      return .ends
    }
    return .goesOn
  }

  mutating func leaveInstance(_ request: RequestID) {
    requests[request].isInside = false
    instances[requests[request].instance.index].inFlight -= 1
  }

  mutating func restart(_ instance: InstanceID) { instances[instance.index].isUp = true }
}
