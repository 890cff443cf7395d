public import ScenarioModel
public import SimulationBasics

/// One value of a model that a hunt may try in the place of the model's own: of its surroundings,
/// never of its defence.
///
/// Each is a value of a model file, so that `--set` can say it.
public enum HuntVariation: Hashable, Sendable {
  /// How many instances there are.
  case instances(Int)
  /// How many rows a table has; few make requests meet.
  case rows(table: Int, Int)
  /// What a column has in every row at the start.
  case initialValue(table: Int, column: Int, Int64)
  /// How long users think at a step of their iteration, which is a `sleep`.
  case sleep(step: Int, VirtualDuration)
  /// How long a message takes between a client and the service.
  case network(VirtualDuration)

  /// Puts the value in the place of the scenario's own.
  ///
  /// - Precondition: The scenario has such a table, column or step; it has one load.
  public func apply(to scenario: inout Scenario) {
    switch self {
    case .instances(let count): scenario.system.instances = count
    case .rows(let table, let rows): scenario.tables[table].rows = rows
    case .initialValue(let table, let column, let value):
      scenario.tables[table].columns[column].initialValue = value
    case .sleep(let step, let length):
      precondition(isSleep(scenario.loads[0].iteration[step]), "a pause that is none")
      scenario.loads[0].iteration[step] = .sleep(.constant(length))
    case .network(let length): scenario.system.network = .constant(length)
    }
  }

  private func isSleep(_ step: IterationStep) -> Bool {
    if case .sleep = step { true } else { false }
  }

  /// Whether both replace the same value.
  public func replacesSame(as other: HuntVariation) -> Bool {
    switch (self, other) {
    case (.instances, .instances), (.network, .network): true
    case (.rows(let table, _), .rows(let other, _)): table == other
    case (.initialValue(let table, let column, _), .initialValue(let other, let otherColumn, _)):
      table == other && column == otherColumn
    case (.sleep(let step, _), .sleep(let other, _)): step == other
    case (.instances, _), (.rows, _), (.initialValue, _), (.sleep, _), (.network, _): false
    }
  }

  /// Whether it takes a time away that the model lets pass.
  var isNoDelay: Bool {
    switch self {
    case .sleep(_, let length), .network(let length): length == .zero
    case .instances, .rows, .initialValue: false
    }
  }
}
