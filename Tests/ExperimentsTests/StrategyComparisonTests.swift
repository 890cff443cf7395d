import ContentionEngine
import Experiments
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Comparison of strategies")
struct StrategyComparisonTests {
  let comparison = StrategyComparison(
    variants: [
      .init(name: "exponential", scenario: smallScenario()),
      .init(name: "constant", scenario: smallScenario(thinking: .constant(.milliseconds(5)))),
    ], strategies: [Strategy.builtIn[0], Strategy.builtIn[3]], seeds: [4, 9, 2])

  @Test("has a row for every strategy in every variant, in the order that was asked for")
  func rows() {
    let table = comparison.runAll()
    #expect(comparison.runCount == 12)
    #expect(table.rows.map(\.strategy.name) == ["none", "none", "pessimistic", "pessimistic"])
    #expect(
      table.rows.map(\.variant) == ["exponential", "constant", "exponential", "constant"])
    for row in table.rows { #expect(row.series.runs.map(\.seed) == [4, 9, 2]) }
    #expect(table.row("pessimistic", "constant") == table.rows[3])
    #expect(table.row("pessimistic", "uniform") == nil)
  }

  @Test("is made of the runs that the seeds give alone")
  func runs() {
    let table = comparison.runAll()
    for row in table.rows {
      let variant = comparison.variants.first { $0.name == row.variant }
      for run in row.series.runs {
        let compiled = ProgramCompiler.compile(
          variant?.scenario ?? smallScenario(), under: row.strategy)
        #expect(run == RunSummary(compiled.result(seed: run.seed)))
      }
    }
  }

  @Test("adds up what was broken, and calls safe only what never was")
  func safety() throws {
    let table = comparison.runAll()
    let unguarded = try #require(table.row("none", "exponential")).series
    var broken: UInt64 = 0
    var examined: UInt64 = 0
    for run in unguarded.runs {
      broken += run.finding(.noLostUpdate).broken
      examined += run.finding(.noLostUpdate).examined
    }
    #expect(broken > 0)
    #expect(unguarded.broken(.noLostUpdate) == broken)
    #expect(unguarded.examined(.noLostUpdate) == examined)
    #expect(unguarded.runsBreaking(.noLostUpdate) == 3)
    #expect(!unguarded.isSafe)
    let locked = try #require(table.row("pessimistic", "exponential"))
    #expect(locked.series.broken(.noLostUpdate) == 0)
    #expect(locked.series.runsBreaking(.noLostUpdate) == 0)
    #expect(locked.series.isSafe)
    #expect(locked[.lostUpdates].mean == 0)
    #expect(locked[.lostUpdates].halfWidth == 0)
  }

  @Test("does not depend on the order in which the runs were made")
  func anyOrder() {
    var parts: [RunSummary?] = Array(repeating: nil, count: comparison.runCount)
    for index in (0..<comparison.runCount).reversed() { parts[index] = comparison.run(index) }
    #expect(comparison.merge(parts.compactMap { $0 }) == comparison.runAll())
  }
}
