public import ScenarioModel

/// What must hold, and how sure it has to be.
public struct CapacityCriteria: Equatable, Sendable {
  public let thresholds: [Threshold]
  /// Whether the load is a rate of arrivals, none of which may be dropped.
  public let isByRate: Bool
  public let level: ConfidenceLevel
  /// How often the runs of a load may be looked at, each time with more of them.
  public let looks: Int

  /// - Precondition: Something must hold, and there is a look.
  public init(
    _ thresholds: [Threshold], isByRate: Bool, level: ConfidenceLevel = .percent95, looks: Int
  ) {
    precondition(!thresholds.isEmpty || isByRate, "nothing has to hold")
    precondition(looks >= 1, "nobody looks")
    self.thresholds = thresholds
    self.isByRate = isByRate
    self.level = level
    self.looks = looks
  }

  public var all: [CapacityCriterion] {
    thresholds.indices.map { .threshold($0) } + (isByRate ? [.offered] : [])
  }

  /// Whether a threshold asks for at least so much of something.
  var asksForMore: Bool {
    thresholds.contains { [.greater, .greaterOrEqual].contains($0.comparison) }
  }

  /// The chance of being wrong that one criterion has at one look: their sum is what is accepted
  /// for a load (Bonferroni).
  var errorOfEach: Double { level.shared(among: all.count * looks).errorProbability }

  /// Whether a criterion holds, as far as these runs of one load tell.
  ///
  /// A threshold that had nothing to read in a run holds in it, as in k6.
  public func verdict(_ criterion: CapacityCriterion, of runs: [CapacityRun]) -> CapacityVerdict {
    let error = errorOfEach
    switch criterion {
    case .offered:
      return .of(
        runs.map { uncarriedShare(of: $0) }, .lessOrEqual, CapacityCriterion.uncarriedShare,
        error: error)
    case .threshold(let index):
      let threshold = thresholds[index]
      let values = runs.compactMap { $0.readings[index] }
      if values.isEmpty { return .holds }
      return .of(values, threshold.comparison, threshold.bound, error: error)
    }
  }

  /// The part of the arrivals that was not carried: dropped, and where no threshold says what is
  /// allowed, ended in an error, too.
  public func uncarriedShare(of run: CapacityRun) -> Double {
    run.droppedShare + (thresholds.isEmpty ? (1 - run.droppedShare) * run.errorShare : 0)
  }

  /// Whether all of them hold.
  ///
  /// Where nobody is answered no threshold has anything to read, and the load is not carried.
  public func verdict(of runs: [CapacityRun]) -> CapacityVerdict {
    if runs.allSatisfy({ $0.requestsPerSecond == 0 }) { return .breaks }
    return all.reduce(.holds) { $0.and(verdict($1, of: runs)) }
  }

  /// Those that are not held with confidence.
  public func unkept(in runs: [CapacityRun]) -> [CapacityCriterion] {
    all.filter { verdict($0, of: runs) != .holds }
  }
}
