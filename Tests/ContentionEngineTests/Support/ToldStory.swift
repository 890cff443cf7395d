import ContentionEngine
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// A run that was watched.
struct WatchedRun {
  /// One line a fact.
  var lines: [String]
  var story: [StoryEvent]
  var firstBreach: Breach?
  var result: RunResult
}

extension CompiledScenario {
  /// Runs the scenario to the end, or to a breach of one of these promises, and has everything told
  /// that happens.
  func watched(
    seed: UInt64 = 1, stopsAt: [SafetyPromise] = [], tieOrder: TieOrder = .scheduling
  ) -> WatchedRun {
    var watch = RunWatch()
    watch.tellsStory = true
    watch.stopsAt = stopsAt
    watch.tieOrder = tieOrder
    var simulation = Simulation(self, seed: seed, watch: watch)
    simulation.runToEnd()
    let story = simulation.takeStory()
    let firstBreach = simulation.firstBreach
    return WatchedRun(
      lines: story.map(\.line), story: story, firstBreach: firstBreach,
      result: simulation.finish())
  }
}

extension StoryEvent {
  /// The time, who (users from 1, as k6 counts, with attempts after the first), and the fact; rows
  /// and locks are numbered from 0 over the whole run.
  var line: String { "\(at.sinceStart) \(teller.name) \(fact.text)" }
}

extension StoryEvent.Teller {
  fileprivate var name: String {
    switch self {
    case .request(let request):
      "u\(request.user.index + 1)" + (request.attempt > 1 ? "#\(request.attempt)" : "")
    case .lockServer: "redis"
    case .fault: "fault"
    }
  }
}

extension StoryEvent.Fact {
  fileprivate var text: String {
    switch self {
    case .sent: "sent"
    case .replied(let status): "replied \(status)"
    case .replyLost(let status): "reply lost \(status)"
    case .timedOut: "timed out"
    case .locked(let lock, let token, let until):
      "locked \(lock.index) token \(token) until \(until.sinceStart)"
    case .lockRefused(let lock): "lock refused \(lock.index)"
    case .unlocked(let lock): "unlocked \(lock.index)"
    case .unlockRefused(let lock): "unlock refused \(lock.index)"
    case .leaseExpired(let lock): "lease expired \(lock.index)"
    case .lockForgotten(let lock): "lock forgotten \(lock.index)"
    case .lockRestored(let lock): "lock restored \(lock.index)"
    case .rowLocked(let row): "row locked \(row.index)"
    case .read(let row, let column, let value, let version):
      "read \(row.index).\(column) \(value) v\(version)"
    case .wrote(let row, let column, let value): "wrote \(row.index).\(column) \(value)"
    case .versionMoved(let row, let column): "version moved \(row.index).\(column)"
    case .tokenRefused(let row, let column): "token refused \(row.index).\(column)"
    case .belowFloor(let row, let column): "below floor \(row.index).\(column)"
    case .committed(let row, let column, let value): "committed \(row.index).\(column) \(value)"
    case .rolledBack: "rolled back"
    case .deadlockVictim: "deadlock victim"
    case .lockWaitTimedOut: "lock wait timed out"
    case .keyFound(let table, let sight): "key \(table) found \(sight)"
    case .keyInserted(let table, let sight): "key \(table) inserted \(sight)"
    case .keyCommitted(let table, let sight): "key \(table) committed \(sight)"
    case .duplicateKey(let table): "key \(table) duplicate"
    case .keyTakenOver(let table): "key \(table) taken over"
    case .faultBegan(let fault): "fault \(fault) began"
    case .faultEnded(let fault): "fault \(fault) ended"
    case .faultStruck(let fault): "fault \(fault) struck"
    case .died(let instance): "instance \(instance.index) died"
    case .broke(let promise): "broke \(promise.name)"
    }
  }
}
