import ContentionEngine
import Experiments
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Comparison of defences")
struct DefendExperimentTests {
  let loss = Fault.condition(.responseLoss, FaultOccasions(probability: 0.2))
  var experiment: DefenceExperiment {
    DefenceExperiment(
      defendedScenario(users: 4), combinations: DefenceCombination.all,
      faults: [.none, .asWritten(loss)], hazards: [nil, .lockKeyPerRequest], seeds: [3, 8])
  }

  @Test("has a row for each combination under each fault and hazard, over all seeds")
  func rows() {
    let table = experiment.runAll()
    #expect(experiment.runCount == 2 * 2 * 14 * 2)
    #expect(table.sections.map(\.hazard) == [nil, nil, .lockKeyPerRequest, .lockKeyPerRequest])
    #expect(
      table.sections.map(\.fault) == [.none, .asWritten(loss), .none, .asWritten(loss)])
    for section in table.sections {
      #expect(section.rows.map(\.combination) == DefenceCombination.all)
      for row in section.rows { #expect(row.runs.map(\.seed) == [3, 8]) }
    }
    #expect(table.baseline(of: table.sections[3]) == table.sections[2])
  }

  @Test("is made of the runs that seed, layers, hazard and fault give alone")
  func runs() {
    let table = experiment.runAll()
    for section in table.sections {
      for row in section.rows.prefix(4) {
        for run in row.runs {
          var scenario = defendedScenario(users: 4)
          if let hazard = section.hazard { scenario.hazards = [hazard] }
          if let fault = run.fault { scenario.faults = [fault] }
          let alone = ProgramCompiler.compile(
            scenario, under: Strategy(name: "", defence: row.combination.defence)
          ).result(seed: run.seed)
          #expect(run.digest == alone.digest)
          #expect(run.findings == alone.safety.findings)
          #expect(run[.latency95] == DefenceFigure.latency95.value(in: alone))
        }
      }
    }
  }

  @Test("does not depend on the order in which the runs were made")
  func anyOrder() {
    var parts: [DefendedRun?] = Array(repeating: nil, count: experiment.runCount)
    for index in (0..<experiment.runCount).reversed() { parts[index] = experiment.run(index) }
    #expect(experiment.merge(parts.compactMap { $0 }) == experiment.runAll())
  }

  @Test("adds up what was broken, and pairs figures seed by seed")
  func sums() throws {
    let table = experiment.runAll()
    let bare = try #require(table.sections[0].row(DefenceCombination(Defence())))
    let broken = bare.runs.map { $0.finding(.noLostUpdate).broken }
    #expect(broken.allSatisfy { $0 > 0 })
    #expect(bare.broken(.noLostUpdate) == broken[0] + broken[1])
    #expect(bare.runsBreaking(.noLostUpdate) == 2)
    #expect(!bare.isSafe)
    let locked = try #require(
      table.sections[0].row(DefenceCombination(Defence(distributedLock: true))))
    #expect(locked.isSafe)
    let difference = locked.difference(.latency95, from: bare)
    #expect(
      difference
        == ConfidenceInterval(
          of: (0..<2).map { locked.runs[$0][.latency95] - bare.runs[$0][.latency95] }))
    // A lock name with the key in it excludes nobody.
    let misnamed = try #require(
      table.sections[2].row(DefenceCombination(Defence(distributedLock: true))))
    #expect(!misnamed.isSafe)
  }

  @Test("lets a pause strike each run where it hurts, so that a lease alone loses money")
  func pause() throws {
    let scenario = defendedScenario(users: 4, rows: 2, lease: .seconds(3), length: .seconds(30))
    let faults = [DefendedFault.none, DangerousFaults(for: scenario).fault(.pause)]
    let lock = DefenceCombination(Defence(distributedLock: true))
    let version = DefenceCombination(Defence(writeGuard: .optimistic))
    let token = DefenceCombination(Defence(distributedLock: true, fencingToken: true))
    let table = DefenceExperiment(
      scenario, combinations: [lock, version, token], faults: faults, hazards: [nil], seeds: [1, 2]
    ).runAll()
    let paused = table.sections[1]
    for row in paused.rows {
      for run in row.runs {
        guard case .event(.pause(let length, let instance), _)? = run.fault else {
          Issue.record("the run's own pause")
          continue
        }
        #expect(length == .seconds(4))
        #expect(instance != nil)
        #expect(run.struck == 1)
      }
    }
    #expect(table.sections[0].rows.allSatisfy { $0.holds(.noLostUpdate) })
    #expect(!(try #require(paused.row(lock)).holds(.noLostUpdate)))
    #expect(try #require(paused.row(version)).holds(.noLostUpdate))
    // A token is compared when a row is written, not when it is read: a holder that wakes up and
    // writes between the read and the write of the next one is not refused, and is overwritten. So
    // whether the token saves every update is a matter of moments, and nothing is expected of it.
    #expect(paused.verdict(on: .noLostUpdate).least.first == version)
    #expect(try #require(paused.row(lock)).runs.allSatisfy { $0.intrusions > 0 })
    #expect(try #require(paused.row(version)).runs.allSatisfy { $0.intrusions == 0 }, "no lock")
  }
}
