import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Retries at the end of a load, and pauses that follow the response time.
@Suite("Retries and the load")
struct LoadEndTests {
  /// User 1 has the one connection for a minute; user 2 fails after each 10 ms of waiting and
  /// pauses for 50 ms: its attempts begin at 1, 61, 121, … ms.
  private func scenario(
    until end: VirtualDuration, stopsRetries: Bool = true, around wrap: (Step) -> Step = { $0 }
  ) -> Scenario {
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    let load = Load(
      name: "end", executor: .constantVUs(vus: 2, duration: end), gracefulStop: .minutes(2),
      startStagger: Build.everyStep(1, users: 2), stopRetriesAtEnd: stopsRetries,
      iteration: [.request(0, key: .new)])
    let step = Build.retry(
      on: [.connectionTimeout], attempts: nil, Backoff(base: .milliseconds(50)),
      .connection(steps: [Build.delay(60_000)]))
    return Build.scenario(
      [wrap(step)], load: load, tables: Build.tables(rows: 2), system: system)
  }

  @Test("a request whose next attempt would begin after the end sleeps until it and gives up")
  func givesUp() {
    // Attempts at 1 and 61 ms; the third would begin at 121, and the load ends at 120.
    let (stories, result) = scenario(until: .milliseconds(120)).compiled("none").stories()
    let second = stories.first { $0.user == 2 }
    #expect(second?.answeredAt == .start + .milliseconds(120))
    #expect(
      second?.spells.map { $0.length.inNanoseconds / 1_000_000 } == [10, 50, 10, 49])
    #expect(result.gaveUpAtEnd == 1)
    // Nobody hears of it: one request is answered, user 1's, after a minute.
    #expect(result.count(.requests) == 1)
    #expect(result.safety.arrived == 2)
    #expect(result.safety.answered == 1)
    #expect(result.safety.interrupted == 1)
    #expect(result.count(.connectionTimeouts) == 2)
    #expect(result.virtualTime == .minutes(1))
  }

  @Test("an attempt that begins at the very end is made; the next one is not")
  func exactlyAtTheEnd() {
    let (stories, result) = scenario(until: .milliseconds(121)).compiled("none").stories()
    let second = stories.first { $0.user == 2 }
    // The third attempt fails at 131, after the end: the request gives up at once.
    #expect(second?.answeredAt == .start + .milliseconds(131))
    #expect(result.gaveUpAtEnd == 1)
    #expect(result.count(.connectionTimeouts) == 3)
  }

  @Test("without the rule, retries go on after the load's end")
  func goesOn() {
    let result = scenario(until: .milliseconds(120), stopsRetries: false).compiled("none").run()
    #expect(result.gaveUpAtEnd == 0)
    #expect(result.count(.requests) == 2)
    // Attempts every 60 ms from 1 ms on, until the connection is free at 60 s: the 1000th begins at
    // 59.941 s; the 1001st would wait from 60.001 and finds it free.
    #expect(result.count(.connectionTimeouts) == 1_000)
  }

  @Test("who gives up lets go of what it holds, and an outer retry makes no attempt either")
  func letsGo() {
    let result = scenario(until: .milliseconds(120)) { inner in
      Build.retry(
        on: [.connectionTimeout], attempts: nil, Backoff(base: .milliseconds(1)),
        Build.lock(named: "lock:{account}", keys: [0], inner))
    }.compiled("none").run()
    #expect(result.gaveUpAtEnd == 1)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
    #expect(result.safety.answered == 1)
  }

  @Test("a load that ends while everybody sleeps before a retry is over at its end")
  func overAtTheEnd() {
    // Three users and a connection that is always taken by a load of its own.
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    let taker = Load(
      name: "taker", executor: .constantVUs(vus: 1, duration: .milliseconds(100)),
      gracefulStop: .zero, iteration: [.request(0, key: .new)])
    let others = Load(
      name: "others", executor: .constantVUs(vus: 3, duration: .milliseconds(99)),
      startTime: .milliseconds(1), gracefulStop: .minutes(1), stopRetriesAtEnd: true,
      iteration: [.request(1, key: .new)])
    let result = Build.scenario(
      [
        Build.request([.connection(steps: [Build.delay(60_000)])]),
        Build.request(
          [
            Build.retry(
              on: [.connectionTimeout], attempts: nil, Backoff(base: .milliseconds(30)),
              .connection(steps: [Build.delay(1)]))
          ], name: "retry"),
      ], loads: [taker, others], system: system
    ).compiled("none").run()
    // Attempts at 1, 41, 81; they fail at 91, and the next would begin at 121.
    #expect(result.count(.connectionTimeouts) == 9)
    #expect(result.gaveUpAtEnd == 3)
    #expect(result.virtualTime == .milliseconds(100))
    #expect(result.count(.requests) == 0)
  }

  // MARK: Pauses that follow the response time

  /// The pauses of user 2, who never gets the connection; user 3 makes requests of 40 ms, one after
  /// another, that are answered meanwhile.
  private func pauses(seed: UInt64, answersBefore: Bool) -> [UInt64] {
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    func one(_ request: Int, _ name: String, after start: UInt64, iterations: Int = 1) -> Load {
      Load(
        name: name,
        executor: .perVUIterations(vus: 1, iterations: iterations, maxDuration: .minutes(10)),
        startTime: .milliseconds(start), iteration: [.request(request, key: .new)])
    }
    var loads = [one(0, "taker", after: 0), one(1, "retrier", after: 1_000)]
    if answersBefore { loads.append(one(2, "answered", after: 0, iterations: 10)) }
    let scenario = Build.scenario(
      [
        Build.request([.connection(steps: [Build.delay(60_000)])]),
        Build.request(
          [
            Build.retry(
              on: [.connectionTimeout], attempts: 6, .meanResponseTime,
              .connection(steps: [Build.delay(1)]))
          ], name: "retry"),
        Build.request([Build.delay(40)], name: "answered"),
      ], loads: loads, system: system)
    return scenario.compiled("none").stories(seed: seed).stories.first { $0.user == 2 }?
      .lengths(of: .backoff).map(\.inNanoseconds) ?? []
  }

  @Test("the pause is exponential with the mean response time of all answers so far")
  func restartDelay() {
    // Ten answers of 40 ms each: the mean of n exponential pauses has a standard error of 40/√n,
    // and e⁻¹ of them are longer than 40 ms.
    var drawn: [Double] = []
    for seed in 1...200 as ClosedRange<UInt64> {
      let pauses = pauses(seed: seed, answersBefore: true)
      #expect(pauses.count == 5)
      drawn += pauses.map { Double($0) / 1e6 }
    }
    let count = Double(drawn.count)
    let mean = drawn.reduce(0, +) / count
    #expect(abs(mean - 40) < 4 * 40 / count.squareRoot())
    let longer = Double(drawn.filter { $0 > 40 }.count) / count
    #expect(abs(longer - 0.3679) < 4 * (0.3679 * 0.6321 / count).squareRoot())
  }

  @Test("before the first answer there is no pause")
  func restartDelayBeforeAnswers() {
    #expect(pauses(seed: 1, answersBefore: false) == [])
  }
}
