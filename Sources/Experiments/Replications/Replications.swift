public import ContentionEngine
public import RequestPrograms

/// Several runs of one scenario under one seed that differ in nothing but their random numbers.
///
/// Replication *i* of two scenarios under one seed draws from the same streams, so that they can be
/// compared in pairs.
public struct Replications: Experiment {
  public let compiled: CompiledScenario
  public let seed: UInt64
  public let count: Int

  /// - Precondition: `count` is at least 1.
  public init(of compiled: CompiledScenario, seed: UInt64, count: Int) {
    precondition(count >= 1, "an experiment needs a run")
    self.compiled = compiled
    self.seed = seed
    self.count = count
  }

  public var runCount: Int { count }

  /// Everything that one replication yields; it is large, so keep the summary where there are many.
  public func result(of index: Int) -> RunResult {
    precondition(index >= 0, "replications are counted from 0")
    precondition(index < count, "there is no such replication")
    return compiled.result(seed: seed, replication: UInt32(index))
  }

  public func run(_ index: Int) -> RunSummary { RunSummary(result(of: index)) }

  public func merge(_ parts: [RunSummary]) -> RunSeries {
    precondition(parts.count == count, "every replication yields one part")
    return RunSeries(parts)
  }
}
