import Experiments
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Ways to retry")
struct RetryGridTests {
  @Test("are every combination, each once")
  func usual() {
    let grid = RetryGrid()
    let candidates = grid.candidates
    // Fixed: 3 bases, 3 jitters, 3 attempts. Exponential: 3 bases, 4 jitters, 2 caps, 3 attempts,
    // but for 18 whose pauses do not come to a cap of 1 s: three attempts from 10 ms, 50 ms and, if
    // not decorrelated, 200 ms on; five from 10 ms on in every way, and from 50 ms on if not
    // decorrelated.
    #expect(grid.combinations == 27 + 72)
    #expect(candidates.count == 27 + 72 - (4 + 4 + 3) - (4 + 3))
    #expect(Swift.Set(candidates).count == candidates.count)
  }

  private func way(
    _ base: UInt64, x factor: Double = 2, to cap: UInt64? = nil, _ jitter: Backoff.Jitter = .none,
    attempts: Int
  ) -> RetryCandidate {
    RetryCandidate(
      Backoff(
        base: .milliseconds(base), factor: factor, cap: cap.map { .milliseconds($0) },
        jitter: jitter),
      attempts: attempts)
  }

  @Test("are the same when no pause tells them apart")
  func same() {
    // Four attempts from 100 ms on pause for up to 100, 200 and 400 ms.
    #expect(way(100, to: 400, attempts: 4).isSame(as: way(100, attempts: 4)))
    #expect(!way(100, to: 399, attempts: 4).isSame(as: way(100, attempts: 4)))
    #expect(!way(100, to: 400, attempts: 5).isSame(as: way(100, attempts: 5)))
    #expect(!way(100, to: 400, .full, attempts: 4).isSame(as: way(100, attempts: 4)))
    #expect(way(100, attempts: 2).isSame(as: way(100, x: 3, attempts: 2)), "one pause")
    #expect(way(100, to: 100, attempts: 9).isSame(as: way(100, x: 1, attempts: 9)))
    // Decorrelated pauses are drawn up to 300, 900 and 2700 ms.
    #expect(
      way(100, to: 2_700, .decorrelated, attempts: 4).isSame(
        as: way(100, to: 9_000, .decorrelated, attempts: 4)))
    #expect(
      !way(100, to: 2_699, .decorrelated, attempts: 4).isSame(
        as: way(100, to: 9_000, .decorrelated, attempts: 4)))
    #expect(way(100, attempts: 1).isSame(as: way(7, .full, attempts: 1)), "neither retries")
    #expect(!way(100, attempts: 2).isSame(as: way(100, attempts: 3)))
  }

  @Test("make the same runs when they are the same, and others when they are not")
  func sameRuns() {
    var scenario = smallScenario()
    scenario.strategy = Strategy.builtIn[2]
    for jitter in Backoff.Jitter.allCases {
      let caps: [UInt64] = [20, 200, 2_000]
      let ways = caps.map { way(10, to: $0, jitter, attempts: 4) }
      var race = RetryRace(ways, replications: 1)
      guard let pulls = race.next() else { return }
      race.take(TuneRound(scenario, ways, pulls: pulls, at: .service, seed: 1).runAll())
      let digests = race.table.rows.map { $0.runs[0].digest }
      #expect(digests[0] != digests[1], "20 ms are reached, with jitter \(jitter)")
      // Up to 40 ms, or 270 ms where pauses grow out of one another.
      #expect(ways[1].isSame(as: ways[2]) == (jitter != .decorrelated))
      if ways[1].isSame(as: ways[2]) { #expect(digests[1] == digests[2]) }
    }
  }

  @Test("are counted before they are made, however many")
  func combinations() {
    var grid = RetryGrid()
    let thousand: [VirtualDuration] = (1...1_000).map { .milliseconds($0) }
    grid.bases = thousand
    grid.caps = thousand
    grid.factors = (1...1_000).map { 1 + Double($0) }
    #expect(grid.combinations == 1_000 * 3 * (3 + 1_000 * (3 * 1_000 + 1)))
    grid.shapes = [.fixed]
    #expect(grid.combinations == 1_000 * 3 * 3)
    grid.shapes = [.exponential]
    let many = [VirtualDuration](repeating: .milliseconds(1), count: 1 << 22)
    grid.bases = many
    grid.caps = many
    grid.factors = [Double](repeating: 2, count: 1 << 22)
    #expect(grid.combinations == .max)
  }

  @Test("leave out what has no meaning")
  func meaningless() {
    var grid = RetryGrid()
    grid.shapes = [.fixed]
    grid.bases = [.milliseconds(10)]
    grid.attempts = [12]
    #expect(grid.candidates.map(\.backoff.jitter) == [.none, .full, .equal])
    grid.factors = [1.5, 3]
    grid.caps = [.seconds(1), .seconds(9)]
    #expect(grid.candidates.count == 3, "a fixed pause has neither")
    grid.shapes = [.exponential]
    grid.jitters = [.decorrelated]
    #expect(grid.candidates.count == 2, "a decorrelated pause has no factor")
    grid.jitters = [.none]
    grid.bases = [.seconds(2)]
    #expect(grid.candidates.map(\.backoff.cap) == [.seconds(9), .seconds(9)])
    grid.attempts = [1]
    #expect(
      grid.candidates == [RetryCandidate(.none, attempts: 1)], "who does not retry never pauses")
  }

  @Test("take the place of the model's own at the service, whatever it retries")
  func service() {
    let scenario = smallScenario()
    #expect(
      scenario.retries(at: .service) == [
        RetryCandidate(Backoff(base: .milliseconds(1)), attempts: 3)
      ])
    let other = RetryCandidate(
      Backoff(base: .milliseconds(5), factor: 2, cap: .seconds(1), jitter: .full), attempts: 7)
    let changed = scenario.retrying(other, at: .service)
    #expect(changed.retries(at: .service) == [other])
    guard case .retry(let policy, let steps) = changed.requests[0].steps[0],
      case .retry(let own, let ownSteps) = scenario.requests[0].steps[0]
    else {
      Issue.record("the steps moved")
      return
    }
    #expect(policy.on == own.on)
    #expect(steps == ownSteps)
    #expect(
      changed.retrying(scenario.retries(at: .service)[0], at: .service) == scenario)
  }

  @Test("take the place of the clients' own, or give them one")
  func clients() {
    var scenario = smallScenario()
    #expect(scenario.retries(at: .clients) == [])
    let candidate = RetryCandidate(
      Backoff(base: .milliseconds(5)), attempts: 4, budget: RetryBudget(ratio: 0.2))
    #expect(scenario.retrying(candidate, at: .clients).retries(at: .clients) == [candidate])
    scenario.loads[0].client = ClientPolicy(
      timeout: .milliseconds(70), attempts: 9, retryOn: [503], tokenBucket: TokenBucket(size: 3))
    let client = scenario.retrying(candidate, at: .clients).loads[0].client
    #expect(client?.timeout == .milliseconds(70))
    #expect(client?.retryOn == [503])
    #expect(client?.tokenBucket == TokenBucket(size: 3))
    #expect(client?.attempts == 4)
  }
}
