import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Attempts and the pauses between them.
@Suite("Retries")
struct RetryTests {
  /// The pauses of a request that never gets the one connection, which another holds.
  private func pauses(
    _ backoff: Backoff, attempts: Int, late: UInt64 = 0, seed: UInt64 = 1
  ) -> [UInt64] {
    var system = SystemModel()
    system.sleepOvershoot = .constant(.milliseconds(late))
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    let steps = [
      Build.retry(
        on: [.connectionTimeout], attempts: attempts, backoff,
        .connection(steps: [Build.delay(5_000)]))
    ]
    let scenario = Build.scenario(
      steps, load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system)
    let (stories, result) = scenario.compiled("none").stories(seed: seed)
    #expect(result.count(.connectionTimeouts) == UInt64(attempts))
    return stories.first { $0.user == 2 }?.lengths(of: .backoff).map(\.inNanoseconds) ?? []
  }

  private let millisecond: UInt64 = 1_000_000

  @Test("a fixed pause stays the same, and one attempt fewer than attempts is a retry")
  func fixed() {
    #expect(
      pauses(Backoff(base: .milliseconds(7)), attempts: 4) == [7, 7, 7].map { $0 * millisecond })
  }

  @Test("no backoff is no pause")
  func none() {
    #expect(pauses(.none, attempts: 4) == [])
    #expect(pauses(.none, attempts: 4, late: 2) == [])
  }

  @Test("a pause ends as late as the system's timers are")
  func late() {
    let backoff = Backoff(base: .milliseconds(50), factor: 2)
    #expect(pauses(backoff, attempts: 4, late: 2) == [52, 102, 202].map { $0 * millisecond })
  }

  @Test("an exponential pause doubles up to its cap")
  func exponential() {
    let backoff = Backoff(base: .milliseconds(50), factor: 2, cap: .milliseconds(500))
    #expect(
      pauses(backoff, attempts: 7) == [50, 100, 200, 400, 500, 500].map { $0 * millisecond })
  }

  @Test("one attempt is no retry")
  func oneAttempt() {
    #expect(pauses(Backoff(base: .milliseconds(50)), attempts: 1) == [])
  }

  /// Where each drawn pause lies between its bounds, from 0 to 1, over many seeds.
  private func places(
    _ backoff: Backoff, attempts: Int, bounds: ([UInt64], Int) -> (UInt64, UInt64)
  ) throws -> [Double] {
    var places: [Double] = []
    for seed in 1...150 as ClosedRange<UInt64> {
      let drawn = pauses(backoff, attempts: attempts, seed: seed)
      #expect(drawn.count == attempts - 1)
      for number in drawn.indices {
        let (least, most) = bounds(drawn, number)
        guard drawn[number] >= least, drawn[number] <= most else {
          throw Mismatch("seed \(seed), pause \(number + 1): \(drawn[number])")
        }
        places.append(Double(drawn[number] - least) / Double(most - least))
      }
    }
    return places
  }

  /// Uniform on [0, 1]: of n draws the mean is within 4 standard errors of 1/2, and both ends are
  /// reached.
  private func expectUniform(_ places: [Double]) {
    let count = Double(places.count)
    let mean = places.reduce(0, +) / count
    #expect(abs(mean - 0.5) < 4 * (1 / (12 * count)).squareRoot())
    #expect((places.min() ?? 1) < 0.03)
    #expect((places.max() ?? 0) > 0.97)
  }

  @Test("full jitter draws evenly from nothing to the range")
  func full() throws {
    let backoff = Backoff(
      base: .milliseconds(10), factor: 2, cap: .milliseconds(40), jitter: .full)
    let ranges: [UInt64] = [10, 20, 40, 40]
    expectUniform(
      try places(backoff, attempts: 5) { _, number in (0, ranges[number] * millisecond) })
  }

  @Test("equal jitter draws evenly from the upper half of the range")
  func equal() throws {
    let backoff = Backoff(
      base: .milliseconds(10), factor: 2, cap: .milliseconds(40), jitter: .equal)
    let ranges: [UInt64] = [10, 20, 40, 40]
    expectUniform(
      try places(backoff, attempts: 5) { _, number in
        (ranges[number] * millisecond / 2, ranges[number] * millisecond)
      })
  }

  @Test("decorrelated jitter draws evenly from the base to three times the pause before")
  func decorrelated() throws {
    // A cap that is never reached: 10 · 3⁴ ms at most.
    let backoff = Backoff(
      base: .milliseconds(10), factor: 2, cap: .seconds(10), jitter: .decorrelated)
    expectUniform(
      try places(backoff, attempts: 5) { drawn, number in
        (10 * millisecond, 3 * (number == 0 ? 10 * millisecond : drawn[number - 1]))
      })
  }

  @Test("decorrelated jitter is cut at the cap")
  func decorrelatedCap() {
    let backoff = Backoff(
      base: .milliseconds(10), factor: 2, cap: .milliseconds(15), jitter: .decorrelated)
    var capped = 0
    for seed in 1...50 as ClosedRange<UInt64> {
      for pause in pauses(backoff, attempts: 4, seed: seed) {
        #expect(pause >= 10 * millisecond)
        #expect(pause <= 15 * millisecond)
        if pause == 15 * millisecond { capped += 1 }
      }
    }
    // Uniform on [10, 30] and more: at least three quarters lie above 15. 150 draws.
    #expect(capped > 75)
  }

  @Test("who runs out of attempts is answered 409, and counts as exhausted once")
  func exhausted() {
    // The first writes the row every 1 ms without asking; the second reads, works 5 ms and finds
    // another version, three times, with pauses of 2 and 4 ms: 3 · 5 + 6 = 21 ms.
    let account = Build.account()
    let writer = Build.request(
      [
        .delay(.constant(.milliseconds(1))),
        Build.transaction(
          .update(UpdateStep(row: account, column: 0, change: .add(1), writeGuard: .atomic))),
      ], name: "writer")
    let reader = Build.request(
      [
        Build.retry(
          attempts: 3, Backoff(base: .milliseconds(2), factor: 2),
          Build.transaction(Build.read(), Build.delay(5), Build.add(100)))
      ], name: "reader")
    let busy = Load(
      name: "busy", executor: .perVUIterations(vus: 1, iterations: 50, maxDuration: .minutes(1)),
      iteration: [.request(0, key: .new)])
    let compiled = Build.scenario([writer, reader], loads: [busy, Build.once(1, request: 1)])
      .compiled("optimistic")
    #expect(compiled.timeline().contains("21ms u2 answer 409"))
    let result = compiled.run()
    #expect(result.count(.optimisticLockConflicts) == 3)
    #expect(result.count(.optimisticLockExhausted) == 1)
    #expect(result.retries == [50, 0, 1])
    #expect(result.safety.columns[0].finalSum == 50)
    #expect(result.trend(.backoffTime).sum == 6_000_000)
    // All but the pauses was in vain.
    #expect(result.trend(.wastedWorkTime).sum == 15_000_000)
  }

  @Test("a failure that the policy does not name is not retried")
  func otherFailure() {
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    let compiled = Build.scenario(
      [Build.retry(on: [.deadlock], .none, .connection(steps: [Build.delay(100)]))],
      load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system
    ).compiled("none")
    #expect(compiled.timeline().contains("11ms u2 answer 503"))
  }

  @Test("an inner retry starts anew in each attempt of an outer one")
  func nested() {
    // Inner: 2 attempts, 1 ms apart; outer: 2 attempts, 5 ms apart; each attempt waits 10 ms for a
    // connection. Pauses 1, 5, 1: the last at 10·4 + 7 = 47 ms after 1.
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    let inner = Build.retry(
      on: [.connectionTimeout], attempts: 2, Backoff(base: .milliseconds(1)),
      .connection(steps: [Build.delay(1_000)]))
    let outer = Build.retry(
      on: [.connectionTimeout], attempts: 2, Backoff(base: .milliseconds(5)), inner)
    let compiled = Build.scenario(
      [outer], load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system
    ).compiled("none")
    let (stories, result) = compiled.stories()
    #expect(stories.first?.lengths(of: .backoff) == [1, 5, 1].map { .milliseconds($0) })
    #expect(stories.first?.answeredAt == .start + .milliseconds(48))
    #expect(result.retries == [1, 0, 0, 1])
  }
}
