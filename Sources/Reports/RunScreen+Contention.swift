import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// CONTENTION: conflicts and retries, what was held most, and a table of everything that requests
/// queue for.
extension RunScreen {
  var contentionLines: [String] {
    var lines = [title("CONTENTION", conflictSummary)]
    if let (table, row) = result.resources.hottestRow {
      lines.append(
        self.row(
          "hottest row",
          "\(table)[\(row.number)]   " + hold(row) + "   ceiling "
            + "\(ScreenText.rate(row.ceilingPerSecond)) \(answer.unitOfHolds)/s"))
    }
    if let lock = result.resources.hottestLock {
      lines.append(row("hottest lock", ScreenText.lockName(lock) + "   " + hold(lock.use)))
    }
    lines += result.resources.caches.map { row("cache", words(for: $0)) }
    return lines + deadlockLines + retryLines + clientLines + [""] + queueLines
  }

  /// How much a cache spares, and whether its entries were loaded many times at once.
  private func words(for cache: CacheUse) -> String {
    let loads = ScreenText.count(cache.misses, "load")
    return "\(cache.name)   hits \(ScreenText.percent(cache.hitShare))   \(loads), at most "
      + "\(ScreenText.count(UInt64(cache.mostLoadsAtOnce))) of one entry at once"
  }

  private func hold(_ use: HoldUse) -> String {
    "busy \(ScreenText.percent(use.utilisation))   hold \(ScreenText.time(use.meanHold))"
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
    // The tail beyond nine is one bar.
    var counts = Array(result.retries.prefix(10))
    if result.retries.count > 10 { counts.append(result.retries.dropFirst(10).reduce(0, +)) }
    guard counts.count > 1 else { return [] }
    let most = Double(max(1, counts.max() ?? 1))
    func label(_ number: Int) -> String { number == 10 ? "10+" : "\(number)" }
    func bar(_ count: UInt64, _ columns: Double) -> String {
      ScreenText.bar(Double(count) / most * columns)
    }
    func oneLine(_ paint: (String) -> String) -> String {
      counts.enumerated().map { number, count in
        "\(label(number)) " + paint(bar(count, 20)) + " " + ScreenText.count(count)
      }.joined(separator: " · ")
    }
    if ScreenText.width(of: oneLine { $0 }) <= ScreenText.width - 33 {
      return [row("retries", oneLine(style.cyan))]
    }
    return counts.enumerated().map { number, count in
      row(
        number == 0 ? "retries" : "",
        ScreenText.left(label(number), 4) + style.cyan(bar(count, 30)) + " "
          + ScreenText.count(count))
    }
  }

  // MARK: Queues

  /// What can be waited for, as one would read it from the database's lock views and the pools' own
  /// metrics.
  private var queueLines: [String] {
    var lines = [queueLine("queue", "busy", "waits", "mean", "longest", "most waiting")]
    for table in result.resources.tables where table.rowWaits.entries > 0 || table.hottestRow != nil
    {
      lines.append(line(of: table.rowWaits, "rows of \(table.name)", busy: ""))
    }
    if answer.steps.idempotencyKeys {
      lines.append(line(of: result.resources.keyWaits, "idempotency keys", busy: ""))
    }
    if answer.steps.distributedLocks {
      lines.append(line(of: result.resources.lockWaits, "distributed locks", busy: ""))
    }
    for cache in result.resources.caches where cache.waits.entries > 0 {
      lines.append(line(of: cache.waits, "cache \(cache.name)", busy: ""))
    }
    for use in result.resources.servers where isShown(use) {
      let busy =
        use.size == 1
        ? ScreenText.percent(use.utilisation)
        : "\(ScreenText.tenths(use.busy.meanLevel)) of \(use.size ?? 0)"
      lines.append(line(of: use.queue, use.kind.name, busy: busy))
    }
    return lines
  }

  private func line(of queue: OccupancyResult, _ name: String, busy: String) -> String {
    if queue.waitCount == 0 { return queueLine(name, busy, "0", "", "", "") }
    return queueLine(
      name, busy, ScreenText.count(queue.waitCount), ScreenText.time(queue.meanWait),
      ScreenText.time(Double(queue.longestWait.inNanoseconds)), ScreenText.count(queue.mostAtOnce))
  }

  private func queueLine(
    _ name: String, _ busy: String, _ waits: String, _ mean: String, _ longest: String,
    _ most: String
  ) -> String {
    let cells =
      ScreenText.right(busy, 14) + ScreenText.right(waits, 12) + ScreenText.right(mean, 11)
    let rest = ScreenText.right(longest, 11) + ScreenText.right(most, 14)
    return ScreenText.trimmed(
      String(repeating: " ", count: 15) + ScreenText.left(name, 18) + cells + rest)
  }

  /// Servers that are limited; the lock server and the log only when they had something to do.
  private func isShown(_ use: ServerUse) -> Bool {
    switch use.kind {
    case .threads, .cores, .pool, .databaseCores, .servers, .gate: use.size != nil
    case .lockServer, .log: use.busy.integral > 0
    }
  }
}
