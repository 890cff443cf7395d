import ContentionEngine
import Experiments
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

@Suite("Warm-up")
struct WarmUpTests {
  /// The rule as it is written down, each sum made anew.
  private func naive(_ means: [Double]) -> Int {
    let count = means.count
    var best = 0
    var least = Double.infinity
    for deleted in 0...(count - 5) {
      let kept = means[deleted...]
      let mean = kept.reduce(0, +) / Double(kept.count)
      let squares = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = squares / Double(kept.count * kept.count)
      if error < least {
        least = error
        best = deleted
      }
    }
    return best
  }

  @Test("deletes as many batches as the rule in its plain form")
  func againstTheRule() {
    withEverySeed(1...300) { seed, random in
      let count = 10 + random.below(60)
      let settling = random.below(count)
      let means = (0..<count).map { batch in
        Double(random.below(1_000)) + (batch < settling ? 900 : 0)
      }
      let found = WarmUp.mser(batchMeans: means)
      if found.deleted != naive(means) { throw Mismatch("\(found) of \(means)") }
      if found.isTooShort != (2 * found.deleted > count) { throw Mismatch("\(found)") }
    }
  }

  @Test("is where a step is over, in batches of five")
  func step() {
    // Three batches far up, and then two values in turn.
    let high = [Double](repeating: 100, count: 15)
    let settled = (0..<85).map { Double($0 % 2) }
    let found = WarmUp.mser5(high + settled)
    #expect(
      found
        == WarmUp.mser(
          batchMeans: [100, 100, 100] + [0.4, 0.6, 0.4, 0.6, 0.4, 0.6, 0.4]
            + [0.6, 0.4, 0.6, 0.4, 0.6, 0.4, 0.6, 0.4, 0.6, 0.4]))
    #expect(found.deleted == 3)
    #expect(found.batches == 20)
    #expect(!found.isTooShort)
  }

  @Test("of what has settled from the start deletes nothing")
  func constant() {
    let found = WarmUp.mser(batchMeans: [Double](repeating: 7, count: 40))
    #expect(found.deleted == 0)
    #expect(!found.isTooShort)
  }

  @Test("is not told of what never settles, nor of a few batches")
  func tooShort() {
    #expect(WarmUp.mser(batchMeans: (0..<100).map(Double.init)).isTooShort)
    #expect(WarmUp.mser(batchMeans: [1, 1, 1, 1, 1, 1, 1, 1, 1]).isTooShort)
    #expect(!WarmUp.mser(batchMeans: [Double](repeating: 1, count: 10)).isTooShort)
    #expect(WarmUp.mser5([]).isTooShort)
  }

  @Test("batches double when there are too many, and hold the same observations")
  func doubling() {
    withEverySeed(1...100) { seed, random in
      let most = 2 + random.below(9)
      let values = (0..<random.below(1_200)).map { _ in Double(random.below(100)) }
      var batches = BatchMeans(most: most)
      for (index, value) in values.enumerated() {
        batches.record(value, at: .start + .seconds(UInt64(index)))
      }
      if batches.means.count > most { throw Mismatch("\(batches.means.count) batches") }
      if batches.means.count != values.count / batches.size { throw Mismatch("\(batches)") }
      for (index, mean) in batches.means.enumerated() {
        let own = values[(index * batches.size)..<((index + 1) * batches.size)]
        let exact = own.reduce(0, +) / Double(own.count)
        if abs(mean - exact) > 1e-9 { throw Mismatch("batch \(index): \(mean), not \(exact)") }
        let end = VirtualTime.start + .seconds(UInt64((index + 1) * batches.size - 1))
        if batches.ends[index] != end { throw Mismatch("batch \(index) ends at another moment") }
      }
    }
  }

  @Test("batches that are made larger are those that larger batches would have been")
  func enlarging() {
    for count in [0, 5, 19, 20, 57, 100, 163] {
      let values = (0..<count).map { Double($0 * $0 % 37) }
      var batches = BatchMeans()
      for (index, value) in values.enumerated() {
        batches.record(value, at: .start + .seconds(UInt64(index)))
      }
      batches.enlarge(to: 20)
      #expect(batches.size == 20)
      #expect(batches.means.count == count / 20)
      for (index, mean) in batches.means.enumerated() {
        let own = values[(20 * index)..<(20 * index + 20)]
        #expect(abs(mean - own.reduce(0, +) / 20) < 1e-9)
        #expect(batches.ends[index] == .start + .seconds(UInt64(20 * index + 19)))
      }
      // What was left over is the beginning of the next batch.
      for value in count..<(count / 20 * 20 + 20) { batches.record(Double(value)) }
      #expect(batches.means.count == count / 20 + 1)
    }
  }

  /// Users who all come at once to one row, so that the first answers take long.
  private func crowd(of users: Int = 40, lasting length: VirtualDuration) -> Scenario {
    var scenario = smallScenario(thinking: .exponential(mean: .milliseconds(200)))
    scenario.loads[0].executor = .constantVUs(vus: users, duration: length)
    return scenario
  }

  @Test("of a scenario is found in runs without one, the same at every turn")
  func search() {
    let scenario = crowd(lasting: .seconds(20))
    let search = WarmUpSearch(of: scenario, under: Strategy.builtIn[3], seed: 1)
    let found = search.runAll()
    #expect(found == search.merge((0..<5).map { search.run($0) }))
    #expect(found.runs == 5)
    // The same from the answers of each run, in batches of five, by the rule in its plain form.
    let runs = (0..<5).map { run -> [Sample] in
      var simulation = Simulation(
        search.compiled, seed: 1, replication: UInt32(run), collectsSamples: true)
      simulation.runToEnd()
      return simulation.takeSamples().filter { $0.metric == .requestDuration }
    }
    let batches = (runs.map(\.count).min() ?? 0) / 5
    let averages = (0..<batches).map { batch in
      runs.reduce(0.0) { sum, run in
        sum + run[(5 * batch)..<(5 * batch + 5)].reduce(0.0) { $0 + Double($1.value) }
      } / 25
    }
    let deleted = naive(averages)
    #expect(found.size == 5)
    #expect(found.warmUp.batches == batches)
    #expect(found.warmUp.deleted == deleted)
    #expect(deleted > 0)
    let end = runs.map { $0[5 * deleted - 1].at.sinceStart.inNanoseconds }.max() ?? 0
    #expect(found.length.inNanoseconds == (end + 99_999_999) / 100_000_000 * 100_000_000)
    #expect(!found.isTooShort)
    var warm = scenario
    warm.loads[0].warmUp = .seconds(5)
    #expect(WarmUpSearch(of: warm, under: Strategy.builtIn[3], seed: 1).runAll() == found)
  }

  @Test("of too short a run is half of it, and says so")
  func searchTooShort() {
    let found = WarmUpSearch(
      of: crowd(of: 4, lasting: .milliseconds(400)), under: Strategy.builtIn[3], seed: 1
    ).runAll()
    #expect(found.isTooShort)
    #expect(found.length == .milliseconds(200))
  }

  @Test("is measured from the moment that is said, whatever the loads said")
  func measuring() {
    var scenario = crowd(lasting: .seconds(9))
    scenario.loads.append(scenario.loads[0])
    scenario.loads[0].startTime = .seconds(4)
    scenario.loads[0].warmUp = .seconds(3)
    scenario.loads[1].findsWarmUp = true
    scenario.measure(from: .seconds(2))
    #expect(scenario.loads.map(\.warmUp) == [.zero, .seconds(2)])
    #expect(!scenario.loads[1].findsWarmUp)
    scenario.measure(from: .seconds(6))
    #expect(scenario.loads.map(\.warmUp) == [.seconds(2), .zero])
    scenario.measure(from: .zero)
    #expect(scenario.loads.map(\.warmUp) == [.zero, .zero])
  }

  @Test("is not looked for where the load changes")
  func changingLoad() async {
    await #expect(processExitsWith: .failure) {
      var scenario = smallScenario()
      scenario.loads[0].executor = .rampingVUs(
        startVUs: 1, stages: [.init(duration: .seconds(1), target: 5)], gracefulRampDown: .zero)
      _ = WarmUpSearch(of: scenario, under: Strategy.builtIn[0], seed: 1)
    }
  }
}
