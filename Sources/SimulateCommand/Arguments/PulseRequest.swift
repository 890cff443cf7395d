package import SimulationBasics

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
  package var options = ComparisonOptions()

  package init() { model.name = Self.defaultModel }

  package static let usualStall = VirtualDuration.seconds(10)
  /// The model that is taken when the command names none.
  package static let defaultModel = "metastable-retries"
}
