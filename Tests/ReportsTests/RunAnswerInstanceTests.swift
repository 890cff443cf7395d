import ContentionEngine
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// Nothing takes time here but a delay that a test names, so that every request is in flight for
/// exactly that long.
@Suite("The answer in words, for instances and caches")
struct RunAnswerInstanceTests {
  private func answer(_ run: SmallRun) -> String {
    let lines = RunScreen.answerText(run.result("none")).split(separator: "\n").dropFirst()
    return lines.map { $0.dropFirst(11) }.joined(separator: " ")
  }

  /// Iterations that begin every so many milliseconds, the first at 0.
  private func every(_ milliseconds: Int, for duration: VirtualDuration) -> Executor {
    .constantArrivalRate(
      rate: ArrivalRate(iterations: 1_000 / milliseconds), duration: duration,
      users: UserPool(preAllocated: 20, maximum: 20))
  }

  // MARK: Instances

  /// Requests of one second, in instances that live with two of them: (25 − 5) / 10.
  private func runWithMemory(restart: VirtualDuration = .milliseconds(50)) -> SmallRun {
    var run = SmallRun()
    run.steps = [.delay(.constant(.seconds(1)))]
    run.system.memory = MemoryModel(size: 25, base: 5, perRequest: 10, restart: restart)
    return run
  }

  @Test("says when an instance died, at which rate, of how many requests, and what was dropped")
  func died() {
    var run = runWithMemory()
    // Those of 0, 100 and 200 ms meet; it is up again at 250 ms.
    run.executor = every(100, for: .milliseconds(350))
    #expect(
      answer(run).contains(
        " THE INSTANCE DIED after 200.0 ms, at 10 arrivals/s: no memory for 3 requests in flight."
          + " 3 requests were dropped. "))
  }

  @Test("counts deaths, dropped requests, and those that found no instance up")
  func severalDeaths() {
    var run = runWithMemory(restart: .milliseconds(150))
    // It dies at 200 ms and is down until 350 ms, so that the request of 300 ms is refused.
    run.executor = every(100, for: .milliseconds(450))
    #expect(answer(run).contains(" 3 requests were dropped, 1 found no instance up. "))
    // Those of 400, 500 and 600 ms meet; the one of 700 ms is refused, and two live.
    run.executor = every(100, for: .milliseconds(950))
    let text = answer(run)
    #expect(text.contains(" THE INSTANCE DIED after 200.0 ms, at 10 arrivals/s: "))
    #expect(text.contains(" 2 deaths in all: 6 requests were dropped, 2 found no instance up. "))
  }

  @Test("says which of several instances died")
  func oneOfSeveral() {
    var run = runWithMemory()
    run.system.instances = 2
    // Those of 0, 200 and 400 ms go to the first instance, as the turn has it.
    run.executor = every(100, for: .milliseconds(450))
    #expect(
      answer(run).contains(
        " INSTANCE 1 DIED after 400.0 ms, at 10 arrivals/s: no memory for 3 requests in flight."
          + " 3 requests were dropped. "))
  }

  @Test("takes the rate of a ramp at the moment of the death")
  func rateOfRamp() {
    var run = runWithMemory()
    run.steps = [.delay(.constant(.seconds(10)))]
    run.system.memory?.size = 35
    // A rate of 2·t a second, so that t² have come by t: the fourth at 2 s.
    run.executor = .rampingArrivalRate(
      startRate: ArrivalRate(iterations: 0),
      stages: [Executor.Stage(duration: .seconds(10), target: 20)],
      users: UserPool(preAllocated: 200, maximum: 200))
    #expect(
      answer(run).contains(
        " THE INSTANCE DIED after 2.00 s, at 4.0 arrivals/s: no memory for 4 requests in flight. "))
  }

  @Test("names no rate of arrivals where users come back when they have an answer")
  func deathOfUsers() {
    var run = runWithMemory()
    run.executor = .perVUIterations(vus: 3, iterations: 1, maxDuration: .minutes(1))
    #expect(
      answer(run).contains(
        " THE INSTANCE DIED after 0 ms: no memory for 3 requests in flight."
          + " 3 requests were dropped. "))
  }

  @Test("says how full the memory was of instances that lived")
  func lived() {
    var run = runWithMemory()
    run.executor = .perVUIterations(vus: 2, iterations: 3, maxDuration: .minutes(1))
    #expect(
      answer(run).contains(
        " The instance had memory to the end: at most 2 requests in flight, room for 2. "))
    run.executor = .perVUIterations(vus: 1, iterations: 3, maxDuration: .minutes(1))
    #expect(answer(run).contains(" to the end: at most 1 request in flight, room for 2. "))
    // Two in one instance, one in the other.
    run.system.instances = 2
    run.executor = .perVUIterations(vus: 3, iterations: 1, maxDuration: .minutes(1))
    #expect(
      answer(run).contains(
        " Each instance had memory to the end: at most 2 requests in flight, room for 2. "))
  }

  @Test("says nothing of memory that requests take none of, or that is not limited")
  func unlimited() {
    var run = runWithMemory()
    run.system.memory?.perRequest = 0
    #expect(!answer(run).contains("memory"))
    run.system.memory = nil
    #expect(!answer(run).contains("memory"))
  }

  // MARK: Caches

  /// A load takes 25 ms, and what it puts is fresh for 40 ms; a request comes every 10 ms, the last
  /// at 90 ms.
  private func runWithCache(singleFlight: Bool) -> SmallRun {
    var run = SmallRun()
    run.system.caches = [
      CacheModel(name: "popular", timeToLive: .milliseconds(40), singleFlight: singleFlight)
    ]
    run.steps = [
      .cache(CacheStep(cache: 0, steps: [.delay(.constant(.milliseconds(25)))]))
    ]
    run.executor = every(10, for: .milliseconds(99))
    return run
  }

  @Test("says what a cache answered, how many loads there were, and how many at once")
  func stampede() {
    // Those of 0, 10 and 20 ms load, and put it at 25, 35 and 45 ms; those of 30 to 80 ms find it,
    // and the one of 90 ms loads it again: 6 of 10.
    #expect(
      answer(runWithCache(singleFlight: false)).contains(
        "Cache popular answered 60.0 % of look-ups; 4 loads, up to 3 of one entry at once. "))
  }

  @Test("says nothing of loads at once where one loads for all who wait")
  func singleFlight() {
    // The one of 0 ms loads, also for those of 10 and 20 ms; those of 30 to 60 ms find it; the one
    // of 70 ms loads, also for those of 80 and 90 ms: 8 of 10.
    #expect(
      answer(runWithCache(singleFlight: true)).contains(
        "Cache popular answered 80.0 % of look-ups; 2 loads. "))
  }

  @Test("says of a cache that was never asked nothing, and of one load that it was one")
  func fewLookUps() {
    var run = runWithCache(singleFlight: false)
    run.executor = .perVUIterations(vus: 1, iterations: 1, maxDuration: .minutes(1))
    #expect(answer(run).contains("Cache popular answered 0.0 % of look-ups; 1 load. "))
    run.steps = [.delay(.constant(.milliseconds(1)))]
    #expect(!answer(run).contains("Cache popular"))
  }
}
