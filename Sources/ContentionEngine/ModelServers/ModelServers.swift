import ContendedResources
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// The servers and gates of the model's own.
///
/// A pool with a queue for each server is as many groups of one server; any other pool is one
/// group, and so is a gate.
struct ModelServers: ~Copyable {
  private var groups: InstanceGroup<ServerGroup>
  /// By pool: its first group; one more at the end.
  private let firstGroups: FixedTable<Int>
  private var gates: InstanceGroup<ServerGroup>
  /// By request: the group whose server it uses; a request uses one at a time.
  private var used: FixedTable<Int32>

  init(_ system: SystemModel, expectedRequests: Int) {
    var firstGroups: [Int] = []
    var sizes: [Int?] = []
    for pool in system.serverPools {
      firstGroups.append(sizes.count)
      if pool.queue == .each, let count = pool.count {
        sizes += Array(repeating: 1, count: count)
      } else {
        sizes.append(pool.count)
      }
    }
    firstGroups.append(sizes.count)
    self.firstGroups = FixedTable(firstGroups)
    var nextGroup = 0
    groups = InstanceGroup(count: sizes.count) {
      defer { nextGroup += 1 }
      return ServerGroup(size: sizes[nextGroup], expectedRequests: expectedRequests)
    }
    var nextGate = 0
    gates = InstanceGroup(count: system.gates.count) {
      defer { nextGate += 1 }
      return ServerGroup(size: system.gates[nextGate].size, expectedRequests: expectedRequests)
    }
    used = FixedTable(repeating: -1, count: sizes.isEmpty ? 0 : expectedRequests)
  }

  /// How many queues a pool has.
  func queueCount(of pool: Int) -> Int { firstGroups[pool + 1] - firstGroups[pool] }

  /// How many servers and places inside gates are taken.
  var inUse: Int {
    var total = 0
    for group in 0..<groups.count { total += groups[group].inUse }
    for gate in 0..<gates.count { total += gates[gate].inUse }
    return total
  }

  mutating func acquire(
    pool: Int, queue: Int, for request: RequestID
  ) -> ServerGroup.AcquireOutcome {
    let group = firstGroups[pool] + queue
    if Int(request.index) >= used.count {
      used.grow(toCount: max(Int(request.index) + 1, used.count * 2), filledWith: -1)
    }
    used[request.index] = Int32(group)
    return groups[group].acquire(for: request)
  }

  mutating func releaseServer(by request: RequestID) -> ServerGroup.ReleaseOutcome {
    groups[Int(used[request.index])].release(by: request)
  }

  mutating func enter(_ gate: Int, for request: RequestID) -> ServerGroup.AcquireOutcome {
    gates[gate].acquire(for: request)
  }

  mutating func abandonGate(_ gate: Int, by request: RequestID) {
    gates[gate].abandonWait(of: request)
  }

  mutating func leave(_ gate: Int, by request: RequestID) -> ServerGroup.ReleaseOutcome {
    gates[gate].release(by: request)
  }
}
