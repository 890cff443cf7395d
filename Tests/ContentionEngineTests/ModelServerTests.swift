import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Servers and gates of the model's own.
@Suite("Servers and gates of the model")
struct ModelServerTests {
  private func use(_ milliseconds: UInt64, of server: Int = 0) -> Step {
    .use(server: server, .constant(.milliseconds(milliseconds)))
  }

  private func system(
    _ pools: [ServerPoolModel] = [], gates: [GateModel] = []
  ) -> SystemModel {
    var system = SystemModel()
    system.serverPools = pools
    system.gates = gates
    return system
  }

  private func answers(_ stories: [RequestStory]) -> [Int: UInt64] {
    var ends: [Int: UInt64] = [:]
    for story in stories { ends[story.user] = story.latency.inNanoseconds / 1_000_000 }
    return ends
  }

  @Test("requests wait in one queue for whichever server is free first")
  func shared() {
    // Two servers, three users at once, 10 ms each: the third waits for 10 ms.
    let (stories, result) = Build.scenario(
      [use(10)], load: Build.once(3), system: system([ServerPoolModel(name: "disk", count: 2)])
    ).compiled("none").stories()
    #expect(answers(stories) == [1: 10, 2: 10, 3: 20])
    let disk = result.resources.servers(.servers(name: "disk"))
    #expect(disk?.size == 2)
    #expect(disk?.queue.totalWait == 10_000_000)
    #expect(disk?.busy.integral == 30_000_000)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
    // 40 ms of life in all, every nanosecond of it outside the service.
    #expect(result.timeSplit.total(.externalDelay) == 40_000_000)
  }

  @Test("with a queue for each server, a request waits for the one that it has drawn")
  func each() {
    let users = 40
    let (stories, _) = Build.scenario(
      [use(10)], load: Build.once(users),
      system: system([ServerPoolModel(name: "disk", count: 3, queue: .each)])
    ).compiled("none").stories()
    // All come at once, in the order of their numbers: the n-th of a queue is served after n · 10.
    var lengths = [0, 0, 0]
    var expected: [Int: UInt64] = [:]
    for user in 1...users {
      var stream = RandomStream(
        runSeed: 1, replication: 0, purpose: .serverChoice, entity: UInt32(user - 1))
      let disk = Int(stream.uniform(below: 3))
      lengths[disk] += 1
      expected[user] = UInt64(lengths[disk] * 10)
    }
    #expect(answers(stories) == expected)
    #expect(lengths.allSatisfy { $0 > 5 })
  }

  @Test("as many servers as are wanted let nobody wait")
  func unlimited() {
    for queue in ServerPoolModel.Queue.allCases {
      let (stories, result) = Build.scenario(
        [use(10)], load: Build.once(3),
        system: system([ServerPoolModel(name: "disk", count: nil, queue: queue)])
      ).compiled("none").stories()
      #expect(answers(stories) == [1: 10, 2: 10, 3: 10])
      #expect(result.resources.servers(.servers(name: "disk"))?.size == nil)
    }
  }

  @Test("a gate lets in as many as it says, the others in order of arrival")
  func gate() {
    // Gate of 2, 30 ms inside; users every 5 ms: 0–30, 5–35, then 30–60, 35–65, 60–90.
    let (stories, result) = Build.scenario(
      [.gate(0, steps: [Build.delay(30)])],
      load: Build.once(5, stagger: Build.everyStep(5, users: 5)),
      system: system(gates: [GateModel(name: "mpl", size: 2)])
    ).compiled("none").stories()
    #expect(answers(stories) == [1: 30, 2: 30, 3: 50, 4: 50, 5: 70])
    let gate = result.resources.servers(.gate(name: "mpl"))
    #expect(gate?.queue.totalWait == 80_000_000)
    #expect(gate?.busy.integral == 150_000_000)
    #expect(gate?.queue.mostAtOnce == 3)
  }

  @Test("a failure inside a gate leaves it")
  func failureInside() {
    let refusal = Refusal(status: 409, counter: .stockDepletions)
    let result = Build.scenario(
      [.gate(0, steps: [Build.delay(10), .refuse(refusal)])], load: Build.once(4),
      system: system(gates: [GateModel(name: "mpl", size: 1)])
    ).compiled("none").run()
    #expect(result.count(.stockDepletions) == 4)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
    #expect(result.resources.servers(.gate(name: "mpl"))?.busy.integral == 40_000_000)
  }

  @Test("gates nest, and a server is used inside both")
  func nested() {
    // Outer gate of 2, inner of 1, one disk of 10 ms and 5 ms of delay after it in the inner gate:
    // 0–15, 15–30, 30–45.
    let (stories, result) = Build.scenario(
      [.gate(0, steps: [.gate(1, steps: [use(10), Build.delay(5)])])], load: Build.once(3),
      system: system(
        [ServerPoolModel(name: "disk", count: 1)],
        gates: [GateModel(name: "outer", size: 2), GateModel(name: "inner", size: 1)])
    ).compiled("none").stories()
    #expect(answers(stories) == [1: 15, 2: 30, 3: 45])
    #expect(result.resources.servers(.servers(name: "disk"))?.queue.waitCount == 0)
    // User 2 waits for 15 ms before the inner gate, user 3 for 15 before each of them.
    #expect(result.resources.servers(.gate(name: "outer"))?.queue.totalWait == 15_000_000)
    #expect(result.resources.servers(.gate(name: "inner"))?.queue.totalWait == 30_000_000)
  }

  @Test("what a run cuts off in a queue counts as long as it waited")
  func cutOff() {
    // One disk, 1 s each, 3 users; the load ends after 1.5 s without grace: users 2 and 3 have
    // waited for 1 s and 1.5 s.
    let load = Load(
      name: "cut", executor: .constantVUs(vus: 3, duration: .milliseconds(1_500)),
      gracefulStop: .zero, iteration: [.request(0, key: .new), .sleep(.constant(.seconds(9)))])
    let result = Build.scenario(
      [use(1_000)], load: load, system: system([ServerPoolModel(name: "disk", count: 1)])
    ).compiled("none").run()
    let disk = result.resources.servers(.servers(name: "disk"))
    #expect(disk?.queue.totalWait == 2_500_000_000)
    #expect(disk?.queue.unfinishedWaits == 1)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("one exponential server of each kind is M/M/1: as long in the queue as the formula says")
  func markovian() throws {
    // 60 users, think 1 s, one shared disk of 10 ms: nearly open arrivals at about 0.59 of what it
    // can do. The finite-source queue: p(n) ∝ N!/(N−n)! · ρⁿ with ρ = 0.01.
    let load = Load(
      name: "think", executor: .constantVUs(vus: 60, duration: .minutes(60)),
      iteration: [.request(0, key: .new), .sleep(.exponential(mean: .seconds(1)))])
    let result = Build.scenario(
      [.use(server: 0, .exponential(mean: .milliseconds(10)))], load: load,
      system: system([ServerPoolModel(name: "disk", count: 1)])
    ).compiled("none").run()
    var weight = 1.0
    var sum = 1.0
    var busy = 0.0
    var waiting = 0.0
    for count in 1...60 {
      weight *= Double(60 - count + 1) * 0.01
      sum += weight
      busy += weight
      waiting += Double(count - 1) * weight
    }
    let disk = try #require(result.resources.servers(.servers(name: "disk")))
    #expect(abs(disk.utilisation / (busy / sum) - 1) < 0.01)
    #expect(abs(disk.queue.meanLevel / (waiting / sum) - 1) < 0.03)
  }
}
