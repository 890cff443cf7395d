/// What the rows of a sweep's CSV file are.
public enum SweepFormat: String, CaseIterable, Sendable {
  /// One for each run: the values of the axes, then the figures.
  case runs
  /// One for each point: the mean of each figure with its 95 % interval.
  case aggregate
  /// One for each point and figure.
  case long
}
