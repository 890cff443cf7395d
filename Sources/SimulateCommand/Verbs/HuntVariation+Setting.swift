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
      LoadForm.both(of: scenario.loads[0]).map {
        ModelOverride(
          path: "\($0.prefix)iteration[\(step)].sleep", value: length.description)
      }
    case .network(let length):
      [ModelOverride(path: "system.network.oneWay", value: length.description)]
    }
  }
}
