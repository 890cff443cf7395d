import SimulationBasics

/// Student's t distribution with a whole number of degrees of freedom, from own functions alone.
public struct StudentDistribution: Equatable, Sendable, BitwiseCopyable {
  public let degreesOfFreedom: Int

  /// Above this many degrees of freedom the quantile's expansion in 1/ν is exact to the last bits
  /// of a double.
  private static let expansionStart = 10_000

  /// - Precondition: There is at least one degree of freedom.
  public init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1, "Student's t needs a degree of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The number below which the variable falls with probability `p`.
  ///
  /// The relative error is below 10⁻⁹ as long as neither side of the quantile has less than 10⁻⁶ of
  /// the probability.
  ///
  /// - Complexity: O(ν) for up to 10 000 degrees of freedom ν, O(1) beyond.
  /// - Precondition: `p` lies strictly between 0 and 1.
  public func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a quantile needs a probability between 0 and 1")
    if p == 0.5 { return 0 }
    // A probability that is too small for that is taken as the smallest that is not: 2⁻⁵³.
    if p < 0.5 { return -quantile(min(1 - p, 1.0.nextDown)) }
    let normal = ElementaryFunctions.normalQuantile(p)
    if degreesOfFreedom > Self.expansionStart { return expandedQuantile(normal) }
    // Bisection cannot fail, and a quantile is needed once for each interval. Student's quantile is
    // the further out.
    var low = normal
    var high = 2 * normal + 1
    // One degree of freedom has the heaviest tail, 1/(πt): 2⁶⁰ is beyond the quantile of every
    // double below 1.
    while high < 0x1p60 && probability(below: high) < p { high *= 2 }
    while true {
      let middle = low + (high - low) / 2
      // Ends: a half is left at each turn, until no double lies between.
      if middle <= low || middle >= high { return middle }
      if probability(below: middle) < p { low = middle } else { high = middle }
    }
  }

  /// The probability that the variable falls below `t`: absolute error below 10⁻¹², and in the
  /// lower tail, from −1 on, relative error below 10⁻¹¹.
  ///
  /// Source: M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4:
  /// finite sums for whole degrees of freedom, of positive terms only.
  ///
  /// - Complexity: O(ν).
  public func probability(below t: Double) -> Double {
    if t <= -1 { return probability(of: -t).beyond / 2 }
    let within = probability(of: t < 0 ? -t : t).within
    return t < 0 ? 0.5 - within / 2 : 0.5 + within / 2
  }

  /// The probability of −t to t, and that of what is further out, for t of at least 0.
  ///
  /// Over all powers the sum is 1/sin θ for even ν, and (π/2 − θ)/sin θ for odd ν, so that the
  /// terms behind the last one give what is further out. They are summed for t of at least 1 alone:
  /// the nearer to 0, the more of them there are.
  private func probability(of t: Double) -> (within: Double, beyond: Double) {
    let nu = Double(degreesOfFreedom)
    let tangent = t / nu.squareRoot()
    let cosineSquared = 1 / (1 + tangent * tangent)
    let cosine = cosineSquared.squareRoot()
    let sine = tangent * cosine
    let isOdd = degreesOfFreedom % 2 == 1
    // sin θ · (1 + ½ cos²θ + (1·3)/(2·4) cos⁴θ + …), or for odd ν cos θ + ⅔ cos³θ + …, up to
    // cosᵛ⁻²θ.
    var term = isOdd ? cosine : 1
    var sum = 0.0
    var power = isOdd ? 1 : 0
    while power <= degreesOfFreedom - 2 {
      sum += term
      term *= cosineSquared * Double(power + 1) / Double(power + 2)
      power += 2
    }
    let within = isOdd ? (arcTangent(tangent) + sine * sum) * 2 / Double.pi : sine * sum
    guard t >= 1 else { return (within, 1 - within) }
    var rest = 0.0
    // Ends: each term is at most cos²θ times the one before, and cos²θ is at most ν/(ν + 1). Below
    // the least normal number a product may be rounded up to what it was.
    while term > rest * 0x1p-60 && term >= Double.leastNormalMagnitude {
      rest += term
      term *= cosineSquared * Double(power + 1) / Double(power + 2)
      power += 2
    }
    return (within, sine * rest * (isOdd ? 2 / Double.pi : 1))
  }

  /// The angle of a tangent of at least 0: its half three times, then the Taylor series.
  private func arcTangent(_ tangent: Double) -> Double {
    var x = tangent
    for _ in 0..<3 { x /= 1 + (1 + x * x).squareRoot() }
    // x is below tan(π/16) = 0.199, so that the term after the thirteenth is below 10⁻¹⁹.
    let square = x * x
    var series = 0.0
    for index in (0..<13).reversed() {
      series = (index % 2 == 0 ? 1 : -1) / Double(2 * index + 1) + square * series
    }
    return 8 * x * series
  }

  /// The quantile from the normal one, as a series in 1/ν.
  ///
  /// Source: Abramowitz and Stegun, 26.7.5 (Cornish and Fisher's expansion); the first term left
  /// out is of order ν⁻⁵.
  private func expandedQuantile(_ z: Double) -> Double {
    let nu = Double(degreesOfFreedom)
    let w = z * z
    let g1 = z * (w + 1) / 4
    let g2 = z * ((5 * w + 16) * w + 3) / 96
    let g3 = z * (((3 * w + 19) * w + 17) * w - 15) / 384
    let g4 = z * ((((79 * w + 776) * w + 1482) * w - 1920) * w - 945) / 92_160
    return z + (g1 + (g2 + (g3 + g4 / nu) / nu) / nu) / nu
  }
}
