/// Measured runs beside their simulation.
public struct SystemComparison: Equatable, Sendable {
  /// One measured run, with a comparison for each figure that was measured.
  public struct Run: Equatable, Sendable {
    public let number: Int
    public let series: String
    /// How the run was set, in words.
    public let setting: String
    public let isJudged: Bool
    public let figures: [FigureComparison]

    public init(
      number: Int, series: String, setting: String, isJudged: Bool, figures: [FigureComparison]
    ) {
      self.number = number
      self.series = series
      self.setting = setting
      self.isJudged = isJudged
      self.figures = figures
    }

    public var misses: [FigureComparison] { figures.filter { $0.verdict == .outside } }

    public func comparison(of figure: ComparedFigure) -> FigureComparison? {
      figures.first { $0.figure == figure }
    }
  }

  public let runs: [Run]
  /// How many simulated runs each simulated value is the mean of.
  public let seedCount: Int

  public init(runs: [Run], seedCount: Int) {
    self.runs = runs
    self.seedCount = seedCount
  }

  public var judgedRuns: [Run] { runs.filter { $0.isJudged } }
  public var runsInside: [Run] { judgedRuns.filter { $0.misses.isEmpty } }
  public var judgedFigures: Int {
    runs.reduce(0) { $0 + $1.figures.count { $0.verdict != .notJudged } }
  }
  public var misses: Int { runs.reduce(0) { $0 + $1.misses.count } }
}
