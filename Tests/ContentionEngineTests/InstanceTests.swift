import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Instances behind a load balancer")
struct InstanceTests {
  /// The instance of each request, in the order in which they were sent, one user every 10 ms.
  private func chosen(
    _ balance: LoadBalancing, instances: Int, users: Int, seed: UInt64 = 1, _ steps: Step...
  ) -> [Int] {
    var system = SystemModel()
    system.instances = instances
    system.balance = balance
    let load = Build.once(users, stagger: Build.everyStep(10, users: users))
    let compiled = Build.scenario(steps, load: load, system: system).compiled("none")
    var simulation = Simulation(compiled, seed: seed)
    var seen: [(at: VirtualTime, user: Int32, instance: Int)] = []
    while simulation.runNextEvent() {
      for request in simulation.requestsInFlight()
      where !seen.contains(where: { $0.user == request.user.index }) {
        seen.append((request.sentAt, request.user.index, Int(request.instance.index)))
      }
    }
    _ = simulation.finish()
    return seen.sorted { ($0.at, $0.user) < ($1.at, $1.user) }.map(\.instance)
  }

  @Test("are taken in turn by round-robin, however busy they are")
  func roundRobin() {
    let slowFirst = Build.inTurn([Build.delay(1_000)], [Build.delay(1)], [Build.delay(1)])
    #expect(
      chosen(.roundRobin, instances: 3, users: 7, Build.delay(5)) == [0, 1, 2, 0, 1, 2, 0])
    #expect(chosen(.roundRobin, instances: 2, users: 3, slowFirst) == [0, 1, 0])
  }

  @Test("with fewer requests in flight come first; of equals the next in turn")
  func leastConnections() {
    // The first request stays for a second. The second and the third take 1 ms each, and the turn
    // is at instance 0 whenever the other one is free.
    let slowFirst = Build.inTurn(
      [Build.delay(1_000)], [Build.delay(1)], [Build.delay(1)], [Build.delay(1)])
    #expect(chosen(.leastConnections, instances: 2, users: 4, slowFirst) == [0, 1, 1, 1])
    #expect(chosen(.leastConnections, instances: 3, users: 6, Build.delay(5)) == [0, 1, 2, 0, 1, 2])
    #expect(
      chosen(.leastConnections, instances: 3, users: 6, Build.delay(1_000)) == [0, 1, 2, 0, 1, 2])
  }

  @Test("are drawn with equal probability by random balancing")
  func random() {
    // 3 000 draws among 3: a count has the standard deviation √(3000 · 1/3 · 2/3) = 25.8.
    let instances = chosen(.random, instances: 3, users: 3_000, Build.delay(5))
    for instance in 0..<3 {
      let count = instances.count { $0 == instance }
      #expect(abs(count - 1_000) < 4 * 26, "instance \(instance): \(count)")
    }
    #expect(instances == chosen(.random, instances: 3, users: 3_000, Build.delay(5)))
  }

  @Test("help where threads are short and not where one row is")
  func scaleOut() {
    func length(instances: Int, _ step: Step) -> VirtualDuration {
      var system = SystemModel()
      system.instances = instances
      system.threads = RequestThreadsModel(size: 1, accepted: 100, backlog: 100)
      return Build.scenario(
        [step], load: Build.once(12), system: system, keys: [.list([1])]
      ).compiled("pessimistic").run().virtualTime
    }
    let computing = Build.cpu(10)
    #expect(length(instances: 1, computing) == .milliseconds(120))
    #expect(length(instances: 4, computing) == .milliseconds(30))
    let holding = Build.transaction(Build.read(), Build.cpu(10), Build.add(1))
    #expect(length(instances: 1, holding) == .milliseconds(120))
    #expect(length(instances: 4, holding) == .milliseconds(120))
  }
}
