import ContentionEngine
import Experiments
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Replications")
struct ReplicationsTests {
  let replications = Replications(
    of: ProgramCompiler.compile(smallScenario(), under: Strategy.builtIn[2]), seed: 7, count: 5)

  @Test("are the runs of one seed that differ in their number")
  func runsOfOneSeed() {
    let series = replications.runAll()
    #expect(series.runs.map(\.replication) == [0, 1, 2, 3, 4])
    for (index, run) in series.runs.enumerated() {
      var simulation = Simulation(replications.compiled, seed: 7, replication: UInt32(index))
      simulation.runToEnd()
      let result = simulation.finish()
      #expect(run.seed == 7)
      #expect(run.digest == result.digest)
      #expect(run.events == result.events)
      #expect(run.findings == result.safety.findings)
      #expect(run.requests == result.count(.requests))
      for other in series.runs[..<index] { #expect(other.digest != run.digest) }
    }
  }

  @Test("come to the same in whatever order they were made")
  func anyOrder() {
    var parts: [(index: Int, summary: RunSummary)] = []
    for index in [3, 0, 4, 1, 2] { parts.append((index, replications.run(index))) }
    parts.sort { $0.index < $1.index }
    #expect(replications.merge(parts.map(\.summary)) == replications.runAll())
  }

  @Test("keep every figure of a run as the run itself reports it")
  func figures() {
    let result = replications.result(of: 2)
    let run = replications.run(2)
    let latency = result.trend(.requestDuration)
    #expect(run[.meanLatency] == latency.mean)
    #expect(run[.medianLatency] == latency.percentile(0.5))
    #expect(run[.latency95] == latency.percentile(0.95))
    #expect(run[.latency99] == latency.percentile(0.99))
    #expect(run[.successShare] == result.rate(.success))
    #expect(run[.requestsPerSecond] == Double(result.count(.requests)) / result.window.inSeconds)
    let successes = run[.successShare] * run[.requestsPerSecond]
    #expect(abs(run[.successesPerSecond] / successes - 1) < 1e-12)
    #expect(run[.versionConflicts] == Double(result.count(.optimisticLockConflicts)))
    #expect(run[.versionConflicts] > 0)
    #expect(run[.retriesPerRequest] == result.trend(.retryCount).mean)
    #expect(run[.lostUpdates] == 0)
    #expect(run[.duplicateEffects] == 0)
    #expect(run[.oversold] == 0)
  }

  @Test("give each figure an interval from the values of all runs, in their order")
  func intervals() {
    let series = replications.runAll()
    for figure in RunFigure.allCases {
      let values = series.runs.map { $0[figure] }
      #expect(series.interval(figure) == ConfidenceInterval(of: values))
      #expect(
        series.interval(figure, level: .percent99)
          == ConfidenceInterval(of: values, level: .percent99))
    }
  }

  @Test("name every figure once")
  func figureNames() {
    let names = RunFigure.allCases.map(\.text)
    #expect(Set(names).count == names.count)
    for (index, figure) in RunFigure.allCases.enumerated() { #expect(figure.index == index) }
  }

  @Test("are counted from 0 to their number")
  func bounds() async {
    await #expect(processExitsWith: .failure) {
      let compiled = ProgramCompiler.compile(smallScenario(), under: Strategy.builtIn[0])
      _ = Replications(of: compiled, seed: 1, count: 2).run(2)
    }
    await #expect(processExitsWith: .failure) {
      let compiled = ProgramCompiler.compile(smallScenario(), under: Strategy.builtIn[0])
      _ = Replications(of: compiled, seed: 1, count: 0)
    }
  }
}
