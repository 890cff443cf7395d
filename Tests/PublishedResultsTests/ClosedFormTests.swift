import ContentionEngine
import Experiments
import Measurements
import RequestPrograms
import SimulationBasics
import Testing

/// One hot row and one connection pool against queueing theory.
///
/// All intervals of both suites hold together at 95 %: Bonferroni's inequality over every figure of
/// every row. The seed was fixed before the first run. X, U and the queue lengths are means of the
/// replications' values; R is the mean of the replications' mean latencies, so a ratio estimator,
/// whose bias of the order of one over the number of requests is far below its interval.
enum ClosedForm {
  static let replications = 20
  static let seed: UInt64 = 1987
  /// Nine rows of X, R and U; six rows of X, R, L_q and the chance that all are busy.
  static let level = ConfidenceLevel.percent95.shared(among: 9 * 3 + 6 * 4)

  /// What a simulation measured of one figure, beside its closed form.
  struct Comparison {
    let figure: String
    let exact: Double
    let measured: ConfidenceInterval
    /// What a finite window can resolve: rarer things may not happen in it at all.
    var resolution = 0.0

    var agrees: Bool { abs(measured.mean - exact) <= measured.halfWidth + resolution }

    var line: String {
      "\(figure) \(exact) measured \(measured.mean) ± \(measured.halfWidth)"
    }
  }

  static func report(_ row: String, _ comparisons: [Comparison]) {
    for comparison in comparisons {
      print("\(row): \(comparison.line)\(comparison.agrees ? "" : " DIFFERS")")
      #expect(comparison.agrees, "\(row): \(comparison.line)")
    }
  }

  static func results(of compiled: CompiledScenario) -> [RunResult] {
    let runs = Replications(of: compiled, seed: seed, count: replications)
    return (0..<replications).map { runs.result(of: $0) }
  }
}

@Suite("One hot row")
struct HotRowTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let users: Int
    /// In milliseconds.
    let hold: Int
    let thinking: Int
    /// The published throughput a second, response time in milliseconds, and utilisation.
    let throughput: Double
    let response: Double
    let utilisation: Double

    var testDescription: String { "N=\(users) S=\(hold)ms Z=\(thinking)ms" }
    var theory: FiniteSourceQueue {
      FiniteSourceQueue(
        users: users, servers: 1, service: Double(hold) / 1_000, thinking: Double(thinking) / 1_000)
    }
  }

  /// RESULTS R5: machine repairman M/M/1//N.
  static let rows = [
    Row(
      users: 1, hold: 10, thinking: 1_000, throughput: 0.990099, response: 10, utilisation: 0.009901
    ),
    Row(
      users: 10, hold: 10, thinking: 1_000, throughput: 9.891530, response: 10.965997,
      utilisation: 0.098915),
    Row(
      users: 50, hold: 10, thinking: 1_000, throughput: 49.069532, response: 18.962234,
      utilisation: 0.490695),
    Row(
      users: 100, hold: 10, thinking: 1_000, throughput: 92.429955, response: 81.900346,
      utilisation: 0.924300),
    Row(
      users: 101, hold: 10, thinking: 1_000, throughput: 93.027501, response: 85.700453,
      utilisation: 0.930275),
    Row(
      users: 150, hold: 10, thinking: 1_000, throughput: 99.999935, response: 500.000977,
      utilisation: 0.999999),
    Row(users: 200, hold: 10, thinking: 1_000, throughput: 100, response: 1_000, utilisation: 1),
    Row(users: 1_000, hold: 10, thinking: 1_000, throughput: 100, response: 9_000, utilisation: 1),
    Row(users: 1_000, hold: 10, thinking: 0, throughput: 100, response: 10_000, utilisation: 1),
  ]

  @Test("has the published closed form", arguments: rows)
  func table(row: Row) {
    #expect(abs(row.theory.throughput - row.throughput) < 1e-6)
    #expect(abs(row.theory.response * 1_000 - row.response) < 1e-6)
    #expect(abs(row.theory.utilisation - row.utilisation) < 1e-6)
  }

  @Test(
    "gives the throughput, response time and utilisation of the machine repairman", arguments: rows)
  func simulated(row: Row) throws {
    let seconds = ValidationSize.isFull ? 2_000 : 400
    let scenario = try publishedModel(
      "hot-row",
      [
        ("load.vus", "\(row.users)"), ("load.duration", "\"\(100 + seconds)s\""),
        ("iteration[1].sleep", row.thinking == 0 ? "0" : "{exponential: \"\(row.thinking)ms\"}"),
        (
          "load.startStagger",
          row.thinking == 0 ? "\"none\"" : "{exponential: \"\(row.thinking)ms\"}"
        ),
        ("requests.hold.steps[0].transaction[1].cpu", "{exponential: \"\(row.hold)ms\"}"),
      ])
    let results = ClosedForm.results(of: scenario.compiled)
    func interval(_ value: (RunResult) -> Double) -> ConfidenceInterval {
      ConfidenceInterval(of: results.map(value), level: ClosedForm.level)
    }
    ClosedForm.report(
      row.testDescription,
      [
        .init(
          figure: "X/s", exact: row.theory.throughput,
          measured: interval { RunFigure.requestsPerSecond.value(in: $0) }),
        .init(
          figure: "R ms", exact: row.theory.response * 1_000,
          measured: interval { $0.trend(.requestDuration).mean / 1e6 }),
        // The row of 150 users is idle for 0.65 µs a second: less often than once in a replication.
        .init(
          figure: "U", exact: row.theory.utilisation,
          measured: interval { $0.resources.hottestRow?.row.utilisation ?? 0 }, resolution: 1e-6),
      ])
  }
}

