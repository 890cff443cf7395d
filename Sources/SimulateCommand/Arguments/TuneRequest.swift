package import Experiments
package import ScenarioModel
package import SimulationBasics

/// Which ways to retry to try, and what to write about them.
package struct TuneRequest: Equatable, Sendable {
  package var model = ModelChoice()
  package var users = RunRequest.Users.asModelled
  /// The flags that asked for the users, the one that says most first.
  package var userFlags: [Flag] = []
  /// How long the model's own load is made constant for, where no flag asks for other users.
  package var duration = TuneRequest.usualDuration
  /// Who retries; `nil` is the service where it does, else the clients.
  package var place: RetryPlace?
  package var grid = RetryGrid()
  /// Whether the command says which budgets to try.
  package var namesBudgets = false
  /// The p99 beyond which no way is recommended; `nil` is any.
  package var longest: VirtualDuration?
  /// Whether every way gets all replications.
  package var isExhaustive = false
  package var seed: UInt64 = 1
  /// How many replications those ways have that stay in the race.
  package var replications = TuneRequest.usualReplications
  /// How many runs go on at once; `nil` is one for each core.
  package var jobs: Int?
  package var csvPath: String?
  package var markdownPath: String?
  /// Where the settings of the libraries go.
  package var exportPath: String?
  package var showsProgress = true

  package init() {}

  package static let usualReplications = 8
  package static let usualDuration = VirtualDuration.seconds(60)
  /// The budgets of clients that are tried unless the command says others.
  package static let usualBudgets: [RetryBudget?] = [nil, RetryBudget(ratio: 0.1)]
  package static let attemptRange = 1...100
  package static let longestPause = VirtualDuration.hours(1)
  package static let factorRange = 1.001...100
  /// The most ways that a command may ask for.
  package static let mostWays = 10_000
}
