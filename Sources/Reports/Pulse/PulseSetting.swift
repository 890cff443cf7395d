public import Experiments

/// What all runs of a pulse have in common, in words.
public struct PulseSetting: Equatable, Sendable {
  /// The title of the model.
  public var title: String
  /// What runs, and how the database stands still, as a heading has it.
  public var heading: String
  /// What a load is counted in, behind its number: "/s" or " users".
  public var unit: String
  /// The load at which the first server would be busy all the time, and the run that tells it.
  public var capacity: Double
  public var pilot: PulseLoads.Pilot
  /// What clients do, in a sentence; and whether the model says so, or nothing.
  public var client: String
  public var isClientOfModel: Bool
  /// The command that makes the report again, without the files that it wrote.
  public var command: String
  /// For each row of the table the words of the command that makes its first run; empty where no
  /// flags say it.
  public var replays: [[String]]

  public init(
    title: String, heading: String, unit: String, capacity: Double, pilot: PulseLoads.Pilot,
    client: String, isClientOfModel: Bool, command: String, replays: [[String]]
  ) {
    self.title = title
    self.heading = heading
    self.unit = unit
    self.capacity = capacity
    self.pilot = pilot
    self.client = client
    self.isClientOfModel = isClientOfModel
    self.command = command
    self.replays = replays
  }
}
