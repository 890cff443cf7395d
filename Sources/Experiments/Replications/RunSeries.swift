public import ContentionEngine

/// Runs of one scenario that differ in nothing but their random numbers, in the order of their
/// indices.
public struct RunSeries: Equatable, Sendable {
  public let runs: [RunSummary]

  /// - Precondition: There is at least one run.
  public init(_ runs: [RunSummary]) {
    precondition(!runs.isEmpty, "a series needs a run")
    self.runs = runs
  }

  /// The values of a figure in the runs that have one, in their order.
  public func values(_ figure: RunFigure) -> [Double] { runs.compactMap { $0.known(figure) } }

  /// In how many runs no request was answered.
  public var runsWithoutRequests: Int { runs.count { $0.requests == 0 } }

  /// The mean of a figure over the runs that have one, and how sure it is; 0, of which nothing is
  /// sure, where none has.
  ///
  /// - Complexity: O(runs).
  public func interval(
    _ figure: RunFigure, level: ConfidenceLevel = .percent95
  ) -> ConfidenceInterval {
    let values = values(figure)
    return ConfidenceInterval(of: values.isEmpty ? [0] : values, level: level)
  }

  /// How often a promise was broken in all runs together.
  public func broken(_ promise: SafetyPromise) -> UInt64 {
    var broken: UInt64 = 0
    for run in runs { broken += run.finding(promise).broken }
    return broken
  }

  /// How often a promise was put to the test in all runs together.
  public func examined(_ promise: SafetyPromise) -> UInt64 {
    var examined: UInt64 = 0
    for run in runs { examined += run.finding(promise).examined }
    return examined
  }

  /// In how many runs a promise was broken.
  public func runsBreaking(_ promise: SafetyPromise) -> Int {
    runs.count { !$0.finding(promise).isHeld }
  }

  /// Whether every promise was held in every run, the ambiguous one aside.
  public var isSafe: Bool {
    SafetyPromise.allCases.allSatisfy { $0.isHarmless || broken($0) == 0 }
  }
}
