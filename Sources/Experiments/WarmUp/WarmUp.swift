/// How much of the start of a run is left out so that what is left has settled, by the rule MSER.
///
/// Of all lengths the one is left out that makes the standard error of the mean of the rest
/// smallest: leaving out what is far from the rest makes it smaller, leaving out what is like the
/// rest makes it larger. Source: K. P. White, An effective truncation heuristic for bias reduction
/// in simulation output, Simulation 69(6), 1997; batches of five as in K. P. White, M. J. Cobb, S.
/// C. Spratt, A comparison of five steady-state truncation heuristics, WSC 2000. It is known to
/// fail where a run settles only after it has looked settled for long (Wang and Glynn, WSC 2016).
public struct WarmUp: Equatable, Sendable {
  /// How many batches from the start are left out.
  public let deleted: Int
  /// How many batches there were.
  public let batches: Int
  /// Whether more than half would have to be left out, or there are too few batches to tell: the
  /// run has not shown that it settles.
  public let isTooShort: Bool

  /// The length of a batch in observations.
  public static let batchSize = 5
  /// The fewest batches of which anything can be told.
  public static let fewestBatches = 10

  /// The warm-up of observations in the order in which they were made, by MSER-5.
  ///
  /// - Complexity: O(n).
  public static func mser5(_ observations: [Double]) -> WarmUp {
    var batches = BatchMeans(most: .max)
    for observation in observations { batches.record(observation) }
    return mser(batchMeans: batches.means)
  }

  /// The warm-up of batches whose means are known.
  ///
  /// With m batches, d of them left out: the least sum of squares over (m − d)², of equals the one
  /// with the fewest left out. The last few are always kept, for the spread of very few batches is
  /// small by chance.
  ///
  /// - Complexity: O(m).
  public static func mser(batchMeans means: [Double]) -> WarmUp {
    let count = means.count
    guard count >= fewestBatches else {
      return WarmUp(deleted: 0, batches: count, isTooShort: true)
    }
    // From the end on, mean and squares of what is kept grow by one batch at a time (Welford).
    var mean = 0.0
    var squares = 0.0
    var best = count
    var least = Double.infinity
    for deleted in (0..<count).reversed() {
      let kept = Double(count - deleted)
      let step = means[deleted] - mean
      mean += step / kept
      squares += step * (means[deleted] - mean)
      if count - deleted < fewestBatches / 2 { continue }
      let error = squares / (kept * kept)
      if error <= least {
        least = error
        best = deleted
      }
    }
    return WarmUp(deleted: best, batches: count, isTooShort: 2 * best > count)
  }
}
