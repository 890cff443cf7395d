import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// What a run is up against: how busy each scarce thing was, and at how many users it would be busy all the time.
///
/// The utilisation law makes the forecast: each request needs each thing for a certain time, so in a closed loop with
/// pauses the busy share grows in proportion to the users, until the first share reaches 1.
struct RunLimits {
  /// One scarce thing.
  struct Limit {
    enum Kind {
      case servers(ServerUse)
      case row(table: String, RowUse)
    }

    let kind: Kind
    /// The share of the time, or of the servers, that was busy.
    let utilisation: Double

    var isSaturated: Bool { utilisation >= RunLimits.saturation }
  }

  /// From this share on a thing counts as saturated; the rest is the gap between two holders.
  static let saturation = 0.95

  /// What does work comes first, then what is held meanwhile, from the inside to the outside: when several are
  /// saturated, the first is the cause, and the others fill up behind it.
  let limits: [Limit]
  /// The mean number of users in the measured window, as planned, and the largest.
  let meanUsers: Double
  let peakUsers: Int

  init(_ result: RunResult) {
    let resources = result.resources
    var limits: [Limit] = []
    func add(_ kind: ServerUse.Kind) {
      guard let use = resources.servers(kind), use.size != nil else { return }
      limits.append(Limit(kind: .servers(use), utilisation: use.utilisation))
    }
    add(.cores)
    add(.databaseCores)
    add(.lockServer)
    // One sync takes along all commits that wait, so a busy log is no limit unless each commit has its own.
    if !result.scenario.system.database.groupCommit { add(.log) }
    if let (table, row) = resources.hottestRow {
      limits.append(Limit(kind: .row(table: table, row), utilisation: row.utilisation))
    }
    add(.pool)
    add(.threads)
    self.limits = limits
    peakUsers = result.users
    let from = (result.virtualTime - result.window).inSeconds
    let to = result.virtualTime.inSeconds
    var userSeconds = 0.0
    for load in result.scenario.loads { userSeconds += load.userSeconds(from: from, to: to) }
    meanUsers = to > from ? userSeconds / (to - from) : 0
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

  /// Whether the number of users changes over the window.
  var isRamp: Bool { meanUsers < 0.95 * Double(peakUsers) }
}

extension Load {
  /// The planned number of users, integrated over a stretch of the run; in user seconds.
  fileprivate func userSeconds(from start: Double, to end: Double) -> Double {
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
    case .sharedIterations(let vus, _, _), .perVUIterations(let vus, _, _):
      // Until the iterations are used up, which is when the measured window ends.
      add(from: vus, to: vus, lasting: max(0, end - moment))
    }
    return sum
  }
}
