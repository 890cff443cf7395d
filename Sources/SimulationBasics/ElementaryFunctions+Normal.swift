/// The standard normal distribution.
extension ElementaryFunctions {
  /// The number below which a standard normal variable falls with probability `p`; error at most 4
  /// · 10⁻¹⁵.
  ///
  /// Source: M. Wichura, Algorithm AS 241: the percentage points of the normal distribution,
  /// Applied Statistics 37(3), 1988, the 16-digit form with its published coefficients.
  ///
  /// - Precondition: `p` lies strictly between 0 and 1.
  public static func normalQuantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a quantile needs a probability between 0 and 1")
    let q = p - 0.5
    if q >= -0.425 && q <= 0.425 { return centralQuantile(q) }
    let tail = q < 0 ? p : 1 - p
    let r = squareRoot(-log(tail))
    let size = r <= 5 ? shoulderQuantile(r - 1.6) : farQuantile(r - 5)
    return q < 0 ? -size : size
  }

  /// The quantile at ½ + q, for |q| ≤ 0.425.
  private static func centralQuantile(_ q: Double) -> Double {
    let r = 0.180625 - q * q
    let upper = polynomial(
      r, 3.3871328727963666080, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
      1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
      3.3430575583588128105e+4, 2.5090809287301226727e+3)
    let lower = polynomial(
      r, 1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
      2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
      5.2264952788528545610e+3)
    return q * upper / lower
  }

  /// The size of the quantile where √(−log tail) = 1.6 + r is at most 5.
  private static func shoulderQuantile(_ r: Double) -> Double {
    let upper = polynomial(
      r, 1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
      3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4)
    let lower = polynomial(
      r, 1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9)
    return upper / lower
  }

  /// The size of the quantile where √(−log tail) = 5 + r.
  private static func farQuantile(_ r: Double) -> Double {
    let upper = polynomial(
      r, 6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7)
    let lower = polynomial(
      r, 1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15)
    return upper / lower
  }

  /// c0 + c1·x + … + c7·x⁷.
  @inline(__always)
  private static func polynomial(
    _ x: Double, _ c0: Double, _ c1: Double, _ c2: Double, _ c3: Double, _ c4: Double,
    _ c5: Double, _ c6: Double, _ c7: Double
  ) -> Double {
    c0 + x * (c1 + x * (c2 + x * (c3 + x * (c4 + x * (c5 + x * (c6 + x * c7))))))
  }

  /// The probability that a standard normal variable falls below `x`; absolute error below 10⁻¹⁴.
  ///
  /// Source: G. Marsaglia, Evaluating the normal distribution, J. Statistical Software 11(4), 2004:
  /// ½ + φ(x) · (x + x³/3 + x⁵/(3·5) + …), which has positive terms only.
  public static func normalProbability(below x: Double) -> Double {
    if x < -9 { return 0 }
    if x > 9 { return 1 }
    var term = x
    var sum = x
    var odd = 1.0
    // Ends: the terms fall once the odd number exceeds x² ≤ 81, and 200 turns leave nothing of
    // them.
    for _ in 0..<200 {
      odd += 2
      term *= x * x / odd
      let next = sum + term
      if next == sum { break }
      sum = next
    }
    return 0.5 + sum * normalDensity(x)
  }

  /// The density of the standard normal distribution, 1/√(2π) · exp(−x²/2).
  public static func normalDensity(_ x: Double) -> Double {
    0.398942280401432677939946 * exp(-0.5 * x * x)
  }
}
