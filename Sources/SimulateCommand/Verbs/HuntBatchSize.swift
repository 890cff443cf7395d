import ContentionEngine
import Experiments

/// How many groups of a hunt to try before the command looks at the clock and at what was found.
///
/// Enough to keep all cores busy, few enough that a budget is kept and little is done in vain. It
/// changes nothing but how far a hunt goes.
struct HuntBatchSize {
  /// A batch that took longer is halved, one that took less than a quarter of it is doubled.
  private static let longest: UInt64 = 400_000_000
  private static let most = 4_096

  private var groups = 4

  /// The number of groups of the next batch: no more than what is left may need.
  func next(_ limit: HuntLimit, _ tally: HuntTally) -> Int {
    guard case .runs(let runs) = limit else { return groups }
    let left = runs - min(runs, tally.runs)
    let needed = (left + UInt64(Hunt.groupSize) - 1) / UInt64(Hunt.groupSize)
    return Int(max(1, min(UInt64(groups), needed)))
  }

  /// Takes in how long the last batch took, in nanoseconds of wall time.
  mutating func note(took nanoseconds: UInt64) {
    if nanoseconds > Self.longest {
      groups = max(1, groups / 2)
    } else if nanoseconds < Self.longest / 4 {
      groups = min(Self.most, groups * 2)
    }
  }
}
