public import SimulationBasics

/// One transaction of a deadlock.
public struct DeadlockMember: Equatable, Sendable, BitwiseCopyable {
  public var transaction: TransactionID
  /// The lock of this member for which the member before it waits (the first one's: the last); it
  /// may itself be waited for.
  public var holds: LockRequest
  /// What this member waits for; the next member (the last one's: the first) is in its way.
  public var waitsFor: LockRequest

  public init(transaction: TransactionID, holds: LockRequest, waitsFor: LockRequest) {
    self.transaction = transaction
    self.holds = holds
    self.waitsFor = waitsFor
  }
}

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

extension DeadlockMember {
  static let none = DeadlockMember(
    transaction: .none, holds: LockRequest(record: .none, mode: .shared, kind: .gap),
    waitsFor: LockRequest(record: .none, mode: .shared, kind: .gap))
}

extension RecordID {
  /// No record.
  static let none = RecordID(index: -1)
}
