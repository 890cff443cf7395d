public import Experiments
public import SimulationBasics

/// What all runs of a search for a way to retry have in common, in words.
public struct TuneSetting: Equatable, Sendable {
  /// The title of the model.
  public var title: String
  /// What runs, as a heading has it.
  public var heading: String
  public var place: RetryPlace
  /// The ways that the model has at that place.
  public var own: [RetryCandidate]
  /// How many runs were made, and how many it would have taken to make all of every way.
  public var runs: Int
  public var allRuns: Int
  public var isExhaustive: Bool
  /// The p99 beyond which no way is recommended; `nil` is any.
  public var longest: VirtualDuration?
  public var seed: UInt64
  /// The command that makes the report again, without the files that it wrote.
  public var command: String

  public init(
    title: String, heading: String, place: RetryPlace, own: [RetryCandidate], runs: Int,
    allRuns: Int, isExhaustive: Bool, longest: VirtualDuration? = nil, seed: UInt64,
    command: String
  ) {
    self.title = title
    self.heading = heading
    self.place = place
    self.own = own
    self.runs = runs
    self.allRuns = allRuns
    self.isExhaustive = isExhaustive
    self.longest = longest
    self.seed = seed
    self.command = command
  }
}