@Suite("A connection pool")
struct ConnectionPoolTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let users: Int
    let connections: Int
    /// In milliseconds.
    let service: Int
    let thinking: Int
    /// The published throughput a second, and response time in milliseconds.
    let throughput: Double
    let response: Double
    /// The published mean queue, and the chance that all connections are busy, where they are
    /// printed.
    let waiting: Double?
    let allBusy: Double?

    var testDescription: String { "N=\(users) c=\(connections) S=\(service)ms Z=\(thinking)ms" }
    var theory: FiniteSourceQueue {
      FiniteSourceQueue(
        users: users, servers: connections, service: Double(service) / 1_000,
        thinking: Double(thinking) / 1_000)
    }
  }

  /// RESULTS R5: M/M/c//N.
  static let rows = [
    Row(
      users: 100, connections: 10, service: 100, thinking: 1_000,
      throughput: 88.397750, response: 131.250514, waiting: nil, allBusy: nil),
    Row(
      users: 1_000, connections: 10, service: 5, thinking: 1_000,
      throughput: 994.991285, response: 5.033929, waiting: 0.033759, allBusy: 0.034575),
    Row(
      users: 1_000, connections: 10, service: 10, thinking: 1_000,
      throughput: 971.120238, response: 29.738606, waiting: 19.168560, allBusy: 0.894891),
    Row(
      users: 1_000, connections: 20, service: 10, thinking: 1_000,
      throughput: 990.096004, response: 10.003067, waiting: 0.003036, allBusy: 0.003172),
    Row(
      users: 1_000, connections: 50, service: 40, thinking: 1_000,
      throughput: 961.403584, response: 40.145904, waiting: 0.140273, allBusy: 0.045487),
    Row(
      users: 1_000, connections: 10, service: 50, thinking: 1_000,
      throughput: 200, response: 4_000, waiting: nil, allBusy: nil),
  ]

  @Test("has the published closed form", arguments: rows)
  func table(row: Row) {
    #expect(abs(row.theory.throughput - row.throughput) < 1e-6)
    #expect(abs(row.theory.response * 1_000 - row.response) < 1e-6)
    if let waiting = row.waiting { #expect(abs(row.theory.waiting - waiting) < 1e-6) }
    if let allBusy = row.allBusy { #expect(abs(row.theory.allBusy - allBusy) < 1e-6) }
  }

  @Test("gives the throughput, response time and queue of M/M/c//N", arguments: rows)
  func simulated(row: Row) throws {
    let seconds = ValidationSize.isFull ? 1_000 : 150
    let scenario = try publishedModel(
      "connection-pool",
      [
        ("load.vus", "\(row.users)"), ("load.duration", "\"\(50 + seconds)s\""),
        ("load.warmUp", "\"50s\""),
        ("system.pool.size", "\(row.connections)"),
        ("iteration[1].sleep", "{exponential: \"\(row.thinking)ms\"}"),
        ("load.startStagger", "{exponential: \"\(row.thinking)ms\"}"),
        ("requests.query.steps[0].connection[0].cpu", "{exponential: \"\(row.service)ms\"}"),
      ])
    let results = ClosedForm.results(of: scenario.compiled)
    func interval(_ value: (RunResult) -> Double) -> ConfidenceInterval {
      ConfidenceInterval(of: results.map(value), level: ClosedForm.level)
    }
    func queue(_ result: RunResult) -> OccupancyResult? { result.resources.servers(.pool)?.queue }
    ClosedForm.report(
      row.testDescription,
      [
        .init(
          figure: "X/s", exact: row.theory.throughput,
          measured: interval { RunFigure.requestsPerSecond.value(in: $0) }),
        .init(
          figure: "R ms", exact: row.theory.response * 1_000,
          measured: interval { $0.trend(.requestDuration).mean / 1e6 }),
        .init(
          figure: "L_q", exact: row.theory.waiting,
          measured: interval { queue($0)?.meanLevel ?? 0 }),
        // Users join the queue at the rate (N − k)/Z while k ≥ c are at the connections. So the
        // rate of joining is ((N − c) · P(all busy) − L_q)/Z, and in a steady state it is the rate
        // of leaving, which the meter knows.
        .init(
          figure: "P(all busy)", exact: row.theory.allBusy,
          measured: interval { result in
            guard let queue = queue(result) else { return 0 }
            let left = queue.entries - queue.unfinishedWaits
            let perSecond = Double(left) / queue.window.inSeconds
            return (perSecond * Double(row.thinking) / 1_000 + queue.meanLevel)
              / Double(row.users - row.connections)
          }),
      ])
  }
}
