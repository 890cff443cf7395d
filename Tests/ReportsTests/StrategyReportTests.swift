import ContentionEngine
import Experiments
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// The report of every strategy: what it says of runs whose outcome is plain.
@Suite("Strategy report")
struct StrategyReportTests {
  /// Two users charge one row at once and once: without a guard the second write always covers the
  /// first.
  private func report(_ names: [String]) -> StrategyReport {
    let run = SmallRun()
    let scenario = run.result("none").scenario
    let comparison = StrategyComparison(
      variants: [
        .init(name: "first", scenario: scenario), .init(name: "second", scenario: scenario),
      ], strategies: names.compactMap { name in scenario.strategies.first { $0.name == name } },
      seeds: [1, 2])
    return StrategyReport(
      table: comparison.runAll(), title: "Small", setting: "Two users.", command: "rebuild")
  }

  @Test("says of each strategy whether it is safe, and what the unsafe one loses")
  func safety() {
    let text = report(["none", "atomic"]).markdown
    #expect(text.contains("**Safe:** `atomic` kept every promise in all 4 runs."))
    #expect(text.contains("`none` lost 1 (first) and 1 (second) updates a run"))
    #expect(text.contains("| none | first | ✗ broken | 1.0 |"))
    #expect(text.contains("| atomic | second | ✓ held | 0 |"))
  }

  @Test("claims no difference between variants that are the same")
  func noDifference() {
    let text = report(["none", "optimistic"]).markdown
    #expect(!text.contains("meets again"))
    #expect(!text.contains("parts them"))
    #expect(!text.contains("this pattern and not the load"))
  }

  @Test("writes a row of CSV for each strategy and variant, as wide as its header")
  func csv() {
    let lines = report(["none", "atomic", "pessimistic"]).csv.split(separator: "\n")
    #expect(lines.count == 1 + 3 * 2)
    let width = lines[0].split(separator: ",").count
    #expect(lines.allSatisfy { $0.split(separator: ",").count == width })
    #expect(lines[1].hasPrefix("none,first,2,no,"))
    #expect(lines[3].hasPrefix("atomic,first,2,yes,"))
  }
}
