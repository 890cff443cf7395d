import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Requests that are sent twice; each takes 5 ms and changes one row.
@Suite("Double clicks")
struct DoubleClickTests {
  private static let work = Build.transaction(Build.delay(5), Build.add(1))
  private static let guarded = Build.idempotent(layer: .idempotencyKey, work)

  /// Users who send a request, and once more after some time, and then think for 100 ms.
  private func load(
    _ users: Int = 1, after milliseconds: UInt64, probability: Double = 1, iterations: Int = 1,
    key: IterationStep.KeyUse = .new
  ) -> Load {
    let click = DoubleClick(
      after: .constant(.milliseconds(milliseconds)), probability: probability)
    return Load(
      name: "impatient",
      executor: .perVUIterations(vus: users, iterations: iterations, maxDuration: .hours(1)),
      iteration: [
        .request(0, key: key, doubleClick: click), .check(name: "is 200", statuses: [200]),
        .sleep(.constant(.milliseconds(100))),
      ])
  }

  @Test("have their effect twice where nothing tells a repeat from a new request")
  func withoutKey() {
    let scenario = Build.scenario([Self.guarded], load: load(after: 2))
    let (stories, result) = scenario.compiled("atomic").stories()
    #expect(stories.map(\.sentAt.sinceStart) == [.zero, .milliseconds(2)])
    #expect(result.count(.requests) == 2)
    #expect(result.count(.iterations) == 1)
    #expect(result.broken(.oneEffectPerIntent) == 1)
    #expect(result.safety.arrived == 2)
    #expect(result.safety.answered == 2)
  }

  @Test("are refused with a key while the first is in process, and replayed afterwards")
  func withKey() {
    for (after, conflicts, replays) in [(2, 1, 0), (50, 0, 1)] {
      let scenario = Build.scenario([Self.guarded], load: load(after: UInt64(after)))
      let result = scenario.compiled("idempotency-key").run()
      #expect(result.count(.requests) == 2)
      #expect(result.count(.idempotencyConflicts) == UInt64(conflicts))
      #expect(result.count(.idempotentReplays) == UInt64(replays))
      #expect(result.broken(.oneEffectPerIntent) == 0)
      // The user hears the first answer only.
      #expect(result.checks.map(\.passes) == [1])
      #expect(result.checks.map(\.fails) == [0])
    }
  }

  @Test("do not hold up the iteration, which goes on with the first answer")
  func iteration() {
    // 5 ms and 100 ms; the copy is answered at 105 ms, when the user has stopped.
    let scenario = Build.scenario([Self.work], load: load(after: 100))
    let result = scenario.compiled("atomic").run()
    #expect(result.virtualTime == .milliseconds(105))
    #expect(result.trend(.iterationDuration).maximum == 105_000_000)
    #expect(result.safety.answered == 2)
  }

  @Test("are about the rows of the first")
  func rows() {
    let scenario = Build.scenario(
      [Self.work], load: load(3, after: 2, iterations: 5), tables: Build.tables(rows: 1_000),
      keys: [.uniform])
    var simulation = Simulation(scenario.compiled("atomic"), seed: 1)
    var pairs = 0
    while simulation.runNextEvent() {
      let seen = simulation.requestsInFlight()
      for first in seen {
        for second in seen where second.user == first.user && second.sentAt > first.sentAt {
          pairs += 1
          #expect(
            simulation.rows(of: first.request, key: 0)
              == simulation.rows(of: second.request, key: 0))
          #expect(simulation.key(of: first.request) == simulation.key(of: second.request))
        }
      }
    }
    #expect(pairs > 0)
  }

  @Test("leave no key behind")
  func keysAreForgotten() {
    for key in [IterationStep.KeyUse.new, .previous, .ofGroup(size: 2)] {
      let scenario = Build.scenario(
        [Self.guarded], load: load(4, after: 2, iterations: 50, key: key))
      var simulation = Simulation(scenario.compiled("idempotency-key"), seed: 1)
      var most = 0
      while simulation.runNextEvent() { most = max(most, simulation.sharedKeyCount) }
      // One of the load, and as many as users, or one more for each who has just sent anew.
      #expect(most <= 1 + 8)
      #expect(simulation.sharedKeyCount <= (key == .previous ? 5 : 1))
    }
  }

  /// The user is interrupted at 1 ms, the copy is sent at 3 ms and takes 5.
  @Test("go through when their user has been interrupted")
  func interrupted() {
    var load = load(after: 3)
    load.executor = .constantVUs(vus: 1, duration: .milliseconds(1))
    load.gracefulStop = .zero
    let result = Build.scenario([Self.work], load: load).compiled("atomic").run()
    #expect(result.safety.arrived == 2)
    #expect(result.safety.answered == 1)
    #expect(result.safety.interrupted == 1)
    #expect(result.safety.inFlight == 0)
    #expect(result.broken(.oneEffectPerIntent) == 1)
  }

  @Test("wait at no barrier, where their user may stand already")
  func barrier() {
    let steps: [Step] = [Build.delay(5), .barrier(parties: 2), Build.add(1)]
    let result = Build.scenario(
      [.transaction(TransactionStep(steps: steps))], load: load(2, after: 1)
    )
    .compiled("atomic").run()
    #expect(result.safety.answered == 4)
  }

  /// Of 10 000 the standard deviation is √(0.3 · 0.7 · 10 000), about 46.
  @Test("happen as often as their probability says")
  func probability() {
    let scenario = Build.scenario(
      [Build.delay(5)], load: load(10, after: 1, probability: 0.3, iterations: 1_000))
    let result = scenario.compiled("none").run()
    #expect(abs(Int(result.count(.requests)) - 13_000) < 4 * 46)
    #expect(result.count(.iterations) == 10_000)
  }

  @Test("that are yet to come leave room for who comes meanwhile")
  func pendingClicks() {
    // Some thirty copies wait for their moment when the second user comes. An iteration takes 60
    // ms: the first user begins 67 of them within 4 s, the second 34 within the last 2 s.
    let stages = [
      Executor.Stage(duration: .seconds(2), target: 1), Executor.Stage(duration: .zero, target: 2),
      Executor.Stage(duration: .seconds(2), target: 2),
    ]
    let load = Load(
      name: "ramp",
      executor: .rampingVUs(startVUs: 1, stages: stages, gracefulRampDown: .seconds(30)),
      iteration: [
        .request(0, key: .new, doubleClick: DoubleClick(after: .constant(.seconds(5)))),
        .sleep(.constant(.milliseconds(10))),
      ])
    let result = Build.scenario([Build.request([Build.delay(50)])], loads: [load])
      .compiled("none").run()
    #expect(result.safety.arrived == 202)
    #expect(result.safety.answered == 202)
  }

  @Test("are the same occasion as the first")
  func occasions() {
    let every = EveryNth(every: 2, first: 2)
    let scenario = Build.scenario(
      [.everyNth(every, steps: [Build.delay(20)], otherwise: [Build.delay(10)])],
      load: load(after: 1, iterations: 2))
    let lengths = scenario.compiled("none").stories().stories.map(\.latency)
    #expect(lengths == [10, 10, 20, 20].map { .milliseconds($0) })
  }
}
