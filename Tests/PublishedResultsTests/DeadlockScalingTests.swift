import ContentionEngine
import Experiments
import Foundation
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// How often transactions deadlock as there are more of them, with more locks, on fewer rows:
/// Gray's exponents, RESULTS R4.
@Suite("Deadlock scaling")
struct DeadlockScalingTests {
  /// n transactions with k exclusive locks each, uniform over D rows.
  struct Point: Sendable {
    let transactions: Int
    let locks: Int
    let rows: Int

    /// Gray's chance that a transaction waits, PW = n k² / 2 D.
    var waitChance: Double {
      Double(transactions * locks * locks) / Double(2 * rows)
    }
    /// Gray's chance that a transaction deadlocks, PD = PW² / n.
    var deadlockChance: Double { waitChance * waitChance / Double(transactions) }
    /// About what part of that comes out at light load: this only sets how long is simulated.
    ///
    /// Each of two transactions must have a lock for the other to wait for and one still to take.
    var expectedShare: Double {
      let partner = 1 - 1 / Double(transactions)
      let lock = 1 - 1 / Double(locks)
      return partner * lock * lock / 3
    }
  }

  struct Figures: Sendable {
    let deadlocks: UInt64
    let commits: UInt64
    let waits: UInt64
  }

  /// What all replications of a point found together.
  struct Measured {
    let point: Point
    let figures: Figures
    var deadlockChance: Double { Double(figures.deadlocks) / Double(figures.commits) }
    var waitChance: Double { Double(figures.waits) / Double(figures.commits) }
  }

  @Test("has the published chances")
  func formulas() {
    let table = [
      (Point(transactions: 10, locks: 8, rows: 1_000), 0.32, 0.01024),
      (Point(transactions: 100, locks: 4, rows: 10_000), 0.08, 6.4e-5),
      (Point(transactions: 1_000, locks: 2, rows: 10_000), 0.20, 4.0e-5),
    ]
    for (point, waits, deadlocks) in table {
      #expect(abs(point.waitChance - waits) < 1e-12)
      #expect(abs(point.deadlockChance - deadlocks) < 1e-12)
    }
  }

  // MARK: Simulated

  private static let replications = 16
  /// How many deadlocks a point has at least.
  private static let leastDeadlocks: UInt64 = ValidationSize.isFull ? 1_500 : 100
  /// How many are aimed at, as a multiple of that: chance must not bring a point below it.
  private static let margin = ValidationSize.isFull ? 1.25 : 1.5

  private func measure(_ points: [Point]) async throws -> [Measured] {
    let scenarios = try points.map { point in
      let commits =
        Self.margin * Double(Self.leastDeadlocks) / (point.expectedShare * point.deadlockChance)
      let seconds = commits / Double(point.transactions) * Double(point.locks + 1) * 0.01
      let window = Int(seconds / Double(Self.replications)) + 1
      return try publishedModel(
        "row-locks-thrashing",
        [
          ("load.vus", "\(point.transactions)"), ("load.duration", "\"\(window + 10)s\""),
          ("load.warmUp", "\"10s\""),
          ("requests.transaction.keys.row.count", "\(point.locks)"),
          ("tables.rows.rows", "\(point.rows)"),
        ]
      ).compiled
    }
    let results = await replicated(scenarios, seed: 1996, count: Self.replications) {
      Figures(
        deadlocks: $0.count(.deadlocks), commits: $0.count(.requests),
        waits: $0.resources.tables[0].rowWaits.entries)
    }
    return zip(points, results).map { point, results in
      let total = results.reduce(Figures(deadlocks: 0, commits: 0, waits: 0)) {
        Figures(
          deadlocks: $0.deadlocks + $1.deadlocks, commits: $0.commits + $1.commits,
          waits: $0.waits + $1.waits)
      }
      let measured = Measured(point: point, figures: total)
      print(
        "n=\(point.transactions) k=\(point.locks) D=\(point.rows):",
        "PW \(point.waitChance) measured \(measured.waitChance),",
        "PD \(point.deadlockChance) measured \(measured.deadlockChance)",
        "(\(total.deadlocks) deadlocks)")
      #expect(total.deadlocks >= Self.leastDeadlocks, "\(point)")
      #expect(point.waitChance <= 0.1, "\(point)")
      return measured
    }
  }

  /// The slope of the straight line that fits the logarithms best by least squares.
  private func slope(
    _ measured: [Measured], of value: (Measured) -> Double, over cause: (Point) -> Double
  ) -> Double {
    let places = measured.map { log(cause($0.point)) }
    let values = measured.map { log(value($0)) }
    let middle = places.reduce(0, +) / Double(places.count)
    let spread = places.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    return zip(places, values).reduce(0) { $0 + ($1.0 - middle) * $1.1 } / spread
  }

  /// In a small validation the tolerance is four standard errors wider, since there are few
  /// deadlocks.
  private func check(_ slope: Double, _ exponent: Double, within tolerance: Double, _ cause: String)
  {
    print("exponent of \(cause): \(exponent) measured \(slope)")
    let noise = ValidationSize.isFull ? 0 : 4 / Double(Self.leastDeadlocks).squareRoot()
    #expect(abs(slope - exponent) <= tolerance + noise, "exponent of \(cause): \(slope)")
  }

  @Test("grows in proportion to the number of other transactions")
  func transactions() async throws {
    let points = [3, 5, 9].map { Point(transactions: $0, locks: 4, rows: 720) }
    let measured = try await measure(points)
    let slope = slope(measured, of: { $0.deadlockChance }) { Double($0.transactions - 1) }
    check(slope, 1, within: 0.1, "n − 1")
  }

  @Test("falls with the square of the number of rows")
  func rows() async throws {
    let points = [240, 416, 720].map { Point(transactions: 3, locks: 4, rows: $0) }
    let measured = try await measure(points)
    check(slope(measured, of: { $0.deadlockChance }) { Double($0.rows) }, -2, within: 0.15, "D")
  }

  @Test("grows with the fourth power of the number of locks")
  func locks() async throws {
    let points = [(8, 2_000), (16, 8_000), (32, 32_000)].map {
      Point(transactions: 5, locks: $0.0, rows: $0.1)
    }
    for point in points { #expect(abs(point.waitChance - 0.08) < 1e-12) }
    let measured = try await measure(points)
    let slope = slope(
      measured, of: { $0.deadlockChance * Double($0.point.rows) * Double($0.point.rows) },
      over: { Double($0.locks) })
    check(slope, 4, within: 0.3, "k")
  }
}
