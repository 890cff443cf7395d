import ContentionEngine
import Experiments
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Row locks against Thomasian's model: RESULTS R3.
@Suite("Thrashing")
struct ThrashingTests {
  /// A row of the table: k = 8 locks, D = 10 000 rows, exponential steps of mean length 1.
  struct Row: Sendable, CustomTestStringConvertible {
    let transactions: Int
    let waitFactor: Double
    /// `nil` where the model says that the system thrashes.
    let blocked: Double?
    let throughput: Double?
    let conflictChance: Double
    /// What an independent simulation found.
    let simulatedBlocked: Double
    let simulatedThroughput: Double

    var testDescription: String { "N=\(transactions)" }
    var model: ThrashingModel {
      ThrashingModel(transactions: transactions, locks: 8, rows: 10_000)
    }
  }

  static let rows = [
    Row(
      transactions: 20, waitFactor: 0.0225, blocked: 0.0228, throughput: 2.172,
      conflictChance: 0.0076, simulatedBlocked: 0.0222, simulatedThroughput: 2.187),
    Row(
      transactions: 42, waitFactor: 0.0486, blocked: 0.0500, throughput: 4.433,
      conflictChance: 0.0164, simulatedBlocked: 0.0508, simulatedThroughput: 4.417),
    Row(
      transactions: 84, waitFactor: 0.0984, blocked: 0.1056, throughput: 8.348,
      conflictChance: 0.0332, simulatedBlocked: 0.1039, simulatedThroughput: 8.361),
    Row(
      transactions: 127, waitFactor: 0.1493, blocked: 0.1711, throughput: 11.696,
      conflictChance: 0.0504, simulatedBlocked: 0.1709, simulatedThroughput: 11.667),
    Row(
      transactions: 169, waitFactor: 0.1991, blocked: 0.2576, throughput: 13.940,
      conflictChance: 0.0672, simulatedBlocked: 0.2469, simulatedThroughput: 14.098),
    Row(
      transactions: 180, waitFactor: 0.2121, blocked: 0.2920, throughput: 14.161,
      conflictChance: 0.0716, simulatedBlocked: 0.2726, simulatedThroughput: 14.500),
    Row(
      transactions: 200, waitFactor: 0.2359, blocked: nil, throughput: nil,
      conflictChance: 0.0796, simulatedBlocked: 0.3775, simulatedThroughput: 13.797),
    Row(
      transactions: 250, waitFactor: 0.2951, blocked: nil, throughput: nil,
      conflictChance: 0.0996, simulatedBlocked: 0.6590, simulatedThroughput: 9.414),
    Row(
      transactions: 300, waitFactor: 0.3544, blocked: nil, throughput: nil,
      conflictChance: 0.1196, simulatedBlocked: 0.8409, simulatedThroughput: 5.258),
  ]

  @Test("has the published roots of its cubic, and none beyond the limit")
  func cubic() throws {
    let roots = [
      (0.01, 0.01005), (0.05, 0.05150), (0.10, 0.10747), (0.15, 0.17207), (0.20, 0.25969),
      (0.22, 0.32156), (0.225, 0.35558),
    ]
    for (waitFactor, published) in roots {
      let share = try #require(ThrashingModel.blockedShare(waitFactor: waitFactor))
      #expect(abs(share - published) < 5e-6, "α \(waitFactor)")
    }
    #expect(ThrashingModel.blockedShare(waitFactor: 0.2265) == nil)
  }

  @Test("has the published figures of the model", arguments: rows)
  func table(row: Row) throws {
    #expect(abs(row.model.waitFactor - row.waitFactor) < 5e-5)
    #expect(abs(row.model.conflictChance - row.conflictChance) < 5.1e-5)
    #expect((row.model.blockedShare == nil) == (row.blocked == nil))
    if let blocked = row.blocked, let throughput = row.throughput {
      // One figure of each column is off by one in its last digit.
      #expect(abs(try #require(row.model.blockedShare) - blocked) < 1e-4)
      #expect(abs(try #require(row.model.throughput) - throughput) < 1e-3)
    }
  }

  // MARK: Simulated

  /// What a run says of the locks.
  struct Figures: Sendable {
    /// β: how many wait for a row, on average over time, as a part of all.
    let blocked: Double
    /// Commits in the time of a mean step.
    let throughput: Double
    /// P_c: the part of the lock requests that had to wait.
    let conflictChance: Double
    let deadlocksPerCommit: Double
    let littleHolds: Bool

    init(_ result: RunResult, locks: Int) {
      let waits = result.resources.tables[0].rowWaits
      let commits = Double(result.count(.requests))
      blocked = waits.meanLevel / Double(result.users)
      throughput = commits / result.window.inSeconds * ThrashingTests.step
      conflictChance = Double(waits.entries) / (commits * Double(locks))
      deadlocksPerCommit = Double(result.count(.deadlocks)) / commits
      littleHolds = waits.littleHolds
    }
  }

