public import ContentionEngine
import ScenarioModel
public import SimulationBasics

/// Writes a run as the file of k6's `--summary-export`, with a `simulation` object that tells how
/// to repeat it.
public enum SummaryExport {
  /// The text of the file, with a line end after the last brace; nothing in it depends on the wall
  /// clock.
  ///
  /// - Parameter statistics: The members of every trend.
  public static func text(
    _ result: RunResult, statistics: [TrendStatistic] = TrendStatistic.usual,
    version: String = ProductVersion.text
  ) -> String {
    let simulation = K6SummaryExport.Simulation(
      model: result.scenario.name, strategy: result.strategy.name, seed: result.seed,
      digest: result.digest, version: version,
      virtualNanoseconds: result.virtualTime.inNanoseconds, events: result.events)
    return K6SummaryExport(
      K6Summary(result, statistics: statistics), simulation: simulation
    ).text + "\n"
  }
}
