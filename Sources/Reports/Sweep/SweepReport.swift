import ContentionEngine
public import Experiments

/// The best points of a sweep, for the terminal.
public struct SweepReport: Sendable {
  private let header: SweepPartHeader
  private let ranking: SweepRanking
  /// The indices of the axes that change nothing.
  private let inert: [Int]
  /// What the rows of the file are.
  private let format: SweepFormat
  /// The name of the file with all rows, where there is one.
  public var csvPath: String?

  /// The largest number of points that are shown.
  public static let mostRows = 20
  /// The widest column of an axis, and the narrowest to which it is cut so that all have room.
  private static let widestValue = 28
  private static let narrowestValue = 8
  /// The widest name and the widest value of an axis within a sentence.
  private static let widestWord = 42
  private static let margin = "           "

  public init(
    _ header: SweepPartHeader, _ ranking: SweepRanking, inert: [Int], format: SweepFormat
  ) {
    self.header = header
    self.ranking = ranking
    self.inert = inert
    self.format = format
  }

  private var design: SweepDesign { header.design }

  // MARK: The answer

  /// Which point is the best, which would be if it kept its promises, and how many cannot be told
  /// from the best by their means alone.
  public var answer: [String] {
    guard let best = ranking.best.first else { return [] }
    let intervals = ranking.criteria.map { best.interval($0) }
    let figures = zip(ranking.criteria, intervals).map { "\($0.title) \(Self.text($1, $0))" }
      .joined(separator: ", ")
    let place = isWithoutEffect ? "" : " with \(words(of: best))"
    var sentences = ["\(subject(best)): \(figures)\(place)."]
    if !best.isSafe { sentences.append("It \(Self.harm(of: best)).") }
    if let lure = ranking.lure {
      sentences.append("\(words(of: lure)) would come first, but \(Self.harm(of: lure)).")
    }
    if !inert.isEmpty { sentences.append(nothingChanged) }
    if design.replications == 1 {
      sentences.append(
        "Each point was run once, which says nothing of chance: --replications 5 does.")
      return sentences
    }
    let alike = ranking.best.dropFirst().count { point in
      point.isSafe == best.isSafe
        && zip(ranking.criteria, intervals).allSatisfy { $1.contains(point.mean($0)) }
    }
    if alike > 0, !isWithoutEffect {
      let isOpen = alike == ranking.best.count - 1 && ranking.seen > ranking.best.count
      sentences.append(
        (isOpen ? "At least " : "") + Self.count(alike, "more point")
          + (alike == 1 ? " lies" : " lie") + " within "
          + (intervals.count == 1 ? "that interval" : "these intervals")
          + "; 'simulate compare' tells whether two differ.")
    }
    return sentences
  }

  /// What the first sentence is about.
  private func subject(_ best: SweepPoint) -> String {
    let all = Self.count(design.pointCount, "point")
    if isWithoutEffect { return "All \(all) come to the same" }
    if !best.isSafe { return "No point keeps every promise; the best of \(all)" }
    if ranking.safe == ranking.seen { return "The best of \(all)" }
    return ranking.safe == 1
      ? "The only one of \(all) that keeps every promise"
      : "The best of the \(Self.count(ranking.safe, "point")) that keep every promise"
  }

  /// Whether no axis with several values changes anything.
  private var isWithoutEffect: Bool {
    !inert.isEmpty && inert.count == design.axes.count { $0.values.count > 1 }
  }

  /// Which axes change nothing.
  private var nothingChanged: String {
    let names = inert.map { Self.cut(design.axes[$0].name, Self.widestWord) }
    return ReportText.list(names) + (names.count == 1 ? " changes" : " change")
      + " nothing here: runs that differ only there have the same digest."
  }

