extension DurationDistribution {
  /// The mean in nanoseconds, or `nil` where it is infinite (Pareto with a shape of at most 1).
  ///
  /// That of the normal distribution is the mean of what is drawn, with everything below zero
  /// counted as zero. No mean allows for the longest length in a model, where samples are capped.
  public var meanInNanoseconds: Double? {
    switch self {
    case .constant(let length):
      return Double(length.inNanoseconds)
    case .uniform(let least, let most):
      return (Double(least.inNanoseconds) + Double(most.inNanoseconds)) / 2
    case .exponential(let mean), .gamma(let mean, _):
      return Double(mean.inNanoseconds)
    case .normal(let mean, let deviation):
      let mean = Double(mean.inNanoseconds)
      if deviation == .zero { return mean }
      let deviation = Double(deviation.inNanoseconds)
      let ratio = mean / deviation
      return mean * ElementaryFunctions.normalProbability(below: ratio)
        + deviation * ElementaryFunctions.normalDensity(ratio)
    case .lognormal(let median, let percentile95):
      if median == percentile95 { return Double(median.inNanoseconds) }
      let median = Double(median.inNanoseconds)
      let sigma =
        ElementaryFunctions.log(Double(percentile95.inNanoseconds) / median)
        / ElementaryFunctions.normalQuantile(0.95)
      return median * ElementaryFunctions.exp(sigma * sigma / 2)
    case .pareto(let minimum, let shape):
      if minimum == .zero { return 0 }
      return shape > 1 ? Double(minimum.inNanoseconds) * shape / (shape - 1) : nil
    case .empirical(let lengths):
      var sum = 0.0
      for length in lengths { sum += Double(length.inNanoseconds) }
      return sum / Double(lengths.count)
    }
  }
}
