import ContendedResources
import SimulationBasics

/// The rules of a lock table under test.
protocol LockSetting {
  static var rules: LockRules { get }
}

enum MariaDBLocks: LockSetting {
  static let rules = LockRules()
}
enum MySQLLocks: LockSetting {
  static let rules = LockRules(grantOrder: .contentionAware, allowsUpgradeBypass: true)
}
enum EarlierLocks: LockSetting {
  static let rules = LockRules(
    grantOrder: .firstComeFirstServed, allowsUpgradeBypass: true, victim: .youngest)
}
enum MySQL57Locks: LockSetting {
  static let rules = LockRules(deadlockSearch: .allConflicts)
}
enum TextbookLocks: LockSetting {
  static let rules = LockRules(
    putsUpgradesFirst: true, deadlockSearch: .allConflicts, victim: .youngest)
}
enum UndetectedLocks: LockSetting {
  static let rules = LockRules(
    grantOrder: .contentionAware, allowsUpgradeBypass: false, detectsDeadlocks: false)
}
enum RequesterLocks: LockSetting {
  static let rules = LockRules(
    grantOrder: .contentionAware, allowsUpgradeBypass: false, victim: .requester)
}

enum LockOperation: HistoryOperation {
  case acquire(Int, LockMode, LockKind, record: Int)
  case abandon(Int)
  /// Releases the oldest lock.
  case release(Int)
  /// Releases everything.
  case end(Int)
  case releaseRecord(Int, record: Int)
  case change(Int)
  case implicit(Int, record: Int)
  case split(Int, by: Int)
  case remove(Int, heir: Int)

  var request: Int? {
    switch self {
    case .acquire(let owner, _, _, _), .abandon(let owner), .release(let owner), .end(let owner),
      .releaseRecord(let owner, _), .change(let owner), .implicit(let owner, _):
      owner
    case .split, .remove: nil
    }
  }
}

/// The lock table beside the naive one. After each operation grants are told and deadlocks are
/// broken, as the engine does.
struct LocksBesideNaive<Setting: LockSetting>: ~Copyable, SideBySide {
  static var recordCount: Int { 5 }
  static var transactionCount: Int { 8 }
  var table = RowLockTable(recordCount: 1, expectedTransactions: 1, rules: Setting.rules)
  var naive = NaiveLocks(
    isContentionAware: Setting.rules.grantOrder == .contentionAware,
    allowsBypass: Setting.rules.allowsUpgradeBypass,
    putsUpgradesFirst: Setting.rules.putsUpgradesFirst,
    searchesAllConflicts: Setting.rules.deadlockSearch == .allConflicts)

  mutating func step(_ operation: LockOperation) -> StepResult {
    if let owner = operation.request, naive.wait(of: owner) != nil {
      switch operation {
      case .abandon, .change, .implicit: break
      case .acquire, .release, .end, .releaseRecord, .split, .remove: return .illegal
      }
    }
    guard let difference = apply(operation) else { return .illegal }
    if let what = difference.what { return .differed(what) }
    if let what = tellGrants() ?? breakDeadlocks() { return .differed(what) }
    return .agreed
  }

  /// What differed, if anything; instead of a double optional.
  struct Difference {
    var what: String?
  }

  /// Does the operation on both; nil if it is not allowed now.
  private mutating func apply(_ operation: LockOperation) -> Difference? {
    switch operation {
    case .acquire(let owner, let mode, let kind, let place):
      if kind == .insertIntention, mode == .shared { return nil }
      return acquire(owner, mode, kind, place)
    case .abandon(let owner):
      guard let expected = naive.abandon(owner) else { return nil }
      let abandoned = table.abandonWait(of: transaction(owner))
      return difference(abandoned, request(expected))
    case .release(let owner):
      return difference(
        table.releaseNext(heldBy: transaction(owner)),
        naive.releaseOldest(of: owner).map { released($0) })
    case .end(let owner):
      return Difference(what: endOnBoth(owner))
    case .releaseRecord(let owner, let place):
      return difference(
        table.release(record(place), heldBy: transaction(owner)),
        naive.releaseRecord(place, of: owner).map { released($0) })
    case .change(let owner):
      table.noteRowChange(by: transaction(owner))
      naive.changes[owner, default: 0] += 1
      return Difference()
    case .implicit(let owner, let place):
      let lock = NaiveLocks.Lock(owner: owner, record: place, isExclusive: true, kind: "r")
      if naive.granted.contains(where: {
        $0.record == place && $0.owner != owner && "rn".contains($0.kind)
      }) {
        return nil
      }
      // Whoever waits for a lock on the record without a holder in its way would be passed by.
      if naive.queue(of: place).contains(where: { $0.lock.kind != "i" }) { return nil }
      naive.grantUnlessHeld(lock)
      table.grantImplicit(on: record(place), to: transaction(owner))
      return Difference()
    case .split(let successor, let inserted):
      // A new record has no locks.
      if naive.granted.contains(where: { $0.record == inserted }) { return nil }
      if !naive.queue(of: inserted).isEmpty { return nil }
      naive.splitGap(before: successor, by: inserted)
      table.inheritGap(from: record(successor), to: record(inserted))
      return Difference()
    case .remove(let place, let heir):
      naive.remove(place, heir: heir)
      table.removeRecord(record(place), heir: record(heir))
      return Difference()
    }
  }

