import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Redisson's fair lock, each rule in a run that is small enough to check by hand.
///
/// A message to the lock server takes 1 ms each way and a command no time. Rules:
/// RedissonFairLock.java, as SEMANTICS 2.2 quotes it.
@Suite("Fair lock timelines")
struct DistributedLockFairTests {
  private func system(instances: Int = 1, client: LockClient = .redissonFair) -> SystemModel {
    var system = SystemModel()
    system.instances = instances
    system.lockServer.client = client
    system.lockServer.network = .constant(.milliseconds(1))
    return system
  }

  private func compiled(
    _ step: Step, users: Int, instances: Int = 1, client: LockClient = .redissonFair
  ) -> CompiledScenario {
    Build.scenario(
      [step], load: Build.once(users, stagger: Build.everyStep(1, users: users)),
      system: system(instances: instances, client: client)
    ).compiled("none")
  }

  @Test("hands the lock on in order of arrival, past a newcomer that finds it free")
  func order() {
    // u1 works 2–12 and unlocks at the server at 13. u2 (at 1) joins the list at 2, subscribes 3–5,
    // asks again at 6, waits from 7. u3 (at 2) joins at 3, subscribes 4–6, asks at 7, waits from 8.
    // u4 comes at 12.5: at 13.5 the lock is free, but u2 is the first. u2 hears at 14, has it at
    // 15, works 16–26, unlocks at 27. So each next one answers 14 ms later.
    let starts: [UInt64] = [0, 1_000, 2_000, 12_500]
    let scenario = Build.scenario(
      [Build.request([Build.lock(Build.delay(10))])],
      loads: starts.enumerated().map { index, start in
        var load = Build.once(1, name: "load \(index)")
        load.startTime = .microseconds(start)
        return load
      }, tables: Build.tables(), system: system())
    let timeline = scenario.compiled("none").timeline()
    #expect(
      timeline.filter { $0.hasSuffix("answer 200") } == [
        "14ms u1 answer 200", "28ms u2 answer 200", "42ms u3 answer 200", "56ms u4 answer 200",
      ])
    #expect(
      timeline.filter { $0.contains("u4") }.prefix(6) == [
        "12.5ms u4 redis command", "13.5ms u4 redis command", "14.5ms u4 redis command",
        "16.5ms u4 redis command", "17.5ms u4 redis command", "18.5ms u4 distributed-lock wait",
      ])
  }

  @Test("a release wakes exactly one waiter, on however many instances they wait")
  func oneWakeUp() {
    // u1 works 2–102; the message arrives at 104.
    for instances in 1...3 {
      let timeline = compiled(
        Build.lock(Build.delay(100)), users: 5, instances: instances
      ).timeline()
      #expect(
        timeline.filter { $0.hasPrefix("104ms") } == [
          "104ms u1 answer 200", "104ms u2 redis command",
        ])
    }
  }

  @Test("a first waiter that does not listen yet finds the lock when it asks again")
  func notListeningYet() {
    // u1 works 2–2.5 and unlocks at 3.5, when the SUBSCRIBE of u2 has just left: the message is
    // lost. u2 is subscribed at 5 and asks at 6.
    let timeline = compiled(
      Build.lock(.delay(.constant(.microseconds(500)))), users: 2
    ).timeline()
    #expect(timeline.contains("7ms u2 external delay"))
  }

  @Test("who gives up takes a command more to leave the list")
  func givingUp() {
    // u2 (at 1) waits until 21, and its last command is answered at 23; without a wait it is
    // refused at 3 and leaves the list until 5.
    let waiting = compiled(Build.lock(wait: .milliseconds(20), Build.delay(100)), users: 2)
    #expect(waiting.timeline().contains("21ms u2 redis command"))
    #expect(waiting.timeline().contains("23ms u2 answer 409"))
    let once = compiled(Build.lock(wait: .zero, Build.delay(100)), users: 2)
    #expect(once.timeline().contains("5ms u2 answer 409"))
  }

  @Test("a release told to one who has just given up is told to nobody else")
  func lostCall() {
    // u2 (at 1, waits until 13.5) and u3 (at 2, waits until 42) both wait when u1 unlocks at 13.
    // The message arrives at u2 at 14, who has given up at 13.5, and who leaves the list at 14.5.
    // u3 sleeps on: nobody has the lock, and its own timer follows the lease that u1 had.
    func request(_ name: String, wait: UInt64) -> RequestClass {
      Build.request(
        [Build.lock(wait: .microseconds(wait), Build.delay(10))], name: name)
    }
    let requests = [
      request("first", wait: 0), request("second", wait: 12_500), request("third", wait: 40_000),
    ]
    let loads = (0..<3).map { index in
      var load = Build.once(1, request: index, name: "load \(index)")
      load.startTime = .milliseconds(UInt64(index))
      return load
    }
    let timeline = Build.scenario(requests, loads: loads, system: system()).compiled("none")
      .timeline()
    #expect(timeline.contains("15.5ms u2 answer 409"))
    #expect(timeline.contains("42ms u3 redis command"))
    #expect(timeline.last == "44ms u3 answer 409")
  }

  @Test("a lock whose lease has run out may be released if nobody has it")
  func lateRelease() {
    // Inside from 2, the lease of 20 ms ends at 21, the work at 32. RLock refuses, the fair lock
    // does not.
    let step = Build.lock(lease: .milliseconds(20), Build.delay(30))
    #expect(compiled(step, users: 1).timeline().last == "34ms u1 answer 200")
    #expect(
      compiled(step, users: 1, client: .redisson).timeline().last == "34ms u1 answer 500")
    // Another has it at 22 ms, when both of u2's timer and the lease have run out: u1 is refused.
    #expect(compiled(step, users: 2).timeline().contains("34ms u1 answer 500"))
  }

  @Test("a first waiter that is told nothing keeps the others asking, and the clock moves on")
  func silentRelease() {
    // No command takes time. u1 has the lock as a plain RLock until 10, whose release says nothing
    // to the first waiter, u2, who sleeps from 1 until its wait of 100 ms is over. u3 comes at 12,
    // stands behind it, and asks once a millisecond.
    func request(_ name: String, _ client: LockClient) -> RequestClass {
      Build.request(
        [Build.lock(wait: .milliseconds(100), client: client, Build.delay(10))], name: name)
    }
    let loads = [UInt64(0), 1, 12].enumerated().map { index, start in
      var load = Build.once(1, request: min(index, 1), name: "load \(index)")
      load.startTime = .milliseconds(start)
      return load
    }
    let timeline = Build.scenario(
      [request("plain", .redisson), request("fair", .redissonFair)], loads: loads
    ).compiled("none").timeline()
    #expect(timeline.contains("101ms u2 answer 409"))
    #expect(timeline.contains("15ms u3 distributed-lock wait"))
    // It asks at 101 when u2 has left, or at 102.
    let entered = timeline.last { $0.contains("u3 external delay") }
    #expect(entered == "101ms u3 external delay" || entered == "102ms u3 external delay")
  }

  @Test("waiters are served in the order in which their first commands reached the server")
  func orderOfMany() {
    var system = system()
    system.lockServer.network = .uniform(least: .microseconds(100), most: .milliseconds(3))
    let scenario = Build.scenario(
      [Build.lock(Build.delay(7))], load: Build.once(20, stagger: Build.everyStep(5, users: 20)),
      system: system)
    // Users come 5 ms apart and a leg is shorter than that, so they reach the server in order.
    for seed in 1...5 as ClosedRange<UInt64> {
      let answers = scenario.compiled("none").stories(seed: seed).stories
        .sorted { $0.spells[0].start < $1.spells[0].start }
      let entered = answers.map { story in
        story.spells.first { $0.share == .externalDelay }?.start ?? .never
      }
      #expect(entered == entered.sorted(), "seed \(seed)")
      let result = scenario.compiled("none").run(seed: seed)
      #expect(result.safety.isSafe)
    }
  }
}
