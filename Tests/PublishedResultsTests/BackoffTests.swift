import ContentionEngine
import Experiments
import Foundation
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Marc Brooker's model of clients that compete for one row ("Exponential Backoff and Jitter",
/// 2015).
///
/// Calls are the UPDATE statements of a run, so successes and retries; time is the end of the last
/// event, in milliseconds. The original divides whole numbers, so that its figures are rounded down
/// by less than one.
@Suite("AWS backoff")
struct BackoffTests {
  enum Policy: String, CaseIterable, Sendable {
    case none = "None"
    case exponential = "Exponential"
    case equalJitter = "EqualJitter"
    case fullJitter = "FullJitter"
    case decorrelated = "Decorr"

    /// The paper's exponent starts at 1 with a base of 5 ms; here it starts at 0, except for
    /// decorrelated jitter.
    var backoff: Backoff {
      func exponential(_ base: UInt64, _ jitter: Backoff.Jitter) -> Backoff {
        Backoff(base: .milliseconds(base), factor: 2, cap: .seconds(2), jitter: jitter)
      }
      switch self {
      case .none: return .none
      case .exponential: return exponential(10, .none)
      case .equalJitter: return exponential(10, .equal)
      case .fullJitter: return exponential(10, .full)
      case .decorrelated: return exponential(5, .decorrelated)
      }
    }

    var modelText: String {
      switch self {
      case .none: "\"none\""
      case .exponential: "{exponential: {base: \"10ms\", factor: 2, cap: \"2s\"}}"
      case .equalJitter:
        "{exponential: {base: \"10ms\", factor: 2, cap: \"2s\"}, jitter: \"equal\"}"
      case .fullJitter: "{exponential: {base: \"10ms\", factor: 2, cap: \"2s\"}, jitter: \"full\"}"
      case .decorrelated:
        "{exponential: {base: \"5ms\", factor: 2, cap: \"2s\"}, jitter: \"decorrelated\"}"
      }
    }
  }

  private func model(_ policy: Policy, clients: Int, deviation: String = "2ms") throws -> Scenario {
    try publishedModel(
      "aws-backoff",
      [
        ("load.vus", "\(clients)"), ("requests.update.steps[0].retry.backoff", policy.modelText),
        (
          "system.database.network.oneWay",
          deviation == "0" ? "\"10ms\"" : "{normal: {mean: \"10ms\", sd: \"\(deviation)\"}}"
        ),
      ])
  }

  /// The UPDATE statements of a run: a failed one is followed by a retry, and each client succeeds
  /// once.
  private func calls(_ result: RunResult) -> Int {
    Int(result.trend(.requestDuration).count) + Int(result.trend(.retryCount).sum)
  }

  @Test("has the policies of the paper", arguments: Policy.allCases)
  func policies(policy: Policy) throws {
    let scenario = try model(policy, clients: 10)
    guard case .retry(let retry, _) = scenario.requests[0].steps[0] else {
      Issue.record("the first step is a retry")
      return
    }
    #expect(retry.backoff == policy.backoff)
    #expect(retry.attempts == nil)
  }

  @Test("without variance has one winner every 40 ms", arguments: [1, 2, 10, 100, 1_000])
  func withoutVariance(clients: Int) throws {
    let result = try model(.none, clients: clients, deviation: "0").compiled.result(seed: 1)
    #expect(result.virtualTime == .milliseconds(UInt64(40 * clients)))
    #expect(calls(result) == clients * (clients + 1) / 2)
    #expect(result.count(.optimisticLockConflicts) == UInt64(clients * (clients - 1) / 2))
    #expect(result.retries == Array(repeating: 1, count: clients))
    // The i-th success is at the server at 40 i − 10 ms, so that its answer is there at 40 i ms.
    // That is the i-th latency in order, and while values are kept a percentile can ask for each of
    // them.
    let latency = result.trend(.requestDuration)
    #expect(latency.isExact)
    #expect(latency.sum == UInt128(40_000_000) * UInt128(clients * (clients + 1) / 2))
    for place in 1...clients where clients > 1 {
      let fraction = Double(place - 1) / Double(clients - 1)
      #expect(abs(latency.percentile(fraction) - Double(place) * 40e6) < 1)
    }
    #expect(result.safety.isSafe)
  }

  @Test(
    "needs one call for one client and three for two, whatever the policy",
    arguments: Policy.allCases)
  func oneAndTwo(policy: Policy) throws {
    var times: [Double] = []
    for seed: UInt64 in 1...200 {
      let one = try model(policy, clients: 1).compiled.result(seed: seed)
      #expect(calls(one) == 1)
      times.append(one.virtualTime.inMilliseconds)
      let two = try model(policy, clients: 2).compiled.result(seed: seed)
      #expect(calls(two) == 3)
    }
    // Four messages of 10 ± 2 ms: 40 ± 4 ms.
    let interval = ConfidenceInterval(of: times, level: .percent99)
    #expect(interval.contains(40), "\(interval)")
    #expect((3.4...4.6).contains(interval.standardDeviation), "\(interval)")
  }

  /// What a table says of one policy with so many clients.
  struct Published: Sendable, CustomTestStringConvertible {
    let policy: Policy
    let clients: Int
    let time: Double
    let calls: Double
    /// The half-widths of the 95 % intervals of 100 runs, where they are printed.
    var timeHalfWidth: Double?
    var callsHalfWidth: Double?
    var testDescription: String { "\(policy.rawValue), \(clients) clients" }
  }

