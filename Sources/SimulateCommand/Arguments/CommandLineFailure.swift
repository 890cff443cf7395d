/// Everything that is wrong with a command line, in the order in which it was typed.
struct CommandLineFailure: Error, Equatable {
  var diagnostics: [CommandLineDiagnostic]
}
