import Foundation
import SimulationBasics
import TestSupport
import Testing

/// Samples of one distribution under a fixed seed; a class, since a table is not copyable.
private final class Samples {
  private let table: DurationSamplerTable
  private(set) var stream: RandomStream

  init(of distribution: DurationDistribution, seed: UInt64 = 1) {
    table = DurationSamplerTable([distribution])
    stream = RandomStream(runSeed: seed, replication: 0, purpose: .externalDelay, entity: 0)
  }

  var mean: Double? { table.mean(0) }
  var constant: VirtualDuration? { table.constant(0) }

  func next() -> VirtualDuration { table.sample(0, from: &stream) }

  func next(_ count: Int) -> [Double] {
    (0..<count).map { _ in Double(next().inNanoseconds) }
  }
}

@Suite("Samples of durations")
struct DurationSamplerTests {
  private static let count = 20_000
  private static let seeds: [UInt64] = [1, 2, 3, 4, 5]

  /// The Kolmogorov-Smirnov statistic, √n · sup |Fₙ − F|: above 1.95 by chance once in a thousand
  /// times.
  ///
  /// All parameters are so long that rounding to a nanosecond moves the statistic by less than
  /// 10⁻³.
  private func distance(_ samples: [Double], from probability: (Double) -> Double) -> Double {
    let sorted = samples.sorted()
    let count = Double(sorted.count)
    var largest = 0.0
    for (index, sample) in sorted.enumerated() {
      let expected = probability(sample)
      largest = max(
        largest, Double(index + 1) / count - expected, expected - Double(index) / count)
    }
    return largest * count.squareRoot()
  }

  private func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  @Test("follow the uniform distribution, and reach both ends", arguments: seeds)
  func uniform(seed: UInt64) {
    let samples = Samples(
      of: .uniform(least: .milliseconds(2), most: .milliseconds(5)), seed: seed)
    #expect(distance(samples.next(Self.count)) { ($0 - 2e6) / 3e6 } < 1.95)
    let few = Samples(of: .uniform(least: .nanoseconds(3), most: .nanoseconds(5)), seed: seed)
    #expect(Set(few.next(200)) == [3, 4, 5])
  }

  @Test("follow the exponential distribution", arguments: seeds)
  func exponential(seed: UInt64) {
    let samples = Samples(of: .exponential(mean: .seconds(1)), seed: seed)
    #expect(distance(samples.next(Self.count)) { 1 - exp(-$0 / 1e9) } < 1.95)
  }

  @Test("follow the normal distribution, with what is below zero at zero", arguments: seeds)
  func normal(seed: UInt64) {
    let samples = Samples(
      of: .normal(mean: .milliseconds(10), standardDeviation: .milliseconds(2)), seed: seed)
    #expect(distance(samples.next(Self.count)) { self.normal(($0 - 10e6) / 2e6) } < 1.95)
    let cut = Samples(
      of: .normal(mean: .milliseconds(1), standardDeviation: .milliseconds(1)), seed: seed)
    let drawn = cut.next(Self.count)
    // One standard deviation below the mean lie 15.87 %: 3 174 of 20 000, with a standard deviation
    // of 52.
    #expect(abs(drawn.count { $0 == 0 } - 3_174) < 180)
    #expect(distance(drawn.filter { $0 > 0 }) { self.normalAboveZero($0 / 1e6 - 1) } < 1.95)
  }

  /// The distribution of a standard normal variable, given that it is above −1.
  private func normalAboveZero(_ x: Double) -> Double {
    (normal(x) - normal(-1)) / (1 - normal(-1))
  }

