import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// How an instance of Redisson's subscribes to the releases of a lock, and leaves again.
///
/// Unless a test says otherwise a message to the lock server takes 1 ms each way and a command no
/// time. Rules: RedissonLock.java and PublishSubscribe.java, as SEMANTICS 2.1 quotes them.
@Suite("Lock subscription timelines")
struct DistributedLockSubscriptionTests {
  private var system: SystemModel {
    var system = SystemModel()
    system.lockServer.network = .constant(.milliseconds(1))
    return system
  }

  private func compiled(_ step: Step, users: Int) -> CompiledScenario {
    Build.scenario(
      [step], load: Build.once(users, stagger: Build.everyStep(1, users: users)), system: system
    ).compiled("none")
  }

  @Test(
    "a message that the server sends before the reply to SUBSCRIBE is there counts all the same")
  func messageBeforeReply() {
    // u1: locked at the server at 1, works 2–3.5, unlocked at the server at 4.5. u2 at 1: SUBSCRIBE
    // is served at 4, the reply comes at 5, the message of 4.5 at 5.5. u3 at 2: its try fails at 3;
    // from 4 it waits for the same reply. Both try at the server at 6; u2 has it. u3 at 7 finds the
    // message: tries at once, fails at 8, and waits from 9 for u2, who works 7–8.5 and unlocks at
    // 9.5: heard of at 10.5, locked at 11.5.
    let work = Step.delay(.constant(.microseconds(1_500)))
    let compiled = compiled(Build.lock(work), users: 3)
    #expect(
      compiled.timeline().filter { $0.contains("u3") }.dropLast(3) == [
        "2ms u3 redis command", "3ms u3 redis command", "4ms u3 distributed-lock wait",
        "5ms u3 redis command", "6ms u3 redis command", "7ms u3 redis command",
        "8ms u3 redis command", "9ms u3 distributed-lock wait", "10.5ms u3 redis command",
        "11.5ms u3 redis command", "12.5ms u3 external delay",
      ])
  }

  @Test("the wait for a subscription ends with the wait for the lock")
  func subscriptionTimesOut() {
    // u1 works 2–102. u2 comes at 1 and waits until 4.5; its SUBSCRIBE is sent at 3 and answered at
    // 5. u3 comes at 2 and waits until 5.5; it waits for that answer from 4, tries at 5, and hears
    // at 7 that it was too late.
    let compiled = compiled(
      Build.lock(wait: .microseconds(3_500), Build.delay(100)), users: 3)
    let timeline = compiled.timeline()
    #expect(timeline.contains("4.5ms u2 answer 409"))
    #expect(timeline.contains("5ms u3 redis command"))
    #expect(timeline.contains("7ms u3 answer 409"))
    #expect(compiled.run().safety.isSafe)
  }

  @Test("who comes while the instance unsubscribes waits until it has subscribed again")
  func subscribesAgain() {
    // u1 works 2–12. u2 (at 1) has the lock at the server at 15 and at 16 leaves the subscription:
    // UNSUBSCRIBE is answered at 18. u3 (at 14.5) hears at 16.5 that the lock is held; SUBSCRIBE
    // goes out at 18 and is answered at 20; its try fails at 21; it waits from 22 for u2, who works
    // 16–26 and unlocks at 27.
    let scenario = Build.scenario(
      [Build.request([Build.lock(Build.delay(10))])], loads: loads(at: 0, 1_000, 14_500),
      system: system)
    #expect(
      scenario.compiled("none").timeline().filter { $0.contains("u3") }.dropLast(3) == [
        "14.5ms u3 redis command", "15.5ms u3 redis command", "16.5ms u3 distributed-lock wait",
        "20ms u3 redis command", "21ms u3 redis command", "22ms u3 distributed-lock wait",
        "28ms u3 redis command", "29ms u3 redis command", "30ms u3 external delay",
      ])
  }

  @Test("SUBSCRIBE and UNSUBSCRIBE are commands like others for the one thread of the lock server")
  func subscriptionLoad() {
    // Commands take 1 ms and messages nothing. u1: try 0–1, works 1–11, unlocks 11–12. u2 from 1:
    // try 1–2, SUBSCRIBE 2–3, try 3–4, waits until 12, try 12–13, works 13–23, unlocks 23–24; the
    // UNSUBSCRIBE of its client is served 13–14. That is 2 + 6 commands.
    var system = SystemModel()
    system.lockServer.command = .constant(.milliseconds(1))
    let compiled = Build.scenario(
      [Build.lock(Build.delay(10))],
      load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system
    ).compiled("none")
    let answers = compiled.timeline().filter { $0.hasSuffix("answer 200") }
    #expect(answers == ["12ms u1 answer 200", "24ms u2 answer 200"])
    let result = compiled.run()
    #expect(result.resources.servers(.lockServer)?.busy.integral == 8_000_000)
    #expect(result.safety.isSafe)
  }

  /// A load of one user for each of these moments, in microseconds.
  private func loads(at starts: UInt64...) -> [Load] {
    starts.enumerated().map { index, start in
      var load = Build.once(1, name: "load \(index)")
      load.startTime = .microseconds(start)
      return load
    }
  }
}
