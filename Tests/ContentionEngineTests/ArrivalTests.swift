import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Iterations by rate: who makes them, and which are dropped.
@Suite("Arrivals")
struct ArrivalTests {
  /// 10 iterations a second for a second, if nothing else is said.
  private func load(
    perSecond rate: Int = 10, for duration: VirtualDuration = .seconds(1), users: Int,
    upTo most: Int? = nil, gracefulStop: VirtualDuration = .seconds(30)
  ) -> Load {
    Load(
      name: "open",
      executor: .constantArrivalRate(
        rate: ArrivalRate(iterations: rate), duration: duration,
        users: UserPool(preAllocated: users, maximum: most ?? users)), gracefulStop: gracefulStop,
      iteration: [.request(0, key: .new)])
  }

  private func compiled(_ load: Load, lasting milliseconds: UInt64) -> CompiledScenario {
    Build.scenario([Build.delay(milliseconds)], load: load).compiled("none")
  }

  /// When each request was sent, in milliseconds, and by whom, in the order of their sending.
  private func sent(_ stories: [RequestStory]) -> [[UInt64]] {
    stories.map { [$0.sentAt.nanosecondsSinceStart / 1_000_000, UInt64($0.user)] }
      .sorted { $0[0] < $1[0] }
  }

  /// Two users have iterations of 250 ms. The arrival at 200 ms finds nobody, and a third user is
  /// made; from then on each is idle again 50 ms before its next turn.
  @Test("take the user that has been idle longest, and make one more when nobody is")
  func idleUsers() {
    let (stories, result) = compiled(load(users: 2, upTo: 4), lasting: 250).stories()
    #expect(
      sent(stories) == [
        [0, 1], [100, 2], [300, 3], [400, 1], [500, 2], [600, 3], [700, 1], [800, 2], [900, 3],
      ])
    #expect(result.count(.iterations) == 9)
    #expect(result.count(.droppedIterations) == 1)
    #expect(result.virtualTime == .milliseconds(1_150))
    guard case .gauge(let made) = result[.virtualUsersMaximum] else { return }
    #expect(made == GaugeResult(value: 3, minimum: 2, maximum: 3))
    guard case .gauge(let active) = result[.virtualUsers] else { return }
    // At 0 s nobody was due yet; at 1 s those of 800 and 900 ms run.
    #expect(active.maximum == 2)
  }

  /// At 0, 400 and 800 ms the only user is idle.
  @Test("are dropped, and never made up for, when there may be no more users")
  func dropped() {
    let (stories, result) = compiled(load(users: 1), lasting: 350).stories()
    #expect(sent(stories) == [[0, 1], [400, 1], [800, 1]])
    #expect(result.count(.droppedIterations) == 7)
  }

  @Test("begin with nobody where no users are made before")
  func nobodyYet() {
    let (stories, result) = compiled(load(users: 0, upTo: 1), lasting: 10).stories()
    #expect(sent(stories).first == [100, 1])
    #expect(result.count(.iterations) == 9)
    #expect(result.count(.droppedIterations) == 1)
  }

  /// Those of 800 and 900 ms would end at 1 050 and 1 150 ms.
  @Test("end with the executor, and what runs has the graceful stop")
  func gracefulStop() {
    for (grace, iterations, interrupted) in [(0, 8, 2), (100, 9, 1), (200, 10, 0)] {
      let load = load(users: 3, gracefulStop: .milliseconds(UInt64(grace)))
      let result = compiled(load, lasting: 250).run()
      #expect(result.count(.droppedIterations) == 0)
      #expect(result.count(.iterations) == UInt64(iterations))
      #expect(result.safety.interrupted == UInt64(interrupted))
      #expect(result.safety.arrived == 10)
    }
  }

  @Test("are not counted before the warm-up is over")
  func warmUp() {
    var load = load(users: 1)
    load.warmUp = .milliseconds(500)
    // Of the dropped ones, those of 500, 600, 700 and 900 ms; of the others, what ends at 750 and
    // 1 150 ms.
    let result = compiled(load, lasting: 350).run()
    #expect(result.count(.droppedIterations) == 4)
    #expect(result.count(.iterations) == 2)
  }

  @Test("come at the exact moments, each load's from its own start, whatever other loads do")
  func severalLoads() {
    var first = load(users: 20)
    first.arrivals = .poisson
    var second = load(perSecond: 7, users: 20)
    second.startTime = .milliseconds(300)
    second.name = "second"
    func times(_ loads: [Load], of users: ClosedRange<Int>) -> [VirtualTime] {
      let scenario = Build.scenario([Build.request([Build.delay(30)])], loads: loads)
      return scenario.compiled("none").stories().stories.filter { users.contains($0.user) }
        .map(\.sentAt)
    }
    #expect(times([first], of: 1...20) == times([first, second], of: 1...20))
    let expected = (0..<7).map {
      VirtualTime.start + .nanoseconds(300_000_000 + $0 * 1_000_000_000 / 7)
    }
    #expect(times([first, second], of: 21...40) == expected)
  }

  // MARK: Poisson

  /// The number of a Poisson process in a second has its mean as its variance; of the ratio of n
  /// samples the standard deviation is √(2/(n − 1)).
  @Test("as a Poisson process have the variance of one")
  func dispersion() {
    var load = load(perSecond: 20, for: .seconds(1_000), users: 100)
    load.arrivals = .poisson
    var simulation = Simulation(compiled(load, lasting: 1), seed: 7)
    simulation.runToEnd()
    let counts = simulation.takeClosedIntervals().prefix(1_000).map { Double($0.attempts) }
    let mean = counts.reduce(0, +) / 1_000
    let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 999
    #expect(abs(mean - 20) < 4 * (20.0 / 1_000).squareRoot())
    #expect(abs(variance / mean - 1) < 4 * (2.0 / 999).squareRoot())
  }

  /// From nothing to 200 a second in 100 s: 10 000, a quarter of them in the first half.
  @Test("as a Poisson process follow the stages on average")
  func rampingPoisson() {
    var load = load(users: 0)
    load.executor = .rampingArrivalRate(
      startRate: ArrivalRate(iterations: 0),
      stages: [Executor.Stage(duration: .seconds(100), target: 200)],
      users: UserPool(preAllocated: 50, maximum: 50))
    load.arrivals = .poisson
    var simulation = Simulation(compiled(load, lasting: 1), seed: 3)
    simulation.runToEnd()
    let counts = simulation.takeClosedIntervals().map { Double($0.attempts) }
    #expect(abs(counts.reduce(0, +) - 10_000) < 4 * 100)
    #expect(abs(counts.prefix(50).reduce(0, +) - 2_500) < 4 * 50)
  }

  /// Users who are never waited for are a loss system: of 5 at 50 arrivals a second of 100 ms each,
  /// Erlang's formula has 28.49 % lost. Losses come in bursts, so the tolerance is five of the
  /// standard deviations that independent ones would have.
  @Test("as a Poisson process are lost as Erlang's formula says")
  func erlang() {
    var load = load(perSecond: 50, for: .seconds(1_000), users: 5)
    load.arrivals = .poisson
    load.iteration = [.sleep(.exponential(mean: .milliseconds(100)))]
    let result = Build.scenario([Build.request([])], loads: [load]).compiled("none").run(seed: 5)
    let lost = Double(result.count(.droppedIterations))
    let all = lost + Double(result.count(.iterations))
    var blocking = 1.0
    for servers in 1...5 { blocking = 5 * blocking / (Double(servers) + 5 * blocking) }
    #expect(abs(lost / all - blocking) < 5 * (blocking * (1 - blocking) / all).squareRoot())
  }

  @Test("are the same for equal seeds, and others for another")
  func determinism() {
    var load = load(perSecond: 100, for: .seconds(5), users: 3, upTo: 30)
    load.arrivals = .poisson
    let compiled = compiled(load, lasting: 60)
    let first = compiled.run(seed: 1).digest
    #expect(compiled.run(seed: 1).digest == first)
    #expect(compiled.run(seed: 2).digest != first)
  }
}
