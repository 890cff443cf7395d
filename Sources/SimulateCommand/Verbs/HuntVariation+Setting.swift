import Experiments
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension HuntVariation {
  /// The ways in which `--set` may say it: models write their load in one of two forms.
  func settings(in scenario: Scenario) -> [ModelOverride] {
    switch self {
    case .instances(let count): [ModelOverride(path: "system.instances", value: "\(count)")]
    case .rows(let table, let rows):
      [ModelOverride(path: "tables.\(scenario.tables[table].name).rows", value: "\(rows)")]
    case .initialValue(let table, let column, let value):
      [
        ModelOverride(
          path: "tables.\(scenario.tables[table].name).columns."
            + scenario.tables[table].columns[column].name, value: "\(value)")
      ]
    case .sleep(let step, let length):
      Self.prefixes(in: scenario).map {
        ModelOverride(path: "\($0)iteration[\(step)].sleep", value: length.description)
      }
    case .network(let length):
      [ModelOverride(path: "system.network.oneWay", value: length.description)]
    }
  }

  /// What stands before the keys of the load, in the short form and in k6's.
  static func prefixes(in scenario: Scenario) -> [String] {
    ["", "scenarios.\(scenario.loads[0].name)."]
  }
}

extension ClientPolicy {
  /// The ways in which `--set` may say time-out and number of attempts, the rest being usual.
  func settings(in scenario: Scenario) -> [ModelOverride] {
    HuntVariation.prefixes(in: scenario).map {
      ModelOverride(
        path: "\($0)client",
        value: "{timeout: \"\(timeout.description)\", attempts: \(attempts)}")
    }
  }
}
