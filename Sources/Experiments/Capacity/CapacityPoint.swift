/// What a load came to, over all its replications.
public struct CapacityPoint: Equatable, Sendable {
  /// Users, or iterations a second.
  public let load: Int
  public let runs: [CapacityRun]

  /// - Precondition: There is a run.
  public init(load: Int, runs: [CapacityRun]) {
    precondition(!runs.isEmpty, "a point needs a run")
    self.load = load
    self.runs = runs
  }

  public var requestsPerSecond: ConfidenceInterval { interval { $0.requestsPerSecond } }
  public var successesPerSecond: ConfidenceInterval { interval { $0.successesPerSecond } }
  public var errorShare: ConfidenceInterval { interval { $0.errorShare } }
  public var meanLatency: ConfidenceInterval { interval { $0.meanLatency } }
  public var latency95: ConfidenceInterval { interval { $0.latency95 } }
  public var lockTimeouts: ConfidenceInterval { interval { $0.lockTimeouts } }
  public var droppedShare: ConfidenceInterval { interval { $0.droppedShare } }

  public func interval(_ value: (CapacityRun) -> Double) -> ConfidenceInterval {
    ConfidenceInterval(of: runs.map(value))
  }

  /// How busy each scarce resource was on average, in the order of the runs; saturated where it was
  /// in most of the runs.
  ///
  /// - Complexity: O(runs · resources²).
  public var uses: [ResourceUse] {
    var resources: [ScarceResource] = []
    for run in runs {
      for use in run.uses where !resources.contains(use.resource) { resources.append(use.resource) }
    }
    return resources.map { resource in
      var busy = 0.0
      var saturated = 0
      for run in runs {
        guard let use = run.uses.first(where: { $0.resource == resource }) else { continue }
        busy += use.utilisation
        if use.isSaturated { saturated += 1 }
      }
      return ResourceUse(
        resource, utilisation: busy / Double(runs.count), isSaturated: 2 * saturated > runs.count)
    }
  }

  /// What the load is up against.
  public enum Binding: Equatable, Sendable {
    /// It is busy all the time; of several the first, for the others fill up behind it.
    case saturated(ResourceUse)
    /// Nothing is busy all the time, and yet requests end here, so many in a run; or an instance
    /// dies or is dead, whatever is busy.
    case turnedAway(TurnedAway, Double)
    /// Nothing binds; the busiest resource, if anything is scarce.
    case nothing(busiest: ResourceUse?)
  }

  public var binding: Binding {
    for place in [TurnedAway.instanceCrashes, .connectionsRefused] {
      let mean = turnedAway(place)
      if mean > 0 { return .turnedAway(place, mean) }
    }
    let uses = uses
    if let cause = uses.first(where: { $0.isSaturated }) { return .saturated(cause) }
    // A few in thousands are nothing that a load is up against.
    if errorShare.mean >= CapacityPoint.manyErrors {
      for place in TurnedAway.allCases {
        let mean = turnedAway(place)
        if mean > 0 { return .turnedAway(place, mean) }
      }
    }
    var busiest: ResourceUse?
    for use in uses where use.utilisation > busiest?.utilisation ?? 0 { busiest = use }
    return .nothing(busiest: busiest)
  }

  private static let manyErrors = 0.01

  /// How much was ended here in a run, on average.
  private func turnedAway(_ place: TurnedAway) -> Double {
    interval { $0.turnedAway[Int(place.rawValue)] }.mean
  }
}
