public import ContentionEngine
public import ScenarioModel
public import SimulationBasics

/// One run that a hunt tries: all that tells it from others, in values that the flags of
/// `simulate run` can say.
public struct HuntCase: Hashable, Sendable {
  /// At least 1.
  public var users: Int
  /// What the users share, as k6's shared iterations; at least as many as users.
  public var iterations: Int
  public var seed: UInt64
  public var tieOrder: TieOrder
  /// Besides those of the model.
  public var faults: [Fault]
  /// None replaces what another one replaces.
  public var variations: [HuntVariation]
  /// What clients do; `nil` is as in the model.
  public var client: ClientPolicy?

  public init(
    users: Int, iterations: Int, seed: UInt64 = 1, tieOrder: TieOrder = .scheduling,
    faults: [Fault] = [], variations: [HuntVariation] = [], client: ClientPolicy? = nil
  ) {
    self.users = users
    self.iterations = iterations
    self.seed = seed
    self.tieOrder = tieOrder
    self.faults = faults
    self.variations = variations
    self.client = client
  }

  /// How long the users have for their iterations: k6's own limit.
  public static let longest = VirtualDuration.minutes(10)

  /// The executor of the users.
  public var executor: Executor {
    .sharedIterations(vus: users, iterations: iterations, maxDuration: Self.longest)
  }

  /// The scenario that runs: what the flags make of the model.
  ///
  /// - Precondition: The scenario has one load, and what the variations replace.
  public func scenario(from base: Scenario) -> Scenario {
    precondition(base.loads.count == 1, "a hunt needs a model with one load")
    var scenario = base
    scenario.loads[0].executor = executor
    if let client { scenario.loads[0].client = client }
    for variation in variations { variation.apply(to: &scenario) }
    scenario.faults += faults
    return scenario
  }
}
