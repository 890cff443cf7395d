import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// k6's closed executors, against k6's rules by brute force.
///
/// Iterations last so many milliseconds and a microsecond that no iteration ends together with a
/// step of a ramp.
@Suite("Executors")
struct ExecutorTests {
  private static let iterations: [UInt64] = [37_001, 410_001, 2_300_001, 61_000_001]

  private func load(
    _ executor: Executor, iteration microseconds: UInt64, gracefulStop: VirtualDuration,
    startTime: VirtualDuration = .zero
  ) -> Load {
    Load(
      name: "load", executor: executor, startTime: startTime, gracefulStop: gracefulStop,
      iteration: [.sleep(.constant(.microseconds(microseconds)))])
  }

  /// Runs one load and compares what it came to, and its users at each second, with the oracle.
  private func compare(
    _ executor: Executor, iteration: UInt64, gracefulStop: VirtualDuration
  ) throws {
    let load = load(executor, iteration: iteration, gracefulStop: gracefulStop)
    let oracle = K6Oracle(
      executor, iteration: iteration * 1_000, gracefulStop: gracefulStop.inNanoseconds)
    var simulation = Simulation(
      Build.scenario([Build.request([])], loads: [load]).compiled("none"), seed: 1)
    simulation.runToEnd()
    let rows = simulation.takeClosedIntervals()
    let result = simulation.finish()
    let expected = oracle.outcome
    guard result.virtualTime.inNanoseconds == expected.end else {
      throw Mismatch("ends at \(result.virtualTime), not \(expected.end) ns")
    }
    guard result.count(.iterations) == UInt64(expected.finished) else {
      throw Mismatch("\(result.count(.iterations)) iterations, not \(expected.finished)")
    }
    guard result.count(.droppedIterations) == UInt64(expected.dropped) else {
      throw Mismatch("\(result.count(.droppedIterations)) dropped, not \(expected.dropped)")
    }
    for row in rows where row.end.nanosecondsSinceStart < expected.end {
      let users = oracle.users(at: row.end.nanosecondsSinceStart)
      guard row.users == users else {
        throw Mismatch("\(row.users) users at \(row.end.sinceStart), not \(users)")
      }
    }
  }

  private func anyGrace(_ random: inout TestRandom) -> VirtualDuration {
    let choices: [UInt64] = [0, 50, 1_000, 30_000]
    return .milliseconds(choices[random.below(choices.count)])
  }

  @Test("constant-vus iterates until its duration is over and then finishes what runs")
  func constant() {
    withEverySeed(1...60) { _, random in
      try compare(
        .constantVUs(
          vus: 1 + random.below(5), duration: .milliseconds(UInt64(100 + random.below(9_000)))),
        iteration: Self.iterations[random.below(4)], gracefulStop: anyGrace(&random))
    }
  }

  @Test("ramping-vus follows its stages in steps of one user, and lets go as its graces say")
  func ramping() {
    withEverySeed(1...400) { _, random in
      var stages: [Executor.Stage] = []
      for _ in 0..<(1 + random.below(4)) {
        let isFirst = stages.isEmpty
        let length = !isFirst && random.oneIn(5) ? 0 : UInt64(1 + random.below(7_919))
        // A user that is planned for no time at all may or may not begin in k6: its goroutines
        // race.
        let least = length == 0 ? stages.last?.target ?? 0 : 0
        let target = least + random.below(8 - least)
        stages.append(Executor.Stage(duration: .milliseconds(length), target: target))
      }
      let startVUs = random.below(5)
      let grace = anyGrace(&random)
      let iteration = Self.iterations[random.below(4)]
      let gracefulStop = anyGrace(&random)
      do {
        try compare(
          .rampingVUs(startVUs: startVUs, stages: stages, gracefulRampDown: grace),
          iteration: iteration, gracefulStop: gracefulStop)
      } catch {
        let words = stages.map { "\($0.duration):\($0.target)" }
        throw Mismatch(
          "from \(startVUs), \(words), rampDown \(grace), stop \(gracefulStop), iteration "
            + "\(iteration) us: \(error)")
      }
    }
  }

  @Test("per-vu-iterations gives each user the same number, and drops what has not begun in time")
  func perUser() {
    withEverySeed(1...100) { _, random in
      try compare(
        .perVUIterations(
          vus: 1 + random.below(5), iterations: 1 + random.below(6),
          maxDuration: .milliseconds(UInt64(100 + random.below(5_000)))),
        iteration: Self.iterations[random.below(4)], gracefulStop: anyGrace(&random))
    }
  }

