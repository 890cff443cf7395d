/// How many replications are enough: as soon as the intervals of some figures are narrow beside
/// their means.
///
/// The number depends on the values of the replications in their order and on nothing else, so that
/// it is the same however many are made at once. Looking again after each run makes an interval a
/// little less sure than its level says: it stops where the spread happens to look small.
public struct StopRule: Equatable, Sendable {
  /// The half-width as a part of the mean that is aimed at.
  public let precision: Double
  /// How many runs are made at least, and at most.
  public let least: Int
  public let most: Int
  public let level: ConfidenceLevel

  /// How many runs are made at least, and at most, unless it is said.
  public static let usualLeast = 5
  public static let usualMost = 200

  /// A half-width of at most this part of the mean.
  ///
  /// - Precondition: `precision` is positive, and 2 ≤ `least` ≤ `most`.
  public static func relativePrecision(
    _ precision: Double, least: Int = usualLeast, most: Int = usualMost,
    level: ConfidenceLevel = .percent95
  ) -> StopRule {
    precondition(precision > 0, "no interval is a point")
    precondition(least >= 2, "a single run has no interval")
    precondition(most >= least, "fewer runs at most than at least")
    return StopRule(precision: precision, least: least, most: most, level: level)
  }

  /// How many of the runs are enough, the first ones; `nil` while all of them are not.
  ///
  /// - Parameters:
  ///   - values: For each figure its values in all runs, in their order; `nil` where a run has
  ///     none.
  ///   - tested: How many of the runs are known not to be enough.
  /// - Complexity: O(n²) for n runs.
  public func enough(_ values: [[Double?]], after tested: Int = 0) -> Int? {
    let count = values.first?.count ?? 0
    let first = max(least, tested + 1)
    guard count >= first else { return nil }
    for runs in first...count where isMet(values, by: runs) { return runs }
    return nil
  }

  /// Whether the intervals of the first runs are as narrow as they should be.
  private func isMet(_ values: [[Double?]], by runs: Int) -> Bool {
    values.allSatisfy { figure in
      let known = figure.prefix(runs).compactMap { $0 }
      return !known.isEmpty
        && ConfidenceInterval(of: known, level: level).isPrecise(to: precision)
    }
  }

  /// How many runs are made in one go after so many: a quarter more, and at least four, up to the
  /// most.
  public func next(after count: Int) -> Int {
    count == 0 ? least : max(0, min(most - count, max(4, count / 4)))
  }
}
