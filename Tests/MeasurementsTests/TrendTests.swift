import Measurements
import Testing

@Suite("Trend")
struct TrendTests {
  private func result(of values: [UInt64]) -> TrendResult {
    var trend = Trend()
    for value in values { trend.record(value) }
    return trend.result()
  }

  @Test("gives k6's percentiles of 10, 15, 20")
  func threeValues() {
    let trend = result(of: [20, 10, 15])
    #expect(trend.percentile(0.5) == 15)
    #expect(trend.percentile(0.9) == 19)
    #expect(trend.percentile(0.95) == 19.5)
    #expect(abs(trend.percentile(0.99) - 19.9) < 1e-12)
    #expect(abs(trend.percentile(0.999) - 19.99) < 1e-12)
    #expect(trend.mean == 15)
    #expect(trend.minimum == 10)
    #expect(trend.maximum == 20)
  }

  @Test("gives k6's percentiles of 1 to 100")
  func hundredValues() {
    let trend = result(of: Array(1...100))
    #expect(trend.percentile(0.5) == 50.5)
    #expect(abs(trend.percentile(0.9) - 90.1) < 1e-12)
    #expect(abs(trend.percentile(0.95) - 95.05) < 1e-12)
    #expect(abs(trend.percentile(0.99) - 99.01) < 1e-12)
  }

  @Test("gives 0 without values, and the value when there is one")
  func fewValues() {
    #expect(result(of: []) == .empty)
    #expect(result(of: []).percentile(0.5) == 0)
    let one = result(of: [42])
    for fraction in [0, 0.3, 0.95, 1] { #expect(one.percentile(fraction) == 42) }
  }

  @Test("is exact up to its limit, and within the histogram's bound beyond", arguments: [0, 1])
  func limit(extra: Int) {
    var numbers = SeededNumbers(seed: 5)
    var values: [UInt64] = []
    for _ in 0..<(Trend.exactLimit + extra) { values.append(numbers.next() >> 30) }
    let trend = result(of: values)
    #expect(trend.isExact == (extra == 0))
    for fraction in [0, 0.01, 0.5, 0.9, 0.95, 0.99, 1] {
      let exact = naivePercentile(fraction, of: values)
      let tolerance = extra == 0 ? 0 : exact * LatencyHistogram.relativeErrorBound
      #expect(abs(trend.percentile(fraction) - exact) <= tolerance)
    }
    var sum: UInt128 = 0
    for value in values { sum += UInt128(value) }
    #expect(trend.sum == sum)
    #expect(trend.count == UInt64(values.count))
    #expect(trend.minimum == values.min())
    #expect(trend.maximum == values.max())
  }

  @Test(
    "merges results to what recording everything gives, in any grouping and order",
    arguments: [
      [0, 0, 1], [10, 0, 20], [4_000, 5_000, 1_000], [9_999, 1, 1], [12_000, 30, 11_000],
    ])
  func merge(sizes: [Int]) {
    var numbers = SeededNumbers(seed: 9)
    var all: [UInt64] = []
    var parts: [TrendResult] = []
    for size in sizes {
      var values: [UInt64] = []
      for _ in 0..<size { values.append(numbers.anyMagnitude(bits: 36)) }
      all += values
      parts.append(result(of: values))
    }
    let whole = result(of: all)
    #expect(parts[0].merging(parts[1]).merging(parts[2]) == whole)
    #expect(parts[0].merging(parts[1].merging(parts[2])) == whole)
    #expect(parts[2].merging(parts[0]).merging(parts[1]) == whole)
    #expect(whole.merging(.empty) == whole)
    #expect(TrendResult.empty.merging(whole) == whole)
  }

  @Test("starts anew after a reset", arguments: [10, Trend.exactLimit + 10])
  func reset(countBefore: Int) {
    var trend = Trend()
    for value in 0..<countBefore { trend.record(UInt64(value)) }
    trend.reset()
    #expect(trend.result() == .empty)
    for value in 0..<(Trend.exactLimit + 5) { trend.record(UInt64(value * 3)) }
    #expect(trend.result() == result(of: (0..<(Trend.exactLimit + 5)).map { UInt64($0 * 3) }))
  }
}
