import ContentionEngine
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What the requests of many users have chosen, one request each.
///
/// Each user draws from a stream of its own, so the requests are independent samples.
///
/// - Returns: By user, by key: the rows, counted from 0 in their table, in their order.
func chosenRows(
  _ keys: [RowKey], ofTableWith rows: Int, users: Int, seed: UInt64 = 1
) throws -> [[[Int]]] {
  let request = RequestClass(identifier: "work", name: "work", keys: keys, steps: [Build.delay(1)])
  let scenario = Build.scenario(
    [request], loads: [Build.once(users)], tables: Build.tables(rows: rows))
  var simulation = Simulation(scenario.compiled("none"), seed: seed)
  var inFlight: [RequestGlimpse] = []
  while inFlight.count < users, simulation.runNextEvent() {
    inFlight = simulation.requestsInFlight()
  }
  return inFlight.map { glimpse in
    keys.indices.map { simulation.rows(of: glimpse.request, key: $0).map { Int($0.index) } }
  }
}

/// The same for one key: by user, its rows.
func chosenRows(
  _ choice: RowChoice, count: ClosedRange<Int> = 1...1, order: RowKey.Order = .drawn,
  ofTableWith rows: Int, users: Int, seed: UInt64 = 1
) throws -> [[Int]] {
  let key = RowKey(name: "account", table: 0, choice: choice, count: count, order: order)
  return try chosenRows([key], ofTableWith: rows, users: users, seed: seed).map { $0[0] }
}

/// Pearson's χ² of counts against what is expected of each, and the value that a right generator
/// exceeds once in 10 000 times.
///
/// The quantile is Wilson and Hilferty's (1931), within 1 % for one degree of freedom or more at
/// this level: d · (1 − 2/(9d) + z·√(2/(9d)))³ with z = 3.719.
struct ChiSquare {
  let value: Double
  let bound: Double

  init(_ counts: [Int], expecting shares: [Double]) {
    let total = Double(counts.reduce(0, +))
    value = zip(counts, shares).reduce(0) { sum, pair in
      let expected = pair.1 * total
      return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
    }
    let degrees = Double(counts.count - 1)
    let root = 1 - 2 / (9 * degrees) + 3.719 * (2 / (9 * degrees)).squareRoot()
    bound = degrees * root * root * root
  }

  var isPlausible: Bool { value < bound }
}
