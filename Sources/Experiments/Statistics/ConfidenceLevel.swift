/// How sure an interval is to contain what it estimates; kept as the chance of being wrong, which
/// is what gets shared.
public struct ConfidenceLevel: Equatable, Sendable, BitwiseCopyable {
  /// The probability that the interval misses.
  public let errorProbability: Double

  /// - Precondition: `errorProbability` lies strictly between 0 and 1.
  public init(errorProbability: Double) {
    precondition(errorProbability > 0, "no interval is certain")
    precondition(errorProbability < 1, "an interval that always misses")
    self.errorProbability = errorProbability
  }

  /// 95 %, as reports print it.
  public static let percent95 = ConfidenceLevel(errorProbability: 0.05)
  /// 99 %.
  public static let percent99 = ConfidenceLevel(errorProbability: 0.01)

  /// The level of each of several intervals that must all hold together at this level.
  ///
  /// Bonferroni's inequality: the chance that any of them misses is at most the sum of the chances,
  /// however they depend on one another.
  ///
  /// - Precondition: `count` is at least 1.
  public func shared(among count: Int) -> ConfidenceLevel {
    precondition(count >= 1, "a level is shared among nobody")
    return ConfidenceLevel(errorProbability: errorProbability / Double(count))
  }

  /// The probability that the interval contains what it estimates.
  public var probability: Double { 1 - errorProbability }
}
