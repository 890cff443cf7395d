import SimulationBasics

/// How much a figure of the load driver differs between repeated runs: the standard deviation as a
/// share of the mean, by the kind of run.
///
/// Source: `reports/measured-systems/README.md`, where the numbers were measured over three or four
/// repetitions. A figure for which a kind has no number is 0: then only its tolerance counts.
public struct RunNoise: Hashable, Sendable {
  public var throughput = 0.0
  public var meanLatency = 0.0
  public var latency95 = 0.0
  public var conflicts = 0.0
  public var deadlocks = 0.0
  public var timeouts = 0.0
  public var lostUpdates = 0.0

  /// The noise of runs with these parameters; where a run is of two kinds, the larger.
  public init(of setting: DriverSetting) {
    let varies = setting.hasExponentialTimes
    switch setting.strategy {
    case .none:
      throughput = 0.001
      lostUpdates = 0.015
    case .pessimistic:
      throughput = 0.002
      meanLatency = 0.002
    case .optimistic: addRetries(of: setting)
    case .redis, .three:
      throughput = 0.004
      meanLatency = 0.009
      latency95 = 0.06
      if setting.longWork != nil { lostUpdates = 0.07 }
    case .deadlock:
      throughput = 0.001
      deadlocks = 0.16
    case .dup: break
    }
    if setting.pool != nil {
      throughput = max(throughput, 0.005)
      meanLatency = max(meanLatency, 0.005)
    }
    // Of the kinds above only one of the optimistic ones was repeated with exponential times; for
    // the others the general words hold: 1 to 3 % in throughput and mean, 2 to 5 % in conflicts.
    // The middle is taken.
    if varies, !(setting.strategy == .optimistic && setting.backoff?.kind == .exp) {
      throughput = max(throughput, 0.02)
      meanLatency = max(meanLatency, 0.02)
      conflicts = max(conflicts, 0.035)
      deadlocks = max(deadlocks, 0.035)
      lostUpdates = max(lostUpdates, 0.035)
    }
    // No other number is known for the 95th percentile and for time-outs than that of the mean and
    // of the throughput.
    latency95 = max(latency95, meanLatency)
    timeouts = max(timeouts, throughput)
  }

  private mutating func addRetries(of setting: DriverSetting) {
    switch (setting.backoff?.kind, setting.hasExponentialTimes) {
    case (.exp, true):
      throughput = 0.013
      meanLatency = 0.05
      conflicts = 0.01
    case (.fulljitter, false):
      throughput = 0.04
      meanLatency = 0.02
    case (.fulljitter, true), (.fixed, true), (nil, true): break
    case (.exp, false), (.fixed, false), (nil, false):
      // Users fall into step.
      throughput = 0.008
      meanLatency = 0.18
      conflicts = 0.29
    }
  }
}
