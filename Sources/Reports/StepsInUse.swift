import ScenarioModel

/// What the requests of a scenario do under one defence: a step whose layer is off runs its inner
/// steps bare.
struct StepsInUse {
  /// The largest number of attempts after a version conflict: `.some(nil)` is unlimited, `nil` is
  /// no retry at all.
  private(set) var conflictAttempts: Int??
  private(set) var distributedLocks = false
  private(set) var idempotencyKeys = false
  /// The guards of the writes that are made.
  private(set) var guards: [WriteGuard] = []
  /// The tables, by index, that are written inside a distributed lock, and those written outside
  /// any.
  private(set) var tablesWrittenUnderLock: [Int] = []
  private(set) var tablesWrittenWithoutLock: [Int] = []

  init(_ scenario: Scenario, under defence: Defence) {
    for request in scenario.requests { visit(request.steps, defence, isUnderLock: false) }
  }

  private mutating func visit(_ steps: [Step], _ defence: Defence, isUnderLock: Bool) {
    for step in steps {
      var isInnerUnderLock = isUnderLock
      switch step {
      case .distributedLock(let lock):
        if defence.includes(lock.layer) {
          distributedLocks = true
          isInnerUnderLock = true
        }
      case .idempotent(let idempotent):
        if defence.includes(idempotent.layer) { idempotencyKeys = true }
      case .retry(let policy, _):
        if policy.on.contains(.versionConflict) {
          conflictAttempts = .some(larger(conflictAttempts, policy.attempts))
        }
      case .update(let update):
        let writeGuard = update.writeGuard ?? defence.writeGuard
        if !guards.contains(writeGuard) { guards.append(writeGuard) }
        noteWrite(of: update.row.table, isUnderLock: isUnderLock)
      default: break
      }
      visit(step.innerSteps, defence, isUnderLock: isInnerUnderLock)
    }
  }

  private mutating func noteWrite(of table: Int, isUnderLock: Bool) {
    if isUnderLock {
      if !tablesWrittenUnderLock.contains(table) { tablesWrittenUnderLock.append(table) }
    } else if !tablesWrittenWithoutLock.contains(table) {
      tablesWrittenWithoutLock.append(table)
    }
  }

  private func larger(_ known: Int??, _ attempts: Int?) -> Int? {
    guard let known else { return attempts }
    guard let known, let attempts else { return nil }
    return max(known, attempts)
  }
}

extension [Step] {
  /// Every update in these steps, in the order in which they are written.
  var updates: [UpdateStep] {
    var found: [UpdateStep] = []
    for step in self {
      if case .update(let update) = step { found.append(update) }
      found += step.innerSteps.updates
    }
    return found
  }
}