  @Test("follow the lognormal distribution of a median and a 95th percentile", arguments: seeds)
  func lognormal(seed: UInt64) {
    let samples = Samples(
      of: .lognormal(median: .milliseconds(1), percentile95: .milliseconds(3)), seed: seed)
    // 1.644854 is the 95th percentile of the standard normal distribution.
    let sigma = log(3.0) / 1.644853626951472
    let drawn = samples.next(Self.count)
    #expect(distance(drawn) { self.normal(log($0 / 1e6) / sigma) } < 1.95)
    // The definition itself: half below the median, one in twenty above the percentile.
    #expect(abs(drawn.count { $0 < 1e6 } - 10_000) < 250)
    #expect(abs(drawn.count { $0 > 3e6 } - 1_000) < 110)
  }

  @Test("follow the gamma distribution of a whole shape", arguments: seeds)
  func gamma(seed: UInt64) {
    let samples = Samples(of: .gamma(mean: .milliseconds(8), shape: 4), seed: seed)
    // Shape 4 is the sum of four exponential times (Erlang), whose distribution function is
    // elementary.
    let statistic = distance(samples.next(Self.count)) {
      let x = $0 / 2e6
      return 1 - exp(-x) * (1 + x + x * x / 2 + x * x * x / 6)
    }
    #expect(statistic < 1.95)
  }

  @Test("follow the exponential distribution as gamma of shape 1", arguments: seeds)
  func gammaOne(seed: UInt64) {
    let samples = Samples(of: .gamma(mean: .milliseconds(8), shape: 1), seed: seed)
    #expect(distance(samples.next(Self.count)) { 1 - exp(-$0 / 8e6) } < 1.95)
  }

  @Test("follow the gamma distribution of shape one half", arguments: seeds)
  func gammaHalf(seed: UInt64) {
    let samples = Samples(of: .gamma(mean: .seconds(8), shape: 0.5), seed: seed)
    // Half the square of a standard normal variable is gamma of shape ½: P(X ≤ x) = erf(√x).
    #expect(distance(samples.next(Self.count)) { erf(($0 / 16e9).squareRoot()) } < 1.95)
  }

  @Test("follow the Pareto distribution", arguments: seeds)
  func pareto(seed: UInt64) {
    let samples = Samples(of: .pareto(minimum: .milliseconds(1), shape: 2.5), seed: seed)
    #expect(distance(samples.next(Self.count)) { 1 - pow(1e6 / $0, 2.5) } < 1.95)
  }

  @Test("draw every empirical value equally often", arguments: seeds)
  func empirical(seed: UInt64) {
    let samples = Samples(
      of: .empirical([.seconds(1), .seconds(2), .seconds(2), .seconds(9)]), seed: seed)
    let drawn = samples.next(Self.count)
    // A quarter is 5 000 of 20 000, with a standard deviation of 61; half has 71.
    #expect(abs(drawn.count { $0 == 1e9 } - 5_000) < 220)
    #expect(abs(drawn.count { $0 == 2e9 } - 10_000) < 250)
    #expect(abs(drawn.count { $0 == 9e9 } - 5_000) < 220)
  }

  private static let all: [DurationDistribution] = [
    .constant(.milliseconds(3)),
    .uniform(least: .zero, most: .seconds(1)),
    .exponential(mean: .seconds(1)),
    .normal(mean: .milliseconds(10), standardDeviation: .milliseconds(20)),
    .lognormal(median: .milliseconds(1), percentile95: .milliseconds(3)),
    .gamma(mean: .milliseconds(1), shape: 4),
    .gamma(mean: .milliseconds(1), shape: 0.3),
    .pareto(minimum: .milliseconds(1), shape: 6),
    .empirical([.seconds(1), .seconds(2)]),
  ]

  @Test("have the stated mean", arguments: all)
  func means(of distribution: DurationDistribution) throws {
    let samples = Samples(of: distribution)
    let drawn = samples.next(50_000)
    let mean = drawn.reduce(0, +) / Double(drawn.count)
    let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(drawn.count)
    let standardError = (variance / Double(drawn.count)).squareRoot()
    let stated = try #require(samples.mean)
    #expect(abs(mean - stated) <= 4 * standardError)
  }

