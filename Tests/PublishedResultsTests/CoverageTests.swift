import Experiments
import RequestPrograms
import ScenarioModel
import Testing

/// The statistics of the tool itself: its intervals cover a truth that is known, and what does not
/// differ is not said to differ (RESULTS R7).
@Suite("Intervals and comparisons")
struct CoverageTests {
  /// A thousand experiments leave 93 to 97 %; the few of the suite leave what a thousandth of all
  /// such samples of a fair 95 % does not.
  private struct Size {
    let experiments: Int
    let range: ClosedRange<Int>
  }

  private let size =
    ValidationSize.isFull
    ? Size(experiments: 1_000, range: 930...970) : Size(experiments: 50, range: 41...50)

  /// How many of many experiments came out as they should, each with a seed of its own.
  private func count(_ isRight: @escaping @Sendable (UInt64) -> Bool) async -> Int {
    await withTaskGroup(of: Bool.self) { group in
      for experiment in 1...size.experiments {
        group.addTask { isRight(UInt64(experiment)) }
      }
      var count = 0
      for await answer in group where answer { count += 1 }
      return count
    }
  }

  /// M/M/1 at a load of 0.8: eight customers a second and a mean service of 100 ms, so that the
  /// mean wait is four services and the mean response 500 ms.
  private func queue(measuring seconds: Int) throws -> CompiledScenario {
    try publishedModel(
      "connection-pool",
      [
        ("system.pool.size", "1"), ("iteration", "[{ request: 'query' }]"),
        (
          "load",
          "{ executor: 'constant-arrival-rate', rate: 8, duration: '\(60 + seconds)s',"
            + " preAllocatedVUs: 300, arrivals: 'poisson', warmUp: '60s', gracefulStop: 0 }"
        ),
      ]
    ).compiled
  }

  @Test("cover the mean response of M/M/1 as often as they say")
  func coverage() async throws {
    let compiled = try queue(measuring: ValidationSize.isFull ? 500 : 300)
    let covered = await count { seed in
      let series = Replications(of: compiled, seed: seed, count: 20).runAll()
      return series.interval(.meanLatency).contains(500e6)
    }
    print("M/M/1 ρ=0.8: 500 ms covered by \(covered) of \(size.experiments) intervals")
    #expect(size.range.contains(covered))
  }

  @Test(
    "find no significant difference between a thing and itself under independent seeds",
    arguments: [RunFigure.meanLatency, .latency95, .requestsPerSecond])
  func itself(figure: RunFigure) async throws {
    let scenario = try publishedModel(
      "hot-row",
      [
        ("load.vus", "20"), ("load.duration", "\"30s\""), ("load.warmUp", "\"5s\""),
      ])
    let compiled = scenario.compiled
    let same = await count { seed in
      let table = ComparedRuns(
        compiled, compiled, seed: seed, count: 10, isIndependent: true
      ).runAll()
      return table[figure]?.comparison.significance == Significance.none
    }
    print("\(figure.title): no significant difference in \(same) of \(size.experiments)")
    #expect(size.range.contains(same))
  }

  @Test("find every figure of a thing and itself identical under equal seeds")
  func identical() throws {
    let compiled = try queue(measuring: 30)
    for seed: UInt64 in 1...20 {
      let table = ComparedRuns(compiled, compiled, seed: seed, count: 3).runAll()
      #expect(table.isIdentical, "seed \(seed)")
      for row in table.rows { #expect(row.comparison.difference == 0) }
    }
  }
}
