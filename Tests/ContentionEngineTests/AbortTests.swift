import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Thresholds that end a run")
struct AbortTests {
  /// Requests of 100 ms back to back by one user; those that end in the moment of a judgement come
  /// after it, so 20 n − 1 are over when second 2 n is judged.
  private func steady(_ thresholds: Threshold...) -> Scenario {
    let load = Load(
      name: "steady", executor: .constantVUs(vus: 1, duration: .seconds(60)),
      iteration: [.request(0, key: .new)])
    var scenario = Build.scenario([Build.cpu(100)], load: load)
    scenario.thresholds = thresholds
    return scenario
  }

  private func atMost(
    _ count: Double, of metric: String = "http_reqs", tags: [MetricPart.Tag] = [],
    delay: VirtualDuration = .zero, aborts: Bool = true
  ) -> Threshold {
    Threshold(
      part: MetricPart(metric: metric, tags: tags), method: .count, comparison: .lessOrEqual,
      bound: count, text: "count<=\(count)", abortsOnFail: aborts, abortDelay: delay)
  }

  @Test("do so at the first second judgement that they fail")
  func moment() {
    let threshold = atMost(25)
    let result = steady(threshold).compiled("none").run()
    #expect(result.virtualTime == .seconds(4))
    #expect(result.window == .seconds(4))
    #expect(result.count(.requests) == 39)
    #expect(result.count(.iterations) == 39)
    #expect(result.stoppedBy == threshold)
    #expect(result.thresholds.map(\.outcome.passed) == [false])
    // The request in flight goes on at the service, and nobody hears of it.
    #expect(result.safety.interrupted == 1)
    #expect(result.safety.arrived == 40)
    #expect(result.safety.finding(.nothingHeldAtEnd).isHeld)
  }

  @Test(
    "wait until more than their delay is over",
    arguments: [(0, 2), (1, 2), (2, 4), (3, 4), (10, 12), (59, 60), (60, 60)])
  func delay(delay: UInt64, end: UInt64) {
    let result = steady(atMost(5, delay: .seconds(delay))).compiled("none").run()
    #expect(result.virtualTime == .seconds(end))
    #expect(result.count(.requests) == (end == 60 ? result.count(.requests) : end * 10 - 1))
  }

  @Test("leave a run alone that keeps them, or when they end nothing")
  func kept() {
    let free = steady().compiled("none").run()
    let failed = steady(atMost(5, aborts: false)).compiled("none").run()
    #expect(failed.digest == free.digest)
    #expect(failed.stoppedBy == nil)
    #expect(failed.thresholds.map(\.outcome.passed) == [false])
    let kept = steady(atMost(600)).compiled("none").run()
    #expect(kept.virtualTime == .seconds(60))
    #expect(kept.metrics == free.metrics)
    #expect(kept.stoppedBy == nil)
    // Judged each two seconds but at the end, when the load is over.
    #expect(kept.events >= free.events + 29)
  }

  @Test("are not judged as long as there are no samples")
  func noSamples() {
    func never(_ metric: String, _ method: Threshold.Method) -> Threshold {
      Threshold(
        part: MetricPart(metric: metric), method: method, comparison: .greater, bound: 1e9,
        text: "", abortsOnFail: true)
    }
    let result = steady(never("deadlocks", .count), never("lost_updates", .count))
      .compiled("none").run()
    #expect(result.virtualTime == .seconds(60))
    #expect(result.stoppedBy == nil)
    #expect(result.thresholds.map(\.outcome.passed) == [false, false])
    let trend = Load(
      name: "late", executor: .constantVUs(vus: 1, duration: .seconds(60)), startTime: .seconds(5),
      iteration: [.request(0, key: .new)])
    var scenario = Build.scenario([Build.cpu(100)], load: trend)
    scenario.thresholds = [never("http_req_duration", .minimum)]
    #expect(scenario.compiled("none").run().virtualTime == .seconds(6))
  }

  @Test("may name parts")
  func parts() {
    let fits = steady(atMost(25, tags: [.init(.status, "200")])).compiled("none").run()
    #expect(fits.virtualTime == .seconds(4))
    let other = steady(atMost(25, tags: [.init(.status, "409")])).compiled("none").run()
    #expect(other.virtualTime == .seconds(60))
  }

  @Test("are judged when the warm-up is over")
  func warmUp() {
    var scenario = steady(atMost(5))
    scenario.loads[0].warmUp = .milliseconds(5_050)
    let result = scenario.compiled("none").run()
    #expect(result.virtualTime == .seconds(6))
    #expect(result.window == .milliseconds(950))
    #expect(result.count(.requests) == 9)
  }

  @Test("judge what the ledger has found so far")
  func ledger() throws {
    var scenario = try SampleTests.crowded("balance-charge")
    scenario.thresholds = [atMost(0, of: "lost_updates")]
    let result = scenario.compiled("none").run()
    #expect(result.virtualTime == .seconds(2))
    #expect(result.count(.lostUpdates) > 0)
    #expect(scenario.compiled("pessimistic").run().stoppedBy == nil)
  }

  @Test("end every load, of whatever kind and whether or not it has begun")
  func loads() {
    func load(_ name: String, _ executor: Executor, _ steps: IterationStep...) -> Load {
      Load(name: name, executor: executor, iteration: steps)
    }
    let work = IterationStep.request(0, key: .new)
    let stages = [
      Executor.Stage(duration: .seconds(3), target: 5),
      Executor.Stage(duration: .seconds(30), target: 0),
    ]
    var loads = [
      load("steady", .constantVUs(vus: 2, duration: .seconds(60)), work),
      load(
        "ramp", .rampingVUs(startVUs: 1, stages: stages, gracefulRampDown: .seconds(30)), work),
      load("shared", .sharedIterations(vus: 2, iterations: 900, maxDuration: .minutes(5)), work),
      load("own", .perVUIterations(vus: 2, iterations: 900, maxDuration: .minutes(5)), work),
      load(
        "sleeper", .constantVUs(vus: 1, duration: .seconds(60)), work,
        .sleep(.constant(.hours(2)))),
      load(
        "meeting", .constantVUs(vus: 3, duration: .seconds(60)), work, .barrier(parties: 3),
        .sleep(.constant(.milliseconds(700)))),
      load("late", .constantVUs(vus: 1, duration: .seconds(60)), work),
    ]
    loads[6].startTime = .minutes(10)
    var scenario = Build.scenario([Build.request([Build.cpu(100)])], loads: loads)
    scenario.thresholds = [atMost(100)]
    var simulation = Simulation(scenario.compiled("none"), seed: 1)
    simulation.runToEnd()
    #expect(simulation.now < .start + .seconds(60))
    let result = simulation.finish()
    #expect(result.virtualTime == .seconds(2) || result.virtualTime == .seconds(4))
    // k6 pushes no more samples when the run is aborted (PushIfNotDone).
    #expect(result.count(.droppedIterations) == 0)
    #expect(result.safety.arrived == result.safety.answered + result.safety.interrupted)
    #expect(result.count(.requests) == result.safety.answered)
  }
}
