import ScenarioModel
import SimulationBasics

/// Turns a syntax tree into a validated scenario and notes everything that is wrong on the way.
///
/// A method that reads a value answers `nil`, or a harmless stand-in, after it has noted a problem;
/// the stand-ins never leave the module, because a tree with problems has no scenario.
struct ScenarioBuilder {
  var findings: FindingList
  /// The tables read so far; requests refer to them.
  var tables: [Table] = []
  /// The requests read so far; iterations refer to them.
  var requests: [RequestClass] = []
  var system = SystemModel()
  /// The barriers of each request read so far.
  var barriers: [[BarrierUse]] = []
  /// The hazards read so far, and where they stand.
  var hazardNodes: [(hazard: Hazard, node: ModelNode)] = []
  /// The faults read so far, and where they stand.
  var faultNodes: [(fault: Fault, node: ModelNode)] = []
  /// What each cache is used for, in the order of first use: the rows of a table, or one entry.
  var cacheUses: [(cache: Int, table: Int?)] = []
  var cacheEntryCount = 0
  /// Whether the model or the command takes idempotency keys over on purpose where that is a
  /// mistake.
  var takesOverAnyway: Bool
  /// The number of steps so far, in all requests and iterations.
  var stepCount = 0
  /// What the command line puts in the place of the executor of every load.
  let executor: Executor?

  init(findings: FindingList, executor: Executor? = nil, hazards: [Hazard] = []) {
    self.findings = findings
    self.executor = executor
    takesOverAnyway = hazards.contains(.takeoverWithoutAtomicCompletion)
  }

  private static let keys = [
    "title", "question", "strategy", "strategies", "tables", "system", "requests", "iteration",
    "load", "scenarios", "client", "thresholds", "hazards", "faults", "$schema",
  ]

  /// Reads a whole model; `nil` when the tree is no object at all.
  mutating func scenario(_ tree: SyntaxValue, name: String) -> Scenario? {
    guard
      let model = object(ModelNode(value: tree, path: .top), keys: Self.keys)
    else { return nil }
    let title = model["title"].flatMap { nonEmptyText($0) } ?? name
    let question = model["question"].flatMap { nonEmptyText($0) } ?? ""
    tables = model["tables"].map { tableList($0) } ?? []
    system = model["system"].map { systemModel($0) } ?? SystemModel()
    // For editors, which look there for the words of this file; it means nothing to the model.
    if let node = model["$schema"] { _ = nonEmptyText(node) }
    if names(.takeoverWithoutAtomicCompletion, in: model["hazards"]) { takesOverAnyway = true }
    if let node = required("requests", in: model, .objectOf("request")) {
      requests = requestList(node)
    }
    let strategies = Strategy.builtIn + (model["strategies"].map { strategyList($0) } ?? [])
    let strategy = chosenStrategy(model["strategy"], among: strategies)
    let loads = loadList(model)
    let thresholds = model["thresholds"].map { thresholdList($0, loads: loads) } ?? []
    let hazards = model["hazards"].map { hazardList($0) } ?? []
    let faults = model["faults"].map { faultList($0) } ?? []
    let scenario = Scenario(
      name: name, title: title, question: question, tables: tables, system: system,
      requests: requests, loads: loads, strategy: strategy, strategies: strategies,
      thresholds: thresholds, hazards: hazards, faults: faults)
    if findings.isEmpty {
      noteIdleHazards(of: scenario)
      noteIdleFaults(of: scenario)
    }
    return scenario
  }
}
