import SimulationBasics

/// Which points a sweep has, and how often each is run.
///
/// A point is one value of each axis; a run is a point and a replication. Replication *i* of every
/// point draws from the streams of the same seed and replication, so that points can be compared in
/// pairs.
public struct SweepDesign: Equatable, Sendable {
  /// How the values of the axes are put together.
  public enum Layout: Hashable, Sendable {
    /// Every combination; the last axis moves fastest.
    case grid
    /// So many points, of which each axis shows every one of its values once; every axis has as
    /// many values as there are points.
    ///
    /// The first axis keeps its order, each other one is shuffled by a stream of its own: a Latin
    /// hypercube (McKay, Beckman and Conover, A Comparison of Three Methods for Selecting Values of
    /// Input Variables, Technometrics 21(2), 1979).
    case latin(points: Int)
  }

  public let axes: [SweepAxis]
  public let layout: Layout
  public let seed: UInt64
  public let replications: Int
  public let pointCount: Int
  /// By axis: which value each point takes, on a Latin hypercube; none on a grid.
  private let orders: [[Int]]

  /// The largest number of runs of one sweep.
  public static let mostRuns = 10_000_000

  /// - Precondition: There is at least one axis and one replication, there are at most `mostRuns`
  ///   runs, and on a Latin hypercube each axis has a value for each point.
  public init(axes: [SweepAxis], layout: Layout, seed: UInt64, replications: Int) {
    precondition(!axes.isEmpty, "a sweep varies something")
    precondition(replications >= 1, "an experiment needs a run")
    guard let runs = Self.runCount(of: axes, layout, replications: replications) else {
      preconditionFailure("a sweep has at most ten million runs")
    }
    self.axes = axes
    self.layout = layout
    self.seed = seed
    self.replications = replications
    pointCount = runs / replications
    switch layout {
    case .grid: orders = []
    case .latin(let points):
      precondition(axes.allSatisfy { $0.values.count == points }, "a value for each point")
      orders = axes.indices.map { Self.order(of: points, axis: $0, seed: seed) }
    }
  }

  /// How many runs a sweep would have; `nil` when they are more than `mostRuns`.
  public static func runCount(
    of axes: [SweepAxis], _ layout: Layout, replications: Int
  ) -> Int? {
    var count = replications
    let factors: [Int] =
      switch layout {
      case .grid: axes.map { $0.values.count }
      case .latin(let points): [points]
      }
    for factor in factors {
      let (product, overflows) = count.multipliedReportingOverflow(by: factor)
      guard !overflows, product <= mostRuns else { return nil }
      count = product
    }
    return count
  }

  public var runCount: Int { pointCount * replications }

  /// Which value of each axis a point takes.
  ///
  /// - Complexity: O(axes).
  /// - Precondition: `point` is at least 0 and below `pointCount`.
  public func choice(of point: Int) -> [Int] {
    precondition(point >= 0, "points are counted from 0")
    precondition(point < pointCount, "there is no such point")
    switch layout {
    case .latin: return orders.map { $0[point] }
    case .grid:
      var choice = [Int](repeating: 0, count: axes.count)
      var rest = point
      for index in axes.indices.reversed() {
        choice[index] = rest % axes[index].values.count
        rest /= axes[index].values.count
      }
      return choice
    }
  }

  /// The value that a point takes on each axis, as it was written.
  public func values(of point: Int) -> [String] {
    choice(of: point).enumerated().map { axes[$0.offset].values[$0.element] }
  }

  /// The same as a CSV file has it.
  public func fields(of point: Int) -> [String] {
    choice(of: point).enumerated().map { axes[$0.offset].fields[$0.element] }
  }

  /// The point and the replication of a run; runs are numbered by point, then by replication.
  ///
  /// - Precondition: `index` is at least 0 and below `runCount`.
  public func run(_ index: Int) -> (point: Int, replication: Int) {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < runCount, "there is no such run")
    return (index / replications, index % replications)
  }

  /// The numbers below `count` in the order in which the points take them on an axis.
  ///
  /// Fisher and Yates' shuffle (Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm
  /// P): every order is equally likely.
  private static func order(of count: Int, axis: Int, seed: UInt64) -> [Int] {
    var order = Array(0..<count)
    if axis == 0 { return order }
    var stream = RandomStream(
      runSeed: seed, replication: 0, purpose: .sweepLayout, entity: UInt32(axis))
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(stream.uniform(below: UInt64(last) + 1)))
    }
    return order
  }
}
