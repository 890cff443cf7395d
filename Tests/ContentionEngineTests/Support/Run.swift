import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

extension CompiledScenario {
  /// The result of a whole run.
  func run(seed: UInt64 = 1, replication: UInt32 = 0) -> RunResult {
    var simulation = Simulation(self, seed: seed, replication: replication)
    simulation.runToEnd()
    return simulation.finish()
  }

  /// What each request did from when on, one line each: the time, the user (from 1, as k6 counts)
  /// and what its time is spent on from then, or the status of its answer.
  func timeline(seed: UInt64 = 1) -> [String] {
    var simulation = Simulation(self, seed: seed)
    var lines: [String] = []
    var known: [RequestGlimpse] = []
    while simulation.runNextEvent() {
      let seen = simulation.requestsInFlight()
      for old in known where !seen.contains(where: { $0.isSameRequest(as: old) }) {
        let status = simulation.lastStatus(of: old.user)
        lines.append("\(simulation.now.sinceStart) u\(old.user.index + 1) answer \(status)")
      }
      for new in seen where !known.contains(where: { $0.doesTheSame(as: new) }) {
        lines.append("\(new.since.sinceStart) u\(new.user.index + 1) \(new.share.name)")
      }
      known = seen
    }
    return lines
  }
}

extension RequestGlimpse {
  fileprivate func isSameRequest(as other: RequestGlimpse) -> Bool {
    request == other.request && user == other.user && sentAt == other.sentAt
  }

  fileprivate func doesTheSame(as other: RequestGlimpse) -> Bool {
    isSameRequest(as: other) && since == other.since && share == other.share
  }
}

extension RunResult {
  func broken(_ promise: SafetyPromise) -> UInt64 { safety.finding(promise).broken }
}

/// A stretch of a request's life that is spent on one thing.
struct Spell: Equatable {
  var share: TimeShare
  var start: VirtualTime
  var length: VirtualDuration
}

/// A request from its send to its answer.
struct RequestStory {
  var user: Int
  var sentAt: VirtualTime
  var spells: [Spell] = []
  var answeredAt = VirtualTime.never

  var latency: VirtualDuration { answeredAt - sentAt }

  func lengths(of share: TimeShare) -> [VirtualDuration] {
    spells.filter { $0.share == share }.map(\.length)
  }
}

extension CompiledScenario {
  /// The stories of all requests, in the order of their answers, and the result of the run.
  func stories(seed: UInt64 = 1) -> (stories: [RequestStory], result: RunResult) {
    var simulation = Simulation(self, seed: seed)
    var told: [RequestStory] = []
    var open: [(glimpse: RequestGlimpse, story: RequestStory)] = []
    while simulation.runNextEvent() {
      let seen = simulation.requestsInFlight()
      for index in open.indices.reversed() {
        var (last, story) = open[index]
        let now = seen.first { $0.isSameRequest(as: last) }
        let end = now.map(\.since) ?? simulation.now
        if let now, now.doesTheSame(as: last) { continue }
        story.spells.append(Spell(share: last.share, start: last.since, length: end - last.since))
        if let now {
          open[index] = (now, story)
        } else {
          story.answeredAt = simulation.now
          told.append(story)
          open.remove(at: index)
        }
      }
      for new in seen where !open.contains(where: { $0.glimpse.isSameRequest(as: new) }) {
        open.append(
          (new, RequestStory(user: Int(new.user.index) + 1, sentAt: new.sentAt)))
      }
    }
    return (told, simulation.finish())
  }
}
