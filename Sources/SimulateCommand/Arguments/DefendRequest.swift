package import Experiments
package import ScenarioModel
package import SimulationBasics

/// Which defences to compare under which faults, and what to write about it.
package struct DefendRequest: Equatable, Sendable {
  /// A fault that is asked for.
  package enum Fault: Hashable, Sendable {
    /// A fault of this kind, as large as the model needs it to be dangerous.
    case kind(FaultKind)
    /// This fault.
    case written(ScenarioModel.Fault)
  }

  /// Without layers, hazards and faults, which are compared.
  package var model = ModelChoice()
  /// In the order given, none twice; all that are worth comparing unless any is given.
  package var combinations = DefenceCombination.all
  /// `nil` is every kind that can befall the model; without any, nothing goes wrong.
  package var faults: [Fault]?
  /// The known mistakes, each of which is compared with none.
  package var hazards: [Hazard] = []
  /// The users; `nil` is the usual number, where the model's load is one of users for a time.
  package var users: Int?
  /// How long they go on; `nil` is as long as the faults need to show what they break.
  package var duration: VirtualDuration?
  package var seed: UInt64 = 1
  package var replications = DefendRequest.usualReplications
  /// How many runs go on at once; `nil` is one for each core.
  package var jobs: Int?
  package var csvPath: String?
  package var markdownPath: String?
  package var showsProgress = true

  package init() {}

  package static let usualUsers = 200
  package static let usualReplications = 5
  /// The numbers of replications that a command may ask for.
  package static let replicationRange = 1...1_000
}

/// Under which loads and for how long to let the database stand still, and what to write about it.
package struct PulseRequest: Equatable, Sendable {
  /// What is tried, one after another.
  package enum Loads: Equatable, Sendable {
    /// Steps between 20 % and 90 % of what the service can carry.
    case steps
    /// Iterations a second.
    case rates([Int])
    case users([Int])
  }

  package var model = ModelChoice()
  package var loads = Loads.steps
  package var stall = PulseRequest.usualStall
  /// How long each load lasts; `nil` is as long as the stall needs.
  package var duration: VirtualDuration?
  package var seed: UInt64 = 1
  package var replications = DefendRequest.usualReplications
  /// How many runs go on at once; `nil` is one for each core.
  package var jobs: Int?
  package var csvPath: String?
  package var markdownPath: String?
  package var showsProgress = true

  package init() { model.name = Self.defaultModel }

  package static let usualStall = VirtualDuration.seconds(10)
  /// The model that is taken when the command names none.
  package static let defaultModel = "metastable-retries"
}
