/// A distribution made ready for drawing: plain data, at most three numbers, everything computable
/// computed.
///
/// Inversion of the distribution function wherever possible: then one random number is one sample,
/// and a larger random number is a longer time in every variant of a model, which is what makes
/// paired comparisons sharp. Only gamma rejects. The values of an empirical distribution live in
/// the table that owns the sampler.
enum DurationSampler: BitwiseCopyable {
  case constant(VirtualDuration)
  /// `least` plus a whole number below `span`, which is 0 for no upper bound but the type's.
  case uniform(least: UInt64, span: UInt64)
  case exponential(mean: Double)
  case normal(mean: Double, standardDeviation: Double)
  /// `median` · exp(`sigma` · z) for a standard normal z.
  case lognormal(median: Double, sigma: Double)
  /// `scale` · gamma(`shape`), the shape at least 1.
  case gamma(scale: Double, shape: Double)
  /// As `gamma` with a shape below 1: gamma(`shape` + 1) · U^(1/`shape`).
  case smallGamma(scale: Double, shape: Double)
  /// `minimum` · U^`power`, where `power` is −1/shape.
  case pareto(minimum: Double, power: Double)
  /// One of `count` values from `first` on in the table.
  case empirical(first: Int32, count: Int32)

  /// Prepares a distribution; the values of an empirical one are added to the end of `values`.
  ///
  /// - Precondition: what a model reader checks: `least` ≤ `most`, a 95th percentile no shorter
  ///   than the median, both or none of them zero, a shape that is positive and finite, at least
  ///   one empirical value.
  init(_ distribution: DurationDistribution, values: inout [VirtualDuration]) {
    switch distribution {
    case .constant(let length):
      self = .constant(length)
    case .uniform(let least, let most):
      precondition(least <= most, "a uniform distribution ends before it begins")
      self =
        least == most
        ? .constant(least)
        : .uniform(
          least: least.inNanoseconds, span: (most - least).inNanoseconds &+ 1)
    case .exponential(let mean):
      self = mean == .zero ? .constant(.zero) : .exponential(mean: Double(mean.inNanoseconds))
    case .normal(let mean, let deviation):
      self =
        deviation == .zero
        ? .constant(mean)
        : .normal(
          mean: Double(mean.inNanoseconds), standardDeviation: Double(deviation.inNanoseconds))
    case .lognormal(let median, let percentile95):
      precondition(median <= percentile95, "a 95th percentile lies below its median")
      if median == percentile95 {
        self = .constant(median)
      } else {
        precondition(median > .zero, "a lognormal distribution needs a positive median")
        let median = Double(median.inNanoseconds)
        let ratio = Double(percentile95.inNanoseconds) / median
        self = .lognormal(
          median: median,
          sigma: ElementaryFunctions.log(ratio) / ElementaryFunctions.normalQuantile(0.95))
      }
    case .gamma(let mean, let shape):
      precondition(shape > 0 && shape < .infinity, "a gamma distribution needs a positive shape")
      let scale = Double(mean.inNanoseconds) / shape
      if mean == .zero {
        self = .constant(.zero)
      } else {
        self =
          shape < 1 ? .smallGamma(scale: scale, shape: shape) : .gamma(scale: scale, shape: shape)
      }
    case .pareto(let minimum, let shape):
      precondition(shape > 0 && shape < .infinity, "a Pareto distribution needs a positive shape")
      self =
        minimum == .zero
        ? .constant(.zero) : .pareto(minimum: Double(minimum.inNanoseconds), power: -1 / shape)
    case .empirical(let lengths):
      precondition(!lengths.isEmpty, "an empirical distribution needs a value")
      if lengths.allSatisfy({ $0 == lengths[0] }) {
        self = .constant(lengths[0])
      } else {
        self = .empirical(
          first: Int32(truncatingIfNeeded: values.count),
          count: Int32(truncatingIfNeeded: lengths.count))
        values += lengths
      }
    }
  }

  /// A length of so many nanoseconds, to the nearest, between zero and the longest length in a
  /// model.
  @inline(__always)
  static func rounded(_ nanoseconds: Double) -> VirtualDuration {
    guard nanoseconds > 0 else { return .zero }
    let longest = VirtualDuration.longestInAModel
    guard nanoseconds < Double(longest.inNanoseconds) else { return longest }
    return .nanoseconds(UInt64(bitPattern: Int64(nanoseconds + 0.5)))
  }

  /// A sample of the gamma distribution with scale 1 and this shape, which is at least 1.
  ///
  /// Source: G. Marsaglia, W. Tsang, A simple method for generating gamma variables, ACM TOMS
  /// 26(3), 2000.
  static func gamma(shape: Double, from draws: inout RandomDraws) -> Double {
    let d = shape - 1.0 / 3
    let c = 1 / ElementaryFunctions.squareRoot(9 * d)
    // Ends: a turn accepts with a probability above 0.95, and the sub-draws are bounded.
    while true {
      let x = ElementaryFunctions.normalQuantile(draws.unitInterval())
      let root = 1 + c * x
      let logUniform = ElementaryFunctions.log(draws.unitInterval())
      guard root > 0 else { continue }
      let v = root * root * root
      if logUniform < 0.5 * x * x + d - d * v + d * ElementaryFunctions.log(v) { return d * v }
    }
  }
}
