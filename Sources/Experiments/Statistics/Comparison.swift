import SimulationBasics

/// The difference of two means, how far the true one may be from it, and whether chance explains
/// it.
public struct Comparison: Equatable, Sendable {
  /// The mean of what is compared with.
  public let left: Double
  /// The mean of what is compared.
  public let right: Double
  /// The right mean less the left one.
  public let difference: Double
  /// Half the length of the interval of the difference; infinite where one run each tells nothing
  /// of its spread.
  public private(set) var halfWidth: Double
  public let level: ConfidenceLevel
  /// The probability of a difference at least as large, either way, if there is none in truth; 1
  /// where nothing is known.
  public private(set) var chance: Double
  public private(set) var significance: Significance

  public var lower: Double { difference - halfWidth }
  public var upper: Double { difference + halfWidth }

  /// The difference as a part of the left mean; `nil` when that is 0.
  public var relative: Double? { left == 0 ? nil : difference / left.magnitude }

  /// Compares values in pairs: each right one comes from the same random numbers as its left one.
  ///
  /// Student's t on the differences. What both of a pair owe to their common random numbers cancels
  /// out, so that far fewer runs tell a difference than of independent values.
  ///
  /// - Complexity: O(n), and one quantile.
  /// - Precondition: There are as many values on both sides, and at least two.
  public init(
    paired left: [Double], with right: [Double], level: ConfidenceLevel = .percent95
  ) {
    precondition(left.count == right.count, "a pair has two values")
    precondition(left.count >= 2, "a single pair says nothing about its spread")
    let differences = left.indices.map { right[$0] - left[$0] }
    let interval = ConfidenceInterval(of: differences, level: level)
    self.init(
      left: ConfidenceInterval.mean(of: left), right: ConfidenceInterval.mean(of: right),
      difference: interval.mean, standardError: interval.standardError,
      degreesOfFreedom: interval.count - 1, level: level,
      isIdentical: differences.allSatisfy { $0 == 0 })
  }

  /// Compares values of which none depends on another, by Welch's test: the spreads of the two
  /// sides need not be alike.
  ///
  /// The degrees of freedom are rounded down, which errs on the side of no difference. Source: B.
  /// L. Welch, The generalization of Student's problem when several different population variances
  /// are involved, Biometrika 34, 1947.
  ///
  /// - Complexity: O(n), and one quantile.
  /// - Precondition: There are at least two values on each side.
  public init(
    independent left: [Double], with right: [Double], level: ConfidenceLevel = .percent95
  ) {
    precondition(left.count >= 2, "a single value says nothing about its spread")
    precondition(right.count >= 2, "a single value says nothing about its spread")
    let first = ConfidenceInterval(of: left, level: level)
    let second = ConfidenceInterval(of: right, level: level)
    let firstPart = first.standardError * first.standardError
    let secondPart = second.standardError * second.standardError
    let sum = firstPart + secondPart
    let fraction =
      firstPart * firstPart / Double(left.count - 1)
      + secondPart * secondPart / Double(right.count - 1)
    // In exact arithmetic it lies between the smaller side's and the sum of both.
    let least = min(left.count, right.count) - 1
    let most = left.count + right.count - 2
    let degrees = sum * sum / fraction
    self.init(
      left: first.mean, right: second.mean, difference: second.mean - first.mean,
      standardError: ElementaryFunctions.squareRoot(sum),
      degreesOfFreedom: degrees < Double(most) ? max(least, Int(degrees)) : most, level: level,
      isIdentical: sum == 0 && first.mean == second.mean)
  }

  /// Compares replications with a single value that was measured once, such as a run of a real
  /// system: could it be one more of them?
  ///
  /// The single value is taken to spread as the replications do, so that the difference has the
  /// standard error s·√(1 + 1/n): a prediction interval. Replications that are all the same tell
  /// nothing of how far one may be off.
  ///
  /// - Precondition: There are at least two values on the right.
  public init(
    single left: Double, with right: [Double], level: ConfidenceLevel = .percent95
  ) {
    precondition(right.count >= 2, "a single value says nothing about its spread")
    if right.allSatisfy({ $0 == right[0] }) {
      self.init(single: left, with: right[0], level: level)
      return
    }
    let interval = ConfidenceInterval(of: right, level: level)
    let factor = ElementaryFunctions.squareRoot(1 + 1 / Double(right.count))
    self.init(
      left: left, right: interval.mean, difference: interval.mean - left,
      standardError: interval.standardDeviation * factor, degreesOfFreedom: right.count - 1,
      level: level, isIdentical: false)
  }

  /// Compares two single values, of which nothing tells how far chance moves them.
  public init(single left: Double, with right: Double, level: ConfidenceLevel = .percent95) {
    self.left = left
    self.right = right
    self.level = level
    difference = right - left
    halfWidth = left == right ? 0 : .infinity
    chance = 1
    significance = left == right ? .identical : .unknown
  }

  /// The same of values that are known only so nearly: the interval is no narrower than that, and a
  /// smaller difference is not significant.
  public func known(to resolution: Double) -> Comparison {
    guard significance != .identical, halfWidth < resolution else { return self }
    var rounded = self
    rounded.halfWidth = resolution
    if difference.magnitude <= resolution {
      rounded.chance = 1
      rounded.significance = .none
    }
    return rounded
  }

  /// The same difference the other way round.
  public var reversed: Comparison { Comparison(reversing: self) }

  private init(reversing other: Comparison) {
    left = other.right
    right = other.left
    difference = -other.difference
    halfWidth = other.halfWidth
    level = other.level
    chance = other.chance
    significance = other.significance
  }

  private init(
    left: Double, right: Double, difference: Double, standardError: Double, degreesOfFreedom: Int,
    level: ConfidenceLevel, isIdentical: Bool
  ) {
    self.left = left
    self.right = right
    self.difference = difference
    self.level = level
    let student = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
    halfWidth = student.quantile(1 - level.errorProbability / 2) * standardError
    if isIdentical {
      chance = 1
      significance = .identical
    } else {
      // Without any spread the smallest difference is beyond chance.
      let ratio = standardError == 0 ? Double.infinity : difference.magnitude / standardError
      chance =
        difference == 0 ? 1 : ratio == .infinity ? 0 : 2 * student.probability(below: -ratio)
      significance = Significance(chance: chance)
    }
  }
}
