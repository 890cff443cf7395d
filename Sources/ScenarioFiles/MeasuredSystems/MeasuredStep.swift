public import SimulationBasics

/// How long one step of the driver took while one user was alone: the inputs of a simulated run.
public struct MeasuredStep: Hashable, Sendable {
  /// The number of the set of measurements.
  public var set: Int
  /// The strategy that was timed, as the table writes it, such as `optimistic` or `dup-G1`.
  public var strategy: String
  public var hasTransaction: Bool
  /// The pause between reading and writing while the steps were timed.
  public var work: VirtualDuration
  /// The name of the step, such as `select` or `work_sleep`.
  public var name: String
  /// How often it was timed.
  public var count: Int
  public var mean: VirtualDuration
  public var median: VirtualDuration
  public var percentile95: VirtualDuration
  public var percentile99: VirtualDuration
  public var longest: VirtualDuration

  /// As many times as were measured, with the measured median, percentiles and maximum, and with
  /// the measured mean where that is possible.
  ///
  /// Between two known quantiles the times rise in a straight line. The shortest one is not in the
  /// table: it is what makes the mean right, but at least zero and at most the median.
  ///
  /// - Returns: The times in nanoseconds, ascending.
  /// - Complexity: O(`count`).
  public var times: [Double] {
    let longest = Double(longest.inNanoseconds)
    if count == 1 { return [longest] }
    // The mean is linear in the shortest time: two trials tell it.
    let withZero = times(from: 0)
    let withMedian = times(from: Double(median.inNanoseconds))
    let least = Self.mean(of: withZero)
    let most = Self.mean(of: withMedian)
    let wanted = Double(mean.inNanoseconds)
    let place = most > least ? min(1, max(0, (wanted - least) / (most - least))) : 0
    return times(from: place * Double(median.inNanoseconds))
  }

  private func times(from shortest: Double) -> [Double] {
    let knots: [(rank: Double, time: Double)] = [
      (0, shortest), (0.5, Double(median.inNanoseconds)),
      (0.95, Double(percentile95.inNanoseconds)), (0.99, Double(percentile99.inNanoseconds)),
    ]
    var times: [Double] = []
    var above = 1
    for index in 0..<(count - 1) {
      let rank = Double(index) / Double(count - 1)
      while above < knots.count - 1, rank > knots[above].rank { above += 1 }
      let (low, high) = (knots[above - 1], knots[above])
      let share = min(1, (rank - low.rank) / (high.rank - low.rank))
      times.append(low.time + share * (high.time - low.time))
    }
    // The few beyond the 99th percentile but the last are taken to be at it: the maximum is known
    // to have happened once.
    times.append(Double(longest.inNanoseconds))
    return times
  }

  private static func mean(of times: [Double]) -> Double {
    times.reduce(0, +) / Double(times.count)
  }
}
