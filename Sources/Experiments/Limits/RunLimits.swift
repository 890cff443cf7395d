package import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// What a run is up against: how busy each scarce thing was, and at how many users, or arrivals a
/// second, it would be busy all the time.
///
/// The utilisation law makes the forecast: each request needs each thing for a certain time, so the
/// busy share grows in proportion to the arrivals, and in a closed loop with pauses to the users,
/// until the first share reaches 1.
package struct RunLimits {
  /// One scarce thing.
  package struct Limit {
    package enum Kind {
      case servers(ServerUse)
      case row(table: String, HoldUse)
      case lock(LockUse)
    }

    package let kind: Kind
    /// The share of the time, or of the servers, that was busy.
    package let utilisation: Double
    /// Whether it was busy practically all the time while there was load.
    package let isSaturated: Bool
  }

  /// From this share on a thing counts as saturated; the rest is how the run begins and ends.
  private static let saturation = 0.95
  /// For a distributed lock the share is smaller: its message and the next owner's command take
  /// time.
  private static let lockSaturation = 0.9

  /// What does work comes first, then what is held meanwhile, from the inside to the outside: when
  /// several are saturated, the first is the cause, and the others fill up behind it.
  package let limits: [Limit]
  /// The users of the loads that say how many there are.
  package let users: Amount
  /// The iterations that are due in a second, of the loads that say so.
  package let arrivals: Amount
  /// What the load is measured in; `nil` where neither users nor arrivals tell it alone, and where
  /// iterations are counted, so that users stop when they are used up.
  package let unit: LoadUnit?

  /// How many requests stood in queues, on average.
  package let meanWaiting: Double

  /// What grows when there is more load.
  package enum LoadUnit {
    case users
    case arrivals
  }

  /// How large something is in the measured window, as planned.
  package struct Amount {
    package let mean: Double
    package let peak: Double
    /// Whether it changes while there is load.
    package let isRamp: Bool
  }

  /// How much load there is, in its unit.
  package var amount: Amount { unit == .arrivals ? arrivals : users }

  package init(_ result: RunResult) {
    let from = (result.virtualTime - result.window).inSeconds
    let to = result.virtualTime.inSeconds
    let loads = result.scenario.loads
    var loadEnd = from
    for load in loads { loadEnd = max(loadEnd, load.plan(from: from, to: to).end) }
    let loadedShare = to > from ? (loadEnd - from) / (to - from) : 1
    func amount(of loads: [Load]) -> Amount {
      let sum = loads.reduce(0) { $0 + $1.plan(from: from, to: to).sum }
      let mean = to > from ? sum / (to - from) : 0
      let peak = loads.reduce(0) { $0 + $1.peak }
      return Amount(mean: mean, peak: peak, isRamp: mean < 0.95 * loadedShare * peak)
    }
    users = amount(of: loads.filter { $0.executor.arrivalRate == nil })
    arrivals = amount(of: loads.filter { $0.executor.arrivalRate != nil })
    unit =
      !loads.allSatisfy { $0.executor.lastsForATime }
      ? nil : arrivals.peak == 0 ? .users : users.peak == 0 ? .arrivals : nil

    let queues: [TimeShare] = [
      .threadQueue, .cpuQueue, .poolWait, .distributedLockWait, .rowLockWait, .cacheWait,
    ]
    let waited = queues.reduce(0.0) { $0 + Double(result.timeSplit.total($1)) }
    meanWaiting = to > from ? waited / 1e9 / (to - from) : 0

    let resources = result.resources
    var limits: [Limit] = []
    func add(_ kind: Limit.Kind, _ utilisation: Double, isQueuedFor: Bool, atLeast bound: Double) {
      // When requests run on long after the load, the mean over all says too little of the time
      // under load; then it must also be queued for.
      let underLoad = loadedShare > 0 ? utilisation / loadedShare : utilisation
      let isSaturated = utilisation >= bound || (underLoad >= bound && isQueuedFor)
      limits.append(Limit(kind: kind, utilisation: utilisation, isSaturated: isSaturated))
    }
    func add(_ use: ServerUse) {
      if use.size == nil { return }
      add(
        .servers(use), use.utilisation, isQueuedFor: use.queue.meanLevel >= 1,
        atLeast: Self.saturation)
    }
    func add(_ kind: ServerUse.Kind) {
      if let use = resources.servers(kind) { add(use) }
    }
    add(.cores)
    add(.databaseCores)
    add(.lockServer)
    // One sync takes along all commits that wait, so a busy log is no limit unless each commit has
    // its own.
    if !result.scenario.system.database.groupCommit { add(.log) }
    for use in resources.servers {
      if case .servers = use.kind { add(use) }
    }
    if let (table, row) = resources.hottestRow {
      let waiting = resources.tables.reduce(0) { $0 + $1.rowWaits.meanLevel }
      add(
        .row(table: table, row), row.utilisation, isQueuedFor: waiting >= 1,
        atLeast: Self.saturation)
    }
    add(.pool)
    if let lock = resources.hottestLock {
      add(
        .lock(lock), lock.use.utilisation, isQueuedFor: resources.lockWaits.meanLevel >= 1,
        atLeast: Self.lockSaturation)
    }
    for use in resources.servers {
      if case .gate = use.kind { add(use) }
    }
    add(.threads)
    self.limits = limits
  }

  /// The saturated things, the cause first.
  package var saturated: [Limit] { limits.filter { $0.isSaturated } }

  /// The one that is busiest; of equals the first.
  package var busiest: Limit? {
    var best: Limit?
    for limit in limits where limit.utilisation > best?.utilisation ?? 0 { best = limit }
    return best
  }

  /// The load at which a thing would be busy all the time.
  ///
  /// The users who stand in queues add nothing to what is asked of it: the others are as many as
  /// iterations begin in the time that one takes without waiting.
  package func loadToBind(_ limit: Limit) -> Double {
    (unit == .users ? amount.mean - meanWaiting : amount.mean) / limit.utilisation
  }
}

