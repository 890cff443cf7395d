import Experiments
import SimulationBasics
import TestSupport
import Testing

@Suite("Comparison")
struct ComparisonTests {
  /// Student's own data: hours of sleep that ten patients gained under two drugs (Biometrika 6,
  /// 1908). `t.test` of R, whose help has them as its example: paired t = 4.0621, p = 0.002833,
  /// interval 0.7001142 to 2.4598858; Welch t = 1.8608 with 17.776 degrees of freedom.
  static let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
  static let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

  @Test("of pairs is Student's t on their differences")
  func paired() {
    let comparison = Comparison(paired: Self.first, with: Self.second)
    #expect(abs(comparison.left - 0.75) < 1e-12)
    #expect(abs(comparison.right - 2.33) < 1e-12)
    #expect(abs(comparison.difference - 1.58) < 1e-12)
    #expect(abs(comparison.lower - 0.700_114_236_7) < 1e-9)
    #expect(abs(comparison.upper - 2.459_885_763_3) < 1e-9)
    #expect(abs(comparison.chance - 0.002_832_890_197) < 1e-11)
    #expect(comparison.significance == .strong)
    #expect(abs((comparison.relative ?? 0) - 1.58 / 0.75) < 1e-12)
  }

  @Test("of independent values is Welch's test with its degrees of freedom rounded down")
  func welch() {
    let comparison = Comparison(independent: Self.first, with: Self.second)
    #expect(abs(comparison.difference - 1.58) < 1e-12)
    // t = 1.8608134675 with 17 instead of 17.776 degrees of freedom.
    #expect(abs(comparison.halfWidth - 1.791_425_455) < 1e-8)
    #expect(abs(comparison.chance - 0.080_157_170_7) < 1e-9)
    #expect(comparison.significance == .none)
  }

  @Test("of a single value asks whether it could be one more of the others")
  func prediction() {
    let comparison = Comparison(single: 9, with: Self.second)
    #expect(abs(comparison.difference - (2.33 - 9)) < 1e-12)
    // t(9; 0.975) · s · √1.1, by SciPy.
    #expect(abs(comparison.halfWidth - 4.750_476_180_7) < 1e-8)
    #expect(abs(comparison.chance - 0.011_252_802) < 1e-8)
    #expect(comparison.significance == .likely)
    #expect(Comparison(single: 3, with: Self.second).significance == .none)
    // Values without any spread tell nothing of how far one more may be off.
    let flat = Comparison(single: 0.999, with: [1, 1, 1])
    #expect(flat.significance == .unknown)
    #expect(flat.halfWidth == .infinity)
    #expect(Comparison(single: 1, with: [1, 1, 1]).significance == .identical)
  }

  @Test("of two single values knows nothing of chance, unless they are the same")
  func singles() {
    let comparison = Comparison(single: 2, with: 3)
    #expect(comparison.difference == 1)
    #expect(comparison.halfWidth == .infinity)
    #expect(comparison.significance == .unknown)
    #expect(Comparison(single: 2, with: 2).significance == .identical)
  }

  @Test("of equal pairs is identical, and of pairs that differ by the same amount beyond chance")
  func withoutSpread() {
    let same = Comparison(paired: Self.first, with: Self.first)
    #expect(same.difference == 0)
    #expect(same.halfWidth == 0)
    #expect(same.significance == .identical)
    let shifted = Comparison(paired: [1, 2, 3], with: [2, 3, 4])
    #expect(shifted.halfWidth == 0)
    #expect(shifted.chance == 0)
    #expect(shifted.significance == .veryStrong)
    // Equal means, but no equal pairs.
    #expect(Comparison(paired: [1, 2], with: [2, 1]).significance == .none)
    #expect(Comparison(independent: [0, 0], with: [0, 0]).significance == .identical)
    #expect(Comparison(independent: [0, 0], with: [1, 1]).significance == .veryStrong)
  }

  @Test("has the same interval and the other sign the other way round")
  func reversed() {
    let comparison = Comparison(independent: Self.first, with: Self.second)
    let back = Comparison(independent: Self.second, with: Self.first)
    #expect(abs(comparison.reversed.difference - back.difference) < 1e-15)
    #expect(comparison.reversed.left == back.left)
    #expect(abs(comparison.reversed.halfWidth - back.halfWidth) < 1e-12)
    #expect(comparison.reversed.reversed == comparison)
  }

  @Test("is significant exactly when its interval leaves out 0")
  func intervalAndChance() {
    withEverySeed(1...200) { seed, random in
      let count = 2 + random.below(12)
      func values(_ shift: Double) -> [Double] {
        (0..<count).map { _ in shift + Double(random.below(1_000)) / 1_000 }
      }
      let left = values(0)
      let right = values(Double(random.below(10)) / 10)
      for comparison in [
        Comparison(paired: left, with: right), Comparison(independent: left, with: right),
        Comparison(single: right[0], with: left),
      ]
      where comparison.significance.isSignificant != (comparison.lower > 0 || comparison.upper < 0)
      {
        throw Mismatch("\(comparison)")
      }
    }
  }

  /// How many of 1000 comparisons of like with like find no significant difference.
  private func agreements(
    of counts: (Int, Int), _ compare: ([Double], [Double]) -> Comparison
  ) -> Int {
    var random = TestRandom(seed: 6)
    func normal() -> Double {
      ElementaryFunctions.normalQuantile((Double(random.next() >> 12) + 0.5) * 0x1p-52)
    }
    return (0..<1_000).count { _ in
      let left = (0..<counts.0).map { _ in 20 + 3 * normal() }
      let right = (0..<counts.1).map { _ in 20 + 3 * normal() }
      return compare(left, right).significance == .none
    }
  }

  @Test(
    "of like with like finds no significant difference in 93 to 97 % of a thousand",
    arguments: [5, 10, 20])
  func likeWithLike(count: Int) {
    let range = 930...970
    #expect(range.contains(agreements(of: (count, count)) { Comparison(paired: $0, with: $1) }))
    #expect(
      range.contains(agreements(of: (count, count)) { Comparison(independent: $0, with: $1) }))
    #expect(range.contains(agreements(of: (1, count)) { Comparison(single: $0[0], with: $1) }))
  }

  @Test("has a word for each significance, by the chance of it")
  func words() {
    #expect(Significance(chance: 0.05) == .none)
    #expect(Significance(chance: 0.049) == .likely)
    #expect(Significance(chance: 0.01) == .likely)
    #expect(Significance(chance: 0.009) == .strong)
    #expect(Significance(chance: 0.000_9) == .veryStrong)
    for words in [Significance.allCases.map(\.text), Significance.allCases.map(\.name)] {
      #expect(Set(words).count == Significance.allCases.count)
    }
    #expect(Significance.allCases.filter(\.isSignificant) == [.likely, .strong, .veryStrong])
  }

  @Test("stops the run with a single pair or with pairs that miss a value")
  func tooFew() async {
    await #expect(processExitsWith: .failure) { _ = Comparison(paired: [1], with: [2]) }
    await #expect(processExitsWith: .failure) { _ = Comparison(paired: [1, 2], with: [2, 3, 4]) }
    await #expect(processExitsWith: .failure) { _ = Comparison(independent: [1, 2], with: [2]) }
    await #expect(processExitsWith: .failure) { _ = Comparison(single: 1, with: [2]) }
  }
}
