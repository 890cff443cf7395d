import Experiments
import Foundation
import Testing

@Suite("Student's t")
struct StudentDistributionTests {
  /// Degrees of freedom, probability, and the quantile of the tables that are printed to three
  /// places (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2).
  static let printed: [(Int, Double, Double)] = [
    (1, 0.90, 3.078), (1, 0.95, 6.314), (1, 0.975, 12.706), (1, 0.99, 31.821), (1, 0.995, 63.657),
    (2, 0.95, 2.920), (2, 0.975, 4.303), (2, 0.995, 9.925),
    (3, 0.975, 3.182), (4, 0.975, 2.776), (5, 0.975, 2.571), (5, 0.99, 3.365),
    (6, 0.975, 2.447), (7, 0.975, 2.365), (8, 0.975, 2.306), (9, 0.975, 2.262),
    (9, 0.995, 3.250), (10, 0.95, 1.812), (10, 0.975, 2.228), (10, 0.995, 3.169),
    (15, 0.975, 2.131), (19, 0.95, 1.729), (19, 0.975, 2.093), (19, 0.99, 2.539),
    (19, 0.995, 2.861), (20, 0.975, 2.086), (25, 0.975, 2.060), (29, 0.975, 2.045),
    (30, 0.975, 2.042), (40, 0.975, 2.021), (60, 0.975, 2.000), (99, 0.975, 1.984),
    (100, 0.975, 1.984), (100, 0.995, 2.626),
  ]

  @Test("has the quantiles of the printed tables", arguments: printed)
  func tables(degrees: Int, p: Double, expected: Double) {
    let quantile = StudentDistribution(degreesOfFreedom: degrees).quantile(p)
    #expect(abs(quantile - expected) <= 0.000_500_1, "\(quantile)")
  }

  static let probabilities = [
    0.51, 0.6, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999, 0.9999, 0.99999, 0.999_999,
  ]

  @Test(
    "has the quantiles of the closed forms for 1, 2 and 4 degrees of freedom",
    arguments: probabilities)
  func closedForms(p: Double) {
    func differs(_ degrees: Int, _ expected: Double) -> Double {
      abs(StudentDistribution(degreesOfFreedom: degrees).quantile(p) / expected - 1)
    }
    // Shaw, Sampling Student's T distribution, J. Computational Finance 9(4), 2006.
    let alpha = 4 * p * (1 - p)
    let root = cos(acos(alpha.squareRoot()) / 3) / alpha.squareRoot()
    #expect(differs(1, tan(Double.pi * (p - 0.5))) < 1e-9)
    #expect(differs(2, (2 * p - 1) / (2 * p * (1 - p)).squareRoot()) < 1e-9)
    #expect(differs(4, 2 * (root - 1).squareRoot()) < 1e-9)
  }

  /// The density by its definition, with the system's gamma function.
  private func density(_ t: Double, _ degrees: Int) -> Double {
    let nu = Double(degrees)
    let scale = lgamma((nu + 1) / 2) - lgamma(nu / 2)
    return exp(scale - (nu + 1) / 2 * log1p(t * t / nu)) / (nu * Double.pi).squareRoot()
  }

  @Test("falls below its quantile with the probability that integrating its density gives")
  func againstTheDensity() {
    for degrees in [
      1, 2, 3, 4, 5, 7, 9, 10, 19, 20, 49, 99, 100, 999, 1_000, 9_999, 10_000, 20_000,
    ] {
      let student = StudentDistribution(degreesOfFreedom: degrees)
      for p in Self.probabilities where p <= 0.999 {
        let quantile = student.quantile(p)
        // Simpson's rule over 20 000 parts: its error here is below 10⁻¹⁰.
        let parts = 20_000
        let step = quantile / Double(parts)
        var sum = density(0, degrees) + density(quantile, degrees)
        for part in 1..<parts {
          sum += density(step * Double(part), degrees) * (part % 2 == 1 ? 4 : 2)
        }
        let integrated = 0.5 + sum * step / 3
        #expect(abs(integrated - p) < 1e-9, "\(degrees) degrees of freedom, \(p): \(integrated)")
        #expect(abs(student.probability(below: quantile) - p) < 1e-12, "\(degrees), \(p)")
      }
    }
  }

  @Test("is symmetric, and its middle is 0")
  func symmetry() {
    for degrees in [1, 2, 9, 100, 20_000] {
      let student = StudentDistribution(degreesOfFreedom: degrees)
      #expect(student.quantile(0.5) == 0)
      #expect(student.quantile(0.025) == -student.quantile(0.975))
      #expect(student.probability(below: 0) == 0.5)
      for t in [0.1, 1, 2.5, 40] {
        let sum = student.probability(below: t) + student.probability(below: -t)
        // One side is 1 less a sum of up to 10 000 terms, the other a sum of its own.
        #expect(abs(sum - 1) < 1e-12)
      }
    }
  }

  @Test("has a tail with all its digits, however little it is")
  func tail() {
    for t in [1, 3, 100, 1e6] {
      func expect(_ degrees: Int, _ exact: Double) {
        let found = StudentDistribution(degreesOfFreedom: degrees).probability(below: -t)
        #expect(abs(found / exact - 1) < 1e-11, "\(degrees) degrees of freedom, \(t): \(found)")
      }
      // The closed forms for two and four, with sin θ = t/√(ν + t²), freed of their differences.
      let two = t / (2 + t * t).squareRoot()
      expect(2, 1 / ((2 + t * t) * (1 + two)))
      let square = 4 / (4 + t * t)
      let four = (1 - square).squareRoot() * (1 + square / 2)
      expect(4, (0.75 * square * square + 0.25 * square * square * square) / (2 + 2 * four))
    }
    // arctan(1/t)/π for one degree of freedom; its series is below 10⁻²⁴ behind the second term.
    let far = StudentDistribution(degreesOfFreedom: 1).probability(below: -1e6)
    #expect(abs(far / ((1e-6 - 1e-18 / 3) / Double.pi) - 1) < 1e-11)
  }

  @Test("becomes the normal distribution with ever more degrees of freedom")
  func towardsNormal() {
    var last = Double.infinity
    for degrees in [1, 2, 5, 10, 100, 1_000, 9_999, 10_000, 10_001, 10_002, 100_000, 1_000_000_000]
    {
      let quantile = StudentDistribution(degreesOfFreedom: degrees).quantile(0.975)
      #expect(quantile < last, "\(degrees) degrees of freedom")
      last = quantile
    }
    #expect(abs(last - 1.959963984540054) < 1e-8)
  }

  @Test(
    "has quantiles for the most extreme probabilities",
    arguments: [1, 2, 3, 50, 51, 10_000, 10_001])
  func extremes(degrees: Int) {
    let student = StudentDistribution(degreesOfFreedom: degrees)
    for p in [Double.leastNonzeroMagnitude, 1e-300, 1 - 0x1p-53] {
      #expect(student.quantile(p).isFinite)
    }
  }

  @Test("stops the run without a degree of freedom")
  func withoutFreedom() async {
    await #expect(processExitsWith: .failure) {
      _ = StudentDistribution(degreesOfFreedom: 0)
    }
  }

  @Test("stops the run when asked for the quantile of certainty")
  func certainty() async {
    await #expect(processExitsWith: .failure) {
      _ = StudentDistribution(degreesOfFreedom: 1).quantile(1)
    }
  }
}
