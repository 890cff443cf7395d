public import ContentionEngine
public import RequestPrograms

/// Several runs of one scenario under one seed that differ in nothing but their random numbers.
///
/// Replication *i* of two scenarios under one seed draws from the same streams, so that they can be
/// compared in pairs.
public struct Replications: Experiment {
  public let compiled: CompiledScenario
  public let seed: UInt64
  /// The number of the first replication; others may have been made before.
  public let first: Int
  public let count: Int

  /// - Precondition: `count` is at least 1, and `first` at least 0.
  public init(of compiled: CompiledScenario, seed: UInt64, first: Int = 0, count: Int) {
    precondition(count >= 1, "an experiment needs a run")
    precondition(first >= 0, "replications are counted from 0")
    self.compiled = compiled
    self.seed = seed
    self.first = first
    self.count = count
  }

  public var runCount: Int { count }

  /// Everything that one replication yields; it is large, so keep the summary where there are many.
  public func result(of index: Int) -> RunResult {
    precondition(index >= 0, "replications are counted from 0")
    precondition(index < count, "there is no such replication")
    return compiled.result(seed: seed, replication: UInt32(first + index))
  }

  public func run(_ index: Int) -> RunSummary { RunSummary(result(of: index)) }

  public func merge(_ parts: [RunSummary]) -> RunSeries {
    precondition(parts.count == count, "every replication yields one part")
    return RunSeries(parts)
  }
}
