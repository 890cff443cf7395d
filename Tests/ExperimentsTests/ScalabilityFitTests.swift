import Experiments
import Testing

@Suite("Universal scalability law")
struct ScalabilityFitTests {
  /// The law as its author writes it.
  private func law(_ n: Double, _ lambda: Double, _ sigma: Double, _ kappa: Double) -> Double {
    lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))
  }

  private let loads: [Double] = [1, 2, 4, 8, 16, 32, 64, 128]

  @Test("has the published values at powers of two")
  func values() {
    let fit = ScalabilityFit(lambda: 1, sigma: 0.02, kappa: 0.0001, determination: 1)
    let expected = [1, 1.9604, 3.7693, 6.9832, 12.0846, 18.6133, 24.0312, 24.7793]
    for (n, x) in zip(loads, expected) { #expect(abs(fit.throughput(at: n) - x) < 0.00005) }
    #expect(abs((fit.peak ?? 0) - 98.995) < 0.0005)
    let other = ScalabilityFit(lambda: 1, sigma: 0.05, kappa: 0.001, determination: 1)
    #expect(abs((other.peak ?? 0) - 30.822) < 0.0005)
    #expect(ScalabilityFit(lambda: 1, sigma: 0.05, kappa: 0, determination: 1).peak == nil)
  }

  @Test(
    "is found again from its own points",
    arguments: [
      (1.0, 0.02, 0.0001), (1, 0.05, 0.001), (1, 0.05, 0), (250, 0, 0), (3.5, 0, 0.002),
      (995, 0.3, 0.00001),
    ])
  func exact(lambda: Double, sigma: Double, kappa: Double) throws {
    let fit = try #require(
      ScalabilityFit(of: loads.map { (n: $0, x: law($0, lambda, sigma, kappa)) }))
    #expect(abs(fit.lambda / lambda - 1) < 1e-6)
    #expect(abs(fit.sigma - sigma) < 1e-6)
    #expect(abs(fit.kappa - kappa) < 1e-8)
    #expect(abs(fit.determination - 1) < 1e-9)
  }

  @Test("is no worse than any neighbour of what it finds, from points with errors")
  func leastSquares() throws {
    // A linear congruential generator (Knuth's constants): the same noise every time.
    var state: UInt64 = 1
    for _ in 0..<50 {
      let points = loads.map { n -> (n: Double, x: Double) in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let noise = Double(state >> 40) / Double(1 << 24) - 0.5
        return (n: n, x: law(n, 10, 0.03, 0.0003) * (1 + 0.1 * noise))
      }
      let fit = try #require(ScalabilityFit(of: points))
      func error(_ lambda: Double, _ sigma: Double, _ kappa: Double) -> Double {
        points.reduce(0) {
          let difference = $1.x - law($1.n, lambda, sigma, kappa)
          return $0 + difference * difference
        }
      }
      let least = error(fit.lambda, fit.sigma, fit.kappa)
      #expect(fit.sigma >= 0)
      #expect(fit.kappa >= 0)
      for step in [0.99, 1.01] {
        #expect(error(fit.lambda * step, fit.sigma, fit.kappa) >= least)
        #expect(error(fit.lambda, fit.sigma * step, fit.kappa) >= least)
        #expect(error(fit.lambda, fit.sigma, fit.kappa * step) >= least)
      }
    }
  }

  @Test("says of a server that is simply full that it is no good fit")
  func corner() throws {
    let points = [10, 50, 100, 150, 200, 300, 500, 1_000].map {
      (n: Double($0), x: Double(min($0, 180)))
    }
    let fit = try #require(ScalabilityFit(of: points))
    #expect(fit.determination < 0.98)
  }

  @Test("needs four points that get something through")
  func few() {
    #expect(ScalabilityFit(of: []) == nil)
    #expect(ScalabilityFit(of: [(n: 1, x: 1), (n: 2, x: 2), (n: 3, x: 3)]) == nil)
    #expect(ScalabilityFit(of: (1...9).map { (n: Double($0), x: 0) }) == nil)
  }
}