  private mutating func acquire(
    _ owner: Int, _ mode: LockMode, _ kind: LockKind, _ place: Int
  ) -> Difference {
    let wouldWait = table.wouldWait(mode, kind, on: record(place), for: transaction(owner))
    let outcome = table.acquire(mode, kind, on: record(place), for: transaction(owner))
    let answer = naive.acquire(
      NaiveLocks.Lock(
        owner: owner, record: place, isExclusive: mode == .exclusive, kind: letter(of: kind)))
    let expected: RowLockTable.AcquireOutcome =
      switch answer {
      case .granted: .granted
      case .alreadyHeld: .alreadyHeld
      case .queued(let ahead): .queued(ahead: ahead)
      }
    if outcome != expected { return Difference(what: "\(outcome), not \(expected)") }
    if case .queued = outcome {
      return Difference(what: wouldWait ? nil : "it waits and was said not to")
    }
    return Difference(what: wouldWait ? "it does not wait and was said to" : nil)
  }

  private mutating func endOnBoth(_ owner: Int) -> String? {
    while true {
      let expected = naive.releaseOldest(of: owner).map { released($0) }
      let actual = table.releaseNext(heldBy: transaction(owner))
      if let what = difference(actual, expected).what { return what }
      if expected == nil { return nil }
    }
  }

  private mutating func tellGrants() -> String? {
    for lock in naive.told {
      let expected = LockGrant(transaction: transaction(lock.owner), request: request(lock))
      if let what = difference(table.nextGrant(), expected).what { return what }
    }
    naive.told = []
    return difference(table.nextGrant(), nil).what
  }

  private mutating func breakDeadlocks() -> String? {
    guard Setting.rules.detectsDeadlocks else {
      return difference(table.nextVictim(), nil).what
    }
    while let cycle = naive.nextCycle() {
      let victim: Int? =
        switch Setting.rules.victim {
        case .innoDB: naive.lightest(of: cycle)
        case .requester: cycle.last
        case .youngest: naive.youngest(of: cycle)
        }
      guard let victim else { return "a cycle of nobody" }
      if let what = difference(table.nextVictim(), transaction(victim)).what { return what }
      let members = (0..<table.deadlock.count).map { table.deadlock.member($0) }
      if members.map(\.transaction) != cycle.map({ transaction($0) }) {
        return "the cycle is told as \(members)"
      }
      for (member, owner) in zip(members, cycle) {
        if member.waitsFor != naive.wait(of: owner).map({ request($0.lock) }) {
          return "\(member) waits for something else"
        }
      }
      let awaited = naive.abandon(victim).map { request($0) }
      if let what = difference(table.abandonWait(of: transaction(victim)), awaited).what {
        return what
      }
      if let what = endOnBoth(victim) ?? tellGrants() { return what }
    }
    return difference(table.nextVictim(), nil).what
  }

  // MARK: The state

  func differenceInState() -> String? {
    for owner in 0..<Self.transactionCount {
      let wait = naive.wait(of: owner)
      if table.waitedRequest(of: transaction(owner)) != wait.map({ request($0.lock) }) {
        return "wrong wait of \(owner)"
      }
      if table.isWaiting(transaction(owner)) != (wait != nil) { return "\(owner) waits or not" }
      let blocker = table.blocker(of: transaction(owner))
      if blocker != wait.map({ transaction($0.blocker) }) {
        return "\(owner) waits for \(String(describing: blocker)), not \(String(describing: wait))"
      }
      let held = naive.granted.filter { $0.owner == owner }.count
      if table.heldCount(by: transaction(owner)) != held { return "wrong count of \(owner)" }
    }
    for place in 0..<Self.recordCount {
      let holder = naive.granted.first { $0.record == place && "rn".contains($0.kind) }
      if table.holder(of: record(place)) != holder.map({ transaction($0.owner) }) {
        return "wrong holder of \(place)"
      }
      if table.isHeld(record(place)) != (holder != nil) { return "\(place) is held or not" }
      if table.waiting(for: record(place)) != naive.queue(of: place).count {
        return "wrong queue of \(place)"
      }
    }
    return table.totalHeld == naive.granted.count && table.totalWaiting == naive.waits.count
      ? nil : "wrong totals"
  }

  // MARK: Translations

  private func difference<Value: Equatable>(_ actual: Value?, _ expected: Value?) -> Difference {
    Difference(
      what: actual == expected
        ? nil : "\(String(describing: actual)), not \(String(describing: expected))")
  }

  private func released(_ lock: NaiveLocks.Lock) -> ReleasedLock {
    ReleasedLock(
      request: request(lock),
      isLast: "rn".contains(lock.kind) && !naive.wasCoveredAfterRelease)
  }

  private func letter(of kind: LockKind) -> Character {
    switch kind {
    case .record: "r"
    case .gap: "g"
    case .nextKey: "n"
    case .insertIntention: "i"
    }
  }

  private func request(_ lock: NaiveLocks.Lock) -> LockRequest {
    let kinds: [Character: LockKind] = [
      "r": .record, "g": .gap, "n": .nextKey, "i": .insertIntention,
    ]
    return LockRequest(
      record: record(lock.record), mode: lock.isExclusive ? .exclusive : .shared,
      kind: kinds[lock.kind] ?? .record)
  }
}