  /// The mean length of a step of the model file, in seconds.
  private static let step = 0.01

  private func simulate(_ models: [ThrashingModel]) async throws -> [[Figures]] {
    let scenarios = try models.map { model in
      let step = model.steps == .exponential ? "{exponential: \"10ms\"}" : "\"10ms\""
      let steps = "requests.transaction.steps[0].steps[0].transaction"
      return try publishedModel(
        "row-locks-thrashing",
        [
          ("load.vus", "\(model.transactions)"),
          ("load.duration", ValidationSize.isFull ? "\"170s\"" : "\"60s\""),
          ("load.warmUp", "\"20s\""),
          ("requests.transaction.keys.row.count", "\(model.locks)"),
          ("tables.rows.rows", "\(model.rows)"), ("\(steps)[0].delay", step),
          ("\(steps)[1].steps[1].delay", step),
        ]
      ).compiled
    }
    let locks = models[0].locks
    return await replicated(scenarios, seed: 1991, count: ValidationSize.isFull ? 8 : 4) {
      Figures($0, locks: locks)
    }
  }

  private func interval(
    _ results: [Figures], _ value: (Figures) -> Double
  ) -> ConfidenceInterval {
    ConfidenceInterval(of: results.map(value))
  }

  @Test("blocks the part of the transactions that the model says, as long as that is stable")
  func blocked() async throws {
    let stable = Self.rows.filter { $0.waitFactor <= 0.15 }
    #expect(stable.count == 4)
    let results = try await simulate(stable.map(\.model))
    for (row, results) in zip(stable, results) {
      let blocked = interval(results) { $0.blocked }
      let share = try #require(row.model.blockedShare)
      print(
        "N=\(row.transactions): β \(share) measured \(blocked.mean) ± \(blocked.halfWidth)",
        "(another simulation \(row.simulatedBlocked))")
      #expect(abs(blocked.mean - share) < 0.01)
      #expect(results.allSatisfy { $0.littleHolds })
    }
  }

  @Test("blocks as the model says with constant steps and with more locks")
  func otherSteps() async throws {
    let models = [
      ThrashingModel(transactions: 100, locks: 8, rows: 10_000, steps: .constant),
      ThrashingModel(transactions: 50, locks: 8, rows: 10_000, steps: .constant),
    ]
    for (model, results) in zip(models, try await simulate(models)) {
      let blocked = interval(results) { $0.blocked }
      let share = try #require(model.blockedShare)
      print(
        "N=\(model.transactions), \(model.steps) steps: α \(model.waitFactor) β \(share)",
        "measured \(blocked.mean) ± \(blocked.halfWidth)")
      #expect(model.waitFactor <= 0.15)
      #expect(abs(blocked.mean - share) < 0.01)
    }
  }

  @Test(
    "does most at k²N/D between 1.0 and 1.5, and collapses beyond",
    .enabled(if: ValidationSize.isFull))
  func collapse() async throws {
    let more = [150, 160, 190, 212, 225].map {
      ThrashingModel(transactions: $0, locks: 8, rows: 10_000)
    }
    let models = (Self.rows.map(\.model) + more).sorted { $0.transactions < $1.transactions }
    let results = try await simulate(models)
    var best = 0
    var throughputs: [Double] = []
    for (index, model) in models.enumerated() {
      let blocked = interval(results[index]) { $0.blocked }
      let throughput = interval(results[index]) { $0.throughput }
      let conflicts = interval(results[index]) { $0.conflictChance }
      let deadlocks = interval(results[index]) { $0.deadlocksPerCommit }
      let row = Self.rows.first { $0.transactions == model.transactions }
      print(
        "N=\(model.transactions), k²N/D=\(model.loadFactor):",
        "β \(row?.simulatedBlocked ?? .nan) measured \(blocked.mean) ± \(blocked.halfWidth),",
        "X \(row?.simulatedThroughput ?? .nan) measured \(throughput.mean) ±",
        "\(throughput.halfWidth), P_c \(model.conflictChance) measured \(conflicts.mean),",
        "deadlocks/commit \(deadlocks.mean)")
      throughputs.append(throughput.mean)
      if throughput.mean > throughputs[best] { best = index }
    }
    #expect((1.0...1.5).contains(models[best].loadFactor), "\(models[best])")
    // Beyond the peak each larger number of transactions does less, at last less than half.
    for index in (best + 1)..<models.count where models[index].loadFactor >= 1.5 {
      #expect(throughputs[index] < throughputs[index - 1], "\(models[index])")
    }
    #expect(throughputs[models.count - 1] < throughputs[best] / 2)
    #expect(interval(results[models.count - 1]) { $0.blocked }.mean > 0.75)
  }
}