extension Load {
  /// The planned number of users, or of iterations in a second where their rate is planned,
  /// integrated over a stretch of the run, and when the plan ends in it; in seconds.
  fileprivate func plan(from start: Double, to end: Double) -> (sum: Double, end: Double) {
    var sum = 0.0
    var moment = startTime.inSeconds
    func add(from first: Double, to last: Double, lasting length: Double) {
      let low = max(start, moment)
      let high = min(end, moment + length)
      if high > low && length > 0 {
        let middle = ((low + high) / 2 - moment) / length
        sum += (first + (last - first) * middle) * (high - low)
      }
      moment += length
    }
    func add(_ stages: [Executor.Stage], from first: Int, per unit: Double) {
      var level = Double(first)
      for stage in stages {
        let target = Double(stage.target)
        add(from: level / unit, to: target / unit, lasting: stage.duration.inSeconds)
        level = target
      }
    }
    switch executor {
    case .constantVUs(let vus, let duration):
      add(from: Double(vus), to: Double(vus), lasting: duration.inSeconds)
    case .rampingVUs(let startVUs, let stages, _):
      add(stages, from: startVUs, per: 1)
    case .constantArrivalRate(_, let duration, _):
      add(from: peak, to: peak, lasting: duration.inSeconds)
    case .rampingArrivalRate(let rate, let stages, _):
      add(stages, from: rate.iterations, per: rate.timeUnit.inSeconds)
    case .sharedIterations(let vus, _, _), .perVUIterations(let vus, _, _):
      // Until the iterations are used up, which is when the measured window ends.
      add(from: Double(vus), to: Double(vus), lasting: max(0, end - moment))
    }
    return (sum, min(end, moment))
  }

  /// The largest planned number of users, or of iterations in a second.
  fileprivate var peak: Double {
    switch executor {
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations:
      Double(executor.mostUsers)
    case .constantArrivalRate(let rate, _, _):
      Double(rate.iterations) / rate.timeUnit.inSeconds
    case .rampingArrivalRate(let rate, let stages, _):
      Double(stages.reduce(rate.iterations) { max($0, $1.target) }) / rate.timeUnit.inSeconds
    }
  }
}
