import ContendedResources
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Who waits at which barrier: one queue for each barrier and group of neighbouring users of a
/// load.
///
/// The last group of a load has the users that are left over, and is complete when all of those
/// have come.
struct Barriers: ~Copyable {
  private let parties: FixedTable<Int>
  /// By barrier and load: its first group.
  private let firstGroups: FixedTable<Int32>
  private let userLimits: FixedTable<Int>
  /// Users, by their numbers: each stands at one barrier at most.
  private var queues: RequestQueues

  let count: Int

  init(_ compiled: borrowing CompiledScenario, userCount: Int) {
    var firstGroups: [Int32] = []
    var groups: Int32 = 0
    for parties in compiled.barriers {
      precondition(parties >= 1, "a barrier for nobody")
      for load in compiled.scenario.loads {
        firstGroups.append(groups)
        groups += Int32((load.executor.mostUsers + parties - 1) / parties)
      }
    }
    count = compiled.barriers.count
    parties = FixedTable(compiled.barriers)
    self.firstGroups = FixedTable(firstGroups)
    userLimits = FixedTable(compiled.scenario.loads.map { $0.executor.mostUsers })
    queues = RequestQueues(
      queueCount: Int(groups), expectedRequests: compiled.barriers.isEmpty ? 0 : userCount)
  }

  // MARK: Looking

  /// The number of the group of a user at a barrier.
  func group(at barrier: Int, load: Int, place: Int) -> Int32 {
    firstGroups[barrier * userLimits.count + load] + Int32(place / parties[barrier])
  }

  /// The places in the load of all who belong to the group of one place.
  func members(at barrier: Int, load: Int, place: Int) -> Range<Int> {
    let first = place / parties[barrier] * parties[barrier]
    return first..<min(first + parties[barrier], userLimits[load])
  }

  /// Whether a user stands at a barrier.
  func contains(_ user: UserID) -> Bool { queues.contains(waiter(user)) }

  /// How many of a group have come.
  func waiting(in group: Int32) -> Int { queues.count(of: group) }

  // MARK: Coming and going

  /// A user comes to a barrier and waits.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The user stands at none.
  mutating func join(_ user: UserID, in group: Int32) {
    _ = queues.append(waiter(user), to: group)
  }

  /// The one who has stood longest goes on.
  mutating func popFirst(of group: Int32) -> UserID? {
    queues.popFirst(of: group).map { UserID(index: Int($0.index)) }
  }

  /// A user waits no longer.
  ///
  /// - Precondition: The user stands at a barrier.
  mutating func leave(_ user: UserID) { queues.remove(waiter(user)) }

  private func waiter(_ user: UserID) -> RequestID { RequestID(index: Int(user.index)) }
}