  /// The figures of the original's own run, `aws-backoff.csv`: clients, time, calls.
  static let original: [Published] = {
    let rows: [(Policy, [(Int, Double, Double)])] = [
      (.exponential, [(10, 3373, 50), (20, 14469, 150), (50, 35644, 616), (100, 63964, 1861)]),
      (.decorrelated, [(10, 446, 37), (20, 824, 101), (50, 2193, 374), (100, 4569, 1002)]),
      (.equalJitter, [(10, 762, 42), (20, 1609, 107), (50, 4134, 346), (100, 6769, 813)]),
      (.fullJitter, [(10, 447, 39), (20, 1017, 99), (50, 2843, 332), (100, 4985, 796)]),
      (.none, [(10, 381, 50), (20, 614, 154), (50, 1139, 689), (100, 2029, 2418)]),
    ]
    return rows.flatMap { policy, figures in
      figures.map { Published(policy: policy, clients: $0.0, time: $0.1, calls: $0.2) }
    }
  }()

  /// The table of RESULTS R1: mean and 95 % half-width of 100 runs of the original.
  static let rerun: [Published] = {
    typealias Figures = (Int, Double, Double, Double, Double)
    let rows: [(Policy, [Figures])] = [
      (
        .none,
        [
          (5, 206, 2, 14.9, 0.1), (10, 378, 7, 50.5, 0.8), (20, 595, 11, 149.9, 2.5),
          (50, 1146, 9, 691.0, 3.4), (100, 2024, 8, 2418.5, 6.5), (150, 2873, 9, 5150.0, 10.1),
          (190, 3546, 10, 8011.3, 15.3),
        ]
      ),
      (
        .exponential,
        [
          (5, 352, 6, 14.9, 0.1), (10, 3271, 256, 50.1, 0.8), (20, 14512, 581, 150.6, 2.9),
          (50, 36423, 682, 624.3, 6.0), (100, 63597, 796, 1858.5, 11.1),
          (150, 85671, 785, 3541.2, 20.1), (190, 101398, 851, 5157.0, 21.7),
        ]
      ),
      (
        .equalJitter,
        [
          (5, 306, 8, 14.7, 0.2), (10, 690, 35, 41.9, 0.6), (20, 1626, 88, 107.4, 0.8),
          (50, 4353, 104, 348.4, 1.1), (100, 6586, 135, 813.1, 1.6), (150, 8330, 123, 1325.7, 2.1),
          (190, 9443, 130, 1760.4, 2.6),
        ]
      ),
      (
        .fullJitter,
        [
          (5, 251, 9, 14.3, 0.2), (10, 474, 21, 39.1, 0.4), (20, 1005, 48, 100.0, 0.7),
          (50, 2941, 105, 332.6, 1.0), (100, 4900, 118, 795.3, 1.3), (150, 6393, 96, 1318.5, 1.8),
          (190, 7323, 91, 1770.5, 2.8),
        ]
      ),
      (
        .decorrelated,
        [
          (5, 260, 10, 13.8, 0.2), (10, 444, 21, 38.0, 0.4), (20, 846, 37, 100.9, 0.9),
          (50, 2111, 73, 373.4, 2.5), (100, 4630, 126, 999.6, 5.2), (150, 6513, 179, 1761.7, 9.2),
          (190, 7912, 146, 2436.8, 10.5),
        ]
      ),
    ]
    return rows.flatMap { policy, figures in
      figures.map {
        Published(
          policy: policy, clients: $0.0, time: $0.1, calls: $0.3, timeHalfWidth: $0.2,
          callsHalfWidth: $0.4)
      }
    }
  }()

  /// A published figure is met within a part of it, or within three standard errors of both means
  /// together.
  private func agrees(
    _ measured: ConfidenceInterval, _ published: Double, within part: Double, _ halfWidth: Double?
  ) -> Bool {
    let difference = abs(measured.mean - published)
    if difference <= part * published { return true }
    // Student's t for 99 degrees of freedom made the printed half-widths of their standard errors.
    let theirs = (halfWidth ?? 0) / StudentDistribution(degreesOfFreedom: 99).quantile(0.975)
    let ours = measured.standardError
    return difference <= 3 * (ours * ours + theirs * theirs).squareRoot()
  }

  @Test(
    "takes the calls and the time of the original, within 5 % and 10 %", arguments: original + rerun
  )
  func published(row: Published) throws {
    // Large runs are made for the issue's numbers of clients only when everything is asked for.
    let runs = ValidationSize.isFull ? 1_000 : row.clients > 100 ? 20 : 100
    let replications = Replications(
      of: try model(row.policy, clients: row.clients).compiled, seed: 2015, count: runs)
    var times: [Double] = []
    var counts: [Double] = []
    for index in 0..<runs {
      let result = replications.result(of: index)
      times.append(result.virtualTime.inMilliseconds)
      counts.append(Double(calls(result)))
    }
    let time = ConfidenceInterval(of: times)
    let count = ConfidenceInterval(of: counts)
    print(
      "\(row.testDescription): time \(row.time) measured \(time.mean) ± \(time.halfWidth),",
      "calls \(row.calls) measured \(count.mean) ± \(count.halfWidth)")
    #expect(
      agrees(count, row.calls, within: 0.05, row.callsHalfWidth),
      "calls \(row.calls), measured \(count.mean) ± \(count.halfWidth)")
    #expect(
      agrees(time, row.time, within: 0.10, row.timeHalfWidth),
      "time \(row.time), measured \(time.mean) ± \(time.halfWidth)")
  }
}
