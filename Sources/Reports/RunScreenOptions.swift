/// How the screen of a run looks.
public struct RunScreenOptions: Sendable {
  /// Colours, for a terminal.
  public var isColored: Bool
  /// The command that repeats the run, as it is printed on the last line; `nil` prints none.
  public var repeatCommand: String?
  /// The last deadlock as InnoDB's monitor prints it, before the last line.
  public var showsInnoDBStatus: Bool

  public init(
    isColored: Bool = false, repeatCommand: String? = nil, showsInnoDBStatus: Bool = false
  ) {
    self.isColored = isColored
    self.repeatCommand = repeatCommand
    self.showsInnoDBStatus = showsInnoDBStatus
  }
}
