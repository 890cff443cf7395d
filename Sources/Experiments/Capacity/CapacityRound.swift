import ContentionEngine
public import ScenarioModel
public import SimulationBasics

/// Some replications of some loads of one scenario.
///
/// Replication *i* of every load draws from the same streams, so that loads differ in nothing but
/// the load.
public struct CapacityRound: Experiment {
  /// One load, and which of its replications are made.
  public struct Request: Equatable, Sendable {
    /// Users, or iterations a second.
    public let load: Int
    public let replications: Range<Int>

    public init(load: Int, replications: Range<Int>) {
      self.load = load
      self.replications = replications
    }
  }

  public let requests: [Request]
  public let seed: UInt64
  private let compiled: [CompiledLoad]
  /// By run: which request it belongs to, and which replication it is.
  private let runs: [(request: Int, replication: Int)]

  /// - Precondition: The scenario has one load.
  public init(_ scenario: Scenario, _ requests: [Request], length: VirtualDuration, seed: UInt64) {
    precondition(scenario.loads.count == 1, "capacity is that of one load")
    self.requests = requests
    self.seed = seed
    compiled = requests.map { CompiledLoad(scenario, load: $0.load, length: length) }
    var runs: [(request: Int, replication: Int)] = []
    for (index, request) in requests.enumerated() {
      for replication in request.replications { runs.append((index, replication)) }
    }
    self.runs = runs
  }

  /// How much of a load's length is warm-up and not measured.
  public static func warmUp(of scenario: Scenario, in length: VirtualDuration) -> VirtualDuration {
    CompiledLoad.scenario(scenario, load: 1, length: length).loads[0].warmUp
  }

  public var runCount: Int { runs.count }

  /// The runs are numbered by request, then by replication.
  public func run(_ index: Int) -> CapacityRun {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < runCount, "there is no such run")
    let (request, replication) = runs[index]
    return CapacityRun(
      compiled[request].programs.result(seed: seed, replication: UInt32(replication)))
  }

  /// By request: its runs, in the order of their replications.
  public func merge(_ parts: [CapacityRun]) -> [[CapacityRun]] {
    precondition(parts.count == runCount, "every run yields one part")
    var found: [[CapacityRun]] = Array(repeating: [], count: requests.count)
    for (index, part) in parts.enumerated() { found[runs[index].request].append(part) }
    return found
  }
}
