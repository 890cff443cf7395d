import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// The servers of one kind and the queue before them.
struct ServerMeter: BitwiseCopyable {
  var busy = BusyMeter()
  var queue = OccupancyMeter()

  mutating func startWindow(at now: VirtualTime) {
    busy.startWindow(at: now)
    queue.startWindow(at: now)
  }
}

/// Everything that is measured while a run goes on; it watches and never steers.
struct Meters: ~Copyable {
  var threads = ServerMeter()
  var cores = ServerMeter()
  var databaseCores = ServerMeter()
  var pool = ServerMeter()
  var lockServer = ServerMeter()
  var log = ServerMeter()
  /// By pool of the model's own, and by gate.
  var modelServers: FixedTable<ServerMeter>
  var gates: FixedTable<ServerMeter>
  /// Waits for another's insert of the same key.
  var keys = OccupancyMeter()
  /// Waits for a distributed lock, between the commands to the lock server.
  var locks = OccupancyMeter()
  /// Waits for rows, by table.
  private var rowQueues: FixedTable<OccupancyMeter>
  private let tableOfRow: FixedTable<Int16>
  private var holds: FixedTable<RowHold>
  /// By lock: how long the lock server had it granted.
  private var lockHolds: FixedTable<RowHold>

  /// Writes whose version the database has compared and whose request has learned of it; each ends
  /// in a write or in a version conflict.
  var versionChecks: UInt64 = 0

  var series = IntervalSeries()
  private var metrics = MetricRecorder()
  private var split = TimeSplitRecorder()
  /// Requests by the number of their retries; the last entry counts all beyond.
  private var requestsByRetries = FixedTable<UInt64>(repeating: 0, count: Meters.retryLimit + 1)
  private var checkPasses: FixedTable<UInt64>
  private var checkFails: FixedTable<UInt64>
  private let firstChecks: FixedTable<Int>
  private let checkStatuses: [[UInt16]]
  private var windowStart = VirtualTime.start

  /// How long one row or one distributed lock has been held.
  struct RowHold: BitwiseCopyable {
    var since = VirtualTime.start
    var total: UInt64 = 0
    var count: UInt64 = 0
    var isHeld = false

    mutating func take(at now: VirtualTime) {
      // An owner may take a distributed lock again; that is still the first hold.
      if isHeld { return }
      since = now
      isHeld = true
    }

    mutating func release(at now: VirtualTime, windowStart: VirtualTime) {
      total += (now - max(since, windowStart)).inNanoseconds
      count += 1
      isHeld = false
    }
  }

  static let retryLimit = 1_000

  init(tableCount: Int, rowCount: Int, lockCount: Int, compiled: borrowing CompiledScenario) {
    let system = compiled.scenario.system
    modelServers = FixedTable(repeating: ServerMeter(), count: system.serverPools.count)
    gates = FixedTable(repeating: ServerMeter(), count: system.gates.count)
    rowQueues = FixedTable(repeating: OccupancyMeter(), count: tableCount)
    holds = FixedTable(repeating: RowHold(), count: rowCount)
    lockHolds = FixedTable(repeating: RowHold(), count: lockCount)
    var tables: [Int16] = []
    for (index, table) in compiled.scenario.tables.enumerated() {
      tables += Array(repeating: Int16(index), count: table.fixedRows)
    }
    tableOfRow = FixedTable(tables)
    var firsts: [Int] = []
    var statuses: [[UInt16]] = []
    for iteration in compiled.iterations {
      firsts.append(statuses.count)
      statuses += iteration.checks.map { $0.statuses }
    }
    firstChecks = FixedTable(firsts)
    checkStatuses = statuses
    checkPasses = FixedTable(repeating: 0, count: statuses.count)
    checkFails = FixedTable(repeating: 0, count: statuses.count)
  }

  // MARK: Recording

  mutating func count(_ metric: MetricName, by added: UInt64 = 1) {
    metrics.count(metric, by: added)
  }

  mutating func sampleUsers(_ active: Int, of limit: Int) {
    metrics.sample(.virtualUsers, level: UInt64(active))
    metrics.sample(.virtualUsersMaximum, level: UInt64(limit))
  }

  mutating func rowAwaited(_ row: RowID, at now: VirtualTime) {
    rowQueues[Int(tableOfRow[row.index])].entered(at: now)
  }
  mutating func rowWaitEnded(_ row: RowID, at now: VirtualTime, since arrival: VirtualTime) {
    rowQueues[Int(tableOfRow[row.index])].left(at: now, since: arrival)
  }

