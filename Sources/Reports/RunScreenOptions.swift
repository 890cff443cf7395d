/// How the screen of a run looks.
public struct RunScreenOptions: Sendable {
  /// Colours, for a terminal.
  public var isColored: Bool
  /// The command that repeats the run, as it is printed on the last line; `nil` prints none.
  public var repeatCommand: String?

  public init(isColored: Bool = false, repeatCommand: String? = nil) {
    self.isColored = isColored
    self.repeatCommand = repeatCommand
  }
}
