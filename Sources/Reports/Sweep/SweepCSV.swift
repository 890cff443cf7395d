public import Experiments

/// The CSV file of a sweep, line by line as its runs are told in the order of their indices.
public struct SweepCSV: Sendable {
  public let format: SweepFormat
  private let design: SweepDesign
  private let layout: CSVTable

  public init(_ format: SweepFormat, of design: SweepDesign) {
    self.format = format
    self.design = design
    let axes = design.axes.map(\.column)
    layout = CSVTable(
      columns: {
        switch format {
        case .runs: []
        case .aggregate:
          ["point", "replications", "seed"] + axes
            + RunFigure.allCases.flatMap { [$0.text, $0.text + "_ci_lo", $0.text + "_ci_hi"] }
            + ["broken_promises"]
        case .long:
          ["point"] + axes
            + ["seed", "replications", "metric", "stat", "value", "ci_lo", "ci_hi"]
        }
      }())
  }

  /// The line of column names.
  public var header: String {
    switch format {
    case .runs: SweepColumns(of: design).header
    case .aggregate, .long: layout.header
    }
  }

  /// What one run adds.
  ///
  /// - Parameter row: As `SweepColumns` writes it, without its line end.
  public func lines(ofRun row: String) -> String {
    switch format {
    case .runs: row + "\n"
    case .aggregate, .long: ""
    }
  }

  /// What a point adds when all its runs have been told.
  public func lines(of point: SweepPoint) -> String {
    let axes = design.fields(of: point.index)
    let (number, seed) = ("\(point.index + 1)", "\(design.seed)")
    let replications = "\(design.replications)"
    switch format {
    case .runs: return ""
    case .aggregate:
      return layout.line(
        [number, replications, seed] + axes
          + RunFigure.allCases.flatMap { Self.fields(of: point.interval($0)) }
          + [SweepColumns.text(of: point.broken)])
    case .long:
      return RunFigure.allCases.map { figure in
        layout.line(
          [number] + axes + [seed, replications, figure.text, "mean"]
            + Self.fields(of: point.interval(figure)))
      }.joined()
    }
  }

  /// The mean and the ends of its interval, which one run alone has not.
  private static func fields(of interval: ConfidenceInterval) -> [String] {
    let mean = NumberText.shortest(interval.mean)
    guard interval.halfWidth < .infinity else { return [mean, "", ""] }
    return [mean, NumberText.shortest(interval.lower), NumberText.shortest(interval.upper)]
  }
}
