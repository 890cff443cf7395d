import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What a run has measured when its last load is over.
struct MeasuredRun {
  let window: VirtualDuration
  let metrics: [MetricValue]
  let parts: [(part: MetricPart, value: MetricValue)]
  let checks: [RunResult.Check]
  let resources: ResourceReport
  let timeSplit: TimeSplitResult
  let retries: [UInt64]
  let versionChecks: UInt64
}

extension Simulation {
  /// A second has passed: the interval closes, and the users are counted.
  mutating func closeInterval() {
    sampleUsers()
    closeSeriesRow()
    guard endOfLoads == nil else { return }
    queue.schedule(Event.secondPassed.word, at: now + .seconds(1))
  }

  private mutating func sampleUsers() {
    guard endOfLoads == nil else { return }
    meters.sampleUsers(activeUsers, of: madeUsers)
    if meters.isObserved { observeUsers() }
  }

  private mutating func closeSeriesRow() {
    guard measured == nil, now > lastIntervalEnd else { return }
    lastIntervalEnd = now
    closedIntervals.append(
      meters.series.close(at: now, users: activeUsers, queueLength: meters.queueLength))
  }

  mutating func startWindow() {
    guard endOfLoads == nil else { return }
    windowStart = now
    meters.startWindow(at: now)
    sampleUsers()
  }

  /// The last load is over: what follows is no longer measured.
  mutating func endMeasurements() {
    // A threshold may have ended them before.
    if endOfLoads != nil { return }
    meters.setWindow(open: false)
    closeSeriesRow()
    forEachWaiting { meters, waiting, now in meters.unfinished(waiting, at: now) }
    endOfLoads = now
    cancelFaults()
    let window = now - windowStart
    measured = MeasuredRun(
      window: window, metrics: meters.metricValues(over: window),
      parts: meters.partValues(over: window), checks: checks,
      resources: resourceReport(), timeSplit: meters.timeSplit, retries: meters.retries,
      versionChecks: meters.versionChecks)
    for queue in measured?.resources.queues ?? [] where !queue.result.littleHolds {
      broken("Little's law: the integral of a queue's length is not the sum of its waits")
    }
    // Requests without a client go on, and leave their queues later.
    forEachWaiting { meters, waiting, now in meters.entered(waiting, at: now) }
  }

  /// Calls a function for each request that waits in a queue, in the order of their slots.
  private mutating func forEachWaiting(
    _ body: (inout Meters, Meters.Waiting, VirtualTime) -> Void
  ) {
    for slot in 0..<requests.slotCount {
      let request = RequestID(index: slot)
      guard requests[request].user.index >= 0 else { continue }
      let wait = requests[request].wait
      // It has not been sent.
      if wait == .click { continue }
      // The members of the running sync wait no longer: they are served.
      if wait == .sync && commits.isSyncing(request) { continue }
      let awaited = rowLocks.waitedRequest(of: transaction(of: request))
      let waiting = Meters.Waiting(
        wait: wait, row: awaited.flatMap { row(of: $0.record) },
        modelServer: awaitedModelServer(of: request), since: requests[request].since)
      body(&meters, waiting, now)
    }
  }

  private var checks: [RunResult.Check] {
    var checks: [RunResult.Check] = []
    for iteration in compiled.iterations {
      for check in iteration.checks {
        let counts = meters.checkCounts(checks.count)
        checks.append(RunResult.Check(name: check.name, passes: counts.passes, fails: counts.fails))
      }
    }
    return checks
  }

  private func resourceReport() -> ResourceReport {
    let system = compiled.scenario.system
    func use(_ kind: ServerUse.Kind, _ size: Int?, _ meter: ServerMeter) -> ServerUse {
      ServerUse(
        kind: kind, size: size, busy: meter.busy.result(at: now), queue: meter.queue.result(at: now)
      )
    }
    var own: [ServerUse] = []
    for (index, pool) in system.serverPools.enumerated() {
      own.append(use(.servers(name: pool.name), pool.count, meters.modelServers[index]))
    }
    for (index, gate) in system.gates.enumerated() {
      own.append(use(.gate(name: gate.name), gate.size, meters.gates[index]))
    }
    func inAll(_ size: Int?) -> Int? { size.map { $0 * system.instances } }
    var tables: [TableUse] = []
    for (index, table) in compiled.scenario.tables.enumerated() {
      let first = compiled.firstRows[index]
      tables.append(
        TableUse(
          name: table.name, rowWaits: meters.rowWaits(ofTable: index, at: now),
          hottestRow: meters.hottestRow(in: first..<(first + table.fixedRows), at: now)))
    }
    return ResourceReport(
      servers: [
        use(.threads, inAll(system.threads.size), meters.threads),
        use(.cores, inAll(system.cores), meters.cores),
        use(.pool, inAll(system.pool.size), meters.pool),
        use(.databaseCores, system.database.cores, meters.databaseCores),
        use(.lockServer, 1, meters.lockServer),
        use(.log, 1, meters.log),
      ] + own, tables: tables, keyWaits: meters.keys.result(at: now),
      lockWaits: meters.locks.result(at: now), hottestLock: hottestLock, caches: cacheUses,
      statements: meters.statements, syncs: meters.syncs)
  }

