import Experiments
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// A model with everything that the command line changes in it, the warm-up included.
struct PreparedModel {
  var scenario: Scenario
  var strategy: Strategy
  /// How the warm-up was found; `nil` where it was said, or there is none.
  var warmUp: FoundWarmUp?

  var compiled: CompiledScenario { ProgramCompiler.compile(scenario, under: strategy) }

  /// What its loads say is left out from the start: until the last of their warm-ups ends.
  var ownWarmUp: VirtualDuration {
    scenario.loads.map { $0.warmUp > .zero ? $0.startTime + $0.warmUp : .zero }.max() ?? .zero
  }
}

extension CommandSession {
  /// Reads a model, and leaves out of its runs what the command or the model itself says.
  ///
  /// A warm-up that is to be found takes a few runs more.
  func prepare(
    _ model: ModelChoice, users: RunRequest.Users, userFlags: [Flag], warmUp: WarmUpChoice,
    seed: UInt64, showsProgress: Bool, atOnce jobs: Int? = nil
  ) throws(CommandFailure) -> PreparedModel {
    let (scenario, strategy) = try choose(model, users: users, userFlags: userFlags)
    var prepared = PreparedModel(scenario: scenario, strategy: strategy)
    switch warmUp {
    case .asModelled where scenario.loads.contains(where: \.findsWarmUp), .found:
      let found = try findWarmUp(
        of: prepared, seed: seed, showsProgress: showsProgress, atOnce: jobs)
      prepared.warmUp = found
      prepared.scenario.measureSteadyState(from: found.length)
    case .asModelled: break
    case .of(let length):
      guard length < prepared.scenario.end else {
        throw .commandLine([.warmUpNotOver(length, length: prepared.scenario.end)])
      }
      prepared.scenario.measure(from: length)
    }
    return prepared
  }

  private func findWarmUp(
    of model: PreparedModel, seed: UInt64, showsProgress: Bool, atOnce jobs: Int?
  ) throws(CommandFailure) -> FoundWarmUp {
    let changing = model.scenario.loads.filter { !$0.executor.isConstant }
    guard changing.isEmpty else {
      throw .commandLine([.warmUpOfChangingLoad(names: changing.map(\.name))])
    }
    return try runInParallel(
      WarmUpSearch(of: model.scenario, under: model.strategy, seed: seed), title: "warm-up",
      showsProgress: showsProgress, atOnce: jobs)
  }
}
