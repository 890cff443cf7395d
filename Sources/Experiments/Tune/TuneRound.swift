import RequestPrograms
public import ScenarioModel

/// Some replications of some ways to retry.
///
/// Replication *i* of every way draws from the same streams, so that they can be compared in pairs.
public struct TuneRound: Experiment {
  public let pulls: [RetryRace.Pull]
  public let place: RetryPlace
  public let seed: UInt64
  /// By pull.
  private let compiled: [CompiledScenario]
  private let runs: [(pull: Int, replication: Int)]

  /// - Parameter policies: The ways, by number; `nil` is the model's own.
  public init(
    _ scenario: Scenario, _ policies: [RetryCandidate?], pulls: [RetryRace.Pull],
    at place: RetryPlace, seed: UInt64
  ) {
    self.pulls = pulls
    self.place = place
    self.seed = seed
    compiled = pulls.map { pull in
      let other = policies[pull.candidate].map { scenario.retrying($0, at: place) } ?? scenario
      return ProgramCompiler.compile(other, under: other.strategy)
    }
    var runs: [(pull: Int, replication: Int)] = []
    for (index, pull) in pulls.enumerated() {
      for replication in pull.replications { runs.append((index, replication)) }
    }
    self.runs = runs
  }

  public var runCount: Int { runs.count }

  /// The runs are numbered by pull, then by replication.
  public func run(_ index: Int) -> TuneRun {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < runCount, "there is no such run")
    let (pull, replication) = runs[index]
    return TuneRun(
      compiled[pull].result(seed: seed, replication: UInt32(replication)), at: place)
  }

  /// By pull: its runs, in the order of their replications.
  public func merge(_ parts: [TuneRun]) -> [[TuneRun]] {
    precondition(parts.count == runCount, "every run yields one part")
    var found: [[TuneRun]] = Array(repeating: [], count: pulls.count)
    for (index, part) in parts.enumerated() { found[runs[index].pull].append(part) }
    return found
  }
}
