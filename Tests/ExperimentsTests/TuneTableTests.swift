import ContentionEngine
import Experiments
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Tune table")
struct TuneTableTests {
  /// A way whose runs differ from one another by the noise that all ways share.
  private func row(
    success: Double, p99: Double = 100, wasted: Double = 0.1, database: Double = 1,
    attempts: Int = 3, noise: Double = 0, count: Int = 4
  ) -> TuneTable.Row {
    let runs = (0..<count).map { index -> TuneRun in
      let off = noise * Double(index - 1)
      return TuneRun(
        successShare: success + off / 1_000, latency99: p99 + off, meanLatency: p99 / 2,
        wastedShare: wasted, databaseTimePerSuccess: database, successesPerSecond: 1, exhausted: 0,
        retriesPerRequest: 1)
    }
    return TuneTable.Row(
      RetryCandidate(Backoff(base: .milliseconds(1)), attempts: attempts), runs: runs)
  }

  @Test(
    "dominates only when it is no worse in anything and better in something by more than chance")
  func dominance() {
    let table = TuneTable([
      row(success: 0.9), row(success: 0.95), row(success: 0.9, p99: 90, noise: 3),
      row(success: 0.95, p99: 101),
    ])
    #expect(table.dominates(1, 0))
    #expect(!table.dominates(0, 1))
    #expect(!table.dominates(0, 0))
    #expect(!table.dominates(3, 0), "its p99 is worse")
    #expect(table.dominates(1, 3))
    // Better by 10 − 3·0.5 on average, with differences of 13, 10, 7 and 4: 8.5 ± 8.8 at 98.75 %.
    #expect(!table.dominates(2, 0))
    #expect(table.front == [1, 2])
  }

  @Test("compares by replication, so that noise that both share tells them apart no less")
  func paired() {
    let table = TuneTable([
      row(success: 0.9, p99: 100, noise: 50), row(success: 0.9, p99: 99, noise: 50),
    ])
    #expect(table.dominates(1, 0))
    #expect(table.front == [1])
  }

  @Test("has on its front only those with the most replications")
  func finalists() {
    let table = TuneTable([row(success: 1, count: 2), row(success: 0.9), row(success: 0.8)])
    #expect(table.finalists == [1, 2])
    #expect(table.front == [1])
  }

  @Test("never lets two ways dominate each other, nor leaves a front empty")
  func acyclic() {
    let values = [0.9, 0.9005, 0.95]
    var rows: [TuneTable.Row] = []
    for success in values {
      for p99 in [90.0, 100] {
        for wasted in [0.1, 0.2] {
          for noise in [0.0, 2] {
            rows.append(row(success: success, p99: p99, wasted: wasted, noise: noise))
          }
        }
      }
    }
    let table = TuneTable(rows)
    for left in rows.indices {
      for right in rows.indices where table.dominates(left, right) {
        #expect(!table.dominates(right, left))
      }
    }
    #expect(!table.front.isEmpty)
  }

  @Test(
    "chooses by success, then p99, then waste, then the database, then attempts")
  func choice() throws {
    func chosen(_ rows: [TuneTable.Row]) throws -> TuneTable.Choice {
      let table = TuneTable(rows)
      return try #require(table.choice(among: Array(rows.indices)))
    }
    var choice = try chosen([row(success: 0.9), row(success: 0.95), row(success: 0.94)])
    #expect((choice.row, choice.among) == (1, 3))
    #expect(choice.step == .success)
    // Half a thousandth of success is nobody's; 20 % of p99 is.
    choice = try chosen([row(success: 0.95), row(success: 0.9495, p99: 80), row(success: 0.5)])
    #expect((choice.row, choice.among) == (1, 2))
    #expect(choice.step == .latency)
    choice = try chosen([row(success: 0.95, wasted: 0.2), row(success: 0.95, p99: 102)])
    #expect((choice.row, choice.among) == (1, 2))
    #expect(choice.step == .waste)
    choice = try chosen([row(success: 0.95, database: 2), row(success: 0.95)])
    #expect((choice.row, choice.among) == (1, 2))
    #expect(choice.step == .databaseTime)
    choice = try chosen([row(success: 0.95, attempts: 10), row(success: 0.95, attempts: 5)])
    #expect((choice.row, choice.among) == (1, 2))
    #expect(choice.step == .fewestAttempts)
    #expect(TuneTable([row(success: 1)]).choice(among: []) == nil)
    // Who may take no longer than 90 ns chooses among fewer.
    let table = TuneTable([
      row(success: 0.95), row(success: 0.9, p99: 90), row(success: 0.8, p99: 80),
    ])
    choice = try #require(table.choice(among: [0, 1, 2], within: .nanoseconds(90)))
    #expect((choice.row, choice.among) == (1, 2))
    #expect(table.choice(among: [0, 1, 2], within: .nanoseconds(79)) == nil)
  }

