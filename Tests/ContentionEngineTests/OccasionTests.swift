import ContentionEngine
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Steps that are done by chance or every n-th time; which ones ran shows in how long they took.
@Suite("Branches and occasions")
struct OccasionTests {
  private func iterations(
    _ count: Int, users: Int = 1, stagger: StartStagger = .none,
    _ steps: [IterationStep] = [.request(0, key: .new)]
  ) -> Load {
    Load(
      name: "some",
      executor: .perVUIterations(vus: users, iterations: count, maxDuration: .minutes(10)),
      startStagger: stagger, iteration: steps)
  }

  /// The lengths of all requests in milliseconds, in the order in which they were sent.
  private func lengths(_ steps: [Step], _ load: Load, system: SystemModel = SystemModel())
    -> [UInt64]
  {
    Build.scenario(steps, load: load, system: system).compiled("none").stories().stories
      .sorted { ($0.sentAt, $0.user) < ($1.sentAt, $1.user) }
      .map { $0.latency.inNanoseconds / 1_000_000 }
  }

  @Test("every third request of a user, the third being the first one meant")
  func everyThird() {
    let step = Step.everyNth(
      EveryNth(every: 3), steps: [Build.delay(20)], otherwise: [Build.delay(5)])
    #expect(lengths([step], iterations(7)) == [5, 5, 20, 5, 5, 20, 5])
  }

  @Test("the first occasion may be another, and then they are as far apart as ever")
  func first() {
    let step = Step.everyNth(
      EveryNth(every: 3, first: 2), steps: [Build.delay(20)], otherwise: [Build.delay(5)])
    #expect(lengths([step], iterations(7)) == [5, 20, 5, 5, 20, 5, 5])
  }

  @Test("each user's requests are counted for themselves, of whatever class they are")
  func ofUsers() {
    let step = Step.everyNth(EveryNth(every: 2), steps: [Build.delay(20)], otherwise: [])
    let load = iterations(
      2, users: 2, stagger: Build.everyStep(1, users: 2),
      [.request(0, key: .new), .request(1, key: .new), .request(0, key: .new)])
    let scenario = Build.scenario(
      [Build.request([Build.delay(5), step]), Build.request([Build.delay(7)], name: "other")],
      loads: [load])
    let stories = scenario.compiled("none").stories().stories
    // Of the six requests of a user, the 1st, 3rd, 4th and 6th are of the first class.
    for user in 1...2 {
      let own = stories.filter { $0.user == user }.map { $0.latency.inNanoseconds / 1_000_000 }
      #expect(own == [5, 7, 5, 25, 7, 25])
    }
  }

  @Test("a group counts how often anybody of it has come")
  func ofGroups() {
    // Users 1–2 and 3–4 are groups; each user thinks for 100 ms after each request.
    let step = Step.everyNth(
      EveryNth(every: 3, counting: .ofGroup(size: 2)), steps: [Build.delay(20)],
      otherwise: [Build.delay(5)])
    let load = iterations(
      3, users: 4, stagger: Build.everyStep(1, users: 4),
      [.request(0, key: .new), .sleep(.constant(.milliseconds(100)))])
    // User 1 comes at 0, 105 and, after the long request, at 225 ms; user 2 at 1, 106 and 211. So
    // the third visit of the group is user 1's second, and the sixth its third.
    let stories = Build.scenario([step], load: load).compiled("none").stories().stories
    for (user, expected) in [
      (1, [5, 20, 20]), (2, [5, 5, 5]), (3, [5, 20, 20]), (4, [5, 5, 5]),
    ] as [(Int, [UInt64])] {
      let own = stories.filter { $0.user == user }.map { $0.latency.inNanoseconds / 1_000_000 }
      #expect(own == expected)
    }
  }

