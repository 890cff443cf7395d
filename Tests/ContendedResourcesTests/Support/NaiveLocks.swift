/// Record locks by the words of the MySQL manual and of InnoDB's source, with arrays: the oracle of
/// `RowLockTable`. It writes down every wait-for edge and searches everything anew each time.
struct NaiveLocks {
  struct Lock: Equatable {
    var owner: Int
    var record: Int
    var isExclusive: Bool
    /// The letter of its kind in `table`.
    var kind: Character
  }
  struct Wait {
    var lock: Lock
    var blocker: Int
    /// How many waits had begun before.
    var number: Int
  }
  enum Answer: Equatable {
    case granted
    case alreadyHeld
    case queued(ahead: Int)
  }

  let isContentionAware: Bool
  let allowsBypass: Bool
  let putsUpgradesFirst: Bool
  /// Whether a deadlock is looked for at every conflict of who begins to wait, not along the edges.
  let searchesAllConflicts: Bool
  /// All granted locks in the order in which they were granted.
  var granted: [Lock] = []
  /// Whether somebody else held the record itself when the last lock was given up, before the
  /// waiters were served.
  var wasCoveredAfterRelease = false
  /// All waits; those for one record in the order of its queue.
  var waits: [Wait] = []
  var waitsBegun = 0
  var changes: [Int: Int] = [:]
  /// When a transaction that holds locks took its first one.
  var births: [Int: Int] = [:]
  var firstLocks = 0
  /// Whose waits have ended and for what, until read.
  var told: [Lock] = []
  /// Who got a new wait-for edge, in order, until the deadlocks have been looked for.
  var newEdges: [Int] = []

  init(
    isContentionAware: Bool, allowsBypass: Bool, putsUpgradesFirst: Bool = false,
    searchesAllConflicts: Bool = false
  ) {
    self.isContentionAware = isContentionAware
    self.allowsBypass = allowsBypass
    self.putsUpgradesFirst = putsUpgradesFirst
    self.searchesAllConflicts = searchesAllConflicts
  }

  /// The compatibility table of SEMANTICS 1.1: whether a request of the first kind waits for a lock
  /// of the second if the modes conflict. r: record, g: gap, n: next-key, i: insert intention.
  static let table: [Character: String] = ["r": "rn", "g": "", "n": "rn", "i": "gn"]
  /// What a held lock of a kind makes needless.
  static let covered: [Character: String] = ["r": "r", "g": "g", "n": "rgn", "i": ""]

  // MARK: The rules

  func conflicts(_ request: Lock, with lock: Lock) -> Bool {
    request.owner != lock.owner && request.record == lock.record
      && (request.isExclusive || lock.isExclusive)
      && Self.table[request.kind, default: ""].contains(lock.kind)
  }

  func holds(_ wanted: Lock) -> Bool {
    granted.contains {
      $0.owner == wanted.owner && $0.record == wanted.record
        && ($0.isExclusive || !wanted.isExclusive)
        && Self.covered[$0.kind, default: ""].contains(wanted.kind)
    }
  }

  func queue(of record: Int) -> [Wait] { waits.filter { $0.lock.record == record } }

  func wait(of owner: Int) -> Wait? { waits.first { $0.lock.owner == owner } }

  /// Who of those waiting is in the way of a request.
  func conflictingWaiter(_ request: Lock, among waiters: [Wait]) -> Int? {
    let holdsShared = holds(
      Lock(owner: request.owner, record: request.record, isExclusive: false, kind: "r"))
    for waiter in waiters where conflicts(request, with: waiter.lock) {
      if putsUpgradesFirst, isUpgrade(request), !isUpgrade(waiter.lock) { continue }
      let bothExclusive = request.isExclusive && waiter.lock.isExclusive
      if allowsBypass, request.kind != "i", bothExclusive, holdsShared { continue }
      return waiter.lock.owner
    }
    return nil
  }

  /// Whether it is a request for more by one who has the record itself already.
  func isUpgrade(_ request: Lock) -> Bool {
    request.isExclusive && "rn".contains(request.kind)
      && holds(Lock(owner: request.owner, record: request.record, isExclusive: false, kind: "r"))
  }

