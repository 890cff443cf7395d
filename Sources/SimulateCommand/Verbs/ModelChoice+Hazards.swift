import ScenarioFiles
import ScenarioModel

extension ModelChoice {
  /// Adds the hazards of the command to those of the model, in their order.
  ///
  /// A hazard that both name is one. One with which nothing can go wrong in this model is refused:
  /// a run that shows no damage would otherwise seem to prove something.
  func switchOnHazards(in scenario: inout Scenario) throws(CommandFailure) {
    var problems: [CommandLineDiagnostic] = []
    for hazard in hazards where !scenario.hazards.contains(hazard) {
      do throws(Problem) {
        try HazardParser.check(hazard, in: scenario)
      } catch {
        problems.append(.unreadable(.hazard, error))
      }
      scenario.hazards.append(hazard)
    }
    if !problems.isEmpty { throw .commandLine(problems) }
  }
}