  mutating func rowTaken(_ row: RowID, at now: VirtualTime) { holds[row.index].take(at: now) }
  mutating func rowReleased(_ row: RowID, at now: VirtualTime) {
    holds[row.index].release(at: now, windowStart: windowStart)
  }

  /// Makes sure that there are as many distributed locks.
  mutating func makeRoom(forLocks count: Int) {
    if count > lockHolds.count { lockHolds.grow(toCount: count, filledWith: RowHold()) }
  }

  mutating func lockTaken(_ lock: LockID, at now: VirtualTime) {
    lockHolds[lock.index].take(at: now)
  }
  mutating func lockReleased(_ lock: LockID, at now: VirtualTime) {
    lockHolds[lock.index].release(at: now, windowStart: windowStart)
  }

  mutating func check(_ check: Int, of load: Int, status: UInt16) {
    let index = firstChecks[load] + check
    let passes = checkStatuses[index].contains(status)
    metrics.tell(.checks, passes)
    if passes { checkPasses[index] += 1 } else { checkFails[index] += 1 }
  }

  mutating func iterated(in length: VirtualDuration) {
    metrics.count(.iterations)
    metrics.record(.iterationDuration, length.inNanoseconds)
  }

  /// A client has its answer.
  mutating func finished(
    _ state: borrowing RequestState, latency: UInt64, wasted: UInt64, isError: Bool
  ) {
    metrics.count(.requests)
    metrics.record(.requestDuration, latency)
    let status = state.status
    metrics.tell(.requestFailed, status == 0 || status >= 400)
    metrics.tell(.errors, isError)
    metrics.tell(.success, !isError)
    let rowWait = state.shares[.rowLockWait]
    let poolWait = state.shares[.poolWait]
    let lockWait = state.shares[.distributedLockWait]
    metrics.record(.retryCount, UInt64(state.retries))
    metrics.record(.lockWaitTime, rowWait)
    metrics.record(.connectionWaitTime, poolWait)
    metrics.record(.distributedLockWaitTime, lockWait)
    metrics.record(.backoffTime, state.shares[.backoff])
    metrics.record(.wastedWorkTime, wasted)
    split.record(state.shares, wasted: wasted)
    requestsByRetries[min(Int(state.retries), Self.retryLimit)] += 1
    if !isError && status < 300 { series.record(.success) }
    series.record(.latency, .nanoseconds(latency))
    if poolWait > 0 { series.record(.poolWait, .nanoseconds(poolWait)) }
    if rowWait > 0 { series.record(.rowWait, .nanoseconds(rowWait)) }
    if lockWait > 0 { series.record(.redisWait, .nanoseconds(lockWait)) }
  }

  /// How many requests wait for anything that is contended.
  var queueLength: Int {
    var total = threads.queue.waiting + cores.queue.waiting + databaseCores.queue.waiting
    total += pool.queue.waiting + lockServer.queue.waiting + log.queue.waiting
    total += keys.waiting + locks.waiting
    for pool in 0..<modelServers.count { total += modelServers[pool].queue.waiting }
    for gate in 0..<gates.count { total += gates[gate].queue.waiting }
    for table in 0..<rowQueues.count { total += rowQueues[table].waiting }
    return total
  }

  // MARK: The window

  /// The warm-up is over: what is held and who waits stays, everything counted starts anew.
  mutating func startWindow(at now: VirtualTime) {
    windowStart = now
    threads.startWindow(at: now)
    cores.startWindow(at: now)
    databaseCores.startWindow(at: now)
    pool.startWindow(at: now)
    lockServer.startWindow(at: now)
    log.startWindow(at: now)
    for pool in 0..<modelServers.count { modelServers[pool].startWindow(at: now) }
    for gate in 0..<gates.count { gates[gate].startWindow(at: now) }
    keys.startWindow(at: now)
    locks.startWindow(at: now)
    for table in 0..<rowQueues.count { rowQueues[table].startWindow(at: now) }
    for row in 0..<holds.count {
      holds[row].total = 0
      holds[row].count = 0
    }
    for lock in 0..<lockHolds.count {
      lockHolds[lock].total = 0
      lockHolds[lock].count = 0
    }
    metrics.startWindow()
    versionChecks = 0
    split.reset()
    for retries in 0...Self.retryLimit { requestsByRetries[retries] = 0 }
    for check in 0..<checkPasses.count {
      checkPasses[check] = 0
      checkFails[check] = 0
    }
  }

