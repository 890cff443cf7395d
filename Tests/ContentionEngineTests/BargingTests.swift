import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Newcomers who take a connection that is on its way to a waiter.
@Suite("Connection barging")
struct BargingTests {
  /// One connection; each request has it twice, for 10 ms each time, one right after the other.
  private func scenario(barging: Double, users: Int, timeout: UInt64 = 30_000) -> Scenario {
    var system = SystemModel()
    system.pool = ConnectionPoolModel(
      size: 1, timeout: .milliseconds(timeout), barging: barging)
    let turn = Step.connection(steps: [Build.delay(10)])
    return Build.scenario(
      [turn, turn], load: Build.once(users, stagger: Build.everyStep(1, users: users)),
      system: system)
  }

  @Test("without barging, who returns a connection and wants another joins the end of the queue")
  func none() {
    // Turns: u1 0–10, u2 10–20, u1 20–30, u2 30–40.
    let stories = scenario(barging: 0, users: 2).compiled("none").stories().stories
    #expect(stories.map(\.user) == [1, 2])
    #expect(stories.map { $0.answeredAt.nanosecondsSinceStart / 1_000_000 } == [30, 40])
  }

  @Test("who is robbed of one connection may be passed another in the same moment")
  func robbedAndPassed() {
    // All times are constant, so that many connections are returned and wanted at one moment.
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 5, barging: 0.8)
    system.database.network = .constant(.milliseconds(3))
    system.database.select = .constant(.milliseconds(1))
    let load = Load(
      name: "busy", executor: .constantVUs(vus: 20, duration: .seconds(20)),
      iteration: [.request(0, key: .new)])
    let reads = Build.request([Build.read(), Build.read(), Build.read()], keys: [.uniform])
    let result = Build.scenario(
      [reads], loads: [load], tables: Build.tables(rows: 3), system: system
    ).compiled("none").run()
    // Five connections, 7 ms a read: at most 238.1 requests a second for 20 s, and those that are
    // on their way then.
    #expect(result.count(.requests) > 4_500)
    #expect(result.count(.requests) <= 4_762 + 20)
    #expect(result.rate(.errors) == 0)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("with certain barging, who returns a connection has it again before the waiter")
  func certain() {
    // Turns: u1 0–10 and 10–20, then u2 20–30 and 30–40.
    let (stories, result) = scenario(barging: 1, users: 2).compiled("none").stories()
    #expect(stories.map(\.user) == [1, 2])
    #expect(stories.map { $0.answeredAt.nanosecondsSinceStart / 1_000_000 } == [20, 40])
    // The robbed user has waited from 1 to 20 ms, in two parts, and is measured right.
    let pool = result.resources.servers(.pool)
    #expect(pool?.queue.totalWait == 19_000_000)
    #expect(pool?.busy.integral == 40_000_000)
    #expect(result.timeSplit.total(.poolWait) == 19_000_000)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("the robbed waiter goes to the end of the queue")
  func robbed() {
    // u2 and u3 wait from 1 and 2 ms on. At 10 ms u1 takes the connection back from u2, who now
    // stands behind u3. At 20 u3 has it, takes it back from u2 at 30, and u2 has it from 40 on.
    let stories = scenario(barging: 1, users: 3).compiled("none").stories().stories
    #expect(stories.map(\.user) == [1, 3, 2])
    #expect(stories.map { $0.answeredAt.nanosecondsSinceStart / 1_000_000 } == [20, 40, 60])
  }

  @Test("the robbed waiter waits no longer than it would have before")
  func remainingTime() {
    // u2 waits from 1 ms on, for 15 ms: robbed at 10, out of time at 16.
    let (stories, result) = scenario(barging: 1, users: 2, timeout: 15).compiled("none").stories()
    let second = stories.first { $0.user == 2 }
    #expect(second?.answeredAt == .start + .milliseconds(16))
    #expect(second?.lengths(of: .poolWait).reduce(.zero, +) == .milliseconds(15))
    #expect(result.count(.connectionTimeouts) == 1)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("barging happens as often as the model says")
  func frequency() {
    // u1's second turn begins at 10 ms with a quarter of the chance.
    var barged = 0
    for seed in 1...2_000 as ClosedRange<UInt64> {
      var simulation = Simulation(scenario(barging: 0.25, users: 2).compiled("none"), seed: seed)
      simulation.run(through: .start + .milliseconds(15))
      let waiting = simulation.requestsInFlight().filter { $0.share == .poolWait }
      if waiting.first?.user.index == 1 { barged += 1 }
    }
    let test = ChiSquare([barged, 2_000 - barged], expecting: [0.25, 0.75])
    #expect(test.isPlausible, "\(barged) of 2000")
  }

  @Test("a model in which nobody comes at the moment of a return is the same with and without")
  func othersAreUntouched() {
    func result(_ barging: Double) -> RunResult {
      var system = SystemModel()
      system.pool = ConnectionPoolModel(size: 2, barging: barging)
      let load = Load(
        name: "think", executor: .constantVUs(vus: 8, duration: .seconds(20)),
        iteration: [.request(0, key: .new), .sleep(.exponential(mean: .milliseconds(20)))])
      return Build.scenario(
        [.connection(steps: [.delay(.exponential(mean: .milliseconds(10)))])], load: load,
        system: system
      ).compiled("none").run()
    }
    #expect(result(0).digest == result(1).digest)
  }
}
