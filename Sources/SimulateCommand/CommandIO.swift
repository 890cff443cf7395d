/// Everything a command can do to the outside: files, the two streams, the terminal, the wall
/// clock.
///
/// A plain value of closures: `CommandIO.system(wallClock:)` is the real one, tests write their
/// own.
public struct CommandIO {
  /// Reads a whole file.
  public var readFile: (_ path: String) throws(FileFailure) -> [UInt8]
  /// Opens a file of any length, to be read piece by piece.
  public var openFile: (_ path: String) throws(FileFailure) -> InputFile
  /// Opens a file that everybody sees grow, and that nobody else may write.
  public var growFile:
    (_ path: String, _ start: GrowingFile.Start) throws(FileFailure) -> GrowingFile
  /// What stands at a path, behind all links; `nil` when nothing does, or nothing that may be seen.
  public var identify: (_ path: String) -> FileIdentity?
  /// Removes a file.
  public var removeFile: (_ path: String) throws(FileFailure) -> Void
  /// Opens a file that appears at its path whole or not at all.
  public var createFile: (_ path: String) throws(FileFailure) -> OutputFile
  /// Prints on standard output.
  public var writeOutput: (_ text: String) throws(FileFailure) -> Void
  /// Prints on standard error; a failure there has nowhere to be told.
  public var writeError: (_ text: String) -> Void
  /// Whether a person reads standard output.
  public var outputIsTerminal: Bool
  /// Whether a person reads standard error.
  public var errorIsTerminal: Bool
  /// The columns of the terminal behind standard error.
  public var terminalWidth: Int
  /// The value of an environment variable.
  public var environment: (_ name: String) -> String?
  /// Nanoseconds of wall time from any fixed moment: for the progress bar only, never for a result.
  public var wallClock: () -> UInt64
  /// Whether the user asked to stop.
  public var isInterrupted: () -> Bool

  public init(
    readFile: @escaping (_ path: String) throws(FileFailure) -> [UInt8],
    openFile: @escaping (_ path: String) throws(FileFailure) -> InputFile,
    growFile:
      @escaping (_ path: String, _ start: GrowingFile.Start) throws(FileFailure) -> GrowingFile,
    identify: @escaping (_ path: String) -> FileIdentity?,
    removeFile: @escaping (_ path: String) throws(FileFailure) -> Void,
    createFile: @escaping (_ path: String) throws(FileFailure) -> OutputFile,
    writeOutput: @escaping (_ text: String) throws(FileFailure) -> Void,
    writeError: @escaping (_ text: String) -> Void,
    outputIsTerminal: Bool, errorIsTerminal: Bool, terminalWidth: Int,
    environment: @escaping (_ name: String) -> String?,
    wallClock: @escaping () -> UInt64, isInterrupted: @escaping () -> Bool
  ) {
    self.readFile = readFile
    self.openFile = openFile
    self.growFile = growFile
    self.identify = identify
    self.removeFile = removeFile
    self.createFile = createFile
    self.writeOutput = writeOutput
    self.writeError = writeError
    self.outputIsTerminal = outputIsTerminal
    self.errorIsTerminal = errorIsTerminal
    self.terminalWidth = terminalWidth
    self.environment = environment
    self.wallClock = wallClock
    self.isInterrupted = isInterrupted
  }

  /// Whether standard output takes colours: a terminal that is able to, and nobody has said no.
  ///
  /// `NO_COLOR` is the convention of no-color.org: present and not empty means no.
  var outputTakesColor: Bool {
    outputIsTerminal && environment("TERM") != "dumb" && environment("NO_COLOR") ?? "" == ""
  }
}
