import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Users who wait for one another.
@Suite("Barriers")
struct BarrierTests {
  private func load(
    _ executor: Executor, stagger: StartStagger = .none, grace: VirtualDuration = .seconds(30),
    _ steps: [IterationStep]
  ) -> Load {
    Load(
      name: "group", executor: executor, gracefulStop: grace, startStagger: stagger,
      iteration: steps)
  }

  private func perUser(_ users: Int, _ iterations: Int) -> Executor {
    .perVUIterations(vus: users, iterations: iterations, maxDuration: .minutes(10))
  }

  /// By user: when its requests were sent, in milliseconds.
  private func sent(_ stories: [RequestStory], by user: Int) -> [UInt64] {
    stories.filter { $0.user == user }.map { $0.sentAt.nanosecondsSinceStart / 1_000_000 }.sorted()
  }

  @Test("the last of a group lets all go on, in the order in which they came")
  func iterationBarrier() {
    // Users 1 to 4 come at 0, 10, 20, 30 ms; groups of two: 1 and 2 at 10, 3 and 4 at 30.
    let lines = Build.scenario(
      [Build.delay(5)],
      load: load(
        perUser(4, 1), stagger: Build.everyStep(10, users: 4),
        [.barrier(parties: 2), .request(0, key: .new)])
    ).compiled("none").timeline()
    #expect(
      lines == [
        "10ms u1 external delay", "10ms u2 external delay", "15ms u1 answer 200",
        "15ms u2 answer 200", "30ms u3 external delay", "30ms u4 external delay",
        "35ms u3 answer 200", "35ms u4 answer 200",
      ])
  }

  @Test("a barrier is used again and again, and nobody is a round ahead")
  func rounds() {
    // Five rounds of four users who take from 1 to 30 ms each: a round begins when the slowest of
    // the round before has its answer.
    let stories = Build.scenario(
      [.delay(.uniform(least: .milliseconds(1), most: .milliseconds(30)))],
      load: load(perUser(4, 5), [.request(0, key: .new), .barrier(parties: 4)])
    ).compiled("none").stories().stories
    let byStart = stories.sorted { $0.sentAt < $1.sentAt }
    #expect(byStart.count == 20)
    var begin = VirtualTime.start
    for round in 0..<5 {
      let members = byStart[(round * 4)..<(round * 4 + 4)]
      #expect(Set(members.map(\.user)) == [1, 2, 3, 4])
      #expect(members.allSatisfy { $0.sentAt == begin })
      begin = members.map(\.answeredAt).max() ?? begin
    }
  }

  @Test("the users who are left over are a group of their own")
  func remainder() {
    // Groups of 3 of 4 users, every 10 ms: the first three at 20, the fourth at once at 30.
    let stories = Build.scenario(
      [Build.delay(5)],
      load: load(
        perUser(4, 1), stagger: Build.everyStep(10, users: 4),
        [.barrier(parties: 3), .request(0, key: .new)])
    ).compiled("none").stories().stories
    #expect((1...4).map { sent(stories, by: $0) } == [[20], [20], [20], [30]])
  }

  @Test("a barrier in a request holds it, as an external delay")
  func requestBarrier() {
    let (stories, result) = Build.scenario(
      [Build.delay(1), .barrier(parties: 3), Build.delay(2)],
      load: load(
        perUser(3, 1), stagger: Build.everyStep(10, users: 3), [.request(0, key: .new)])
    ).compiled("none").stories()
    // All three go on at 21 ms, when the last comes.
    #expect(stories.map { $0.latency.inNanoseconds / 1_000_000 } == [23, 13, 3])
    #expect(result.timeSplit.total(.externalDelay) == 39_000_000)
  }

  @Test("users of different loads never wait for one another")
  func loads() {
    var first = load(perUser(1, 1), [.barrier(parties: 2), .request(0, key: .new)])
    var second = first
    first.name = "first"
    second.name = "second"
    let scenario = Build.scenario(
      [Build.request([Build.delay(5)])], loads: [first, second])
    let stories = scenario.compiled("none").stories().stories
    #expect((1...2).map { sent(stories, by: $0) } == [[0], [0]])
  }

  @Test("when a user of the group has made all its iterations, nobody waits for it")
  func brokenByIterations() {
    // Three iterations for two users: one of them has no partner in the second round.
    let (stories, result) = Build.scenario(
      [Build.delay(5)],
      load: load(
        .sharedIterations(vus: 2, iterations: 3, maxDuration: .minutes(10)),
        [.request(0, key: .new), .barrier(parties: 2)])
    ).compiled("none").stories()
    #expect(stories.count == 3)
    #expect(result.virtualTime == .milliseconds(10))
    // The iteration that never came through the barrier is not counted.
    #expect(result.count(.iterations) == 2)
  }

  @Test("when the load has ended and a user of the group has stopped, nobody waits for it")
  func brokenByTheEnd() {
    // Rounds of user 1: at 0 and from 95 on; user 2 thinks longer and finds the load over at 100.
    let think = IterationStep.everyNth(
      EveryNth(every: 2, first: 1, counting: .ofGroup(size: 2)),
      steps: [.sleep(.constant(.milliseconds(90)))],
      otherwise: [.sleep(.constant(.milliseconds(120)))])
    let (stories, result) = Build.scenario(
      [Build.delay(5)],
      load: load(
        .constantVUs(vus: 2, duration: .milliseconds(100)),
        [.barrier(parties: 2), .request(0, key: .new), think])
    ).compiled("none").stories()
    #expect(stories.count == 2)
    // User 2 ends its iteration at 125 and begins no other: that is when user 1 is interrupted.
    #expect(result.virtualTime == .milliseconds(125))
    #expect(result.count(.iterations) == 2)
  }

  @Test("the graceful stop interrupts who still waits")
  func brokenByGrace() {
    // User 2 is in a long request when user 1 waits for it.
    let steps: [IterationStep] = [
      .everyNth(
        EveryNth(every: 2, counting: .ofGroup(size: 2)), steps: [.request(0, key: .new)],
        otherwise: []),
      .barrier(parties: 2),
    ]
    let result = Build.scenario(
      [Build.delay(60_000)],
      load: load(.constantVUs(vus: 2, duration: .seconds(1)), grace: .seconds(2), steps)
    ).compiled("none").run()
    #expect(result.virtualTime == .seconds(3))
    #expect(result.count(.iterations) == 0)
    #expect(result.safety.interrupted == 1)
  }

  @Test("a request whose user is interrupted at a barrier goes on alone and lets go of what it has")
  func interruptedRequest() {
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 10)
    let result = Build.scenario(
      [.connection(steps: [.barrier(parties: 2), Build.delay(1)])],
      load: load(
        .constantVUs(vus: 2, duration: .seconds(1)), grace: .zero,
        [
          .everyNth(
            EveryNth(every: 2, counting: .ofGroup(size: 2)),
            steps: [.sleep(.constant(.seconds(60)))], otherwise: [.request(0, key: .new)])
        ]), system: system
    ).compiled("none").run()
    #expect(result.safety.arrived == 1)
    #expect(result.safety.interrupted == 1)
    #expect(result.safety.inFlight == 0)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("a user who was ramped down and comes back is waited for")
  func rampDown() {
    // One of two users is stopped at 1 s and back at 2 s, both in straight lines.
    let stages = [
      Executor.Stage(duration: .seconds(1), target: 1),
      Executor.Stage(duration: .seconds(1), target: 2),
      Executor.Stage(duration: .seconds(1), target: 2),
    ]
    let (stories, result) = Build.scenario(
      [Build.delay(100)],
      load: load(
        .rampingVUs(startVUs: 2, stages: stages, gracefulRampDown: .zero), grace: .zero,
        [.barrier(parties: 2), .request(0, key: .new)])
    ).compiled("none").stories()
    // Rounds of 100 ms at 0 … 0.9 s, and again from 2 s on: user 2 is away in between.
    #expect(
      stories.allSatisfy {
        !(1_000_000_001..<2_000_000_000).contains($0.sentAt.nanosecondsSinceStart)
      })
    #expect(sent(stories, by: 1) == sent(stories, by: 2))
    #expect(sent(stories, by: 1).contains(900))
    #expect(sent(stories, by: 1).contains(2_000))
    #expect(result.virtualTime == .seconds(3))
  }
}
