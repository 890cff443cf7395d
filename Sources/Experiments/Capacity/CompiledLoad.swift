import RequestPrograms
import ScenarioModel
import SimulationBasics

/// A scenario under a constant load, ready to run.
struct CompiledLoad: Sendable {
  let programs: CompiledScenario

  /// - Parameter load: Users, or iterations a second.
  init(_ scenario: Scenario, load: Int, length: VirtualDuration) {
    let scenario = Self.scenario(scenario, load: load, length: length)
    programs = ProgramCompiler.compile(scenario, under: scenario.strategy)
  }

  /// The scenario with its one load constant, as long as is said, the warm-up included.
  ///
  /// A warm-up that the model does not have, or that would not leave half of the time to be
  /// measured, is a third of the time. No threshold ends a run, for each run must be of one length:
  /// nor is anything measured after the load, while users who wait or think are fewer and fewer.
  static func scenario(_ scenario: Scenario, load: Int, length: VirtualDuration) -> Scenario {
    var scenario = scenario
    let own = scenario.loads[0].warmUp
    let isUsable = own > .zero && own.inNanoseconds <= length.inNanoseconds / 2
    scenario.loads[0].executor = scenario.loads[0].executor.constant(load, lasting: length)
    scenario.loads[0].startTime = .zero
    scenario.loads[0].gracefulStop = .zero
    scenario.loads[0].warmUp = isUsable ? own : third(of: length)
    for index in scenario.thresholds.indices { scenario.thresholds[index].abortsOnFail = false }
    return scenario
  }

  /// A third, in whole tenths of a second.
  private static func third(of length: VirtualDuration) -> VirtualDuration {
    .milliseconds(length.inNanoseconds / 300_000_000 * 100)
  }
}
