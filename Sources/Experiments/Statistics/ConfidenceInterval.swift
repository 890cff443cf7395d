/// The mean of independent replications, and how far the true mean may be from it.
///
/// The interval is Student's: mean ± t · s/√n with n − 1 degrees of freedom. It holds exactly for
/// normal values and nearly so for the means that a replication yields; the values must not depend
/// on one another.
public struct ConfidenceInterval: Equatable, Sendable {
  /// How many values there were.
  public let count: Int
  /// The mean of the values.
  public let mean: Double
  /// The standard deviation of the values, with n − 1 in the denominator; 0 for a single value.
  public let standardDeviation: Double
  /// Half the length of the interval; infinite for a single value, which says nothing about its
  /// spread.
  public let halfWidth: Double
  public let level: ConfidenceLevel

  /// The interval from the values of all replications, summed in their order.
  ///
  /// - Complexity: O(n).
  /// - Precondition: There is at least one value.
  public init(of values: [Double], level: ConfidenceLevel = .percent95) {
    precondition(!values.isEmpty, "an interval needs a value")
    let count = values.count
    let mean = Self.mean(of: values)
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    self.count = count
    self.mean = mean
    self.level = level
    guard count > 1 else {
      standardDeviation = 0
      halfWidth = .infinity
      return
    }
    standardDeviation = (squares / Double(count - 1)).squareRoot()
    let student = StudentDistribution(degreesOfFreedom: count - 1)
    halfWidth =
      student.quantile(1 - level.errorProbability / 2) * standardDeviation
      / Double(count).squareRoot()
  }

  /// The mean of values, summed in their order.
  static func mean(of values: [Double]) -> Double {
    var sum = 0.0
    for value in values { sum += value }
    return sum / Double(values.count)
  }

  public var lower: Double { mean - halfWidth }
  public var upper: Double { mean + halfWidth }

  /// The standard error of the mean, s/√n; infinite for a single value.
  public var standardError: Double {
    count > 1 ? standardDeviation / Double(count).squareRoot() : .infinity
  }

  /// Whether a value lies in the interval, its ends included.
  public func contains(_ value: Double) -> Bool { value >= lower && value <= upper }

  /// The half-width as a part of the mean; `nil` when the mean is 0.
  public var relativePrecision: Double? { mean == 0 ? nil : halfWidth / abs(mean) }

  /// Whether the half-width is at most this part of the mean; of equal values it always is.
  public func isPrecise(to part: Double) -> Bool { halfWidth <= part * mean.magnitude }
}
