import ContentionEngine
public import Experiments
import Measurements

/// The columns of a sweep's rows, one for each run: which run it is, the values of the axes, every
/// figure, the promises that were broken, and the digest of the run.
public struct SweepColumns: Sendable {
  private let design: SweepDesign
  private let layout: CSVTable

  public init(of design: SweepDesign) {
    self.design = design
    layout = CSVTable(
      columns: ["point", "replication", "seed"] + design.axes.map(\.column) + ["requests"]
        + RunFigure.allCases.map(\.text) + ["broken_promises", "digest"])
  }

  /// The line of column names.
  public var header: String { layout.header }

  /// The row of a run, with its line end.
  public func line(_ index: Int, _ summary: RunSummary) -> String {
    let (point, replication) = design.run(index)
    let broken = summary.findings.filter { !$0.isHeld && !$0.promise.isHarmless }.map(\.promise)
    return layout.line(
      ["\(point + 1)", "\(replication)", "\(design.seed)"] + design.fields(of: point)
        + ["\(summary.requests)"] + RunFigure.allCases.map { NumberText.shortest(summary[$0]) }
        + [Self.text(of: broken), summary.digest.text])
  }

  /// The names of promises in one field, with plus signs between them; nothing for none.
  static func text(of promises: [SafetyPromise]) -> String {
    promises.map(\.name).joined(separator: "+")
  }

  private static func promises(_ text: String) -> [SafetyPromise]? {
    if text.isEmpty { return [] }
    let promises = SafetyPromise.allCases.filter { promise in
      text.split(separator: "+").contains { $0 == promise.name }
    }
    return self.text(of: promises) == text ? promises : nil
  }

  /// What is kept of a run, exactly as it was when its row was written; `nil` for text that is no
  /// row of this run.
  ///
  /// - Parameter row: Without its line end.
  public func run(_ index: Int, row: String) -> SweepRun? {
    reading(index, row)?.run
  }

  /// The same, and a word that tells apart what runs came to.
  func reading(_ index: Int, _ row: String) -> (run: SweepRun, word: UInt64)? {
    let (point, replication) = design.run(index)
    let start = CSVTable.fields(
      ["\(point + 1)", "\(replication)", "\(design.seed)"] + design.fields(of: point))
    guard row.utf8.starts(with: (start + ",").utf8) else { return nil }
    let rest = row.utf8.dropFirst(start.utf8.count + 1)
    let fields = rest.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    // Requests, figures, promises, digest: none of them is ever quoted.
    guard fields.count == RunFigure.allCases.count + 3, UInt64(Substring(fields[0])) != nil,
      let broken = Self.promises(String(Substring(fields[fields.count - 2]))),
      fields[fields.count - 1].count == 19
    else { return nil }
    var figures: [Double] = []
    for field in fields[1..<(fields.count - 2)] {
      guard let figure = Double(Substring(field)) else { return nil }
      figures.append(figure)
    }
    return (
      SweepRun(figures: figures, broken: broken), SweepPartCheck.word(of: rest, from: 0)
    )
  }
}
