public import Experiments

/// How the screen of a run looks.
public struct RunScreenOptions: Sendable {
  /// Colours, for a terminal.
  public var isColored: Bool
  /// The command that repeats the run, as it is printed on the last line; `nil` prints none.
  public var repeatCommand: String?
  /// The last deadlock as InnoDB's monitor prints it, before the last line.
  public var showsInnoDBStatus: Bool
  /// How much of k6's summary is shown.
  public var summaryMode: SummaryMode
  /// The columns of trends in k6's summary.
  public var statistics: [TrendStatistic]
  /// One unit for all times of k6's summary, or `nil` for the unit that suits each.
  public var timeUnit: K6NumberText.TimeUnit?
  /// What each scenario came to, for `SummaryMode.full`.
  public var scenarios: [K6Summary.ScenarioSection]
  /// What is told of a breach, in place of the witness of a lost update; `nil` when nobody asked.
  public var toldBreach: ToldBreach?
  /// The file for a diagram of that breach, when there was none to draw.
  public var undrawnPath: String?
  /// How the warm-up was found; `nil` where it was not looked for.
  public var warmUp: FoundWarmUp?

  public init(
    isColored: Bool = false, repeatCommand: String? = nil, showsInnoDBStatus: Bool = false,
    summaryMode: SummaryMode = .compact, statistics: [TrendStatistic] = TrendStatistic.usual,
    timeUnit: K6NumberText.TimeUnit? = nil, scenarios: [K6Summary.ScenarioSection] = []
  ) {
    self.isColored = isColored
    self.repeatCommand = repeatCommand
    self.showsInnoDBStatus = showsInnoDBStatus
    self.summaryMode = summaryMode
    self.statistics = statistics
    self.timeUnit = timeUnit
    self.scenarios = scenarios
  }
}
