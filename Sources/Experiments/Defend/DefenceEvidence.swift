public import ContentionEngine
import ScenarioModel

/// Why it proves little that some layers have kept a promise.
public enum WeakEvidence: Equatable, Sendable {
  /// Only a distributed lock keeps updates apart, the fault is one that opens locks, and no request
  /// ever came into a lock in which another still was.
  case neverExposed
  /// Only a distributed lock keeps updates apart, and the fault is one that opens locks: other
  /// moments would have lost an update.
  case onlyLock
  /// With these layers, which are fewer, the promise was broken too, but only so often.
  case fewBreaches(UInt64, DefenceCombination)
}

extension DefenceTable.Section {
  /// Below this many breaches with fewer layers it proves little that more layers had none.
  public static let fewestBreaches: UInt64 = 10

  /// Whether the fault happened in any run; nothing going wrong always does.
  public var hasHappened: Bool { fault == .none || rows.contains { $0.struck > 0 } }

  /// Why it proves little that a combination has kept a promise; `nil` where it was broken, where
  /// it was well put to the test, and where nothing was ever broken with fewer layers.
  ///
  /// What fewer layers have kept more layers need not prove again.
  ///
  /// - Complexity: O(*n*²) for each of the layers, for *n* combinations.
  public func weakness(
    of combination: DefenceCombination, keeping promise: SafetyPromise
  ) -> WeakEvidence? {
    guard let row = row(combination), row.holds(promise) else { return nil }
    let smaller = rows.filter { combination.hasMoreThan($0.combination) }
    let next = smaller.filter { one in
      !smaller.contains { $0.combination.hasMoreThan(one.combination) }
    }
    if next.isEmpty { return nil }
    var inherited: WeakEvidence?
    for one in next where one.holds(promise) {
      guard let weakness = weakness(of: one.combination, keeping: promise) else { return nil }
      inherited = inherited ?? weakness
    }
    let hasOnlyTheLock =
      combination.defence.distributedLock && combination.defence.writeGuard == .none
    if promise == .noLostUpdate, hasOnlyTheLock, opensLocks {
      return row.runs.allSatisfy { $0.intrusions == 0 } ? .neverExposed : .onlyLock
    }
    let broken = next.filter { !$0.holds(promise) }
    guard let least = broken.min(by: { $0.broken(promise) < $1.broken(promise) }) else {
      return inherited
    }
    let count = least.broken(promise)
    return count < Self.fewestBreaches ? .fewBreaches(count, least.combination) : nil
  }

  /// Why it proves little that a combination has lost nothing; `nil` where it has lost something,
  /// or was well put to the test.
  public func weakness(of combination: DefenceCombination) -> WeakEvidence? {
    guard row(combination)?.isSafe ?? false else { return nil }
    for promise in SafetyPromise.costly {
      if let weakness = weakness(of: combination, keeping: promise) { return weakness }
    }
    return nil
  }

  /// Whether the fault can end a distributed lock while its holder is inside.
  private var opensLocks: Bool {
    switch fault.kind {
    case .pause, .redisFailover, .redisOutage, .clockJump: true
    case nil, .responseLoss, .doubleSubmit, .instanceCrash, .databaseStall, .slowCommit,
      .networkDelay:
      false
    }
  }
}
