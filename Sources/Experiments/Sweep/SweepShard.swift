/// The part of a sweep that one of several machines makes: shard 1 of 7, shard 2 of 7, …
///
/// Shard *k* of *n* has every *n*-th run, so that all shards take about as long. Shard 1 of 1 is
/// the whole sweep.
public struct SweepShard: Hashable, Sendable {
  /// From 1 to `count`.
  public let number: Int
  public let count: Int

  /// - Precondition: 1 ≤ `number` ≤ `count`.
  public init(number: Int, of count: Int) {
    precondition(number >= 1, "shards are counted from 1")
    precondition(number <= count, "there is no such shard")
    self.number = number
    self.count = count
  }

  /// The largest number of shards: a merge has all of them open at once.
  public static let mostShards = 1_000

  public static let whole = SweepShard(number: 1, of: 1)

  public var isWhole: Bool { count == 1 }

  /// How many of a sweep's runs are in the shard; the shards together have each run once.
  public func runCount(of total: Int) -> Int {
    number > total ? 0 : (total - number) / count + 1
  }

  /// The index in the whole sweep of a run of the shard.
  public func index(of position: Int) -> Int { position * count + number - 1 }

  /// The position in the shard of a run of the sweep; `nil` when it is in another one.
  public func position(of index: Int) -> Int? {
    index % count == number - 1 ? index / count : nil
  }
}

/// How the runs of a shard follow one another: all runs of a block are over before the next block
/// begins.
///
/// So whoever needs the runs in the order of their indices keeps one block at most, whatever the
/// number of runs.
public enum SweepBlocks {
  /// How many runs a block has; part of the format of unfinished sweeps.
  public static let size = 512

  /// The positions of the block that a position is in.
  public static func block(of position: Int, runCount: Int) -> Range<Int> {
    let start = position / size * size
    return start..<min(start + size, runCount)
  }
}
