import SimulationBasics

/// Decides which of the events comes first that are due together, as a `TieOrder` says.
///
/// It puts events off by less than a microsecond, so that what was a tie is none any more. With
/// priorities, all that a user waits for comes at one place of its microsecond, which is the
/// higher the lower the user's priority: where lengths are whole microseconds nothing drifts, and
/// each microsecond runs in the order of the priorities.
struct TieBreaker: ~Copyable {
  /// Below which an event is put off, in nanoseconds.
  static let span: UInt64 = 1_000

  /// Whether it ever puts anything off.
  let isActive: Bool
  /// Whether there are priorities, and so changes of them.
  let hasPriorities: Bool
  private var stream: RandomStream
  /// By user: 0 is the highest priority.
  private var ranks: FixedTable<Int32>
  /// How many ranks there can be.
  private let rankLimit: UInt64
  private var nextRank: Int32
  /// The numbers of the events at which the user whose turn it is falls behind, rising.
  private let changes: FixedTable<UInt64>
  private var nextChange = 0

  /// - Complexity: O(users) with priorities, else O(1).
  init(_ order: TieOrder, userCount: Int, replication: UInt32) {
    var users = 0
    var changePoints: [UInt64] = []
    switch order {
    case .scheduling:
      isActive = false
      hasPriorities = false
      stream = RandomStream(runSeed: 0, replication: 0, purpose: .tieOrder, entity: 0)
    case .drawn(let seed):
      isActive = true
      hasPriorities = false
      stream = RandomStream(
        runSeed: seed, replication: replication, purpose: .tieOrder, entity: 0)
    case .priorities(let seed, let changes, let events):
      isActive = true
      hasPriorities = true
      users = userCount
      stream = RandomStream(
        runSeed: seed, replication: replication, purpose: .tieOrder, entity: 0)
      var points = RandomStream(
        runSeed: seed, replication: replication, purpose: .tieOrder, entity: 1)
      for _ in 0..<max(0, changes) {
        changePoints.append(1 + points.uniform(below: max(1, events)))
      }
      changePoints.sort()
    }
    changes = FixedTable(changePoints)
    nextRank = Int32(users)
    rankLimit = UInt64(users + changePoints.count)
    ranks = FixedTable(repeating: 0, count: users)
    for user in 0..<users { ranks[user] = Int32(user) }
    // Fisher and Yates: each permutation is as likely as any other.
    for user in 1..<max(1, users) {
      let other = Int(stream.uniform(below: UInt64(user) + 1))
      let rank = ranks[user]
      ranks[user] = ranks[other]
      ranks[other] = rank
    }
  }

  /// When an event happens that a user, or a request of that user, waits for.
  ///
  /// - Returns: The moment, or one less than a microsecond later.
  mutating func moment(_ moment: VirtualTime, for user: UserID) -> VirtualTime {
    guard hasPriorities else {
      return moment + .nanoseconds(stream.uniform(below: Self.span))
    }
    let rank = UInt64(ranks[user.index])
    let place = rankLimit <= Self.span ? rank : rank * Self.span / rankLimit
    let wait = Self.span + place - moment.nanosecondsSinceStart % Self.span
    return moment + .nanoseconds(wait % Self.span)
  }

  /// Whether something took no time, or no more than ties were put off by.
  ///
  /// What happens in one moment comes in few events; where each is put off by chance, so many spans
  /// are no longer than the moment was.
  func isNothing(_ length: VirtualDuration) -> Bool {
    guard isActive && !hasPriorities else { return length == .zero }
    return length.inNanoseconds < Self.eventsOfAMoment * Self.span
  }

  /// More than an iteration of one request has that takes no time.
  private static let eventsOfAMoment: UInt64 = 32

  /// It is a user's turn: at a change point the user falls behind all others.
  mutating func noteTurn(of user: UserID, at event: UInt64) {
    while nextChange < changes.count, changes[nextChange] <= event {
      ranks[user.index] = nextRank
      nextRank += 1
      nextChange += 1
    }
  }
}