  func blocker(of request: Lock) -> Int? {
    let here = granted.filter { conflicts(request, with: $0) }
    if let holder = isContentionAware ? here.last : here.first { return holder.owner }
    return conflictingWaiter(request, among: queue(of: request.record))
  }

  /// What is asked for when the record is held already and its gap is not.
  func narrowed(_ request: Lock) -> Lock {
    var record = request
    record.kind = "r"
    guard request.kind == "n", holds(record) else { return request }
    record.kind = "g"
    return record
  }

  // MARK: What is asked

  mutating func acquire(_ request: Lock) -> Answer {
    let needed = narrowed(request)
    if holds(request) || holds(needed) { return .alreadyHeld }
    if let blocker = blocker(of: needed) {
      let wait = Wait(lock: needed, blocker: blocker, number: waitsBegun)
      let queue = queue(of: request.record)
      var ahead = queue.count
      waits.append(wait)
      if putsUpgradesFirst, isUpgrade(needed),
        let next = queue.firstIndex(where: { !isUpgrade($0.lock) })
      {
        ahead = next
        waits.removeLast()
        let place = waits.firstIndex { $0.number == queue[next].number } ?? 0
        waits.insert(wait, at: place)
      }
      waitsBegun += 1
      newEdges.append(request.owner)
      return .queued(ahead: ahead)
    }
    if needed.kind != "i" { grant(needed) }
    return .granted
  }

  mutating func abandon(_ owner: Int) -> Lock? {
    guard let place = waits.firstIndex(where: { $0.lock.owner == owner }) else { return nil }
    let lock = waits.remove(at: place).lock
    reconsider(lock.record, leaver: owner)
    return lock
  }

  mutating func releaseOldest(of owner: Int) -> Lock? {
    guard let place = granted.firstIndex(where: { $0.owner == owner }) else {
      changes[owner] = 0
      return nil
    }
    return release(at: place)
  }

  mutating func releaseRecord(_ record: Int, of owner: Int) -> Lock? {
    let place = granted.lastIndex {
      $0.owner == owner && $0.record == record && "rn".contains($0.kind)
    }
    return place.map { release(at: $0) }
  }

  mutating func splitGap(before successor: Int, by inserted: Int) {
    let those = granted.filter { $0.record == successor } + queue(of: successor).map(\.lock)
    for lock in those where "gn".contains(lock.kind) { inherit(lock, inserted) }
  }

  mutating func remove(_ record: Int, heir: Int) {
    let standing = queue(of: record).map(\.lock)
    for lock in granted.filter({ $0.record == record }) + standing where lock.kind != "i" {
      inherit(lock, heir)
    }
    granted.removeAll { $0.record == record }
    waits.removeAll { $0.lock.record == record }
    told += standing
    forgetBirths()
  }

  // MARK: Deadlocks

  /// The members of a cycle, each waiting for the next, the latest to wait at the end.
  mutating func nextCycle() -> [Int]? {
    if searchesAllConflicts { return nextCycleOfConflicts() }
    while !newEdges.isEmpty {
      let start = newEdges.removeFirst()
      var path: [Int] = []
      var current = start
      while let next = wait(of: current)?.blocker, !path.contains(next) {
        path.append(next)
        current = next
      }
      guard path.contains(start) else { continue }
      // The path ran from the successor of `start` back to it.
      while let last = path.last, last != start { path.removeLast() }
      let latest = path.max { number($0) < number($1) }
      while path.last != latest { path.append(path.removeFirst()) }
      return path
    }
    return nil
  }

  /// As `nextCycle()`, where each waiter waits for everybody who is in its way.
  private mutating func nextCycleOfConflicts() -> [Int]? {
    while let start = newEdges.first {
      var visited: [Int] = []
      if var cycle = path(from: start, to: start, visited: &visited) {
        // Others may lead through the same one: it stays.
        let latest = cycle.max { number($0) < number($1) }
        while cycle.last != latest { cycle.append(cycle.removeFirst()) }
        return cycle
      }
      newEdges.removeFirst()
    }
    return nil
  }

