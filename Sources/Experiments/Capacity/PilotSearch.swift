/// Looks for a load that is light, and yet keeps something busy: from the smallest load on, four
/// times as much each time.
///
///     while let request = search.next() { search.take(run(of: request)) }
///
/// - Complexity: O(log(*largest load*)) runs.
public struct PilotSearch: Sendable {
  /// The load that is tried next; `nil` when the search is over.
  private var load: Int?
  /// The largest load that is tried.
  private let last: Int
  private var tried: (load: Int, run: CapacityRun)?

  private static let factor = 4
  /// A run is light when its busiest resource is busy at most this part of the time.
  static let busiest = 0.25
  /// It tells enough when its busiest resource is busy this part of the time: of loads four times
  /// as large as each other one lies between the two.
  static let enough = 0.0625

  /// - Parameter amount: The model's own load; where nothing is scarce the search ends at ten times
  ///   as much.
  /// - Precondition: The range begins at 1 at least.
  public init(from amount: Double, in range: ClosedRange<Int>) {
    precondition(range.lowerBound >= 1, "a load of nothing")
    load = range.lowerBound
    last = Int(min(amount * 10, Double(range.upperBound)))
  }

  /// The run that is wanted now; `nil` when the search is over.
  public func next() -> CapacityRound.Request? {
    load.map { CapacityRound.Request(load: $0, replications: 0..<1) }
  }

  /// Takes the run that `next()` asked for.
  ///
  /// The load before is the light one when this one keeps something too busy, or gets less than
  /// half through of what four times as much would: it contends for something that is no resource.
  ///
  /// - Precondition: The search is not over.
  public mutating func take(_ run: CapacityRun) {
    guard let load else { preconditionFailure("the search is over") }
    let use = run.uses.reduce(0) { max($0, $1.utilisation) }
    if let tried {
      let isCrowded =
        2 * run.requestsPerSecond < Double(Self.factor) * tried.run.requestsPerSecond
      if use > Self.busiest || isCrowded {
        self.load = nil
        return
      }
    }
    tried = (load, run)
    self.load = use >= Self.enough || load > last / Self.factor ? nil : load * Self.factor
  }

  /// What the search has found.
  ///
  /// - Precondition: A run was taken.
  public var pilot: CapacityPilot {
    guard let tried else { preconditionFailure("nothing was tried") }
    return CapacityPilot(tried.run, load: tried.load)
  }
}
