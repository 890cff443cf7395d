public import Experiments

/// Takes the rows of a sweep in the order of their indices, and tells what becomes of them: the
/// lines of the CSV file, and in the end the report.
///
/// It keeps the runs of one point and the best points, however many there are.
public struct SweepCollector: Sendable {
  private let header: SweepPartHeader
  private let columns: SweepColumns
  private let csv: SweepCSV
  private var ranking: SweepRanking
  private var effects: SweepEffects
  /// The runs of the point that is being told.
  private var runs: [SweepRun] = []
  /// Tells apart what those runs came to.
  private var word: UInt64 = 0
  /// The index of the run whose turn it is.
  public private(set) var next = 0

  /// - Parameters:
  ///   - criteria: What makes a point better than another, the most important first.
  ///   - format: What the rows of the CSV file are, where they are not those of the header.
  public init(
    _ header: SweepPartHeader, by criteria: [RunFigure], format: SweepFormat? = nil
  ) {
    self.header = header
    columns = SweepColumns(of: header.design)
    csv = SweepCSV(format ?? header.format, of: header.design)
    ranking = SweepRanking(by: criteria, keeping: SweepReport.mostRows)
    effects = SweepEffects(of: header.design)
  }

  /// The first line of the CSV file.
  public var firstLine: String { csv.header }

  /// Takes the row of the run whose turn it is.
  ///
  /// - Returns: The lines that the CSV file gets; `nil` when the text is no row of that run.
  public mutating func take(_ row: String) -> String? {
    guard let (run, own) = columns.reading(next, row) else { return nil }
    var lines = csv.lines(ofRun: row)
    runs.append(run)
    word = (word << 7 | word >> 57) ^ own
    next += 1
    if runs.count == header.design.replications {
      let point = SweepPoint(index: (next - 1) / header.design.replications, runs: runs)
      effects.take(point.index, word)
      runs.removeAll(keepingCapacity: true)
      word = 0
      lines += csv.lines(of: point)
      ranking.take(point)
    }
    return lines
  }

  /// What all runs came to.
  ///
  /// - Precondition: All runs have been told.
  public var report: SweepReport {
    precondition(next == header.design.runCount, "a sweep that is not over")
    return SweepReport(header, ranking, inert: effects.inert, format: csv.format)
  }
}
