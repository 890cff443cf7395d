public import ContentionEngine
public import Measurements
import ScenarioModel
import SimulationBasics

/// What a search for capacity keeps of one run.
public struct CapacityRun: Equatable, Sendable {
  public let digest: RunDigest
  /// Answered requests by the second.
  public let requestsPerSecond: Double
  /// Answered requests that were no errors, by the second.
  public let successesPerSecond: Double
  /// The part of the answered requests that were errors.
  public let errorShare: Double
  /// The mean of `http_req_duration`, in nanoseconds.
  public let meanLatency: Double
  /// The 95th percentile of `http_req_duration`, in nanoseconds.
  public let latency95: Double
  /// Waits for a row or for a distributed lock that ran out.
  public let lockTimeouts: Double
  /// The part of the iterations that were due and never begun, because no user was idle.
  public let droppedShare: Double
  /// By threshold: what it read; `nil` where there was nothing to read.
  public let readings: [Double?]
  /// How busy each scarce resource was, the cause before what fills up behind it.
  public let uses: [ResourceUse]
  /// In the order of `TurnedAway.allCases`: how many requests it ended, or how many instances.
  public let turnedAway: [Double]

  /// Whether every promise of safety that is no harmless one was kept.
  public let isSafe: Bool

  public init(
    digest: RunDigest = RunDigest(), requestsPerSecond: Double, successesPerSecond: Double,
    errorShare: Double, meanLatency: Double, latency95: Double, lockTimeouts: Double,
    droppedShare: Double, readings: [Double?], uses: [ResourceUse],
    turnedAway: [Double] = TurnedAway.allCases.map { _ in 0 }, isSafe: Bool = true
  ) {
    self.isSafe = isSafe
    self.digest = digest
    self.requestsPerSecond = requestsPerSecond
    self.successesPerSecond = successesPerSecond
    self.errorShare = errorShare
    self.meanLatency = meanLatency
    self.latency95 = latency95
    self.lockTimeouts = lockTimeouts
    self.droppedShare = droppedShare
    self.readings = readings
    self.uses = uses
    self.turnedAway = turnedAway
  }

  public init(_ result: RunResult) {
    let limits = RunLimits(result)
    let latency = result.trend(.requestDuration)
    let dropped = result.count(.droppedIterations)
    let due = dropped + result.count(.iterations)
    let distributed = result.count(.distributedLockTimeouts)
    let rows = result.count(.pessimisticLockTimeouts)
    self.init(
      digest: result.digest,
      requestsPerSecond: RunFigure.requestsPerSecond.value(in: result),
      successesPerSecond: RunFigure.successesPerSecond.value(in: result),
      errorShare: result.rate(.errors), meanLatency: latency.mean,
      latency95: latency.percentile(0.95), lockTimeouts: Double(distributed + rows),
      droppedShare: due == 0 ? 0 : Double(dropped) / Double(due),
      readings: result.thresholds.map { $0.outcome.observed },
      uses: limits.limits.map {
        ResourceUse(
          ScarceResource($0), utilisation: $0.utilisation, isSaturated: $0.isSaturated)
      },
      turnedAway: TurnedAway.allCases.map { Double($0.count(in: result)) },
      isSafe: result.safety.isSafe)
  }
}
