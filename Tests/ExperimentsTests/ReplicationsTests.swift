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

  @Test("count what the database did, and what a client met")
  func load() {
    let result = replications.result(of: 1)
    let run = RunSummary(result)
    let seconds = result.window.inSeconds
    #expect(run[.iterationsPerSecond] == Double(result.count(.iterations)) / seconds)
    #expect(run[.failedShare] == result.rate(.requestFailed))
    #expect(run[.exhaustedRequests] == Double(result.count(.optimisticLockExhausted)))
    let split = result.timeSplit
    #expect(run[.wastedShare] == Double(split.totalWasted) / Double(split.totalLatency))
    #expect(run[.wastedShare] > 0)
    // Nobody asks again: a request is a call.
    #expect(run[.callSuccessShare] == run[.successShare])
    #expect(run[.callLatency95] == run[.latency95])
    #expect(run[.callLatency99] == run[.latency99])
    #expect(run[.clientRetries] == 0)
  }

  @Test("count a statement for each BEGIN, SELECT and UPDATE, and a sync for each commit")
  func statements() {
    // One user without conflicts: each of its requests is a transaction of one read and one write.
    var scenario = smallScenario()
    scenario.loads[0].executor = .sharedIterations(
      vus: 1, iterations: 50, maxDuration: .seconds(60))
    scenario.system.database.cores = 4
    scenario.system.database.begin = .zero
    scenario.system.database.select = .constant(.milliseconds(1))
    scenario.system.database.update = .constant(.milliseconds(1))
    scenario.system.database.commit = .constant(.milliseconds(2))
    let compiled = ProgramCompiler.compile(scenario, under: Strategy.builtIn[2])
    let result = compiled.result(seed: 1)
    #expect(result.count(.requests) == 50)
    #expect(result.resources.statements == 100)
    #expect(result.resources.syncs == 50)
    let run = RunSummary(result)
    #expect(run[.statementsPerSecond] == 100 / result.window.inSeconds)
    #expect(run[.syncsPerSecond] == 50 / result.window.inSeconds)
    #expect(run[.databaseBusyShare] > 0)
  }

  @Test("may go on where others have ended")
  func portions() {
    let later = Replications(of: replications.compiled, seed: 7, first: 3, count: 2).runAll()
    #expect(later.runs == Array(replications.runAll().runs[3...]))
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
    let titles = RunFigure.allCases.map(\.title)
    #expect(Set(titles).count == titles.count)
    for figure in RunFigure.allCases {
      #expect(RunFigure(name: figure.title) == figure)
      #expect(RunFigure(name: figure.text) == figure)
    }
    #expect(RunFigure(name: "latency") == nil)
    for figure in RunFigure.outcomes { #expect(figure.preference != .neither) }
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
