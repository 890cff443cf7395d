public import ContentionEngine

/// What a sweep keeps of one run.
public struct SweepRun: Equatable, Sendable {
  /// In the order of `RunFigure.allCases`.
  public let figures: [Double]
  /// The promises that were broken and whose breach costs somebody something, in the order of their
  /// cases.
  public let broken: [SafetyPromise]

  /// - Precondition: There is a value for each figure.
  public init(figures: [Double], broken: [SafetyPromise]) {
    precondition(figures.count == RunFigure.allCases.count, "a value per figure")
    self.figures = figures
    self.broken = broken
  }
}

/// What all replications of one point of a sweep came to.
public struct SweepPoint: Equatable, Sendable {
  /// From 0.
  public let index: Int
  /// In the order of the replications.
  public let runs: [SweepRun]
  /// The promises that a run broke, in the order of their cases.
  public let broken: [SafetyPromise]
  /// The mean of each figure over the replications, summed in their order.
  private let means: [Double]

  /// - Precondition: There is at least one run.
  public init(index: Int, runs: [SweepRun]) {
    precondition(!runs.isEmpty, "a point needs a run")
    self.index = index
    self.runs = runs
    broken = SafetyPromise.allCases.filter { promise in
      runs.contains { $0.broken.contains(promise) }
    }
    means = RunFigure.allCases.map { figure in
      var sum = 0.0
      for run in runs { sum += run.figures[figure.index] }
      return sum / Double(runs.count)
    }
  }

  /// Whether no run broke a promise.
  public var isSafe: Bool { broken.isEmpty }

  /// The mean of a figure over the replications.
  public func mean(_ figure: RunFigure) -> Double { means[figure.index] }

  /// The same with its 95 % interval.
  ///
  /// - Complexity: O(replications).
  public func interval(_ figure: RunFigure) -> ConfidenceInterval {
    ConfidenceInterval(of: runs.map { $0.figures[figure.index] })
  }
}
