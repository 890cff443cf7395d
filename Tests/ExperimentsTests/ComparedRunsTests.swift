import ContentionEngine
import Experiments
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Compared runs")
struct ComparedRunsTests {
  private func compiled(_ strategy: Int, millis: UInt64 = 5) -> CompiledScenario {
    ProgramCompiler.compile(
      smallScenario(thinking: .exponential(mean: .milliseconds(millis))),
      under: Strategy.builtIn[strategy])
  }

  @Test("of a thing with itself are identical in every figure under equal seeds")
  func itself() {
    let table = ComparedRuns(compiled(2), compiled(2), seed: 3, count: 4).runAll()
    #expect(table.isIdentical)
    #expect(table.rows.map(\.figure) == RunFigure.allCases)
    for row in table.rows {
      #expect(row.comparison.difference == 0)
      #expect(row.comparison.significance == .identical)
      #expect(!row.isRegression(beyond: 0))
    }
  }

  @Test("draw from streams of their own on both sides where they are independent")
  func independent() {
    let runs = ComparedRuns(compiled(2), compiled(2), seed: 3, count: 4, isIndependent: true)
    let table = runs.runAll()
    guard case .runs(let left) = table.left, case .runs(let right) = table.right else { return }
    #expect(left.runs.map(\.replication) == [0, 1, 2, 3])
    #expect(right.runs.map(\.replication) == [4, 5, 6, 7])
    #expect(!table.isIdentical)
    #expect(left.runs == Replications(of: compiled(2), seed: 3, count: 4).runAll().runs)
    #expect(right.runs == Replications(of: compiled(2), seed: 3, first: 4, count: 4).runAll().runs)
  }

  @Test("tell what is worse, and by how much at least")
  func regression() throws {
    // With less thinking more users meet at the row, and wait.
    let table = ComparedRuns(
      compiled(3, millis: 50), compiled(3, millis: 5), seed: 1, count: 6
    ).runAll()
    let row = try #require(table[.meanLatency])
    #expect(row.isWorse)
    #expect(!row.isBetter)
    let part = row.comparison.lower / row.comparison.left
    #expect(part > 0.1)
    #expect(row.isRegression(beyond: 0))
    #expect(row.isRegression(beyond: part * 0.999))
    #expect(!row.isRegression(beyond: part * 1.001))
    #expect(
      table.regressions(beyond: 0, in: [.meanLatency, .lostUpdates]).map(\.figure) == [.meanLatency]
    )
    // The other way round it is the better one.
    let back = ComparedRuns(
      compiled(3, millis: 5), compiled(3, millis: 50), seed: 1, count: 6
    ).runAll()
    #expect(try #require(back[.meanLatency]).isBetter)
    #expect(!(try #require(back[.meanLatency]).isRegression(beyond: 0)))
  }

  @Test("stand beside a measured run in the figures that were measured")
  func measured() throws {
    let series = Replications(of: compiled(3), seed: 1, count: 5).runAll()
    var figures = MeasuredFigures()
    figures[.latency95] = series.runs[0][.latency95]
    figures[.requestsPerSecond] = 1
    #expect(figures.known == [.requestsPerSecond, .latency95])
    let table = ComparisonTable(left: .measured(figures), right: .runs(series), isPaired: false)
    #expect(table.rows.map(\.figure) == [.requestsPerSecond, .latency95])
    #expect(try #require(table[.latency95]).comparison.significance == .none)
    #expect(try #require(table[.requestsPerSecond]).comparison.significance.isSignificant)
    #expect(table[.meanLatency] == nil)
    let back = ComparisonTable(left: .runs(series), right: .measured(figures), isPaired: false)
    #expect(
      back[.latency95]?.comparison.difference
        == -(try #require(table[.latency95]).comparison.difference))
    // Of two measured runs the values alone decide.
    var worse = figures
    worse[.latency95] = (figures[.latency95] ?? 0) * 2
    let files = ComparisonTable(left: .measured(figures), right: .measured(worse), isPaired: false)
    #expect(files[.latency95]?.comparison.significance == .unknown)
    #expect(files[.latency95]?.isRegression(beyond: 0.5) == true)
    #expect(files[.latency95]?.isRegression(beyond: 1.5) == false)
    #expect(files[.requestsPerSecond]?.comparison.significance == .identical)
  }

  @Test("are at least two on each side")
  func tooFew() async {
    await #expect(processExitsWith: .failure) {
      let compiled = ProgramCompiler.compile(smallScenario(), under: Strategy.builtIn[0])
      _ = ComparedRuns(compiled, compiled, seed: 1, count: 1)
    }
  }
}
