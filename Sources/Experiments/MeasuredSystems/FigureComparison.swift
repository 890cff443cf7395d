/// What was measured beside what is simulated, for one figure of one run.
public struct FigureComparison: Equatable, Sendable {
  public enum Verdict: String, Sendable {
    case inside
    case outside
    /// The figure, or the run, is shown and not judged.
    case notJudged = "not judged"
  }

  public let figure: ComparedFigure
  public let measured: Double
  /// The mean over the seeds.
  public let simulated: Double
  /// The standard deviation over the seeds: how much the simulated system itself varies.
  public let spread: Double
  /// How far the two may be apart.
  public let allowed: Double
  public let verdict: Verdict

  /// Counts below this are samples of rare events.
  public static let fewEvents = 30.0

  /// - Parameters:
  ///   - noise: The standard deviation of the measured value between repeated runs, as a share of
  ///     it; 0 when it is not known.
  ///   - isJudged: Whether the run may be judged at all.
  public init(
    of figure: ComparedFigure, measured: Double, simulated: ConfidenceInterval, noise: Double,
    isJudged: Bool
  ) {
    self.figure = figure
    self.measured = measured
    self.simulated = simulated.mean
    spread = simulated.standardDeviation
    allowed = Self.allowed(figure, measured: measured, noise: noise)
    if !isJudged || figure.tolerance == nil {
      verdict = .notJudged
    } else {
      verdict = (simulated.mean - measured).magnitude <= allowed ? .inside : .outside
    }
  }

  /// The simulated value less the measured one, as a share of it; `nil` when nothing was measured.
  public var difference: Double? { measured == 0 ? nil : simulated / measured - 1 }

  /// The figure's tolerance, or three standard deviations of repeated runs where that is more.
  ///
  /// A count below 30 is that of rare events in one run, whose standard deviation is at least the
  /// square root of the count (and of one event, where none was seen): three of those are allowed,
  /// too. So 0 allows 3, and 7 allows 7.9.
  private static func allowed(
    _ figure: ComparedFigure, measured: Double, noise: Double
  ) -> Double {
    let allowed = measured * max(figure.tolerance ?? 0, 3 * noise)
    guard figure.isCount, measured < fewEvents else { return allowed }
    return max(allowed, 3 * max(1, measured).squareRoot())
  }
}
