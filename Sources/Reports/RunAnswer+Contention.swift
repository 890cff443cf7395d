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
      (
        .idempotencyConflicts, "repeat refused while its key was in process",
        "repeats refused while their key was in process"
      ),
      (.insufficientBalance, "insufficient balance", "insufficient balances"),
      (.stockDepletions, "stock depletion", "stock depletions"),
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
    ]
    for share in waits where split.total(share) * 2 > total {
      let part = Double(split.total(share)) / Double(total)
      return "\(ScreenText.percent(part)) of the response time is \(share.name)."
    }
    return nil
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
  var bindingSentences: [String] {
    let saturated = limits.saturated
    if let cause = saturated.first {
      return saturatedSentences(cause) + followers(saturated.dropFirst().map { name(of: $0) })
    }
    guard let busiest = limits.busiest else {
      return result.count(.requests) == 0
        ? ["Nothing was busy."]
        : ["Nothing is scarce in this model: no number of users would bind."]
    }
    let users = limits.usersToBind(busiest)
    let about = "about \(ScreenText.about(users)) users"
    if limits.isRamp && users < Double(limits.peakUsers) {
      return [
        "\(capital(name(of: busiest))) binds at \(about), before the load's peak of "
          + "\(ScreenText.count(UInt64(limits.peakUsers)))."
      ]
    }
    return ["Nothing is saturated.", "First to bind: \(name(of: busiest)), at \(about)."]
  }

  /// The binding constraint in one line: the busiest three, the cause before what fills up behind
  /// it.
  var constraintSentence: String {
    var rest = limits.limits.filter { $0.utilisation > 0 }
    var ordered: [RunLimits.Limit] = []
    if let cause = rest.firstIndex(where: \.isSaturated) { ordered.append(rest.remove(at: cause)) }
    while let next = Self.busiest(of: rest), ordered.count < 3 {
      ordered.append(rest.remove(at: next))
    }
    if ordered.isEmpty { return "Binding constraint: none." }
    let parts = ordered.map { (name(of: $0), ScreenText.percent($0.utilisation)) }
    var sentence = limits.saturated.isEmpty ? "Would bind first: " : "Binding constraint: "
    sentence += "\(parts[0].0), \(parts[0].1) busy"
    for (index, part) in parts.enumerated().dropFirst() {
      sentence += (index == 1 ? "; next " : ", ") + "\(part.0) \(part.1)"
    }
    return sentence + "."
  }

  private static func busiest(of limits: [RunLimits.Limit]) -> Int? {
    var best: Int?
    for (index, limit) in limits.enumerated()
    where limit.utilisation > best.map({ limits[$0].utilisation }) ?? 0 { best = index }
    return best
  }

  private func saturatedSentences(_ limit: RunLimits.Limit) -> [String] {
    let busy = "busy \(ScreenText.percent(limit.utilisation))"
    switch limit.kind {
    case .row(let table, let row):
      return [
        "Saturated: row \(table)[\(row.number)], \(busy); one row allows "
          + "\(ScreenText.rate(row.ceilingPerSecond)) \(unitOfHolds)/s "
          + "(hold \(ScreenText.time(row.meanHold)))."
      ]
    case .lock(let lock):
      // The next owner hears of the release and asks for the lock, so less passes than 1 / hold.
      let perSecond = Double(lock.use.holds) / lock.use.window.inSeconds
      return [
        "Saturated: distributed lock \(ScreenText.lockName(lock)), \(busy); one lock allows "
          + "\(ScreenText.rate(perSecond)) requests/s.",
        "Each holds it for \(ScreenText.time(lock.use.meanHold)); the rest is handing over.",
      ]
    case .servers(let use):
      var perSecond = 0.0
      if case .counter(let counter) = result[.requests] { perSecond = counter.perSecond }
      let sentence =
        "Saturated: \(name(of: limit)), busy "
        + "\(ScreenText.tenths(use.busy.meanLevel)) of \(use.size ?? 0) at "
        + "\(ScreenText.rate(perSecond)) requests/s; "
        + "\(ScreenText.tenths(use.queue.meanLevel)) wait on average."
      return use.kind == .threads ? [sentence] + threadsAreTakenBy : [sentence]
    }
  }

  /// What the threads do most of the time, when that is no work.
  private var threadsAreTakenBy: [String] {
    let split = result.timeSplit
    let total = split.totalLatency - split.total(.network) - split.total(.threadQueue)
    for share in [TimeShare.backoff, .distributedLockWait, .rowLockWait, .poolWait, .externalDelay]
    {
      let part = Double(split.total(share)) / Double(max(1, total))
      if part > 0.5 {
        return ["Threads spend \(ScreenText.percent(part)) of their time in \(share.name)."]
      }
    }
    return []
  }

  /// What a hold of a row stands for: attempts, when some of them are thrown away.
  var unitOfHolds: String {
    result.count(.optimisticLockConflicts) > 0 ? "attempts" : "requests"
  }

  private func followers(_ names: [String]) -> [String] {
    guard let last = names.last else { return [] }
    if names.count == 1 { return ["\(capital(last)) fills up behind it."] }
    return ["\(capital(names.dropLast().joined(separator: ", "))) and \(last) fill up behind it."]
  }

  func name(of limit: RunLimits.Limit) -> String {
    switch limit.kind {
    case .row(let table, let row): "the hottest row \(table)[\(row.number)]"
    case .lock(let lock): "the distributed lock \(ScreenText.lockName(lock))"
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
