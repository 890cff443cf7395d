/// Everything that is wrong with a command line, in the order in which it was typed.
package struct CommandLineFailure: Error, Equatable {
  package var diagnostics: [CommandLineDiagnostic]
}
