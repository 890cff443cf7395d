public import ScenarioModel
import SimulationBasics

/// Turns a scenario and a strategy into flat programs.
///
/// A step becomes the instructions that an engineer would see on the wire: a statement is a leg to
/// the database, its row locks, a core, the service, and a leg back. What costs no time and cannot
/// wait is left out. Each scope that holds something (a transaction, a lock, a thread) has a
/// handler, which lets go of it when a step inside fails.
///
/// - Complexity: O(number of steps).
public enum ProgramCompiler {
  public static func compile(_ scenario: Scenario, under strategy: Strategy) -> CompiledScenario {
    let scenario = scenario.withHazardsApplied(under: strategy.defence)
    var builder = ProgramBuilder(scenario: scenario, defence: strategy.defence)
    var programs: [RequestProgram] = []
    for index in scenario.requests.indices { programs.append(builder.compileRequest(index)) }
    var iterations: [IterationProgram] = []
    for load in scenario.loads { iterations.append(builder.compileIteration(of: load)) }
    let lockErrandStart = builder.compileLockErrands()
    let lockServerNetwork = scenario.system.lockServer.network
    let lockServerLeg =
      lockServerNetwork == .zero ? nil : builder.timing(.lockServerNetwork, lockServerNetwork)
    let network = scenario.system.network
    let clientLeg = network == .zero ? nil : builder.timing(.clientNetwork, network)
    let overshoot = scenario.system.sleepOvershoot
    let sleepOvershoot = overshoot == .zero ? nil : builder.timing(.sleepOvershoot, overshoot)
    return CompiledScenario(
      scenario: scenario, strategy: strategy, instructions: builder.resolvedInstructions(),
      handlers: builder.resolvedHandlers(), programs: programs, timings: builder.timings,
      updates: builder.updates, retries: builder.resolvedRetries(), lockSteps: builder.lockSteps,
      idempotencySteps: builder.resolvedIdempotencySteps(),
      cacheSteps: builder.resolvedCacheSteps(), cacheEntryCounts: builder.cacheEntryCounts,
      hasAgingKeys: builder.hasAgingKeys, refusals: builder.refusals,
      patiences: builder.patiences, choices: builder.resolvedChoices(),
      occasions: builder.occasions, barriers: builder.barriers,
      hasOrderedKeys: builder.hasOrderedKeys, openTransactions: builder.openTransactions,
      lockNames: builder.lockNames,
      transientLockNames: builder.lockNames.reduce(0) {
        $0 + ($1.isPerRequest ? $1.combinations : 0)
      }, iterations: iterations, lockErrandStart: lockErrandStart,
      clientLeg: clientLeg, lockServerLeg: lockServerLeg, sleepOvershoot: sleepOvershoot,
      firstRows: builder.firstRows)
  }
}
