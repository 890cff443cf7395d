public import Experiments

/// What two sides of a comparison are, in words.
public struct ComparisonSetting: Equatable, Sendable {
  /// The title above all.
  public var heading: String
  /// What each side is: "balance-charge · optimistic".
  public var left: String
  public var right: String
  /// From which part of the left side on a loss is a regression; `nil` judges nothing.
  public var tolerance: Double?
  /// The figures that are judged because somebody named them; `nil` for those that somebody outside
  /// meets.
  public var figures: [RunFigure]?
  /// How the warm-up was found; `nil` where nobody asked for that.
  public var warmUp: FoundWarmUp?
  /// The command that makes the comparison again, without the files that it wrote.
  public var command: String

  public init(
    heading: String, left: String, right: String, tolerance: Double? = nil,
    figures: [RunFigure]? = nil, warmUp: FoundWarmUp? = nil, command: String
  ) {
    self.heading = heading
    self.left = left
    self.right = right
    self.tolerance = tolerance
    self.figures = figures
    self.warmUp = warmUp
    self.command = command
  }
}
