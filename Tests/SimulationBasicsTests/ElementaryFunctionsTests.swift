import Foundation
import SimulationBasics
import TestSupport
import Testing

@Suite("Elementary functions")
struct ElementaryFunctionsTests {
  /// The distance from what the system's function gives, in units in its last place.
  private func error(_ found: Double, _ expected: Double) -> Double {
    if found == expected || (found.isNaN && expected.isNaN) { return 0 }
    return abs(found - expected) / expected.ulp
  }

  @Test("has logarithms within 1 ulp of the system's, over all magnitudes")
  func logarithm() {
    var random = TestRandom(seed: 1)
    for _ in 0..<200_000 {
      let any = Double(bitPattern: random.next() & 0x7FFF_FFFF_FFFF_FFFF)
      if any.isFinite { #expect(error(ElementaryFunctions.log(any), log(any)) <= 1) }
      let unit = (Double(random.next() >> 12) + 0.5) * 0x1p-52
      #expect(error(ElementaryFunctions.log(unit), log(unit)) <= 1)
      let nearOne = 1 + (unit - 0.5) / 1024
      #expect(error(ElementaryFunctions.log(nearOne), log(nearOne)) <= 1)
    }
  }

  @Test("has the logarithm of special values")
  func specialLogarithms() {
    #expect(ElementaryFunctions.log(1) == 0)
    #expect(ElementaryFunctions.log(0) == -.infinity)
    #expect(ElementaryFunctions.log(.infinity) == .infinity)
    #expect(ElementaryFunctions.log(-1).isNaN)
    #expect(ElementaryFunctions.log(.nan).isNaN)
    #expect(
      error(
        ElementaryFunctions.log(.leastNonzeroMagnitude), log(.leastNonzeroMagnitude)) <= 1)
  }

  @Test("has exponentials within 1 ulp of the system's wherever they are normal numbers")
  func exponential() {
    var random = TestRandom(seed: 2)
    for _ in 0..<200_000 {
      let unit = Double(random.next() >> 11) * 0x1p-53
      for x in [unit * 1417.0 - 708, unit * 20 - 10, (unit - 0.5) / 1024] where x < 709.7 {
        #expect(error(ElementaryFunctions.exp(x), exp(x)) <= 1, "exp of \(x)")
      }
    }
  }

  @Test("has the exponential of special values")
  func specialExponentials() {
    #expect(ElementaryFunctions.exp(0) == 1)
    #expect(ElementaryFunctions.exp(.infinity) == .infinity)
    #expect(ElementaryFunctions.exp(-.infinity) == 0)
    #expect(ElementaryFunctions.exp(710) == .infinity)
    #expect(ElementaryFunctions.exp(-746) == 0)
    #expect(ElementaryFunctions.exp(.nan).isNaN)
    #expect(ElementaryFunctions.exp(-740) > 0)
    #expect(abs(ElementaryFunctions.exp(-740) - exp(-740)) <= 2 * .leastNonzeroMagnitude)
  }

  @Test("has square roots within 1 ulp, over all magnitudes")
  func squareRoot() {
    var random = TestRandom(seed: 4)
    for _ in 0..<200_000 {
      let any = Double(bitPattern: random.next() & 0x7FFF_FFFF_FFFF_FFFF)
      if any.isFinite {
        #expect(error(ElementaryFunctions.squareRoot(any), any.squareRoot()) <= 1)
      }
    }
    #expect(ElementaryFunctions.squareRoot(0) == 0)
    #expect(ElementaryFunctions.squareRoot(.infinity) == .infinity)
    #expect(ElementaryFunctions.squareRoot(-1).isNaN)
    #expect(ElementaryFunctions.squareRoot(.nan).isNaN)
    #expect(
      ElementaryFunctions.squareRoot(.leastNonzeroMagnitude)
        == Double.leastNonzeroMagnitude.squareRoot())
  }

  @Test("has powers whose error grows only with the size of the exponent")
  func power() {
    var random = TestRandom(seed: 3)
    for _ in 0..<50_000 {
      let base = Double(random.below(1_000_000) + 1) / 1_000
      let exponent = Double(random.below(2_000) - 1_000) / 100
      let bound = 2 + 2 * abs(exponent * log(base))
      #expect(
        error(ElementaryFunctions.power(base, exponent), pow(base, exponent)) <= bound,
        "\(base) to \(exponent)")
    }
  }

  /// Reference values by mpmath with 40 digits, `sqrt(2) * erfinv(2 * p - 1)`.
  @Test("has the quantiles of the normal distribution")
  func normalQuantiles() {
    let expected: [(Double, Double)] = [
      (1.1102230246251565e-16, -8.20953615160138686),
      (1e-12, -7.03448382530113193),
      (1e-06, -4.75342430882289896),
      (0.001, -3.09023230616781354),
      (0.01, -2.32634787404084109),
      (0.05, -1.64485362695147269),
      (0.0749, -1.44023826752796366),
      (0.0751, -1.43882539275253998),
      (0.2, -0.841621233572914166),
      (0.3, -0.524400512708040816),
      (0.45, -0.125661346855074006),
      (0.55, 0.125661346855074146),
      (0.75, 0.674489750196081743),
      (0.9, 1.28155156554460059),
      (0.925, 1.43953147093845623),
      (0.95, 1.64485362695147228),
      (0.975, 1.95996398454005386),
      (0.99, 2.32634787404084077),
      (0.999, 3.09023230616781328),
      (0.999999, 4.75342430881708777),
      (0.9999999999990905, 7.04770025666440873),
    ]
    for (p, quantile) in expected {
      let found = ElementaryFunctions.normalQuantile(p)
      #expect(abs(found - quantile) <= 1e-15 * max(1, abs(quantile)) * 4, "quantile of \(p)")
    }
    #expect(ElementaryFunctions.normalQuantile(0.5) == 0)
  }

  @Test("has probabilities of the normal distribution that invert its quantiles")
  func normalProbabilities() {
    for step in -600...600 {
      let x = Double(step) / 100
      let expected = 0.5 * erfc(-x / 2.0.squareRoot())
      #expect(abs(ElementaryFunctions.normalProbability(below: x) - expected) < 1e-14)
    }
    #expect(ElementaryFunctions.normalProbability(below: -40) == 0)
    #expect(ElementaryFunctions.normalProbability(below: 40) == 1)
  }

  @Test("refuses the quantile of a certainty", arguments: ["0", "1"])
  func certainty(_ text: String) async {
    if text == "0" {
      await #expect(processExitsWith: .failure) {
        _ = ElementaryFunctions.normalQuantile(Double("0") ?? 0.5)
      }
    } else {
      await #expect(processExitsWith: .failure) {
        _ = ElementaryFunctions.normalQuantile(Double("1") ?? 0.5)
      }
    }
  }
}
