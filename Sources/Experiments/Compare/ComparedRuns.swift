public import RequestPrograms

/// Two scenarios side by side, each run as often as the other.
///
/// Replication i of both draws from the same streams, so that what chance does to both cancels out
/// of their difference; or the second one draws from streams that the first has not touched, as two
/// measurements of real systems would.
public struct ComparedRuns: Experiment {
  public let left: CompiledScenario
  public let right: CompiledScenario
  public let seed: UInt64
  public let count: Int
  /// Whether the two sides have random numbers of their own.
  public let isIndependent: Bool

  /// - Precondition: `count` is at least 2.
  public init(
    _ left: CompiledScenario, _ right: CompiledScenario, seed: UInt64, count: Int,
    isIndependent: Bool = false
  ) {
    precondition(count >= 2, "a single run says nothing about its spread")
    self.left = left
    self.right = right
    self.seed = seed
    self.count = count
    self.isIndependent = isIndependent
  }

  /// The replication that run `index` of the right side is; those of the left side are 0, 1, …
  private func rightReplication(_ index: Int) -> Int { isIndependent ? count + index : index }

  public var runCount: Int { 2 * count }

  /// The runs are numbered by replication, then by side.
  public func run(_ index: Int) -> RunSummary {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < runCount, "there is no such run")
    let replication = index / 2
    return index % 2 == 0
      ? RunSummary(left.result(seed: seed, replication: UInt32(replication)))
      : RunSummary(right.result(seed: seed, replication: UInt32(rightReplication(replication))))
  }

  public func merge(_ parts: [RunSummary]) -> ComparisonTable {
    precondition(parts.count == runCount, "every run yields one part")
    return ComparisonTable(
      left: .runs(RunSeries((0..<count).map { parts[2 * $0] })),
      right: .runs(RunSeries((0..<count).map { parts[2 * $0 + 1] })), isPaired: !isIndependent)
  }
}
