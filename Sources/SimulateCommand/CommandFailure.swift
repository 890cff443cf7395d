package import ScenarioFiles

/// Why a command could not be carried out; each has its exit code and its words on standard error.
package enum CommandFailure: Error {
  case commandLine([CommandLineDiagnostic])
  case model(ReadingFailure)
  /// A model that is right by itself is wrong with these flags of the command line.
  case flags([String], ReadingFailure)
  /// A measured run asks for what the model of its strategy cannot do.
  case measuredRun(number: Int, ReadingFailure)
  case file(FileFailure)
  case interrupted
  /// A sweep or a merge that cannot go on.
  case sweep(SweepFailure)
  /// Two runs of one scenario with one seed are not the same; says in what.
  case differentRuns(in: [String])

  var exitCode: ExitCode {
    switch self {
    case .commandLine, .flags: .badCommandLine
    case .model(let failure):
      failure.diagnostics.allSatisfy(\.isFromOverride) ? .badCommandLine : .badModel
    case .measuredRun: .badModel
    case .file(let failure): failure.reason == .interrupted ? .interrupted : .fileFailed
    case .interrupted: .interrupted
    case .sweep(let failure): failure.exitCode
    case .differentRuns: .internalFault
    }
  }

  var message: String {
    switch self {
    case .commandLine(let diagnostics): diagnostics.map(\.message).joined()
    case .model(let failure):
      failure.diagnostics.map { ($0.isFromOverride ? "simulate: " : "") + $0.line + "\n" }.joined()
    case .flags(let flags, let failure):
      failure.diagnostics.map { "simulate: \($0.line(blaming: flags))\n" }.joined()
    case .measuredRun(let number, let failure):
      failure.diagnostics.map { "simulate: run \(number): \($0.line)\n" }.joined()
    case .file(let failure): failure.message
    case .interrupted: "simulate: interrupted; no file was touched\n"
    case .sweep(let failure): failure.message
    case .differentRuns(let parts):
      "simulate: two runs of one model and seed differ in \(parts.joined(separator: ", "))\n"
    }
  }
}
