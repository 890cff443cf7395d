import ContentionEngine
import Measurements

/// Two sides, figure by figure: how they differ, and whether chance explains it.
public struct ComparisonTable: Equatable, Sendable {
  /// What is known of one side.
  public enum Side: Equatable, Sendable {
    /// Runs that were made.
    case runs(RunSeries)
    /// The figures of one run that somebody measured.
    case measured(MeasuredFigures)

    /// How many runs there are.
    public var runCount: Int {
      switch self {
      case .runs(let series): series.runs.count
      case .measured: 1
      }
    }

    /// Whether any percentile is known only as nearly as its bucket.
    func isRounded(_ figure: RunFigure) -> Bool {
      switch self {
      case .runs(let series): series.runs.contains { $0.isRounded(figure) }
      case .measured: false
      }
    }

    /// Whether every promise was held; `nil` where nobody has looked.
    public var isSafe: Bool? {
      switch self {
      case .runs(let series): series.isSafe
      case .measured: nil
      }
    }
  }

  /// One figure of both sides.
  public struct Row: Equatable, Sendable {
    public let figure: RunFigure
    public let comparison: Comparison

    public init(figure: RunFigure, comparison: Comparison) {
      self.figure = figure
      self.comparison = comparison
    }

    /// How much worse the right side is; below zero where it is better, and `nil` where neither way
    /// is.
    public var loss: Double? {
      switch figure.preference {
      case .higher: -comparison.difference
      case .lower: comparison.difference
      case .neither: nil
      }
    }

    /// Whether the difference is significant, and to the worse.
    public var isWorse: Bool { comparison.significance.isSignificant && (loss ?? 0) > 0 }

    /// Whether the difference is significant, and to the better.
    public var isBetter: Bool { comparison.significance.isSignificant && (loss ?? 0) < 0 }

    /// Whether the right side is worse by more than this part of the left one, whichever value of
    /// the interval is the true one.
    ///
    /// Where one run each tells nothing of chance, the two values decide alone. What must never
    /// happen, and has never happened on the left side, is one as soon as it happens.
    public func isRegression(beyond tolerance: Double) -> Bool {
      let bound = comparison.left.magnitude * tolerance
      guard let loss else { return false }
      if figure.isNeverRight, comparison.left == 0 { return comparison.right > 0 }
      switch comparison.significance {
      case .identical: return false
      case .unknown: return loss > bound
      case .none, .likely, .strong, .veryStrong: return loss - comparison.halfWidth > bound
      }
    }

    /// How much worse the right side may be, at the far end of the interval; `nil` where neither
    /// way is worse.
    public var greatestLoss: Double? {
      guard let loss else { return nil }
      switch comparison.significance {
      case .identical, .unknown: return loss
      case .none, .likely, .strong, .veryStrong: return loss + comparison.halfWidth
      }
    }

    /// Whether the right side is worse by no more than this part of the left one, whichever value
    /// of the interval is the true one.
    public func isKept(within tolerance: Double) -> Bool {
      (greatestLoss ?? 0) <= comparison.left.magnitude * tolerance
    }
  }

  public let left: Side
  public let right: Side
  /// Whether run i of both sides had the same random numbers.
  public let isPaired: Bool
  /// The figures of which both sides know enough to be compared, in the order of
  /// `RunFigure.allCases`.
  public let rows: [Row]

  public init(left: Side, right: Side, isPaired: Bool, level: ConfidenceLevel = .percent95) {
    self.left = left
    self.right = right
    self.isPaired = isPaired
    var rows: [Row] = []
    for figure in RunFigure.allCases {
      guard
        let comparison = Self.comparison(
          of: figure, left, right, isPaired: isPaired, level: level)
      else { continue }
      let isRounded = left.isRounded(figure) || right.isRounded(figure)
      let resolution =
        max(comparison.left.magnitude, comparison.right.magnitude)
        * (isRounded ? LatencyHistogram.relativeErrorBound : 0)
      rows.append(Row(figure: figure, comparison: comparison.known(to: resolution)))
    }
    self.rows = rows
  }

  /// How the sides differ in a figure; `nil` where one of them has it in too few runs.
  private static func comparison(
    of figure: RunFigure, _ left: Side, _ right: Side, isPaired: Bool, level: ConfidenceLevel
  ) -> Comparison? {
    switch (left, right) {
    case (.runs(let left), .runs(let right)):
      if isPaired {
        var first: [Double] = []
        var second: [Double] = []
        for (one, other) in zip(left.runs, right.runs) {
          guard let one = one.known(figure), let other = other.known(figure) else { continue }
          first.append(one)
          second.append(other)
        }
        guard first.count >= 2 else { return nil }
        return Comparison(paired: first, with: second, level: level)
      }
      let (first, second) = (left.values(figure), right.values(figure))
      guard first.count >= 2, second.count >= 2 else { return nil }
      return Comparison(independent: first, with: second, level: level)
    case (.measured(let measured), .runs(let series)):
      return comparison(of: measured[figure], with: series.values(figure), level: level)
    case (.runs(let series), .measured(let measured)):
      return comparison(of: measured[figure], with: series.values(figure), level: level)?.reversed
    case (.measured(let left), .measured(let right)):
      guard let first = left[figure], let second = right[figure] else { return nil }
      return Comparison(single: first, with: second, level: level)
    }
  }

  private static func comparison(
    of measured: Double?, with values: [Double], level: ConfidenceLevel
  ) -> Comparison? {
    guard let measured, values.count >= 2 else { return nil }
    return Comparison(single: measured, with: values, level: level)
  }

  /// The row of a figure; `nil` where one of the sides has none.
  public subscript(figure: RunFigure) -> Row? { rows.first { $0.figure == figure } }

  /// Whether every figure of every run is the same to the last bit.
  public var isIdentical: Bool { rows.allSatisfy { $0.comparison.significance == .identical } }

  /// The rows of these figures that are regressions beyond a part of the left side.
  public func regressions(beyond tolerance: Double, in figures: [RunFigure]) -> [Row] {
    rows.filter { figures.contains($0.figure) && $0.isRegression(beyond: tolerance) }
  }
}

/// The figures of one run that somebody measured, some of them perhaps unknown.
public struct MeasuredFigures: Equatable, Sendable {
  /// In the order of `RunFigure.allCases`.
  private var values: [Double?]

  public init() { values = Array(repeating: nil, count: RunFigure.allCases.count) }

  public subscript(figure: RunFigure) -> Double? {
    get { values[figure.index] }
    set { values[figure.index] = newValue }
  }

  /// The figures that are known.
  public var known: [RunFigure] { RunFigure.allCases.filter { self[$0] != nil } }
}
