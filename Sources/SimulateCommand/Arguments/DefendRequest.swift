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
  package var options = ComparisonOptions()

  package init() {}

  package static let usualUsers = 200
}
