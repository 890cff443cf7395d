import Experiments
import SimulationBasics
import TestSupport
import Testing

@Suite("Confidence interval")
struct ConfidenceIntervalTests {
  @Test("is mean ± t · s/√n")
  func byHand() {
    // Mean 5, squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32 over 7 degrees of freedom; t(7; 0.975) =
    // 2.364624251592785.
    let interval = ConfidenceInterval(of: [2, 4, 4, 4, 5, 5, 7, 9])
    #expect(interval.count == 8)
    #expect(interval.mean == 5)
    #expect(abs(interval.standardDeviation - (32.0 / 7).squareRoot()) < 1e-15)
    let halfWidth = 2.364624251592785 * (32.0 / 7 / 8).squareRoot()
    #expect(abs(interval.halfWidth - halfWidth) < 1e-9)
    #expect(interval.lower == interval.mean - interval.halfWidth)
    #expect(interval.upper == interval.mean + interval.halfWidth)
    #expect(abs(interval.standardError - (32.0 / 7 / 8).squareRoot()) < 1e-15)
    #expect(abs((interval.relativePrecision ?? 0) - halfWidth / 5) < 1e-9)
    #expect(interval.contains(5))
    #expect(interval.contains(interval.lower))
    #expect(!interval.contains(7))
    #expect(!interval.contains(3))
  }

  @Test("of equal values has no width")
  func equalValues() {
    let interval = ConfidenceInterval(of: [3, 3, 3])
    #expect(interval.halfWidth == 0)
    #expect(interval.contains(3))
    #expect(!interval.contains(3.000_001))
  }

  @Test("of a single value is infinitely wide")
  func singleValue() {
    let interval = ConfidenceInterval(of: [3])
    #expect(interval.mean == 3)
    #expect(interval.halfWidth == .infinity)
    #expect(interval.contains(1e300))
  }

  @Test("has no relative precision where the mean is 0")
  func meanOfZero() {
    #expect(ConfidenceInterval(of: [-1, 1]).relativePrecision == nil)
  }

  @Test("is wider when several intervals must hold together, as Bonferroni's inequality asks")
  func sharedLevel() {
    let values: [Double] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    let alone = ConfidenceInterval(of: values)
    let together = ConfidenceInterval(of: values, level: .percent95.shared(among: 5))
    // t(9; 0.975) = 2.262157162740992, and 5 % shared among 5 is t(9; 0.995) = 3.249835541592.
    #expect(abs(together.halfWidth / alone.halfWidth - 3.249835541592 / 2.262157162740992) < 1e-9)
    #expect(ConfidenceLevel.percent95.shared(among: 5).errorProbability == 0.01)
    #expect(ConfidenceLevel.percent99.probability == 0.99)
  }

  /// How many of 1000 intervals from normal samples of this size contain the true mean.
  private func covered(count: Int, level: ConfidenceLevel, seed: UInt64) -> Int {
    var random = TestRandom(seed: seed)
    var covered = 0
    for _ in 0..<1_000 {
      var values: [Double] = []
      for _ in 0..<count {
        let unit = (Double(random.next() >> 12) + 0.5) * 0x1p-52
        values.append(20 + 3 * ElementaryFunctions.normalQuantile(unit))
      }
      if ConfidenceInterval(of: values, level: level).contains(20) { covered += 1 }
    }
    return covered
  }

  @Test(
    "contains the true mean of normal samples as often as it says", arguments: [2, 3, 10, 20, 100])
  func coverage(count: Int) {
    #expect((930...970).contains(covered(count: count, level: .percent95, seed: 1)))
    #expect((980...1_000).contains(covered(count: count, level: .percent99, seed: 2)))
  }

  @Test("stops the run without a value")
  func withoutValues() async {
    await #expect(processExitsWith: .failure) { _ = ConfidenceInterval(of: []) }
  }

  @Test("stops the run at a level that is no chance")
  func noChance() async {
    await #expect(processExitsWith: .failure) { _ = ConfidenceLevel(errorProbability: 0) }
    await #expect(processExitsWith: .failure) { _ = ConfidenceLevel(errorProbability: 1) }
    await #expect(processExitsWith: .failure) { _ = ConfidenceLevel.percent95.shared(among: 0) }
  }
}
