/// Why a command could not be carried out; each has its exit code and its words on standard error.
enum CommandFailure: Error {
  case commandLine(CommandLineFailure)
  case file(FileFailure)
  case interrupted

  var exitCode: ExitCode {
    switch self {
    case .commandLine: .badCommandLine
    case .file(let failure): failure.reason == .interrupted ? .interrupted : .fileFailed
    case .interrupted: .interrupted
    }
  }

  var message: String {
    switch self {
    case .commandLine(let failure): failure.diagnostics.map(\.message).joined()
    case .file(let failure): failure.message
    case .interrupted: "simulate: interrupted; no file was touched\n"
    }
  }
}