  /// What a point costs somebody: "loses 12 updates a run".
  private static func harm(of point: SweepPoint) -> String {
    var harms: [String] = []
    var others: [String] = []
    for promise in point.broken {
      switch promise {
      case .noLostUpdate where point.mean(.lostUpdates) > 0:
        harms.append("loses \(amount(point, .lostUpdates, "update")) a run")
      case .oneEffectPerIntent where point.mean(.duplicateEffects) > 0:
        harms.append("has \(amount(point, .duplicateEffects, "duplicate effect")) a run")
      case .neverOversold where point.mean(.oversold) > 0:
        harms.append("gives away \(amount(point, .oversold, "piece")) too many a run")
      default: others.append("'\(promise.text)'")
      }
    }
    if !others.isEmpty {
      harms.append(
        "breaks the \(others.count == 1 ? "promise" : "promises") \(ReportText.list(others))")
    }
    return ReportText.list(harms)
  }

  private static func amount(_ point: SweepPoint, _ figure: RunFigure, _ noun: String) -> String {
    let mean = point.mean(figure)
    let text = ScreenText.grouped(
      NumberText.fixed(mean, decimals: mean == mean.rounded() ? 0 : 1))
    return "\(text) \(noun)\(mean == 1 ? "" : "s")"
  }

  /// The values of a point: "vus=100, retry.base=50ms".
  private func words(of point: SweepPoint) -> String {
    zip(design.axes, design.values(of: point.index)).map { axis, value in
      "\(Self.cut(axis.name, Self.widestWord))=\(Self.cut(value, Self.widestWord))"
    }.joined(separator: ", ")
  }

  // MARK: Text

  /// The answer and the table, in lines of at most 100 columns.
  public var text: String {
    var text = "\(header.modelName) · \(Self.count(design.pointCount, "point"))"
    text += " × \(Self.count(design.replications, "replication"))"
    text += " · \(Self.count(design.runCount, "run")) · seed \(design.seed)\n\n"
    text += ReportText.answer(answer)
    text += "\n" + table + "\n"
    for note in notes { text += ReportText.filled(note, first: "  ", further: "  ") }
    return text + "\n" + ReportText.command(header.command(by: ranking.criteria))
  }

  /// What somebody loses; shown wherever it is not 0.
  private static let losses: [RunFigure] = [.lostUpdates, .duplicateEffects, .oversold]

  /// A column of the table: its title, then what it has of each point.
  private struct Column {
    var cells: [String]
    /// Whether it stays however little room there is.
    var stays = true

    var width: Int { 2 + (cells.map { ScreenText.width(of: $0) }.max() ?? 0) }
  }

  /// The columns after those of the axes: first what makes a point the best, and what it costs.
  private var figures: [Column] {
    let points = ranking.best
    let lost = Self.losses.filter { figure in points.contains { $0.mean(figure) != 0 } }
    var figures: [RunFigure] = []
    let usual: [RunFigure] = [
      .successShare, .latency95, .requestsPerSecond, .latency99, .lostUpdates,
    ]
    for figure in ranking.criteria + lost + usual where !figures.contains(figure) {
      figures.append(figure)
    }
    var columns = figures.enumerated().map { place, figure in
      Column(
        cells: [figure.title] + points.map { Self.text($0.interval(figure), figure) },
        stays: place == 0 || lost.contains(figure))
    }
    if points.contains(where: { !$0.isSafe }) {
      columns.insert(
        Column(cells: ["promises"] + points.map { $0.isSafe ? "kept" : "broken" }),
        at: ranking.criteria.count)
    }
    return columns
  }

  /// The columns of the axes, none wider than this.
  private func axes(_ widest: Int) -> [Column] {
    design.axes.indices.map { axis in
      Column(
        cells: [Self.cut(design.axes[axis].name, widest)]
          + ranking.best.map { Self.cut(design.values(of: $0.index)[axis], widest) })
    }
  }

