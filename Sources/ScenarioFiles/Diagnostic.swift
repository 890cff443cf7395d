/// One problem of a model: where it is, and what is wrong.
public struct Diagnostic: Hashable, Sendable {
  /// Where the problem was written.
  public enum Place: Hashable, Sendable {
    /// In a file; line and column are counted from 1, columns in Unicode scalars.
    case file(String, line: Int, column: Int)
    /// In an override, whose text is as on the command line: `--set system.pool.size=abc`.
    case override(String)
  }

  public let place: Place
  /// The path of the value, such as `requests.charge.steps[0].retry.attempts`; empty for the text
  /// as a whole.
  public let path: String
  public let problem: Problem

  public init(place: Place, path: String, problem: Problem) {
    self.place = place
    self.path = path
    self.problem = problem
  }

  /// Whether the command line is to blame, and not the file.
  public var isFromOverride: Bool {
    switch place {
    case .file: false
    case .override: true
    }
  }
}

/// Why a model could not be read: every problem, in the order of the file, then those of the
/// overrides.
public struct ReadingFailure: Error, Hashable, Sendable {
  /// At least one.
  public let diagnostics: [Diagnostic]

  public init(diagnostics: [Diagnostic]) {
    precondition(!diagnostics.isEmpty, "a failure has a reason")
    self.diagnostics = diagnostics
  }
}