  @Test(
    "shared-iterations gives iterations to whoever is free, and drops what has not begun in time")
  func shared() {
    withEverySeed(1...100) { _, random in
      try compare(
        .sharedIterations(
          vus: 1 + random.below(5), iterations: 1 + random.below(20),
          maxDuration: .milliseconds(UInt64(100 + random.below(5_000)))),
        iteration: Self.iterations[random.below(4)], gracefulStop: anyGrace(&random))
    }
  }

  @Test("the steps of a ramp are those that k6 computes")
  func steps() {
    // From 0 to 4 in 2 s: a user each half second, the last at the end. Then to 1 in 3 s: the first
    // goes after 1 s.
    let stages = [
      Executor.Stage(duration: .seconds(2), target: 4),
      Executor.Stage(duration: .seconds(3), target: 1),
    ]
    let (steps, end) = K6Oracle.rawSteps(0, stages)
    #expect(steps.map(\.planned) == [0, 1, 2, 3, 4, 3, 2, 1])
    #expect(
      steps.map { $0.time / 1_000_000 } == [0, 500, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000])
    #expect(end == 5_000_000_000)
  }

  @Test("loads run side by side, each from its start time on")
  func severalLoads() {
    // The first: 2 users, 0–4 s, iterations of 1 s: 8. The second: from 2 s on 3 users for 3 s: 9.
    // Over at 5 s.
    let first = load(
      .constantVUs(vus: 2, duration: .seconds(4)), iteration: 1_000_000, gracefulStop: .zero)
    var second = load(
      .constantVUs(vus: 3, duration: .seconds(3)), iteration: 1_000_000, gracefulStop: .zero)
    second.startTime = .seconds(2)
    second.name = "second"
    var simulation = Simulation(
      Build.scenario([Build.request([])], loads: [first, second]).compiled("none"), seed: 1)
    simulation.runToEnd()
    let rows = simulation.takeClosedIntervals()
    let result = simulation.finish()
    #expect(result.virtualTime == .seconds(5))
    #expect(result.users == 5)
    // At 1 s two, at 2 s two and three, at 3 s all; the first load's are gone at 4 s.
    #expect(rows.map(\.users).prefix(3) == [2, 5, 5])
    guard case .gauge(let users) = result[.virtualUsers] else { return }
    #expect(users.maximum == 5)
    guard case .gauge(let most) = result[.virtualUsersMaximum] else { return }
    #expect(most == GaugeResult(value: 5, minimum: 5, maximum: 5))
  }

  @Test("a user may be told to start later, and does not start when the load is over by then")
  func stagger() {
    // Three users at 0, 1 and 2 s of a load of 1.5 s: the third never begins.
    var load = load(
      .constantVUs(vus: 3, duration: .milliseconds(1_500)), iteration: 1_000_001,
      gracefulStop: .seconds(30))
    load.startStagger = .even(over: .seconds(3))
    let result = Build.scenario([Build.request([])], loads: [load]).compiled("none").run()
    // The first: 0 and 1.000001; the second: 1.
    #expect(result.count(.iterations) == 3)
  }

  @Test("an iteration that takes no time lasts a millisecond")
  func noTime() {
    let load = Load(
      name: "idle", executor: .constantVUs(vus: 1, duration: .seconds(1)),
      iteration: [.check(name: "nothing yet", statuses: [0])])
    let result = Build.scenario([Build.request([])], loads: [load]).compiled("none").run()
    #expect(result.count(.iterations) == 1_000)
    #expect(result.checks.map(\.passes) == [1_000])
  }

  @Test("repetitions of an iteration nest, and a sleep is between them")
  func repeated() {
    let load = Load(
      name: "nested", executor: .perVUIterations(vus: 1, iterations: 2, maxDuration: .hours(1)),
      iteration: [
        .repeated(
          3,
          steps: [
            .repeated(4, steps: [.request(0, key: .new)]), .sleep(.constant(.milliseconds(10))),
          ])
      ])
    let result = Build.scenario([Build.request([Build.delay(1)])], loads: [load])
      .compiled("none").run()
    #expect(result.count(.requests) == 24)
    // Twice three times 4 · 1 + 10 ms.
    #expect(result.virtualTime == .milliseconds(84))
    #expect(result.trend(.iterationDuration).sum == 84_000_000)
  }
}