  private var cacheUses: [CacheUse] {
    var uses: [CacheUse] = []
    for (index, cache) in compiled.scenario.system.caches.enumerated() {
      let meter = meters.caches[index]
      uses.append(
        CacheUse(
          name: cache.name, hits: meter.hits, misses: meter.misses,
          mostLoadsAtOnce: meter.mostLoadsAtOnce, waits: meter.waits.result(at: now)))
    }
    return uses
  }

  private var hottestLock: LockUse? {
    var best: LockUse?
    for name in compiled.lockNames {
      guard let use = meters.hottestLock(in: name.first..<(name.first + name.count), at: now) else {
        continue
      }
      if use.held > (best?.use.held ?? .zero) {
        best = LockUse(name: name.text, use: use)
      }
    }
    return best
  }

  private var memoryUse: MemoryUse? {
    compiled.scenario.system.memory.map {
      MemoryUse(limit: $0.mostRequests, peak: Int(peakInFlight), firstDeath: firstDeath)
    }
  }

  /// Ends the run and tells what it came to.
  ///
  /// - Precondition: The run is over.
  public consuming func finish() -> RunResult {
    precondition(isOver, "a run was finished that has not ended")
    guard let measured, let endOfLoads else { broken("a run ended before its loads were over") }
    // Where a breach has stopped the run, nobody has come to an end.
    let held =
      isStopped ? 0 : leftovers.reduce(0) { $1.what == .processingKey ? $0 : $0 + $1.count }
    let stuck = isStopped ? 0 : UInt64(keys.processingRows)
    noteBreachesOfNobody()
    let atEnd = breachesAtEnd(keysStuck: stuck, held: held)
    let faults = faultReport(endOfLoads: endOfLoads)
    let memory = memoryUse
    let safety = ledger.report(
      inFlight: UInt64(requests.count - lockErrands - pendingClicks),
      held: isStopped ? nil : held, keysExamined: isStopped ? 0 : UInt64(keys.committedRows),
      keysStuck: stuck, keyRows: UInt64(keys.committedRows))
    if !safety.finding(.everyRequestAccounted).isHeld {
      invariantFailure(
        "arrived = answered + interrupted + in flight", seed: seed, at: queue.now, event: eventCount
      )
    }
    var metrics = measured.metrics
    func set(_ metric: MetricName, _ promise: SafetyPromise) {
      metrics[metric.index] = .counter(
        CounterResult(count: safety.finding(promise).broken, window: measured.window))
    }
    set(.lostUpdates, .noLostUpdate)
    set(.duplicateEffects, .oneEffectPerIntent)
    set(.oversold, .neverOversold)
    if case .rate(let own) = metrics[MetricName.checks.index] {
      metrics[MetricName.checks.index] = .rate(own.adding(safety.findings))
    }
    // A later write may have brought a lost update back.
    let told = breaches.filter { !safety.finding($0.promise).isHeld } + atEnd
    return RunResult(
      scenario: compiled.scenario, strategy: compiled.strategy, seed: seed,
      replication: replication, digest: digest, events: eventCount,
      virtualTime: endOfLoads.sinceStart, window: measured.window, users: users.count,
      metrics: metrics, parts: measured.parts, stoppedBy: stoppedBy, checks: measured.checks,
      resources: measured.resources,
      timeSplit: measured.timeSplit, retries: measured.retries,
      versionChecks: measured.versionChecks, gaveUpAtEnd: gaveUpAtEnd,
      cutOffCalls: meters.cutOffCalls, safety: safety,
      memory: memory, faults: faults, breaches: told, dangers: dangers,
      latestDeadlock: latestDeadlock)
  }
}