  private var table: String {
    let points = ranking.best
    let first = [
      Column(cells: [""] + points.indices.map { "\($0 + 1)" }),
      Column(cells: ["point"] + points.map { "\($0.index + 1)" }),
    ]
    var axes = axes(Self.widestValue)
    var figures = figures
    func isTooWide() -> Bool {
      (first + axes + figures).reduce(0) { $0 + $1.width } > ScreenText.width
    }
    /// Leaves figures out from the right, but for the first and what is lost.
    func dropFigures() {
      while isTooWide(), let last = figures.lastIndex(where: { !$0.stays }) {
        figures.remove(at: last)
      }
    }
    dropFigures()
    var widest = Self.widestValue
    while isTooWide(), widest > Self.narrowestValue {
      widest -= 1
      axes = self.axes(widest)
    }
    // Axes that do not fit however much they are cut get lines of their own.
    let isFolded = isTooWide()
    if isFolded {
      (axes, figures) = ([], self.figures)
      dropFigures()
    }
    let columns = first + axes + figures
    var text = ""
    for row in 0...points.count {
      text +=
        ScreenText.trimmed(
          columns.map { ScreenText.right($0.cells[row], $0.width) }.joined()) + "\n"
      if isFolded, row > 0 {
        text += ReportText.filled(
          words(of: points[row - 1]), first: Self.margin, further: Self.margin)
      }
    }
    return text
  }

  private var notes: [String] {
    let criteria = ranking.criteria.map(\.title).joined(separator: ", then ")
    var order = "The best first, by \(criteria)"
    if ranking.seen > ranking.best.count {
      order =
        "The best \(ranking.best.count) of \(Self.count(ranking.seen, "point")), by \(criteria)"
    }
    if ranking.safe < ranking.seen { order += ", of all that keep every promise; then the others" }
    var notes = [
      order
        + (design.replications > 1
          ? "; mean ± half of the 95 % interval (Student's t). Replication i of every point draws"
            + " the same random numbers." : ".")
    ]
    if case .latin(let count) = design.layout {
      let repeats = design.axes.contains { Set($0.values).count < $0.values.count }
      notes.append(
        "A Latin hypercube: each axis is cut into \(count) equal parts, and shows each of them once"
          + (repeats ? "; parts of an axis with fewer values share them" : "")
          + " (McKay, Beckman and Conover, Technometrics 21(2), 1979).")
    }
    if let csvPath {
      let rows =
        switch format {
        case .runs: "a row for each run"
        case .aggregate: "a row for each point"
        case .long: "a row for each point and figure"
        }
      notes.append("\(csvPath) has \(rows).")
    }
    return notes
  }

  // MARK: Numbers

  private static func count(_ count: Int, _ noun: String) -> String {
    ScreenText.count(UInt64(count), noun)
  }

  /// A value or a name, cut at its beginning, where paths are alike.
  private static func cut(_ text: String, _ widest: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > widest else { return text }
    return "…" + String(scalars.suffix(widest - 1))
  }

  /// The mean in the unit that suits it, and half of its interval in the same.
  static func text(_ interval: ConfidenceInterval, _ figure: RunFigure) -> String {
    var scale = 1.0
    var decimals = 1
    var unit = ""
    switch figure.unit {
    case .share: (scale, decimals, unit) = (100, 2, " %")
    case .perSecond: break
    case .count: decimals = interval.mean == interval.mean.rounded() ? 0 : 1
    case .perRequest: decimals = 3
    case .nanoseconds:
      if interval.mean < 99_500 {
        (scale, decimals, unit) = (1e-3, 0, " µs")
      } else if interval.mean < 999_950_000 {
        (scale, unit) = (1e-6, " ms")
      } else {
        (scale, decimals, unit) = (1e-9, 2, " s")
      }
    }
    let mean = ScreenText.grouped(NumberText.fixed(interval.mean * scale, decimals: decimals))
    guard interval.halfWidth < .infinity else { return mean + unit }
    return mean + "±"
      + ScreenText.grouped(NumberText.fixed(interval.halfWidth * scale, decimals: decimals)) + unit
  }
}
