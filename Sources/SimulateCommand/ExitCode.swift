/// How the process ends, and what the number tells the shell.
public enum ExitCode: Int32, CaseIterable, Sendable {
  /// The command did what it was asked; a promise that the model breaks is a result, not a failure.
  case success = 0
  /// The command found what it looks for: a broken promise, a regression, a failed check.
  case found = 1
  /// The model file is wrong.
  case badModel = 2
  /// The command line is wrong: a flag, a value, an unknown strategy or model name.
  case badCommandLine = 3
  /// A file could not be read or written.
  case fileFailed = 4
  /// The program is wrong: a broken conservation law, or two equal runs that differ.
  case internalFault = 70
  /// A threshold of the model failed, as in k6.
  case thresholdFailed = 99
  /// The command was interrupted; no file was touched, but for the finished runs of a sweep.
  case interrupted = 130

  /// What the help says of the number.
  package var meaning: String {
    switch self {
    case .success: "fine, whatever the simulated system did"
    case .found: "found what it looks for: a broken promise, a regression, a failed check"
    case .badModel: "the model file is wrong"
    case .badCommandLine: "the command line is wrong"
    case .fileFailed: "a file could not be read or written"
    case .internalFault: "a fault of this program"
    case .thresholdFailed: "a threshold of the model failed"
    case .interrupted: "interrupted; no file was touched, and a sweep keeps its finished runs"
    }
  }
}
