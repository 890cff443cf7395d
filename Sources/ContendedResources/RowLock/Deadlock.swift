import SimulationBasics

/// A cycle of waits, each member waiting for the next, who began to wait last at the end.
public struct Deadlock: ~Copyable {
  var members: FixedTable<DeadlockMember>
  /// How many transactions the cycle has; 0 before the first deadlock.
  public internal(set) var count = 0

  init() {
    members = FixedTable(repeating: .none, count: 4)
  }

  /// One of the transactions, by its place in the cycle.
  public func member(_ index: Int) -> DeadlockMember {
    precondition(index < count, "the deadlock has fewer members")
    return members[index]
  }

  mutating func append(_ member: DeadlockMember) {
    members.makeRoom(for: Int32(truncatingIfNeeded: count), filledWith: .none)
    members[count] = member
    count += 1
  }
}
