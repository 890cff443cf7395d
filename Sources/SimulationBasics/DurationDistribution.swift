/// How long something takes: a constant or a distribution, as a model says it.
///
/// Every parameter that is a time is a whole number of nanoseconds. `DurationSampler` draws from
/// it.
public enum DurationDistribution: Hashable, Sendable {
  /// Always the same length.
  case constant(VirtualDuration)
  /// Any length from `least` to `most`, both included, each nanosecond equally likely.
  case uniform(least: VirtualDuration, most: VirtualDuration)
  /// Exponential with this mean.
  case exponential(mean: VirtualDuration)
  /// Normal with this mean and standard deviation; what falls below zero counts as zero.
  case normal(mean: VirtualDuration, standardDeviation: VirtualDuration)
  /// Lognormal, given by its median and its 95th percentile.
  case lognormal(median: VirtualDuration, percentile95: VirtualDuration)
  /// Gamma with this mean and this shape (shape 1 is exponential; the squared coefficient of
  /// variation is 1/shape).
  case gamma(mean: VirtualDuration, shape: Double)
  /// Pareto: P(X > x) = (minimum/x)^shape.
  case pareto(minimum: VirtualDuration, shape: Double)
  /// One of the listed lengths, each equally likely.
  case empirical([VirtualDuration])

  public static let zero = DurationDistribution.constant(.zero)
}
