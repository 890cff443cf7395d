public import ScenarioModel

/// What every strategy came to in every variant of a scenario.
public struct StrategyTable: Equatable, Sendable {
  /// One strategy in one variant, over all seeds.
  public struct Row: Equatable, Sendable {
    public let strategy: Strategy
    /// The name of the variant.
    public let variant: String
    public let series: RunSeries

    public init(strategy: Strategy, variant: String, series: RunSeries) {
      self.strategy = strategy
      self.variant = variant
      self.series = series
    }

    /// The mean of a figure over the seeds, with its 95 % interval.
    public subscript(figure: RunFigure) -> ConfidenceInterval { series.interval(figure) }
  }

  /// By strategy in the order that was asked for, then by variant.
  public let rows: [Row]

  public init(rows: [Row]) { self.rows = rows }

  /// The row of a strategy in a variant; `nil` when there is none.
  public func row(_ strategy: String, _ variant: String) -> Row? {
    rows.first { $0.strategy.name == strategy && $0.variant == variant }
  }
}
