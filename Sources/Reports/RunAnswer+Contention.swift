import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// What requests met on their way, and what binds first.
extension RunAnswer {
  // MARK: What requests contended for

  var contentionSentences: [String] {
    if result.count(.requests) == 0 { return [] }
    var sentences: [String] = []
    if steps.guards.contains(.optimistic) { sentences.append(conflictSentence) }
    if steps.distributedLocks { sentences.append(lockWaitSentence) }
    if let waits = rowWaitSentence { sentences.append(waits) }
    let outcomes: [(MetricName, String, String)] = [
      (.deadlocks, "deadlock", "deadlocks"),
      (.pessimisticLockTimeouts, "row lock wait timeout", "row lock wait timeouts"),
      (.distributedLockTimeouts, "distributed lock timeout", "distributed lock timeouts"),
      (.leaseExpirations, "expired lease", "expired leases"),
      (.connectionTimeouts, "connection timeout", "connection timeouts"),
      (.threadsRefused, "request without a thread", "requests without a thread"),
      (.idempotencyConflicts, "key still processing", "keys still processing"),
      (.insufficientBalance, "insufficient balance", "insufficient balances"),
      (.stockDepletions, "stock depletion", "stock depletions"),
    ]
    var parts: [String] = []
    for (metric, singular, plural) in outcomes where result.count(metric) > 0 {
      parts.append(ScreenText.count(result.count(metric), singular, plural))
    }
    if !parts.isEmpty { sentences.append("Also " + parts.joined(separator: ", ") + ".") }
    return sentences
  }

  /// Attempts that requests made, retries included.
  var attempts: UInt64 {
    var sum: UInt64 = 0
    for (retries, requests) in result.retries.enumerated() { sum += requests * UInt64(retries + 1) }
    return sum
  }

  private var conflictSentence: String {
    let conflicts = result.count(.optimisticLockConflicts)
    if conflicts == 0 {
      return steps.distributedLocks
        ? "Behind the distributed lock no attempt met a version conflict."
        : "No attempt met a version conflict."
    }
    let share = attempts == 0 ? 1 : min(1, Double(conflicts) / Double(attempts))
    let met = "\(ScreenText.percent(share)) of attempts met a version conflict; "
    let exhausted = result.count(.optimisticLockExhausted)
    let limit = steps.conflictAttempts ?? .some(1)
    if exhausted > 0 {
      return met + ScreenText.count(exhausted, "request") + " gave up after "
        + (limit == 1 ? "the only attempt." : limit.map { "\($0) attempts." } ?? "it.")
    }
    let most = UInt64(max(0, result.retries.count - 1))
    guard let limit else {
      return met + "nobody needed more than \(ScreenText.count(most, "retry", "retries"))."
    }
    return met + "nobody needed more than \(ScreenText.count(most)) of \(limit - 1) retries."
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

  // MARK: What binds

  /// What the run is up against, or what it would be up against first with more users.
  var bindingSentence: String {
    let saturated = limits.saturated
    if let cause = saturated.first {
      return saturatedSentence(cause) + followers(saturated.dropFirst().map { name(of: $0) })
    }
    guard let busiest = limits.busiest else {
      return result.count(.requests) == 0
        ? "Nothing was busy." : "Nothing is scarce in this model: no number of users would bind."
    }
    let users = limits.usersToBind(busiest)
    let about = "about \(ScreenText.about(users)) users"
    if limits.isRamp && users < Double(limits.peakUsers) {
      return "\(capital(name(of: busiest))) binds at \(about), before the load's peak of "
        + "\(ScreenText.count(UInt64(limits.peakUsers)))."
    }
    return "Nothing is saturated. First to bind: \(name(of: busiest)), at \(about)."
  }

  private func saturatedSentence(_ limit: RunLimits.Limit) -> String {
    let start = "\(capital(name(of: limit))) is saturated: "
    switch limit.kind {
    case .row(_, let row):
      return start + "busy \(ScreenText.percent(limit.utilisation)), it allows "
        + "\(ScreenText.rate(row.ceilingPerSecond)) \(unitOfHolds)/s (held "
        + "\(ScreenText.time(row.meanHold)) each)."
    case .servers(let use):
      var perSecond = 0.0
      if case .counter(let counter) = result[.requests] { perSecond = counter.perSecond }
      return start + "busy \(ScreenText.tenths(use.busy.meanLevel)) of \(use.size ?? 0), "
        + "enough for \(ScreenText.rate(perSecond / limit.utilisation)) requests/s."
    }
  }

  /// What a hold of a row stands for: attempts, when some of them are thrown away.
  var unitOfHolds: String {
    result.count(.optimisticLockConflicts) > 0 ? "attempts" : "requests"
  }

  private func followers(_ names: [String]) -> String {
    guard let last = names.last else { return "" }
    if names.count == 1 { return " \(capital(last)) fills up behind it." }
    return " \(capital(names.dropLast().joined(separator: ", "))) and \(last) fill up behind it."
  }

  private func name(of limit: RunLimits.Limit) -> String {
    switch limit.kind {
    case .row(let table, let row): "the hottest row \(table)[\(row.number)]"
    case .servers(let use):
      switch use.kind {
      case .threads: "the thread pool (\(use.size ?? 0))"
      case .cores: "the service's CPU (\(ScreenText.count(UInt64(use.size ?? 0), "core")))"
      case .pool: "the connection pool (\(use.size ?? 0))"
      case .databaseCores: "the database's CPU (\(ScreenText.count(UInt64(use.size ?? 0), "core")))"
      case .lockServer: "the lock server"
      case .log: "the log sync"
      }
    }
  }

  private func capital(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
