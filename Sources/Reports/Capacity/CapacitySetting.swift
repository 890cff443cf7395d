public import SimulationBasics

/// What all runs of a study of capacity have in common, in words.
public struct CapacitySetting: Equatable, Sendable {
  /// The title of the model.
  public var title: String
  /// What runs, as a heading has it.
  public var heading: String
  /// How long each load lasts, and how much of that is not measured.
  public var length: VirtualDuration
  public var warmUp: VirtualDuration
  public var seed: UInt64
  /// The command that makes the report again, without the files that it wrote.
  public var command: String

  public init(
    title: String, heading: String, length: VirtualDuration, warmUp: VirtualDuration,
    seed: UInt64, command: String
  ) {
    self.title = title
    self.heading = heading
    self.length = length
    self.warmUp = warmUp
    self.seed = seed
    self.command = command
  }
}
