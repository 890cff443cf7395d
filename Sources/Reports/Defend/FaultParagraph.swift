/// What a fault did, which layers saved it, and which could not.
struct FaultParagraph {
  let title: String
  /// At least one.
  let sentences: [String]
  /// The words of commands: one shows what broke, one hunts for what these runs hardly put to the
  /// test.
  let commands: [[String]]
}