  @Test("dominates by the intervals of the paired differences, shared among four")
  func intervals() {
    var stream = RandomStream(runSeed: 1, replication: 0, purpose: .backoffJitter, entity: 0)
    func luck() -> Double { stream.unitInterval() }
    let rows = (0..<40).map { way in
      TuneTable.Row(
        RetryCandidate(Backoff(base: .milliseconds(1)), attempts: 3),
        runs: (0..<6).map { _ in
          TuneRun(
            successShare: 0.9 + Double(way % 5) / 100 + luck() / 10, latency99: 100 + 20 * luck(),
            meanLatency: 1, wastedShare: 0.1, databaseTimePerSuccess: luck(),
            successesPerSecond: 1, exhausted: 0, retriesPerRequest: 1)
        })
    }
    let table = TuneTable(rows)
    let level = ConfidenceLevel.percent95.shared(among: 4)
    var found = 0
    for left in rows.indices {
      for right in rows.indices {
        let differences = TuneRun.Objective.allCases.map { objective in
          Comparison(
            paired: rows[right].runs.map { $0[objective] },
            with: rows[left].runs.map { $0[objective] }, level: level)
        }
        let expected =
          differences.allSatisfy { $0.left >= $0.right } && differences.contains { $0.upper < 0 }
        #expect(table.dominates(left, right) == expected)
        if expected { found += 1 }
      }
    }
    #expect(found > 10)
    for row in rows.indices {
      #expect(
        table.dominators[row] == rows.indices.first { table.dominates($0, row) })
    }
  }

  @Test("takes requests for calls where clients never ask again")
  func withoutClients() throws {
    var scenario = smallScenario()
    scenario.strategy = Strategy.builtIn[2]
    let ways: [RetryCandidate?] = [
      nil, RetryCandidate(Backoff(base: .milliseconds(5)), attempts: 4),
    ]
    var race = RetryRace(ways, replications: 2)
    let pulls = try #require(race.next())
    race.take(TuneRound(scenario, ways, pulls: pulls, at: .clients, seed: 1).runAll())
    let asModelled = race.table.rows[0].runs[0]
    let result = ProgramCompiler.compile(scenario, under: scenario.strategy).result(seed: 1)
    #expect(asModelled.digest == result.digest)
    #expect(asModelled.latency99 == RunFigure.latency99.value(in: result))
    #expect(asModelled.latency99 > 0)
    #expect(asModelled.meanLatency > 0)
    #expect(asModelled.successShare == RunFigure.successShare.value(in: result))
    #expect(
      asModelled.successesPerSecond == RunFigure.successesPerSecond.value(in: result))
    #expect(asModelled.exhausted > 0)
    #expect(asModelled.retriesPerRequest == 0)
    #expect(asModelled.wastedShare == 0)
    // Clients do not ask again after a conflict: they come to the same.
    let asking = race.table.rows[1].runs[0]
    #expect(asking.successShare == asModelled.successShare)
    #expect(asking.retriesPerRequest == 0)
    #expect(abs(asking.latency99 / asModelled.latency99 - 1) < 0.01)
  }

  @Test("counts what is cut off at the end as failed, and as longer than all others")
  func cutOff() {
    var scenario = smallScenario()
    scenario.loads[0].gracefulStop = .zero
    let result = ProgramCompiler.compile(scenario, under: scenario.strategy).result(seed: 1)
    // The ledger counts requests for itself.
    let missing = result.safety.arrived - result.safety.answered
    #expect(missing > 0)
    #expect(result.cutOffCalls == missing)
    let run = TuneRun(result, at: .service)
    let answered = Double(result.safety.answered)
    let share = RunFigure.successShare.value(in: result)
    #expect(abs(run.successShare - share * answered / (answered + Double(missing))) < 1e-12)
    #expect(run.latency99 >= RunFigure.latency99.value(in: result))
  }

  @Test("counts as equal what chance cannot tell apart")
  func chance() throws {
    // 10 % better on average, in values that jump by 20.
    let table = TuneTable([
      row(success: 0.95, p99: 100, wasted: 0.2, noise: 0),
      row(success: 0.95, p99: 90, wasted: 0.3, noise: 20),
    ])
    let choice = try #require(table.choice(among: [0, 1]))
    #expect(choice.row == 0)
    #expect(choice.step == .waste)
  }

  @Test("measures ways on a row that all want, each the same alone as beside others")
  func simulated() throws {
    var scenario = smallScenario()
    scenario.strategy = Strategy.builtIn[2]
    scenario.system.database.cores = 4
    scenario.system.database.select = .constant(.microseconds(200))
    var grid = RetryGrid()
    grid.shapes = [.exponential]
    grid.bases = [.milliseconds(10)]
    grid.caps = [.seconds(1)]
    grid.attempts = [5]
    grid.jitters = [.none, .full]
    let policies: [RetryCandidate?] = [nil] + grid.candidates
    var race = RetryRace(policies, replications: 5, isExhaustive: true)
    let pulls = try #require(race.next())
    let round = TuneRound(scenario, policies, pulls: pulls, at: .service, seed: 1)
    #expect(round.runCount == 15)
    let runs = round.runAll()
    race.take(runs)
    #expect(race.next() == nil)
    let table = race.table
    #expect(table.rows[2].runs.allSatisfy { $0.wastedShare > 0 && $0.wastedShare < 1 })
    // Each success takes a read of 200 us at least.
    #expect(table.rows[2].runs.allSatisfy { $0.databaseTimePerSuccess >= 200_000 })
    #expect(
      TuneRound(scenario, policies, pulls: [pulls[2]], at: .service, seed: 1).runAll()[0] == runs[2]
    )
  }
}
