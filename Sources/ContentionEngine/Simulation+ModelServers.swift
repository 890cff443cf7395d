import ContendedResources
import Measurements
import RequestPrograms
import SimulationBasics

/// The servers and gates of the model's own; waiting for one counts as an external delay.
extension Simulation {
  /// Takes a server of a pool; where each server has a queue, of one that is drawn.
  mutating func takeServer(of pool: Int, for request: RequestID) -> Turn {
    let queues = modelServers.queueCount(of: pool)
    var queue = 0
    if queues > 1 {
      let user = requests[request].user
      queue = Int(drawNumber(below: UInt64(queues), for: .serverChoice, of: user))
    }
    let outcome = modelServers.acquire(pool: pool, queue: queue, for: request)
    if Self.note(outcome, in: &meters.modelServers[pool], at: now) { return .goesOn }
    block(request, on: .server, as: .externalDelay)
    return .ends
  }

  mutating func releaseServer(of pool: Int, by request: RequestID) {
    let outcome = modelServers.releaseServer(by: request)
    let next = Self.note(outcome, in: &meters.modelServers[pool], requests, at: now)
    if let next { wake(next) }
  }

  mutating func enterGate(_ gate: Int, for request: RequestID) -> Turn {
    let outcome = modelServers.enter(gate, for: request)
    if Self.note(outcome, in: &meters.gates[gate], at: now) { return .goesOn }
    block(request, on: .gate, as: .externalDelay)
    return .ends
  }

  mutating func leaveGate(_ gate: Int, by request: RequestID) {
    let outcome = modelServers.leave(gate, by: request)
    if let next = Self.note(outcome, in: &meters.gates[gate], requests, at: now) { wake(next) }
  }

  /// The pool, gate or cache for which a request waits.
  func awaitedModelServer(of request: RequestID) -> Int {
    switch instructions[requests[request].programCounter - 1] {
    case .takeServer(let pool): return Int(pool)
    case .enterGate(let gate): return Int(gate)
    case .loadUnlessCached(let step): return compiled.cacheSteps[Int(step.index)].cache
    default: return -1
    }
  }
}
