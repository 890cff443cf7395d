import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// What a run is up against: how busy each scarce thing was, and at how many users it would be busy
/// all the time.
///
/// The utilisation law makes the forecast: each request needs each thing for a certain time, so in
/// a closed loop with pauses the busy share grows in proportion to the users, until the first share
/// reaches 1.
struct RunLimits {
  /// One scarce thing.
  struct Limit {
    enum Kind {
      case servers(ServerUse)
      case row(table: String, HoldUse)
      case lock(LockUse)
    }

    let kind: Kind
    /// The share of the time, or of the servers, that was busy.
    let utilisation: Double
    /// Whether it was busy practically all the time while there was load.
    let isSaturated: Bool
  }

  /// From this share on a thing counts as saturated; the rest is how the run begins and ends.
  private static let saturation = 0.95
  /// For a distributed lock the share is smaller: its message and the next owner's command take
  /// time.
  private static let lockSaturation = 0.9

  /// What does work comes first, then what is held meanwhile, from the inside to the outside: when
  /// several are saturated, the first is the cause, and the others fill up behind it.
  let limits: [Limit]
  /// The mean number of users in the measured window, as planned, and the largest.
  let meanUsers: Double
  let peakUsers: Int
  /// Whether the number of users changes while there is load.
  let isRamp: Bool
  /// Whether users come and go as the loads say, so that their number can be compared; where
  /// iterations are counted, it can not.
  let isSteady: Bool

  init(_ result: RunResult) {
    let from = (result.virtualTime - result.window).inSeconds
    let to = result.virtualTime.inSeconds
    var userSeconds = 0.0
    var loadEnd = from
    for load in result.scenario.loads {
      let planned = load.plan(from: from, to: to)
      userSeconds += planned.userSeconds
      loadEnd = max(loadEnd, planned.end)
    }
    meanUsers = to > from ? userSeconds / (to - from) : 0
    peakUsers = result.users
    isSteady = result.scenario.loads.allSatisfy { $0.executor.lastsForATime }
    let loadedShare = to > from ? (loadEnd - from) / (to - from) : 1
    isRamp = meanUsers < 0.95 * loadedShare * Double(peakUsers)

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
  var saturated: [Limit] { limits.filter(\.isSaturated) }

  /// The one that is busiest; of equals the first.
  var busiest: Limit? {
    var best: Limit?
    for limit in limits where limit.utilisation > best?.utilisation ?? 0 { best = limit }
    return best
  }

  /// The number of users at which it would be busy all the time.
  func usersToBind(_ limit: Limit) -> Double { meanUsers / limit.utilisation }
}

extension Load {
  /// The planned number of users, integrated over a stretch of the run, and when the plan ends in
  /// it; in seconds.
  fileprivate func plan(from start: Double, to end: Double) -> (userSeconds: Double, end: Double) {
    var sum = 0.0
    var moment = startTime.inSeconds
    func add(from first: Int, to last: Int, lasting length: Double) {
      let low = max(start, moment)
      let high = min(end, moment + length)
      if high > low && length > 0 {
        let middle = ((low + high) / 2 - moment) / length
        sum += (Double(first) + Double(last - first) * middle) * (high - low)
      }
      moment += length
    }
    switch executor {
    case .constantVUs(let vus, let duration):
      add(from: vus, to: vus, lasting: duration.inSeconds)
    case .rampingVUs(let startVUs, let stages, _):
      var users = startVUs
      for stage in stages {
        add(from: users, to: stage.target, lasting: stage.duration.inSeconds)
        users = stage.target
      }
    case .constantArrivalRate(_, let duration, let users):
      add(from: users.maximum, to: users.maximum, lasting: duration.inSeconds)
    case .rampingArrivalRate(_, _, let users):
      add(from: users.maximum, to: users.maximum, lasting: executor.length.inSeconds)
    case .sharedIterations(let vus, _, _), .perVUIterations(let vus, _, _):
      // Until the iterations are used up, which is when the measured window ends.
      add(from: vus, to: vus, lasting: max(0, end - moment))
    }
    return (sum, min(end, moment))
  }
}
