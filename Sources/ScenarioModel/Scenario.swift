public import SimulationBasics

/// A validated model: what is stored, what the service runs on, what a user does, how many users
/// there are.
///
/// Nothing is left to guess: every default of a model file has been filled in, and every index
/// points at something. `ScenarioFiles` reads one from JSON5; code may build one directly and call
/// `validated` rules by compiling it.
public struct Scenario: Hashable, Sendable {
  /// The short name by which the model is run, such as `balance-charge`.
  public var name: String
  /// The title that reports print.
  public var title: String
  /// The question that the model answers, in one sentence.
  public var question: String
  /// What is stored, in declared order.
  public var tables: [Table]
  /// What the service runs on.
  public var system: SystemModel
  /// The kinds of request, in declared order.
  public var requests: [RequestClass]
  /// What users do and when; k6 calls each of these a scenario.
  public var loads: [Load]
  /// The strategy that runs unless the command names another.
  public var strategy: Strategy
  /// The strategies that the command may name: the seven built in, then the model's own.
  public var strategies: [Strategy]
  /// What must hold of the metrics at the end of a run, in declared order.
  public var thresholds: [Threshold]
  /// The known mistakes that are switched on, in the order in which they apply.
  public var hazards: [Hazard]
  /// What goes wrong from outside, in declared order.
  public var faults: [Fault]

  public init(
    name: String, title: String, question: String, tables: [Table], system: SystemModel,
    requests: [RequestClass], loads: [Load], strategy: Strategy,
    strategies: [Strategy] = Strategy.builtIn, thresholds: [Threshold] = [],
    hazards: [Hazard] = [], faults: [Fault] = []
  ) {
    self.name = name
    self.title = title
    self.question = question
    self.tables = tables
    self.system = system
    self.requests = requests
    self.loads = loads
    self.strategy = strategy
    self.strategies = strategies
    self.thresholds = thresholds
    self.hazards = hazards
    self.faults = faults
  }
}

/// A stored table: rows that requests contend for, or rows that exist only to make a key unique.
public struct Table: Hashable, Sendable {
  /// A column of whole numbers and its value in every row when the run starts.
  public struct Column: Hashable, Sendable {
    public var name: String
    public var initialValue: Int64
    public init(name: String, initialValue: Int64) {
      self.name = name
      self.initialValue = initialValue
    }
  }

  public var name: String
  /// The number of rows when the run starts; with a unique key, the number of keys that are there.
  public var rows: Int
  public var columns: [Column]
  /// The number of rows that steps can name: those of a unique key are named by their keys alone.
  public var fixedRows: Int { hasUniqueKey ? 0 : rows }
  /// Whether rows are inserted under a unique key, as an idempotency table has it.
  public var hasUniqueKey: Bool
  /// How new keys lie among those that are there.
  public var keyOrder: KeyOrder
  /// How long after its insert a key's row is gone; `nil` for never.
  public var expiry: VirtualDuration?

  /// How the keys of a unique index follow one another.
  public enum KeyOrder: String, CaseIterable, Hashable, Sendable {
    /// Anywhere, as random UUIDs do.
    case random
    /// Behind all others, as sequence numbers and time-ordered UUIDs do.
    case ascending
  }

  public init(
    name: String, rows: Int, columns: [Column], hasUniqueKey: Bool = false,
    keyOrder: KeyOrder = .random, expiry: VirtualDuration? = nil
  ) {
    self.expiry = expiry
    self.keyOrder = keyOrder
    self.name = name
    self.rows = rows
    self.columns = columns
    self.hasUniqueKey = hasUniqueKey
  }
}
