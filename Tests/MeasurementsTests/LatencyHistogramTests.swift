import Measurements
import Testing

@Suite("Latency histogram")
struct LatencyHistogramTests {
  private static let fractions = [0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]

  @Test("knows nothing when empty")
  func empty() {
    let histogram = LatencyHistogram()
    #expect(histogram.count == 0)
    #expect(histogram.sum == 0)
    #expect(histogram.minimum == 0)
    #expect(histogram.maximum == 0)
    #expect(histogram.mean == 0)
    #expect(histogram.percentile(0.5) == 0)
  }

  @Test("states a bound of at most 0.4 %")
  func statedBound() {
    #expect(LatencyHistogram.relativeErrorBound <= 0.004)
  }

  @Test("is exact for every value below 256")
  func smallValues() {
    for value in UInt64(0)..<256 {
      var histogram = LatencyHistogram()
      histogram.record(0)
      histogram.record(value)
      histogram.record(.max)
      #expect(histogram.percentile(0.5) == Double(value))
    }
  }

  @Test(
    "stays within its bound at every power of two, at the borders of its buckets and at the ends")
  func borders() {
    var values: [UInt64] = [0, 1, .max, .max - 1]
    for exponent in UInt64(8)...63 {
      let power = UInt64(1) << exponent
      let width = power >> 7
      for bucket in [0, 1, 2, 63, 64, 126, 127] as [UInt64] {
        let border = power + bucket * width
        values += [border - 1, border, border + 1, border + width / 2, border + (width - 1)]
      }
    }
    for value in values {
      var histogram = LatencyHistogram()
      // The middle one of three is neither smallest nor largest, which are kept exactly.
      histogram.record(0)
      histogram.record(value)
      histogram.record(.max)
      let error = abs(histogram.percentile(0.5) - Double(value))
      #expect(
        error <= Double(value) * LatencyHistogram.relativeErrorBound, "value \(value)")
    }
  }

  @Test("stays within its bound on random values of every magnitude", arguments: 1...20)
  func randomValues(seed: Int) {
    var numbers = SeededNumbers(seed: UInt64(seed))
    let bits = Int.random(in: 8...64, using: &numbers)
    var histogram = LatencyHistogram()
    var values: [UInt64] = []
    for _ in 0..<Int.random(in: 1...2000, using: &numbers) {
      let value = numbers.anyMagnitude(bits: bits)
      histogram.record(value)
      values.append(value)
    }
    for fraction in Self.fractions {
      let exact = naivePercentile(fraction, of: values)
      let error = abs(histogram.percentile(fraction) - exact)
      // The last factor leaves room for the rounding of the interpolation itself.
      #expect(
        error <= exact * LatencyHistogram.relativeErrorBound * (1 + 1e-9),
        "seed \(seed), fraction \(fraction)")
    }
  }

  @Test("keeps count, sum, smallest and largest exactly, also beyond 64 bits")
  func exactSummary() {
    var histogram = LatencyHistogram()
    for _ in 0..<1000 { histogram.record(.max) }
    histogram.record(7)
    #expect(histogram.count == 1001)
    #expect(histogram.sum == UInt128(UInt64.max) * 1000 + 7)
    #expect(histogram.minimum == 7)
    #expect(histogram.maximum == .max)
    #expect(histogram.percentile(0) == 7)
    #expect(histogram.percentile(1) == Double(UInt64.max))
  }

  @Test("answers after a merge as if it had recorded everything itself", arguments: 1...10)
  func merge(seed: Int) {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var whole = LatencyHistogram()
    var first = LatencyHistogram()
    var second = LatencyHistogram()
    var third = LatencyHistogram()
    for _ in 0..<500 {
      let value = numbers.anyMagnitude(bits: 40)
      whole.record(value)
      switch Int.random(in: 0..<3, using: &numbers) {
      case 0: first.record(value)
      case 1: second.record(value)
      default: third.record(value)
      }
    }
    // (first + second) + third, and first + (second + third) in the other order.
    var left = LatencyHistogram()
    left.merge(first)
    left.merge(second)
    left.merge(third)
    third.merge(second)
    third.merge(first)
    for fraction in Self.fractions {
      #expect(left.percentile(fraction) == whole.percentile(fraction))
      #expect(third.percentile(fraction) == whole.percentile(fraction))
    }
    #expect(left.summary == whole.summary)
    #expect(third.summary == whole.summary)
  }

  @Test("is unchanged by merging an empty one, and becomes the other when empty itself")
  func mergeEmpty() {
    let empty = LatencyHistogram()
    var histogram = LatencyHistogram()
    histogram.record(1_000_000)
    histogram.merge(empty)
    #expect(histogram.count == 1)
    var other = LatencyHistogram()
    other.merge(histogram)
    #expect(other.summary == histogram.summary)
    #expect(other.percentile(0.5) == 1_000_000)
  }

  @Test("forgets everything on reset")
  func reset() {
    var histogram = LatencyHistogram()
    for value in [3, 5_000, 1 << 40] as [UInt64] { histogram.record(value) }
    histogram.reset()
    #expect(histogram.count == 0)
    #expect(histogram.percentile(0.9) == 0)
    // What was there before would show between the smallest and the largest.
    histogram.record(1)
    histogram.record(1 << 41)
    #expect(histogram.percentile(0.5) == (1 + Double(1 << 41)) / 2)
  }

  @Test("stops at a percentile above 100")
  func wrongPercentile() async {
    await #expect(processExitsWith: .failure) {
      var histogram = LatencyHistogram()
      histogram.record(1)
      _ = histogram.percentile(95)
    }
  }
}
