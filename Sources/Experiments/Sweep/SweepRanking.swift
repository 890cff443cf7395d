/// The best points of a sweep so far, by the mean of one figure, then of the next.
///
/// A point whose runs broke a promise comes after all that broke none, whatever its figures are.
///
/// It keeps a fixed number of points, however many are shown to it.
public struct SweepRanking: Sendable {
  /// What counts, the most important first.
  public let criteria: [RunFigure]
  /// How many points are kept.
  public let limit: Int
  /// The best first; of equals the one with the smallest index.
  public private(set) var best: [SweepPoint] = []
  /// How many points it has been shown.
  public private(set) var seen = 0
  /// How many of them broke no promise.
  public private(set) var safe = 0
  /// The best by its figures of those that broke a promise.
  private var bestUnsafe: SweepPoint?

  /// What counts unless somebody says otherwise: success, then the 95th percentile.
  public static let usualCriteria: [RunFigure] = [.successShare, .latency95]

  /// - Precondition: There is at least one criterion, and a point is kept.
  public init(by criteria: [RunFigure], keeping limit: Int) {
    precondition(!criteria.isEmpty, "the best in what?")
    precondition(limit >= 1, "a ranking keeps a point")
    self.criteria = criteria
    self.limit = limit
  }

  /// Notes a point.
  ///
  /// - Complexity: O(`limit` · criteria).
  public mutating func take(_ point: SweepPoint) {
    seen += 1
    if point.isSafe {
      safe += 1
    } else if bestUnsafe.map({ hasBetterFigures(point, than: $0) }) ?? true {
      bestUnsafe = point
    }
    let place = best.firstIndex { isBetter(point, than: $0) } ?? best.count
    guard place < limit else { return }
    best.insert(point, at: place)
    if best.count > limit { best.removeLast() }
  }

  /// The point that broke a promise and would come first if that did not count.
  public var lure: SweepPoint? {
    guard let best = best.first, best.isSafe, let bestUnsafe,
      hasBetterFigures(bestUnsafe, than: best)
    else { return nil }
    return bestUnsafe
  }

  private func isBetter(_ point: SweepPoint, than other: SweepPoint) -> Bool {
    point.isSafe == other.isSafe ? hasBetterFigures(point, than: other) : point.isSafe
  }

  /// Whether a point's figures are the better ones; a figure that is no number comes last.
  private func hasBetterFigures(_ point: SweepPoint, than other: SweepPoint) -> Bool {
    for figure in criteria {
      let (own, others) = (point.mean(figure), other.mean(figure))
      if own.isNaN != others.isNaN { return others.isNaN }
      if own == others || own.isNaN { continue }
      // Of what says how much was done, more comes first.
      return figure.preference == .lower ? own < others : own > others
    }
    return point.index < other.index
  }
}
