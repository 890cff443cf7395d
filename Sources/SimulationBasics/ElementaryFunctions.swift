/// Logarithm, exponential and the normal distribution from + − × ÷ alone, equal to the last bit on
/// every machine.
///
/// A system's own `log` and `exp` differ in their last bit between systems and versions, and one
/// bit is another run. IEEE 754 fixes the basic operations exactly, and Swift never contracts them,
/// so these functions have one result everywhere. Errors are stated in units in the last place
/// (ulp) and tested against the system's functions.
public enum ElementaryFunctions {
  // ln 2 in two parts: the upper has 21 trailing zero bits, so that its product with a small
  // integer is exact.
  private static var ln2High: Double { 0x1.62e42fee00000p-1 }
  private static var ln2Low: Double { 0x1.a39ef35793c76p-33 }
  private static var squareRootOfHalf: Double { 0x1.6a09e667f3bcdp-1 }

  /// The natural logarithm; within 1 ulp of the system's.
  ///
  /// With *x* = 2ᵏ · (1 + *f*), 1 + *f* between √½ and √2, and *s* = *f*/(2 + *f*): log(1 + *f*) =
  /// 2 artanh(*s*), whose Taylor series needs eleven terms because |*s*| < 0.172.
  ///
  /// - Returns: −∞ for 0, not-a-number below 0.
  public static func log(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return x == 0 ? -.infinity : x == .infinity ? x : .nan }
    if x < .leastNormalMagnitude { return log(x * 0x1p54) - 54 * (ln2High + ln2Low) }
    // Measured from √½ on, the exponent field counts the powers of two without a branch that chance
    // decides.
    let fromRoot = Int64(bitPattern: x.bitPattern) &- Int64(bitPattern: squareRootOfHalf.bitPattern)
    let exponent = fromRoot &>> 52
    let fraction = Double(bitPattern: x.bitPattern &- UInt64(bitPattern: exponent &<< 52))
    let f = fraction - 1
    let s = f / (2 + f)
    let z = s * s
    let series = z * artanhTail(z)
    // 2s = f − s·f, where f is exact: so the rounding errors come from the small second part only.
    let k = Double(exponent)
    return k * ln2High + (f - (s * (f - series) - k * ln2Low))
  }

  /// 2 · (1/3 + z/5 + z²/7 + … + z¹⁰/23), added up in a tree, because a chain of eleven steps waits
  /// for each of them.
  @inline(__always)
  private static func artanhTail(_ z: Double) -> Double {
    let z2 = z * z
    let z4 = z2 * z2
    let terms0to3 = (2.0 / 3 + z * (2.0 / 5)) + z2 * (2.0 / 7 + z * (2.0 / 9))
    let terms4to7 = (2.0 / 11 + z * (2.0 / 13)) + z2 * (2.0 / 15 + z * (2.0 / 17))
    let terms8to10 = (2.0 / 19 + z * (2.0 / 21)) + z2 * (2.0 / 23)
    return terms0to3 + z4 * (terms4to7 + z4 * terms8to10)
  }

  /// The exponential function; within 1 ulp of the system's where the result is a normal number.
  ///
  /// With *x* = *k* ln 2 + *r* and |*r*| ≤ ½ ln 2: 2ᵏ · exp(*r*), whose Taylor series needs
  /// fourteen terms.
  public static func exp(_ x: Double) -> Double {
    guard x > -745.2, x < 709.8 else { return x > 0 ? .infinity : x < 0 ? 0 : .nan }
    let scaled = x * 0x1.71547652b82fep+0
    let k = Int(scaled + (scaled < 0 ? -0.5 : 0.5))
    let high = x - Double(k) * ln2High
    let low = Double(k) * ln2Low
    let r = high - low
    // What the subtraction lost belongs to the result too.
    let lost = (high - r) - low
    let result = 1 + (r + (r * r * exponentialTail(r) + lost))
    // 2ᵏ in two factors, since 2¹⁰²⁴ and powers below 2⁻¹⁰²² are no normal numbers.
    let half = k / 2
    return result * powerOfTwo(half) * powerOfTwo(k - half)
  }

  /// 1/2! + r/3! + r²/4! + … + r¹²/14!, added up in a tree.
  @inline(__always)
  private static func exponentialTail(_ r: Double) -> Double {
    let r2 = r * r
    let r4 = r2 * r2
    let terms0to3 = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120))
    let terms4to7 = (1.0 / 720 + r * (1.0 / 5_040)) + r2 * (1.0 / 40_320 + r * (1.0 / 362_880))
    let terms8to11 =
      (1.0 / 3_628_800 + r * (1.0 / 39_916_800))
      + r2 * (1.0 / 479_001_600 + r * (1.0 / 6_227_020_800))
    let term12 = 1.0 / 87_178_291_200
    return terms0to3 + r4 * (terms4to7 + r4 * (terms8to11 + r4 * term12))
  }

  /// 2ⁿ for *n* from −1022 to 1023.
  @inline(__always)
  private static func powerOfTwo(_ n: Int) -> Double {
    Double(bitPattern: UInt64(bitPattern: Int64(n &+ 1023)) &<< 52)
  }

  /// The square root; within 1 ulp of the exact one as rounded.
  ///
  /// The library's own is exact, but a debug build calls the system's mathematics library for it,
  /// which the core does not link. Half the exponent is a first guess that is at most 4 % off, and
  /// each of Heron's steps squares that error.
  public static func squareRoot(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return x == 0 || x == .infinity ? x : .nan }
    if x < .leastNormalMagnitude { return squareRoot(x * 0x1p108) * 0x1p-54 }
    var root = Double(bitPattern: (x.bitPattern &>> 1) &+ 0x1FF7_A3BE_A91D_9B1B)
    for _ in 0..<4 { root = 0.5 * (root + x / root) }
    return root
  }

  /// `base` to a real power; its relative error is about |`exponent` · log(`base`)| + 1 ulp.
  ///
  /// - Precondition: `base` is positive.
  public static func power(_ base: Double, _ exponent: Double) -> Double {
    precondition(base > 0, "a real power needs a positive base")
    return exp(exponent * log(base))
  }
}
