import Measurements
import SimulationBasics

/// The start and the end of the window in which is measured.
extension Meters {
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
    for cache in 0..<caches.count { caches[cache].startWindow(at: now) }
    keys.startWindow(at: now)
    locks.startWindow(at: now)
    for table in 0..<rowQueues.count { rowQueues[table].startWindow(at: now) }
    for row in 0..<holds.count { holds[row].startWindow() }
    for lock in 0..<lockHolds.count { lockHolds[lock].startWindow() }
    metrics.startWindow()
    expectedDurations.reset()
    parts.startWindow()
    setWindow(open: true)
    versionChecks = 0
    statements = 0
    syncs = 0
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
    /// The pool, gate or cache of the model's own that it waits for.
    let modelServer: Int
    let since: VirtualTime
  }

  /// A request still waits for this at the end of the window.
  mutating func unfinished(_ waiting: Waiting, at end: VirtualTime) {
    let since = waiting.since
    switch waiting.wait {
    case .nothing, .time, .handOff, .barrier, .click: break
    case .server: modelServers[waiting.modelServer].queue.unfinished(since: since, at: end)
    case .gate: gates[waiting.modelServer].queue.unfinished(since: since, at: end)
    case .cache: caches[waiting.modelServer].waits.unfinished(since: since, at: end)
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
    case .nothing, .time, .handOff, .barrier, .click: break
    case .server: modelServers[waiting.modelServer].queue.entered(at: now)
    case .gate: gates[waiting.modelServer].queue.entered(at: now)
    case .cache: caches[waiting.modelServer].waits.entered(at: now)
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
}
