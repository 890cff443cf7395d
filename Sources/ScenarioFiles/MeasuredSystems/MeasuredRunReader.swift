import ScenarioModel
import SimulationBasics

/// Reads the runs and the step times of the load driver.
public enum MeasuredRunReader {
  /// The runs of a table, in its order.
  ///
  /// - Throws: Everything that is wrong, in the order of the file.
  public static func runs(_ text: [UInt8], file: String) throws(ReadingFailure) -> [MeasuredRun] {
    try rows(text, file: file) { table in
      let number = table.count("run", in: 0...1_000_000_000)
      let setting = setting(&table)
      var measured: [MeasuredFigure] = []
      for column in figureColumns {
        guard let value = table.optionalNumber(column) else { continue }
        measured.append(MeasuredFigure(column: column, value: value))
      }
      return MeasuredRun(
        number: number, series: table.text("set"), isContaminated: table.flag("contaminated"),
        setting: setting, measured: measured)
    }
  }

  /// The step times of a table, in its order.
  ///
  /// - Throws: Everything that is wrong, in the order of the file.
  public static func steps(_ text: [UInt8], file: String) throws(ReadingFailure) -> [MeasuredStep] {
    try rows(text, file: file) { table in
      MeasuredStep(
        set: table.count("run", in: 0...1_000_000_000), strategy: table.text("strategy"),
        hasTransaction: table.flag("explicit_tx"), work: table.time("W_work_ms"),
        name: table.text("step"), count: table.count("n", in: 1...1_000_000),
        mean: table.time("mean_ms"), median: table.time("p50_ms"),
        percentile95: table.time("p95_ms"), percentile99: table.time("p99_ms"),
        longest: table.time("max_ms"))
    }
  }

  /// The columns of which the values are compared or shown.
  static let figureColumns = [
    "throughput_ok_rps", "throughput_all_rps", "lat_all_ms_mean", "lat_all_ms_p50",
    "lat_all_ms_p95", "lat_all_ms_p99", "conflicts_window", "deadlocks_1213_window",
    "fail_lockwait_1205", "fail_redis_wait_timeout", "fail_pool_timeout", "fail_exhausted",
    "fail_duplicate_1062", "lost_updates_all", "lease_lost_window", "aborted_at_end_all",
  ]

  private static func rows<Row>(
    _ text: [UInt8], file: String, read: (inout MeasuredTable) -> Row
  ) throws(ReadingFailure) -> [Row] {
    let source = SourceText(text.count > ScenarioReader.longestText ? [] : text)
    var findings = FindingList()
    if text.count > ScenarioReader.longestText {
      findings.note(
        .textTooLong(limit: ScenarioReader.longestText), at: .file(offset: 0), path: .top)
    }
    var rows: [Row] = []
    if findings.isEmpty, var table = MeasuredTable(source, findings: &findings) {
      for row in 0..<table.rowCount {
        table.goToRow(row)
        rows.append(read(&table))
      }
      findings = table.findings
      if table.rowCount == 0, findings.isEmpty {
        findings.note(.table(.noRows), at: .file(offset: 0), path: .top)
      }
    }
    if findings.isEmpty { return rows }
    throw ReadingFailure(findings, source: source, file: file)
  }

  // MARK: The driver's parameters

  private static func setting(_ table: inout MeasuredTable) -> DriverSetting {
    let strategy = table.word("strategy", of: DriverSetting.Strategy.self, else: .none)
    let usesRedis = strategy == .redis || strategy == .three
    let rowChoice = table.word("row_choice", of: DriverSetting.RowChoice.self, else: .mod)
    let setting = DriverSetting(
      strategy: strategy,
      innerUpdate: table.optionalWord("inner_update", of: DriverSetting.InnerUpdate.self)
        ?? .optimistic,
      users: table.count("N_vus", in: 1...1_000_000),
      rows: table.count("U_rows", in: (strategy == .deadlock ? 2 : 1)...1_000_000),
      rowChoice: rowChoice, work: table.time("W_work_ms"),
      workIsExponential: table.flag("W_exponential"), think: table.time("Z_think_ms"),
      thinkIsExponential: table.flag("Z_exponential"),
      workAfterUpdate: table.optionalTime("W2_after_update_ms") ?? .zero,
      workBetweenLocks: table.optionalTime("Wmid_between_locks_ms") ?? .zero,
      backoff: backoff(&table),
      maxRetries: table.optionalCount("max_retries", in: 0...1_000_000) ?? 0,
      hasTransaction: table.count("explicit_tx", in: 0...1) == 1,
      isolation: table.word("isolation", of: DriverSetting.Isolation.self, else: .readCommitted),
      lockWaitTimeout: table.time("innodb_lock_wait_timeout_s", unit: 1e9),
      spinLock: usesRedis
        ? DriverSetting.SpinLock(
          poll: table.time("redis_poll_ms"), lease: table.time("redis_lease_ms"),
          wait: table.time("redis_wait_ms")) : nil,
      longWork: every("long_every_nth_request", &table).map { every in
        DriverSetting.LongWork(every: every, work: table.time("long_work_ms"))
      },
      pool: every("pool_connections", &table).map { size in
        DriverSetting.Pool(size: size, timeout: table.time("pool_timeout_ms"))
      },
      sortsRows: table.flag("sorted_lock_order"),
      groupSize: strategy == .dup ? table.count("dup_group_size", in: 1...1_000_000) : nil,
      rollbackEvery: every("biz_rollback_every_nth_round", &table),
      sameKeyEvery: every("dup_key_every_nth_request", &table),
      duration: table.time("D_run_s", unit: 1e9),
      warmUp: table.time("warmup_discarded_s", unit: 1e9)
    )
    return setting
  }

  /// A number that says how often or how many; empty and 0 mean never and none.
  private static func every(_ column: String, _ table: inout MeasuredTable) -> Int? {
    let count = table.optionalCount(column, in: 0...1_000_000)
    return count == 0 ? nil : count
  }

  private static func backoff(_ table: inout MeasuredTable) -> DriverSetting.Backoff? {
    guard let kind = table.optionalWord("backoff", of: DriverSetting.BackoffKind.self) else {
      return nil
    }
    let cap = table.optionalTime("backoff_cap_ms")
    return DriverSetting.Backoff(
      kind: kind, base: table.time("backoff_base_ms"), cap: cap == .zero ? nil : cap)
  }
}
