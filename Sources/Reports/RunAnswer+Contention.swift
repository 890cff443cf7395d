import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// What requests met on their way.
extension RunAnswer {
  var contentionSentences: [String] {
    if result.count(.requests) == 0 { return [] }
    var sentences = cacheSentences
    if steps.guards.contains(.optimistic) { sentences.append(conflictSentence) }
    if steps.distributedLocks { sentences.append(lockWaitSentence) }
    if let waits = rowWaitSentence { sentences.append(waits) }
    // Who was turned away by something scarce is told of with what binds, and who was refused for a
    // reason of the business in a paragraph of its own.
    let outcomes: [(MetricName, String, String)] = [
      (.deadlocks, "deadlock", "deadlocks"),
      (.leaseExpirations, "expired lease", "expired leases"),
      (
        .idempotencyConflicts, "repeat refused while its key was in process",
        "repeats refused while their key was in process"
      ),
    ]
    var parts: [String] = []
    for (metric, singular, plural) in outcomes where result.count(metric) > 0 {
      parts.append(ScreenText.count(result.count(metric), singular, plural))
    }
    if !parts.isEmpty { sentences.append("Also " + parts.joined(separator: ", ") + ".") }
    if let wait = longestWaitSentence { sentences.append(wait) }
    return sentences
  }

  /// What requests mostly wait for, if that is more than half of their time.
  private var longestWaitSentence: String? {
    let split = result.timeSplit
    let total = split.totalLatency
    let waits: [TimeShare] = [
      .threadQueue, .cpuQueue, .poolWait, .distributedLockWait, .rowLockWait, .backoff, .paused,
      .cacheWait,
    ]
    for share in waits where split.total(share) * 2 > total {
      let part = Double(split.total(share)) / Double(total)
      return "\(ScreenText.percent(part)) of the response time is \(share.name)."
    }
    return nil
  }

  /// How many of the guarded writes came too late, and how many retries that took.
  private var conflictSentence: String {
    let checks = result.versionChecks
    if checks == 0 { return "No attempt came as far as its version check." }
    let conflicts = result.count(.optimisticLockConflicts)
    if conflicts == 0 {
      return steps.distributedLocks
        ? "Behind the distributed lock no attempt met a version conflict."
        : "No attempt met a version conflict."
    }
    let share = ScreenText.percent(Double(conflicts) / Double(checks))
    let met = "\(share) of attempts to write met a version conflict; "
    let exhausted = result.count(.optimisticLockExhausted)
    let limit = steps.conflictAttempts ?? .some(1)
    if exhausted > 0 {
      return met + ScreenText.count(exhausted, "request") + " gave up after "
        + (limit == 1 ? "the only attempt." : limit.map { "\($0) attempts." } ?? "it.")
    }
    // Only an answer tells how many retries a request needed in all.
    let areAllAnswered = result.safety.answered == result.safety.arrived
    let nobody = areAllAnswered ? "nobody needed " : "of those answered, nobody needed "
    let most = UInt64(max(0, result.retries.count - 1))
    if most == 0 { return met + nobody + "a retry." }
    guard let limit else {
      return met + nobody + "more than \(ScreenText.count(most, "retry", "retries"))."
    }
    if limit == 2 { return met + nobody + "more than the only retry." }
    return met + nobody + "more than \(ScreenText.count(most)) of \(limit - 1) retries."
  }

  private var rowWaitSentence: String? {
    var waits = result.resources.tables.first?.rowWaits
    for table in result.resources.tables.dropFirst() { waits = waits?.merging(table.rowWaits) }
    guard let waits else { return nil }
    if waits.waitCount == 0 {
      return steps.guards.contains(.optimistic) ? nil : "Nobody waited for a row."
    }
    return waitSentence(waits, "a row")
  }

  private var lockWaitSentence: String {
    let waits = result.resources.lockWaits
    return waits.waitCount == 0
      ? "Nobody waited for a distributed lock." : waitSentence(waits, "a distributed lock")
  }

  private func waitSentence(_ waits: OccupancyResult, _ what: String) -> String {
    "\(ScreenText.count(waits.waitCount, "wait")) for \(what): mean "
      + "\(ScreenText.time(waits.meanWait)), longest "
      + "\(ScreenText.time(Double(waits.longestWait.inNanoseconds)))."
  }
}
