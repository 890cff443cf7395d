import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// What the faults of a run came to.
@Suite("The report of faults")
struct FaultReportTests {
  /// One user who is answered every 100 ms for 30 s.
  private func steady() -> Scenario {
    var load = Build.once(1)
    load.executor = .constantVUs(vus: 1, duration: .seconds(30))
    return Build.scenario([Build.delay(100)], load: load)
  }

  @Test("there is none without faults")
  func none() {
    #expect(steady().compiled("none").run().faults == nil)
  }

  @Test("goodput before is that of the whole seconds, and it is back when it stays so")
  func recovery() {
    // Answers at 0.1 … 5.0, then one at 8.05 and every 100 ms from there. The first second has 9,
    // as the answer at 1.0 is of the second one.
    let result = steady().with(Build.pause(at: 5_050, for: 3_000)).compiled("none").run()
    #expect(result.faults?.goodputBefore == 9.8)
    #expect(result.faults?.lastEnd == .start + .milliseconds(8_050))
    #expect(result.faults?.recoveredAt == .start + .seconds(10))
    #expect(result.faults?.hasFallen == true)
    #expect(result.faults?.uses.map(\.count) == [1])
    #expect(result.faults?.uses[0].first == .start + .milliseconds(5_050))
    #expect(result.faults?.leftovers.isEmpty == true)
  }

  @Test("goodput is not looked at any more when iterations only come to their ends")
  func tail() {
    // From 29 s on another user waits for one answer, until 39 s.
    var scenario = steady()
    var late = scenario.requests[0]
    late.steps = [Build.delay(10_000), .respond(status: 200)]
    scenario.requests.append(late)
    var load = scenario.loads[0]
    load.name = "late"
    load.startTime = .seconds(29)
    load.executor = .constantVUs(vus: 1, duration: .seconds(1))
    load.gracefulStop = .seconds(30)
    load.iteration = [.request(1, key: .new)]
    scenario.loads.append(load)
    let result = scenario.with(Build.pause(at: 5_050, for: 3_000)).compiled("none").run()
    #expect(result.virtualTime == .seconds(39))
    #expect(result.faults?.recoveredAt == .start + .seconds(10))
  }

  @Test("goodput that stays high has not fallen")
  func noFall() {
    // Ten answers a second before, and as many while the lock server, which nobody asks, is out.
    let result = steady().with(Build.fault(at: 5_050, .redisFailover(losing: .seconds(1))))
      .compiled("none").run()
    #expect(result.faults?.hasFallen == false)
  }

  @Test("goodput that does not come back has not recovered")
  func noRecovery() {
    // A crash leaves a lease of 40 s, and nobody gets the lock until the end.
    var locked = steady()
    locked.requests[0].steps = [
      Build.lock(wait: .milliseconds(100), lease: .seconds(40), Build.delay(100))
    ]
    let after = locked.with(Build.crash(at: 5_050, restart: 10)).compiled("none").run()
    #expect(after.faults?.goodputBefore == 9.8)
    #expect(after.faults?.lastEnd == .start + .milliseconds(5_060))
    #expect(after.faults?.recoveredAt == nil)
    // Faults to the very end leave nothing to look at.
    let late = steady().with(Build.pause(at: 26_000, for: 1_000)).compiled("none").run()
    #expect(late.faults?.recoveredAt == nil)
    // Nor does a fault from the start leave anything to compare with.
    let early = steady().with(Build.pause(at: 500, for: 1_000)).compiled("none").run()
    #expect(early.faults?.goodputBefore == nil)
    #expect(early.faults?.recoveredAt == nil)
  }

  @Test("faults that are still to come when the load is over do not happen")
  func afterTheLoad() {
    let scenario = steady()
    let result = scenario.with(Build.pause(at: 30_500, for: 1_000)).compiled("none").run()
    #expect(result.faults?.uses.map(\.count) == [0])
    #expect(result.faults?.lastEnd == nil)
    #expect(result.faults?.uses[0].first == nil)
    #expect(result.digest == scenario.compiled("none").run().digest)
  }

  @Test("what nobody gives back is left, by kind")
  func leftovers() {
    // An hour after the load nothing is waited for any more: that is behind the first lease.
    let result = Build.roles(
      Build.Role(at: 0, rows: [1], Build.lock(lease: .hours(3), Build.delay(100))),
      Build.Role(at: 0, rows: [2], Build.lock(lease: .hours(4), Build.delay(100)))
    ).with(Build.crash(at: 50, restart: 10)).compiled("none").run()
    #expect(result.faults?.leftovers.map(\.what) == [.distributedLock])
    #expect(result.faults?.leftovers.map(\.count) == [1])
    #expect(result.broken(.nothingHeldAtEnd) == 1)
  }
}
