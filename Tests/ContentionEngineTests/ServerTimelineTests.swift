import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Threads, cores and connections, each in a run that is small enough to check by hand.
@Suite("Server timelines")
struct ServerTimelineTests {
  @Test("a connection that does not come in time is answered 503 at exactly the time-out")
  func poolTimeout() {
    // One connection. u1 has it 0–100. u2 wants it at 1 and gives up at 41; u3 at 2 gives up at 42.
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(40))
    let compiled = Build.scenario(
      [.connection(steps: [Build.delay(100)])],
      load: Build.once(3, stagger: Build.everyStep(1, users: 3)), system: system
    ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "1ms u2 pool wait", "2ms u3 pool wait", "41ms u2 answer 503",
        "42ms u3 answer 503", "100ms u1 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.connectionTimeouts) == 2)
    #expect(result.trend(.connectionWaitTime).sum == 80_000_000)
    #expect(result.resources.servers(.pool)?.queue.totalWait == 80_000_000)
    #expect(result.resources.servers(.pool)?.busy.integral == 100_000_000)
  }

  @Test(
    "a connection given back in the moment of the time-out is taken, if that was to come first"
  )
  func poolTimeoutTie() {
    // u1 gives its connection back at 41, when u2, who came at 1, gives up; u1's event was
    // scheduled first: at 0, for 41, while u2's time-out was scheduled at 1. So u2 gets it.
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(40))
    let compiled = Build.scenario(
      [.connection(steps: [Build.delay(41)])],
      load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system
    ).compiled("none")
    #expect(compiled.timeline().last == "82ms u2 answer 200")
    #expect(compiled.run().count(.connectionTimeouts) == 0)
  }

  @Test("connections go to those who wait in the order in which they came")
  func poolOrder() {
    // Two connections, 10 ms each, users 1 ms apart: u1 0–10, u2 1–11, u3 10–20, u4 11–21, u5
    // 20–30.
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 2, timeout: .seconds(30))
    let compiled = Build.scenario(
      [.connection(steps: [Build.delay(10)])],
      load: Build.once(5, stagger: Build.everyStep(1, users: 5)), system: system
    ).compiled("none")
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "10ms u1 answer 200", "11ms u2 answer 200", "20ms u3 answer 200", "21ms u4 answer 200",
        "30ms u5 answer 200",
      ])
  }

  @Test("a pool time-out may be retried")
  func poolRetried() {
    // u1 has the connection 0–100. u2 from 1: gives up at 41, pauses 10, wants it at 51, gives up
    // at 91, pauses 10, has it at 101.
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(40))
    let compiled = Build.scenario(
      [
        Build.retry(
          on: [.connectionTimeout], attempts: 3, Backoff(base: .milliseconds(10)),
          .connection(steps: [Build.delay(100)]))
      ], load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system
    ).compiled("none")
    #expect(
      compiled.timeline().filter { $0.contains("u2") } == [
        "1ms u2 pool wait", "41ms u2 backoff", "51ms u2 pool wait", "91ms u2 backoff",
        "101ms u2 external delay", "201ms u2 answer 200",
      ])
  }

  @Test(
    "threads serve in the order of arrival; beyond the backlog there is no answer but status 0"
  )
  func threads() {
    // One thread, two accepted, one in the backlog: of five at once one is served, two wait, two
    // are refused. The network takes 1 ms each way, and a refusal travels, too.
    var system = SystemModel()
    system.network = .constant(.milliseconds(1))
    system.threads = RequestThreadsModel(size: 1, accepted: 2, backlog: 1)
    let compiled = Build.scenario(
      [Build.delay(10), .respond(status: 200)], load: Build.once(5), system: system
    ).compiled("none")
    #expect(
      compiled.timeline().filter { $0.contains("answer") } == [
        "2ms u4 answer 0", "2ms u5 answer 0", "12ms u1 answer 200", "22ms u2 answer 200",
        "32ms u3 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.threadsRefused) == 2)
    #expect(result.rate(.requestFailed) == 0.4)
    #expect(result.rate(.errors) == 0.4)
    // 10 + 20 ms.
    #expect(result.resources.servers(.threads)?.queue.totalWait == 30_000_000)
  }

  @Test("a backoff holds a thread but no connection")
  func backoffHoldsAThread() {
    // Two threads, one connection that lasts 30 ms. u2's wait for it runs out, and u2 sleeps 50 ms
    // with its thread.
    var system = SystemModel()
    system.threads = RequestThreadsModel(size: 2)
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    let compiled = Build.scenario(
      [
        Build.retry(
          on: [.connectionTimeout], attempts: 2, Backoff(base: .milliseconds(50)),
          .connection(steps: [Build.delay(30)]))
      ], load: Build.once(3, stagger: Build.everyStep(1, users: 3)), system: system
    ).compiled("none")
    // u1: 0–30. u2: wants a connection at 1, gives up at 11, sleeps to 61, works 61–91. u3: a
    // thread at 30 (u1's), and the connection at once: 30–60.
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "1ms u2 pool wait", "2ms u3 thread queue", "11ms u2 backoff",
        "30ms u1 answer 200", "30ms u3 external delay", "60ms u3 answer 200",
        "61ms u2 external delay", "91ms u2 answer 200",
      ])
  }

  @Test(
    "instances have threads, cores and connections of their own, and requests go to them in turn")
  func instances() {
    // One core each, 10 ms. Four at once on two instances: u1 and u3 on the first, u2 and u4 on the
    // second.
    var system = SystemModel()
    system.instances = 2
    system.cores = 1
    let compiled = Build.scenario([Build.cpu(10)], load: Build.once(4), system: system)
      .compiled("none")
    #expect(
      compiled.timeline()
        == [
          "0 u1 cpu", "0 u2 cpu", "0 u3 cpu queue", "0 u4 cpu queue", "10ms u1 answer 200",
          "10ms u2 answer 200", "10ms u3 cpu", "10ms u4 cpu", "20ms u3 answer 200",
          "20ms u4 answer 200",
        ])
  }
}