  @Test("move the stream by one position each, and depend on that position alone", arguments: all)
  func onePosition(of distribution: DurationDistribution) {
    let table = Samples(of: distribution)
    var drawn: [VirtualDuration] = []
    for position in UInt32(0)..<200 {
      #expect(table.stream.position == position)
      drawn.append(table.next())
    }
    let samplers = DurationSamplerTable([distribution])
    for position in (0..<200).reversed() {
      var stream = RandomStream(
        runSeed: 1, replication: 0, purpose: .externalDelay, entity: 0, position: UInt32(position))
      let again = samplers.sample(0, from: &stream)
      #expect(again == drawn[position])
    }
  }

  @Test("need no stream where only one length is possible")
  func constants() {
    let length = VirtualDuration.milliseconds(7)
    let constants: [DurationDistribution] = [
      .constant(length), .uniform(least: length, most: length),
      .normal(mean: length, standardDeviation: .zero),
      .lognormal(median: length, percentile95: length), .empirical([length, length]),
    ]
    for distribution in constants {
      let samples = Samples(of: distribution)
      #expect(samples.constant == length)
      #expect(samples.next() == length)
      #expect(samples.mean == 7e6)
    }
    let zeros: [DurationDistribution] = [
      .zero, .exponential(mean: .zero), .gamma(mean: .zero, shape: 2),
      .pareto(minimum: .zero, shape: 2), .lognormal(median: .zero, percentile95: .zero),
    ]
    for distribution in zeros {
      let samples = Samples(of: distribution)
      #expect(samples.constant == .zero)
      #expect(samples.mean == 0)
    }
    for distribution in Self.all.dropFirst() {
      #expect(Samples(of: distribution).constant == nil)
    }
  }

  @Test("are never longer than the longest length in a model")
  func cap() {
    let samples = Samples(of: .pareto(minimum: .hours(24), shape: 0.01))
    let drawn = (0..<2_000).map { _ in samples.next() }
    #expect(drawn.allSatisfy { $0 <= .longestInAModel })
    #expect(drawn.contains(.longestInAModel))
    #expect(samples.mean == nil)
  }

  @Test("reach the whole range of a uniform distribution over every length")
  func wholeRange() {
    let samples = Samples(of: .uniform(least: .zero, most: .nanoseconds(.max)))
    #expect(distance(samples.next(Self.count)) { $0 / 0x1p64 } < 1.95)
  }

  @Test("keep the distributions of a table apart")
  func table() {
    let table = DurationSamplerTable([
      .empirical([.seconds(1), .seconds(2)]), .constant(.seconds(5)),
      .empirical([.seconds(8), .seconds(9)]),
    ])
    var first: Set<VirtualDuration> = []
    var third: Set<VirtualDuration> = []
    var stream = RandomStream(runSeed: 1, replication: 0, purpose: .statement, entity: 0)
    for _ in 0..<100 {
      first.insert(table.sample(0, from: &stream))
      third.insert(table.sample(2, from: &stream))
    }
    let constant = table.constant(1)
    #expect(first == [.seconds(1), .seconds(2)])
    #expect(third == [.seconds(8), .seconds(9)])
    #expect(constant == .seconds(5))
  }

  @Test("refuse a distribution that no model reader lets through")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      _ = DurationSamplerTable([.uniform(least: .seconds(2), most: .seconds(1))])
    }
    await #expect(processExitsWith: .failure) {
      _ = DurationSamplerTable([.lognormal(median: .seconds(2), percentile95: .seconds(1))])
    }
    await #expect(processExitsWith: .failure) {
      _ = DurationSamplerTable([.lognormal(median: .zero, percentile95: .seconds(1))])
    }
    await #expect(processExitsWith: .failure) {
      _ = DurationSamplerTable([.gamma(mean: .seconds(1), shape: 0)])
    }
    await #expect(processExitsWith: .failure) {
      _ = DurationSamplerTable([.pareto(minimum: .seconds(1), shape: -1)])
    }
    await #expect(processExitsWith: .failure) { _ = DurationSamplerTable([.empirical([])]) }
  }
}
