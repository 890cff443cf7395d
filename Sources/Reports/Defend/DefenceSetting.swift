/// What all runs of a comparison of defences have in common, in words.
public struct DefenceSetting: Equatable, Sendable {
  /// The title of the model, such as `Balance charge`.
  public var title: String
  /// What runs, under which load, as a heading has it: "balance-charge · 200 users · 70 s".
  public var heading: String
  /// What clients do about answers that do not come, in a sentence.
  public var client: String
  /// What was left out, and why; a sentence each.
  public var remarks: [String]
  /// The command that makes the report again, without the files that it wrote.
  public var command: String
  /// The words of a command that makes one of the runs again, up to its layers, fault and seed.
  public var replay: [String]

  public init(
    title: String, heading: String, client: String, remarks: [String] = [], command: String,
    replay: [String]
  ) {
    self.title = title
    self.heading = heading
    self.client = client
    self.remarks = remarks
    self.command = command
    self.replay = replay
  }
}
