/// All the distributions of a model, ready for drawing, numbered in the order in which they were
/// given.
///
///     let samplers = DurationSamplerTable([.exponential(mean: .seconds(1)),
///     .constant(.milliseconds(2))]) var stream = RandomStream(runSeed: 1, replication: 0, purpose:
///     .thinkTime, entity: 0) let pause = samplers.sample(0, from: &stream)
public struct DurationSamplerTable: ~Copyable {
  private let samplers: FixedTable<DurationSampler>
  /// The values of all empirical distributions, one after the other.
  private let values: FixedTable<VirtualDuration>
  private let means: [Double?]

  /// Prepares distributions; `DurationSampler` states what they must satisfy.
  public init(_ distributions: [DurationDistribution]) {
    var lengths: [VirtualDuration] = []
    var samplers = FixedTable(
      repeating: DurationSampler.constant(.zero), count: distributions.count)
    for index in 0..<distributions.count {
      samplers[index] = DurationSampler(distributions[index], values: &lengths)
    }
    self.samplers = samplers
    self.values = FixedTable(lengths)
    self.means = distributions.map { $0.meanInNanoseconds }
  }

  /// The number of distributions.
  public var count: Int { samplers.count }

  /// The one length of a distribution that has only one; then there is no need for a stream.
  ///
  /// - Complexity: O(1).
  public func constant(_ index: Int) -> VirtualDuration? {
    guard case .constant(let length) = samplers[index] else { return nil }
    return length
  }

  /// The mean of a distribution in nanoseconds, or `nil` where it is infinite.
  public func mean(_ index: Int) -> Double? { means[index] }

  /// Draws from a distribution; the stream moves on by exactly one sample, for a constant too.
  ///
  /// - Returns: The length to the nearest nanosecond, at most `VirtualDuration.longestInAModel`.
  /// - Complexity: one block of random bits; 1.05 on average for gamma, which rejects.
  public func sample(_ index: Int, from stream: inout RandomStream) -> VirtualDuration {
    var draws = stream.takeSample()
    switch samplers[index] {
    case .constant(let length):
      return length
    case .uniform(let least, let span):
      return .nanoseconds(least &+ (span == 0 ? draws.next() : draws.uniform(below: span)))
    case .exponential(let mean):
      return DurationSampler.rounded(-mean * ElementaryFunctions.log(draws.unitInterval()))
    case .normal(let mean, let deviation):
      let z = ElementaryFunctions.normalQuantile(draws.unitInterval())
      return DurationSampler.rounded(mean + deviation * z)
    case .lognormal(let median, let sigma):
      let z = ElementaryFunctions.normalQuantile(draws.unitInterval())
      return DurationSampler.rounded(median * ElementaryFunctions.exp(sigma * z))
    case .gamma(let scale, let shape):
      return DurationSampler.rounded(scale * DurationSampler.gamma(shape: shape, from: &draws))
    case .smallGamma(let scale, let shape):
      let boost = ElementaryFunctions.power(draws.unitInterval(), 1 / shape)
      let larger = DurationSampler.gamma(shape: shape + 1, from: &draws)
      return DurationSampler.rounded(scale * larger * boost)
    case .pareto(let minimum, let power):
      return DurationSampler.rounded(
        minimum * ElementaryFunctions.power(draws.unitInterval(), power))
    case .empirical(let first, let count):
      let place = draws.uniform(below: UInt64(UInt32(bitPattern: count)))
      return values[Int(first) + Int(truncatingIfNeeded: place)]
    }
  }
}
