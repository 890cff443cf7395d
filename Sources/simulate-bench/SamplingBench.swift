import SimulationBasics

/// Drawing alone: random bits, and one sample of each distribution.
enum SamplingBench {
  static func run() {
    let distributions: [(name: String, DurationDistribution)] = [
      ("uniform", .uniform(least: .zero, most: .seconds(1))),
      ("exponential", .exponential(mean: .seconds(1))),
      ("normal", .normal(mean: .milliseconds(10), standardDeviation: .milliseconds(2))),
      ("lognormal", .lognormal(median: .milliseconds(1), percentile95: .milliseconds(3))),
      ("gamma", .gamma(mean: .milliseconds(1), shape: 4)),
      ("Pareto", .pareto(minimum: .milliseconds(1), shape: 2.5)),
      ("empirical", .empirical((1...100).map { .milliseconds($0) })),
    ]
    let samplers = DurationSamplerTable(distributions.map(\.1))
    let count = 2_000_000
    let bits = BenchClock.median(of: 5) {
      var stream = RandomStream(runSeed: 1, replication: 0, purpose: .thinkTime, entity: 0)
      var sum: UInt64 = 0
      let start = BenchClock.now
      for _ in 0..<count { sum &+= stream.next() }
      let seconds = BenchClock.seconds(since: start)
      precondition(sum != 0, "the random bits sum to zero")
      return seconds / Double(count) * 1e9
    }
    BenchReport.line("random bits", "64", bits, "ns per sample")
    for index in 0..<distributions.count {
      let nanoseconds = BenchClock.median(of: 5) {
        var stream = RandomStream(runSeed: 1, replication: 0, purpose: .thinkTime, entity: 0)
        var sum = 0.0
        let start = BenchClock.now
        for _ in 0..<count { sum += samplers.sample(index, from: &stream).inMilliseconds }
        let seconds = BenchClock.seconds(since: start)
        precondition(sum > 0, "the samples sum to zero")
        return seconds / Double(count) * 1e9
      }
      BenchReport.line("sampling", distributions[index].name, nanoseconds, "ns per sample")
    }
  }
}