  /// Who comes after `owner` on the first way along conflicts to `goal`, which ends with `goal`.
  private func path(from owner: Int, to goal: Int, visited: inout [Int]) -> [Int]? {
    visited.append(owner)
    for next in conflicts(of: owner) {
      if next == goal { return [goal] }
      if visited.contains(next) { continue }
      if let rest = path(from: next, to: goal, visited: &visited) { return [next] + rest }
    }
    return nil
  }

  /// Everybody who is in the way of a waiter: the holders, then those before it in the queue.
  private func conflicts(of owner: Int) -> [Int] {
    guard let wait = wait(of: owner) else { return [] }
    let before = queue(of: wait.lock.record).prefix { $0.number != wait.number }
    return granted.filter { conflicts(wait.lock, with: $0) }.map(\.owner)
      + before.filter { conflictingWaiter(wait.lock, among: [$0]) != nil }.map(\.lock.owner)
  }

  func lightest(of cycle: [Int]) -> Int? {
    let weights = cycle.map { member in
      changes[member, default: 0] + granted.filter { $0.owner == member }.count
    }
    return weights.lastIndex { $0 == weights.min() }.map { cycle[$0] }
  }

  func youngest(of cycle: [Int]) -> Int? {
    let births = cycle.map { self.births[$0, default: Int.max] }
    return births.lastIndex { $0 == births.max() }.map { cycle[$0] }
  }

  private func number(_ owner: Int) -> Int { wait(of: owner)?.number ?? -1 }

  // MARK: Helpers

  private mutating func grant(_ lock: Lock) {
    if !granted.contains(where: { $0.owner == lock.owner }) {
      births[lock.owner] = firstLocks
      firstLocks += 1
    }
    granted.append(lock)
  }

  mutating func grantUnlessHeld(_ lock: Lock) {
    if !holds(lock) { grant(lock) }
  }

  private mutating func inherit(_ lock: Lock, _ record: Int) {
    grantUnlessHeld(
      Lock(owner: lock.owner, record: record, isExclusive: lock.isExclusive, kind: "g"))
  }

  private mutating func release(at place: Int) -> Lock {
    let lock = granted.remove(at: place)
    wasCoveredAfterRelease = granted.contains {
      $0.record == lock.record && "rn".contains($0.kind)
    }
    forgetBirths()
    reconsider(lock.record, leaver: lock.owner)
    return lock
  }

  private mutating func forgetBirths() {
    births = births.filter { birth in granted.contains { $0.owner == birth.key } }
  }

  private mutating func reconsider(_ record: Int, leaver: Int) {
    var candidates = queue(of: record).filter { $0.blocker == leaver }
    if isContentionAware {
      // Weights are those from before any of the candidates is served.
      let weighed = candidates.map { (wait: $0, weight: weight(of: $0.lock.owner)) }
      candidates = weighed.sorted {
        ($0.weight, $1.wait.number) > ($1.weight, $0.wait.number)
      }.map(\.wait)
    }
    for candidate in candidates {
      let wanted = candidate.lock
      var reason = granted.first { conflicts(wanted, with: $0) }?.owner
      if reason == nil, !isContentionAware {
        reason = conflictingWaiter(
          wanted, among: Array(queue(of: record).prefix { $0.number != candidate.number }))
      }
      let place = waits.firstIndex { $0.number == candidate.number } ?? 0
      if let reason {
        if waits[place].blocker != reason, !searchesAllConflicts {
          newEdges.append(wanted.owner)
        }
        waits[place].blocker = reason
      } else {
        waits.remove(at: place)
        grant(wanted)
        told.append(wanted)
      }
    }
  }

  /// The weight of a waiter: what waits for it, directly or not, cycles apart.
  func weight(of owner: Int) -> Int {
    guard let wait = wait(of: owner) else { return 0 }
    let count = waits.count
    let isBoosted = wait.number + 2 * count < waitsBegun
    var sum = isBoosted ? min(count, 1_000_000_000 / count) : 1
    for other in waits where other.blocker == owner && !isOnCycle(other.lock.owner) {
      sum += weight(of: other.lock.owner)
    }
    return sum
  }

  private func isOnCycle(_ owner: Int) -> Bool {
    var current = owner
    for _ in waits {
      guard let next = wait(of: current)?.blocker else { return false }
      if next == owner { return true }
      current = next
    }
    return false
  }
}
