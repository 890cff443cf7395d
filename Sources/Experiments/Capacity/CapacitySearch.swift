/// Finds the largest load at which all criteria hold with confidence: by doubling or halving until
/// there is a load that holds and one that does not, and then by bisection.
///
/// The runs of a load are looked at several times, each time with twice as many of them, until they
/// decide. What they do not decide counts as not held. The search supposes that a criterion which
/// is broken at a load is broken at every larger one.
///
///     while let request = search.next() { search.take(runs(of: request)) }
///
/// - Complexity: O(log(*capacity*/*resolution*)) loads.
public struct CapacitySearch: Equatable, Sendable {
  /// How a search ended.
  public enum Outcome: Equatable, Sendable {
    /// All criteria hold up to a load; at `notAt`, the smallest one above it that was tried, they
    /// are not known to.
    case found(Int, notAt: Int)
    /// They do not even hold at the smallest load.
    case never
    /// They hold at the largest load that may be tried.
    case always(Int)
  }

  /// A load and its runs.
  public struct Trial: Equatable, Sendable {
    public let load: Int
    public fileprivate(set) var runs: [CapacityRun]
    public fileprivate(set) var verdict: CapacityVerdict
  }

  public let criteria: CapacityCriteria
  /// How many replications there are at the first look.
  public let replications: Int
  /// The loads that may be tried.
  public let range: ClosedRange<Int>
  /// How far the two loads may be apart at the end, as a part of the smaller one; a difference of
  /// one is always near enough.
  public let precision: Double
  /// In the order in which they were tried.
  public private(set) var trials: [Trial] = []
  /// `nil` until the search is over.
  public private(set) var outcome: Outcome?
  /// The load that is tried, while more runs of it are wanted.
  private var current: Int
  /// How often its runs have been looked at.
  private var looks = 0

  /// - Parameter guess: The load to begin with; the nearest in the range is taken.
  /// - Precondition: The range begins at 1 at least, a look needs two runs, and the precision is
  ///   not negative.
  public init(
    for criteria: CapacityCriteria, from guess: Int, in range: ClosedRange<Int>,
    replications: Int, precision: Double
  ) {
    precondition(range.lowerBound >= 1, "a load of nothing")
    precondition(replications >= 2, "a single run tells no interval")
    precondition(precision >= 0, "nearer than equal")
    self.criteria = criteria
    self.range = range
    self.replications = replications
    self.precision = precision
    current = min(max(guess, range.lowerBound), range.upperBound)
  }

  /// The runs that are wanted now; `nil` when the search is over.
  public func next() -> CapacityRound.Request? {
    if outcome != nil { return nil }
    let made = looks == 0 ? 0 : replications << (looks - 1)
    return CapacityRound.Request(load: current, replications: made..<(replications << looks))
  }

  /// Takes the runs that `next()` asked for, in their order.
  ///
  /// - Precondition: The search is not over.
  public mutating func take(_ runs: [CapacityRun]) {
    guard let request = next() else { preconditionFailure("the search is over") }
    precondition(runs.count == request.replications.count, "every run that was asked for")
    if looks == 0 {
      trials.append(Trial(load: current, runs: runs, verdict: .open))
    } else {
      trials[trials.count - 1].runs += runs
    }
    looks += 1
    let place = trials.count - 1
    let verdict = criteria.verdict(of: trials[place].runs)
    trials[place].verdict = verdict
    if verdict == .open && looks < criteria.looks { return }
    looks = 0
    choose()
  }

  /// The largest load that held below the smallest that did not.
  private var held: Int? {
    trials.filter { $0.verdict == .holds && $0.load < (failed ?? .max) }.map { $0.load }.max()
  }

  /// The smallest load that did not hold.
  private var failed: Int? {
    trials.filter { $0.verdict != .holds }.map { $0.load }.min()
  }

  /// Chooses the next load, or ends the search.
  private mutating func choose() {
    switch (held, failed) {
    case (nil, nil): return
    case (let held?, nil):
      if held == range.upperBound {
        outcome = .always(held)
      } else {
        current = held > range.upperBound / 2 ? range.upperBound : held * 2
      }
    case (nil, let failed?):
      if failed == range.lowerBound {
        outcome = .never
      } else {
        current = max(range.lowerBound, failed / 2)
      }
    case (let held?, let failed?):
      let near = max(1, Int(precision * Double(held)))
      if failed - held <= near {
        outcome = .found(held, notAt: failed)
      } else {
        current = held + (failed - held) / 2
      }
    }
  }
}
