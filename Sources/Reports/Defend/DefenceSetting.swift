/// What all runs of a comparison of defences have in common, in words.
public struct DefenceSetting: Equatable, Sendable {
  /// The title of the model, such as `Balance charge`.
  public var title: String
  /// What runs, under which load, as a heading has it: "balance-charge · 200 users · 70 s".
  public var heading: String
  /// How long the load lasts: "1m10s".
  public var length: String
  /// What clients do about answers that do not come, in a sentence.
  public var client: String
  /// What was left out, and why; a sentence each.
  public var remarks: [String]
  /// The command that makes the report again, without the files that it wrote.
  public var command: String
  /// The words of a command that makes one of the runs again, up to its layers, fault and seed;
  /// `nil` where no flags say it.
  public var replay: [String]?
  /// The words of a hunt for what these runs did not meet, up to layers, fault and promise; empty
  /// for a model that cannot be hunted.
  public var hunt: [String]

  public init(
    title: String, heading: String, length: String, client: String, remarks: [String] = [],
    command: String, replay: [String]?, hunt: [String] = []
  ) {
    self.title = title
    self.heading = heading
    self.length = length
    self.client = client
    self.remarks = remarks
    self.command = command
    self.replay = replay
    self.hunt = hunt
  }
}