  @Test("with only the first attempt meant, a further attempt is no occasion and no visit")
  func onlyFirstAttempt() {
    // User 1 has the only connection for ever; user 2 makes three attempts, each waiting 10 ms in
    // vain after its delay, without pauses.
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    func length(_ occasion: EveryNth) -> UInt64? {
      let steps = [
        Build.retry(
          on: [.connectionTimeout], attempts: 3, .none,
          .everyNth(occasion, steps: [Build.delay(100)], otherwise: [Build.delay(1)]),
          .connection(steps: [Build.delay(50_000)]))
      ]
      return Build.scenario(
        steps, load: Build.once(2, stagger: .even(over: .seconds(2))), system: system
      ).compiled("none").stories().stories.first { $0.user == 2 }?.latency.inNanoseconds
    }
    #expect(length(EveryNth(every: 1)) == 330_000_000)
    #expect(length(EveryNth(every: 1, onlyFirstAttempt: true)) == 132_000_000)
    // The group's first visit is user 1's, the second user 2's; the third would be its retry.
    let second = EveryNth(
      every: 100, first: 2, counting: .ofGroup(size: 2), onlyFirstAttempt: true)
    #expect(length(second) == 132_000_000)
    let third = EveryNth(
      every: 100, first: 3, counting: .ofGroup(size: 2), onlyFirstAttempt: true)
    #expect(length(third) == 33_000_000)
    let thirdVisit = EveryNth(every: 100, first: 3, counting: .ofGroup(size: 2))
    #expect(length(thirdVisit) == 132_000_000)
  }

  @Test("in an iteration, iterations are counted")
  func inIterations() {
    let load = iterations(
      5,
      [
        .everyNth(
          EveryNth(every: 2),
          steps: [.repeated(2, steps: [.request(0, key: .new)])],
          otherwise: [.sleep(.constant(.milliseconds(50)))])
      ])
    let stories = Build.scenario([Build.delay(10)], load: load).compiled("none").stories().stories
    // Iterations 1, 3, 5 sleep for 50 ms; 2 and 4 make two requests of 10 ms.
    #expect(
      stories.map { $0.sentAt.nanosecondsSinceStart / 1_000_000 } == [50, 60, 120, 130])
  }

  @Test("a choice goes each way as often as it weighs, and never the way without weight")
  func choice() throws {
    let step = Step.choose([
      WeightedSteps(weight: 1, steps: [Build.delay(1)]),
      WeightedSteps(weight: 0, steps: [Build.delay(2)]),
      WeightedSteps(weight: 5, steps: [Build.delay(3)]),
      WeightedSteps(weight: 2, steps: [Build.delay(4)]),
    ])
    let users = 4_000
    let compiled = Build.scenario([step], load: Build.once(users)).compiled("none")
    var simulation = Simulation(compiled, seed: 1)
    var inFlight: [RequestGlimpse] = []
    while inFlight.count < users, simulation.runNextEvent() {
      inFlight = simulation.requestsInFlight()
    }
    // Each is in the delay of its branch, and the branches stand one after another.
    let places = Set(inFlight.map(\.programCounter)).sorted()
    try #require(places.count == 3)
    let counts = places.map { place in inFlight.filter { $0.programCounter == place }.count }
    let test = ChiSquare(counts, expecting: [1 / 8, 5 / 8, 2 / 8])
    #expect(test.isPlausible, "χ² \(test.value), counts \(counts)")
  }

  @Test("who succeeds in a branch without a write is not missing one")
  func branchesAndTheLedger() {
    // Every second request changes the row; the others only read it.
    let step = Step.everyNth(
      EveryNth(every: 2), steps: [Build.transaction(Build.read(), Build.add(1))],
      otherwise: [Build.transaction(Build.read())])
    let result = Build.scenario([step], load: iterations(10)).compiled("none").run()
    #expect(result.broken(.acknowledgedIsCommitted) == 0)
    #expect(result.broken(.noLostUpdate) == 0)
    #expect(result.safety.columns[0].effects == 5)
  }
}
