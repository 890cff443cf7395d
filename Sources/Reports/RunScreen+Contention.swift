import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// CONTENTION: conflicts and retries, the waits for each table, the hottest row, and what else is scarce.
extension RunScreen {
  var contentionLines: [String] {
    var lines = [title("CONTENTION", conflictSummary)]
    for table in result.resources.tables where !table.rowWaits.isUnused || table.hottestRow != nil {
      lines.append(row(table.name, waits(table.rowWaits)))
    }
    if let (table, hottest) = result.resources.hottestRow {
      lines.append(
        row(
          "hottest row",
          "\(table)[\(hottest.number)]   busy \(ScreenText.percent(hottest.utilisation))   ceiling "
            + "\(ScreenText.rate(hottest.ceilingPerSecond)) \(answer.unitOfHolds)/s (hold "
            + "\(ScreenText.time(hottest.meanHold)))"))
    }
    if answer.steps.idempotencyKeys {
      lines.append(row("idempotency keys", waits(result.resources.keyWaits)))
    }
    if answer.steps.distributedLocks {
      lines.append(row("distributed locks", waits(result.resources.lockWaits)))
    }
    for use in result.resources.servers where isShown(use) { lines.append(line(of: use)) }
    return lines + retryLines
  }

  // MARK: Conflicts and retries

  private var conflictSummary: String {
    var requests: UInt64 = 0
    var retried: UInt64 = 0
    var retries: UInt64 = 0
    for (number, count) in result.retries.enumerated() {
      requests += count
      if number > 0 { retried += count }
      retries += UInt64(number) * count
    }
    let share = requests == 0 ? 0 : Double(retried) / Double(requests)
    var parts = [
      "conflicts \(ScreenText.count(result.count(.optimisticLockConflicts)))",
      "retried requests \(ScreenText.percent(share))",
    ]
    if retried > 0 {
      let mean = NumberText.fixed(Double(retries) / Double(retried), decimals: 2)
      parts.append("retries per retried request \(mean) (max \(result.retries.count - 1))")
    }
    let deadlocks = result.count(.deadlocks)
    if deadlocks > 0 { parts.append("deadlocks \(ScreenText.count(deadlocks))") }
    return parts.joined(separator: " · ")
  }

  /// How many requests needed how many retries: on one line while they fit, else a line each.
  private var retryLines: [String] {
    let counts = result.retries
    guard counts.count > 1 else { return [] }
    let most = Double(counts.max() ?? 1)
    func bar(_ count: UInt64) -> String { ScreenText.bar(Double(count) / most * 20) }
    let parts = counts.enumerated().map { number, count in
      "\(number) " + style.cyan(bar(count)) + " " + ScreenText.count(count)
    }
    let plain = counts.enumerated().map { number, count in
      "\(number) " + bar(count) + " " + ScreenText.count(count)
    }
    let oneLine = plain.joined(separator: " · ")
    if ScreenText.width(of: oneLine) <= ScreenText.width - 33 {
      return [row("retries", parts.joined(separator: " · "))]
    }
    // The tail beyond nine is one bar.
    var shown = Array(counts.prefix(10))
    let tail = counts.dropFirst(10).reduce(0, +)
    if counts.count > 10 { shown.append(tail) }
    let scale = Double(shown.max() ?? 1)
    var lines: [String] = []
    for (number, count) in shown.enumerated() {
      let label = number == 10 ? "10+" : "\(number)"
      lines.append(
        row(
          number == 0 ? "retries" : "",
          ScreenText.left(label, 4) + style.cyan(ScreenText.bar(Double(count) / scale * 30))
            + " " + ScreenText.count(count)))
    }
    return lines
  }

  // MARK: Queues and servers

  private func waits(_ queue: OccupancyResult) -> String {
    if queue.waitCount == 0 { return "waits 0" }
    return "waits \(ScreenText.count(queue.waitCount))   mean \(ScreenText.time(queue.meanWait))   "
      + "max \(ScreenText.time(Double(queue.longestWait.inNanoseconds)))   "
      + "most waiting \(ScreenText.count(queue.mostAtOnce))"
  }

  /// Servers that are limited; the lock server and the log only when they had something to do.
  private func isShown(_ use: ServerUse) -> Bool {
    switch use.kind {
    case .threads, .cores, .pool, .databaseCores: use.size != nil
    case .lockServer, .log: use.busy.integral > 0
    }
  }

  private func line(of use: ServerUse) -> String {
    let busy: String
    if use.size == 1 {
      busy = "busy \(ScreenText.percent(use.utilisation))"
    } else {
      busy = "busy \(ScreenText.tenths(use.busy.meanLevel)) of \(use.size ?? 0)"
    }
    return row(use.kind.rawValue, ScreenText.left(busy, 20) + "   " + waits(use.queue))
  }
}

extension OccupancyResult {
  fileprivate var isUnused: Bool { entries == 0 && waitCount == 0 }
}
