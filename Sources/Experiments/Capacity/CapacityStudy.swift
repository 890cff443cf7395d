import Measurements
public import ScenarioModel
public import SimulationBasics

/// Everything that is known of a service's capacity: what it carries, how it bends, what binds.
public struct CapacityStudy: Equatable, Sendable {
  /// `nil` where nothing has to hold.
  public let criteria: CapacityCriteria?
  /// How the search ended; `nil` without criteria.
  public let outcome: CapacitySearch.Outcome?
  /// By rising load.
  public let points: [CapacityPoint]
  /// What each resource allows, as the light run and the points show it.
  public let pilot: CapacityPilot
  /// The knee of goodput over load; `nil` where the curve has none among these points.
  ///
  /// Only successes count: failures that clients repeat would let the curve rise where the service
  /// gets less and less done.
  public let knee: CapacityPoint?
  /// Whether loads are iterations a second.
  public let isByRate: Bool

  /// - Precondition: There is a point.
  public init(
    criteria: CapacityCriteria?, outcome: CapacitySearch.Outcome?, points: [CapacityPoint],
    pilot: CapacityPilot, isByRate: Bool
  ) {
    precondition(!points.isEmpty, "a study needs a point")
    self.criteria = criteria
    self.outcome = outcome
    let points = points.sorted { $0.load < $1.load }
    self.points = points
    knee = Self.knee(of: points)
    self.pilot = pilot.raised(by: points)
    self.isByRate = isByRate
  }

  /// From this much more goodput on a curve rises at all.
  private static let rise = 1.05

  private static func knee(of points: [CapacityPoint]) -> CapacityPoint? {
    let curve = points.map { (x: Double($0.load), y: $0.successesPerSecond.mean) }
    let lowest = curve.map { $0.y }.min() ?? 0
    guard curve.contains(where: { $0.y > rise * lowest }) else { return nil }
    return Kneedle.knee(of: curve).map { points[$0] }
  }

  public func point(at load: Int) -> CapacityPoint? { points.first { $0.load == load } }

  /// Whether all criteria hold at a point; `nil` without criteria.
  public func verdict(at point: CapacityPoint) -> CapacityVerdict? {
    criteria?.verdict(of: point.runs)
  }

  /// The universal scalability law through the goodput of the points; `nil` where they are too few.
  ///
  /// N is the number of users. Of arrivals it is how many are in the service at a time, which is
  /// rate times response time (Little's law).
  public var fit: ScalabilityFit? {
    ScalabilityFit(
      of: points.map { point in
        let answered = point.requestsPerSecond.mean
        let users = isByRate ? answered * point.meanLatency.mean / 1e9 : Double(point.load)
        return (n: users, x: point.successesPerSecond.mean)
      })
  }

  // MARK: Lengths

  /// A length that shows whether the thresholds hold, where this one does not; `nil` where it does.
  ///
  /// What is on its way when the load ends is not counted, so that no time is read that is longer
  /// than what is measured: a bound must fit into it several times.
  ///
  /// - Precondition: The scenario has one load.
  public static func lengthNeeded(
    for scenario: Scenario, insteadOf length: VirtualDuration
  ) -> VirtualDuration? {
    var longest = 0.0
    for threshold in scenario.thresholds
    where [.less, .lessOrEqual].contains(threshold.comparison)
      && MetricName(text: threshold.part.metric)?.content == .time
    {
      longest = max(longest, min(threshold.bound, mostMilliseconds))
    }
    let needed = max(1, (boundsMeasured * longest / 1_000).rounded(.up))
    let measured = (length - CapacityRound.warmUp(of: scenario, in: length)).inSeconds
    if measured >= needed { return nil }
    // Either a third of it is warm-up, or what the model has.
    let warmUp = scenario.loads[0].warmUp.inSeconds.rounded(.up)
    return .seconds(UInt64(max((1.5 * needed).rounded(.up), needed + warmUp)))
  }

  /// How often the longest bound fits into what is measured.
  private static let boundsMeasured = 4.0
  /// A day: longer bounds ask for no longer loads.
  private static let mostMilliseconds = 86_400_000.0

  /// A load at which the criteria hold, above one at which they do not: bisection supposes that
  /// there is none.
  public var contradiction: (broken: Int, holds: Int)? {
    var broken: Int?
    for point in points {
      switch verdict(at: point) {
      case .breaks: if broken == nil { broken = point.load }
      case .holds: if let broken { return (broken, point.load) }
      case .open, nil: continue
      }
    }
    return nil
  }

  /// The resource that binds at a point and what would bind next without it.
  public func next(after binding: CapacityPoint.Binding) -> CapacityPilot.Ceiling? {
    switch binding {
    case .saturated(let use): pilot.next(after: use.resource)
    case .nothing(let busiest?): pilot.next(after: busiest.resource)
    case .turnedAway, .nothing(nil): nil
    }
  }

  // MARK: Loads of the table

  /// The loads of the table: those between which the capacity lies, and then those that were asked
  /// for. Where none were they are parts and multiples of the capacity, and smaller ones where
  /// something is full long before it.
  ///
  /// - Parameters:
  ///   - search: What has been searched; `nil` where nothing has to hold.
  ///   - guess: At which load the first resource should be full.
  public static func loads(
    asked: [Int]?, after search: CapacitySearch?, guess: Int, in range: ClosedRange<Int>
  ) -> [Int] {
    var centre = guess
    var loads: [Int] = []
    switch search?.outcome {
    case .found(let load, let notAt):
      centre = load
      loads = [load, notAt]
    case .always(let load):
      centre = load
      loads = [load]
    case .never: loads = [range.lowerBound]
    case nil: break
    }
    // Small loads may not give what a threshold asks for at least.
    if search?.criteria.asksForMore ?? false { loads.append(range.lowerBound) }
    var others = asked ?? Self.loads(about: centre, in: range)
    if asked == nil, let first = others.first {
      others += [guess / 4, guess / 2, guess].filter { $0 < first && range.contains($0) }
    }
    for load in others where !loads.contains(load) { loads.append(load) }
    return loads
  }

  /// The parts of the capacity that a table has, in percent.
  static let shares = [25, 50, 75, 90, 100, 110, 125, 150, 200, 300]

  /// The loads of a table about a capacity: rising, none twice; about a small one each is twice the
  /// one before.
  public static func loads(about capacity: Int, in range: ClosedRange<Int>) -> [Int] {
    var loads: [Int] = []
    if capacity < 8 { return [1, 2, 4, 8, 16].filter { range.contains($0) } }
    for share in shares {
      let load = min(max(capacity * share / 100, range.lowerBound), range.upperBound)
      if loads.last.map({ load > $0 }) ?? true { loads.append(load) }
    }
    return loads
  }
}
