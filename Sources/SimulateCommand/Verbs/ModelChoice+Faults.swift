import ScenarioFiles
import ScenarioModel

extension ModelChoice {
  /// Adds the faults of the command after those of the model; the same fault may happen twice.
  ///
  /// One that names what the model has not is refused. One that only finds nothing to befall is
  /// not: the screen says so, and another strategy may have what this one has not.
  func addFaults(to scenario: inout Scenario) throws(CommandFailure) {
    var problems: [CommandLineDiagnostic] = []
    for fault in faults {
      do throws(Problem) {
        try FaultParser.check(fault, in: scenario)
      } catch {
        problems.append(.wrongFault(fault.text, error))
      }
      scenario.faults.append(fault)
    }
    if !problems.isEmpty { throw .commandLine(problems) }
  }
}
