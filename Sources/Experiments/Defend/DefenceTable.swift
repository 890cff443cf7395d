public import ContentionEngine
public import ScenarioModel

/// What every combination of layers came to under every fault.
public struct DefenceTable: Equatable, Sendable {
  /// One combination under one fault, over all seeds.
  public struct Row: Equatable, Sendable {
    public let combination: DefenceCombination
    /// In the order of the seeds.
    public let runs: [DefendedRun]

    /// - Precondition: There is at least one run.
    public init(combination: DefenceCombination, runs: [DefendedRun]) {
      precondition(!runs.isEmpty, "a row needs a run")
      self.combination = combination
      self.runs = runs
    }

    /// The mean of a figure over the seeds, with its 95 % interval.
    public subscript(figure: DefenceFigure) -> ConfidenceInterval {
      ConfidenceInterval(of: runs.map { $0[figure] })
    }

    /// By how much a figure is larger than in another row, seed by seed, with its 95 % interval.
    ///
    /// - Precondition: Both rows have the same seeds.
    public func difference(_ figure: DefenceFigure, from other: Row) -> ConfidenceInterval {
      precondition(runs.map { $0.seed } == other.runs.map { $0.seed }, "pairs share their seed")
      return ConfidenceInterval(
        of: runs.indices.map { runs[$0][figure] - other.runs[$0][figure] })
    }

    /// How often a promise was broken in all runs together.
    public func broken(_ promise: SafetyPromise) -> UInt64 {
      runs.reduce(0) { $0 + $1.finding(promise).broken }
    }

    /// How often a promise was put to the test in all runs together.
    public func examined(_ promise: SafetyPromise) -> UInt64 {
      runs.reduce(0) { $0 + $1.finding(promise).examined }
    }

    /// In how many runs a promise was broken.
    public func runsBreaking(_ promise: SafetyPromise) -> Int {
      runs.count { !$0.finding(promise).isHeld }
    }

    public func holds(_ promise: SafetyPromise) -> Bool { broken(promise) == 0 }

    /// Whether nothing was lost that costs somebody money or goods.
    public var isSafe: Bool { SafetyPromise.costly.allSatisfy { holds($0) } }

    /// How often the fault happened in all runs together.
    public var struck: UInt64 { runs.reduce(0) { $0 + $1.struck } }
  }

  /// All combinations under one fault and one hazard.
  public struct Section: Equatable, Sendable {
    public let hazard: Hazard?
    public let fault: DefendedFault
    /// In the order that was asked for.
    public let rows: [Row]

    public init(hazard: Hazard?, fault: DefendedFault, rows: [Row]) {
      self.hazard = hazard
      self.fault = fault
      self.rows = rows
    }

    /// The row of a combination; `nil` when it is not compared, or another stands for it.
    public func row(_ combination: DefenceCombination) -> Row? {
      rows.first { $0.combination == combination }
    }

    /// Which layers it takes to keep a promise.
    public func verdict(on promise: SafetyPromise) -> LayerVerdict {
      LayerVerdict(rows.map { ($0.combination, $0.holds(promise)) })
    }

    /// Which layers it takes to lose nothing.
    public var verdict: LayerVerdict { LayerVerdict(rows.map { ($0.combination, $0.isSafe) }) }
  }

  /// By hazard, then by fault.
  public let sections: [Section]
  public let twins: [DistinctCombinations.Twin]

  public init(sections: [Section], twins: [DistinctCombinations.Twin] = []) {
    self.sections = sections
    self.twins = twins
  }

  /// The promises that a defence is judged by: those whose breach costs somebody something, and
  /// that nothing is left behind.
  public static let promises: [SafetyPromise] =
    SafetyPromise.costly + [.noKeyStuck, .nothingHeldAtEnd]

  /// The section of the same hazard in which nothing goes wrong; `nil` when it is not compared.
  public func baseline(of section: Section) -> Section? {
    sections.first { $0.hazard == section.hazard && $0.fault == .none }
  }
}