  /// A request that waits, and for what.
  struct Waiting {
    let wait: RequestState.Wait
    /// The row that it waits for.
    let row: RowID?
    /// The pool or gate of the model's own that it waits for.
    let modelServer: Int
    let since: VirtualTime
  }

  /// A request still waits for this at the end of the window.
  mutating func unfinished(_ waiting: Waiting, at end: VirtualTime) {
    let since = waiting.since
    switch waiting.wait {
    case .nothing, .time, .handOff, .barrier: break
    case .server: modelServers[waiting.modelServer].queue.unfinished(since: since, at: end)
    case .gate: gates[waiting.modelServer].queue.unfinished(since: since, at: end)
    case .thread: threads.queue.unfinished(since: since, at: end)
    case .instanceCore: cores.queue.unfinished(since: since, at: end)
    case .databaseCore: databaseCores.queue.unfinished(since: since, at: end)
    case .lockServerCore: lockServer.queue.unfinished(since: since, at: end)
    case .connection: pool.queue.unfinished(since: since, at: end)
    case .row:
      if let row = waiting.row {
        rowQueues[Int(tableOfRow[row.index])].unfinished(since: since, at: end)
      }
    case .key: keys.unfinished(since: since, at: end)
    case .subscription, .unlock: locks.unfinished(since: since, at: end)
    case .sync: log.queue.unfinished(since: since, at: end)
    }
  }

  /// A request that was counted as unfinished waits on, unmeasured.
  mutating func entered(_ waiting: Waiting, at now: VirtualTime) {
    switch waiting.wait {
    case .nothing, .time, .handOff, .barrier: break
    case .server: modelServers[waiting.modelServer].queue.entered(at: now)
    case .gate: gates[waiting.modelServer].queue.entered(at: now)
    case .thread: threads.queue.entered(at: now)
    case .instanceCore: cores.queue.entered(at: now)
    case .databaseCore: databaseCores.queue.entered(at: now)
    case .lockServerCore: lockServer.queue.entered(at: now)
    case .connection: pool.queue.entered(at: now)
    case .row: if let row = waiting.row { rowAwaited(row, at: now) }
    case .key: keys.entered(at: now)
    case .subscription, .unlock: locks.entered(at: now)
    case .sync: log.queue.entered(at: now)
    }
  }

  // MARK: Results

  func metricValues(over window: VirtualDuration) -> [MetricValue] {
    MetricName.allCases.map { metrics.value(of: $0, over: window) }
  }

  func rowWaits(ofTable table: Int, at end: VirtualTime) -> OccupancyResult {
    rowQueues[table].result(at: end)
  }

  var timeSplit: TimeSplitResult { split.result() }

  /// Requests by the number of their retries, up to the largest number that occurred.
  var retries: [UInt64] {
    var counts: [UInt64] = []
    for retries in 0...Self.retryLimit { counts.append(requestsByRetries[retries]) }
    while counts.count > 1 && counts.last == 0 { counts.removeLast() }
    return counts
  }

  func checkCounts(_ index: Int) -> (passes: UInt64, fails: UInt64) {
    (checkPasses[index], checkFails[index])
  }

  /// The row of these that was held longest in all; the first of equals.
  func hottestRow(in rows: Range<Int>, at end: VirtualTime) -> RowUse? {
    hottest(of: holds, in: rows, at: end)
  }

  /// The distributed lock of these that was held longest in all; the first of equals.
  func hottestLock(in locks: Range<Int>, at end: VirtualTime) -> RowUse? {
    hottest(of: lockHolds, in: locks, at: end)
  }

  private func hottest(
    of holds: borrowing FixedTable<RowHold>, in range: Range<Int>, at end: VirtualTime
  ) -> RowUse? {
    var best: RowUse?
    for index in range {
      var held = holds[index].total
      if holds[index].isHeld { held += (end - max(holds[index].since, windowStart)).inNanoseconds }
      if held > (best?.held.inNanoseconds ?? 0) {
        best = RowUse(
          number: index - range.lowerBound + 1, held: .nanoseconds(held), holds: holds[index].count,
          window: end - windowStart)
      }
    }
    return best
  }
}
