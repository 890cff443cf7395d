import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

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
  /// By cache.
  var caches: FixedTable<CacheMeter>
  /// Waits for another's insert of the same key.
  var keys = OccupancyMeter()
  /// Waits for a distributed lock, between the commands to the lock server.
  var locks = OccupancyMeter()
  /// Waits for rows, by table.
  var rowQueues: FixedTable<OccupancyMeter>
  let tableOfRow: FixedTable<Int16>
  var holds: FixedTable<HoldMeter>
  /// By lock: how long the lock server had it granted.
  var lockHolds: FixedTable<HoldMeter>

  /// Writes whose version the database has compared and whose request has learned of it; each ends
  /// in a write or in a version conflict.
  var versionChecks: UInt64 = 0
  /// How often a core of the database was asked for.
  var statements: UInt64 = 0
  /// Calls, or requests without one, whose users were interrupted.
  var cutOffCalls: UInt64 = 0
  /// How many syncs of the log began.
  var syncs: UInt64 = 0

  var series = IntervalSeries()
  var metrics = MetricRecorder()
  var split = TimeSplitRecorder()
  /// Requests by the number of their retries; the last entry counts all beyond.
  var requestsByRetries = FixedTable<UInt64>(repeating: 0, count: Meters.retryLimit + 1)
  /// The parts of metrics that thresholds name.
  var parts: PartRecorder
  /// The part that k6 always measures; `MetricPart.expectedDurations`.
  var expectedDurations = Trend()
  /// Whether single samples are kept for whoever takes them.
  let collectsSamples: Bool
  /// Those that have not been taken yet.
  var samples: [Sample] = []
  /// Whether what happens now is measured: the warm-up is over, and the loads are not.
  private(set) var isWindowOpen: Bool
  /// Whether anybody looks at single samples now: the one branch that they cost a run without.
  private(set) var isObserved: Bool
  var checkPasses: FixedTable<UInt64>
  var checkFails: FixedTable<UInt64>
  let firstChecks: FixedTable<Int>
  let checkStatuses: [[UInt16]]
  var windowStart = VirtualTime.start

  static let retryLimit = 1_000

  init(
    tableCount: Int, rowCount: Int, lockCount: Int, compiled: borrowing CompiledScenario,
    collectsSamples: Bool
  ) {
    // Asked while it stands alone: Swift 6.3 destroys properties that are not there yet when an
    // expression with a closure reads one before all are.
    let parts = PartRecorder(for: compiled.scenario)
    let looksAtParts = !parts.isEmpty
    self.parts = parts
    self.collectsSamples = collectsSamples
    let hasWarmUp = compiled.scenario.loads.contains { $0.warmUp > .zero }
    isWindowOpen = !hasWarmUp
    isObserved = !hasWarmUp && (collectsSamples || looksAtParts)
    let system = compiled.scenario.system
    modelServers = FixedTable(repeating: ServerMeter(), count: system.serverPools.count)
    gates = FixedTable(repeating: ServerMeter(), count: system.gates.count)
    caches = FixedTable(repeating: CacheMeter(), count: system.caches.count)
    rowQueues = FixedTable(repeating: OccupancyMeter(), count: tableCount)
    holds = FixedTable(repeating: HoldMeter(), count: rowCount)
    lockHolds = FixedTable(repeating: HoldMeter(), count: lockCount)
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

  /// Hands a sample to whoever looks at samples.
  ///
  /// - Precondition: `isObserved`.
  mutating func observe(_ sample: Sample) {
    parts.record(sample.metric, sample.value, of: sample.source)
    if collectsSamples { samples.append(sample) }
  }

  /// The window begins or ends.
  mutating func setWindow(open isOpen: Bool) {
    isWindowOpen = isOpen
    isObserved = isOpen && (collectsSamples || !parts.isEmpty)
  }

  mutating func sampleUsers(_ active: Int, of made: Int) {
    metrics.sample(.virtualUsers, level: UInt64(active))
    metrics.sample(.virtualUsersMaximum, level: UInt64(made))
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
    if count > lockHolds.count { lockHolds.grow(toCount: count, filledWith: HoldMeter()) }
  }

  mutating func lockTaken(_ lock: LockID, at now: VirtualTime) {
    lockHolds[lock.index].take(at: now)
  }
  mutating func lockReleased(_ lock: LockID, at now: VirtualTime) {
    lockHolds[lock.index].release(at: now, windowStart: windowStart)
  }

  /// Notes whether a check of a load passes, and tells.
  mutating func check(_ check: Int, of load: Int, status: UInt16) -> Bool {
    let index = firstChecks[load] + check
    let passes = checkStatuses[index].contains(status)
    metrics.tell(.checks, passes)
    if passes { checkPasses[index] += 1 } else { checkFails[index] += 1 }
    return passes
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
    if (200..<400).contains(status) { expectedDurations.record(latency) }
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
    for cache in 0..<caches.count { total += caches[cache].waits.waiting }
    for table in 0..<rowQueues.count { total += rowQueues[table].waiting }
    return total
  }
}
