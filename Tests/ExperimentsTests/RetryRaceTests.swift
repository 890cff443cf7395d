import Experiments
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Race of ways to retry")
struct RetryRaceTests {
  private static func run(
    success: Double = 0.9, p99: Double = 100, wasted: Double = 0.1, database: Double = 1
  ) -> TuneRun {
    TuneRun(
      successShare: success, latency99: p99, meanLatency: p99 / 2, wastedShare: wasted,
      databaseTimePerSuccess: database, successesPerSecond: 1, exhausted: 0, retriesPerRequest: 1)
  }

  /// As many ways, the first of them what the model has.
  private static func ways(_ count: Int) -> [RetryCandidate?] {
    [nil]
      + (1..<count).map { RetryCandidate(Backoff(base: .milliseconds(UInt64($0))), attempts: 3) }
  }

  /// Runs the race to its end.
  ///
  /// - Returns: For each round how many ways are in it, and how many replications they have then.
  private func finish(
    _ race: inout RetryRace, _ run: (_ way: Int, _ replication: Int) -> TuneRun
  ) -> [[Int]] {
    var rounds: [[Int]] = []
    while let pulls = race.next() {
      rounds.append([pulls.count, pulls[0].replications.upperBound])
      race.take(pulls.map { pull in pull.replications.map { run(pull.candidate, $0) } })
    }
    return rounds
  }

  @Test(
    "looks after 4, 8, 16 and so on replications, and at the end",
    arguments: [
      (16, false, [4, 8, 16]), (20, false, [4, 8, 16, 20]), (8, false, [4, 8]), (4, false, [4]),
      (2, false, [2]), (16, true, [16]),
    ])
  func looks(replications: Int, isExhaustive: Bool, looks: [Int]) {
    var race = RetryRace(
      Self.ways(3), replications: replications, isExhaustive: isExhaustive)
    let rounds = finish(&race) { _, _ in Self.run() }
    #expect(rounds == looks.map { [3, $0] }, "of equals nobody leaves")
    #expect(race.runCount == 3 * replications)
    #expect(race.next() == nil)
  }

  @Test("lets those go that are beaten, and never what the model has")
  func beaten() {
    var race = RetryRace(Self.ways(5), replications: 16)
    // Each is better than the one before it in success, and as good in all else.
    let rounds = finish(&race) { way, _ in Self.run(success: 0.9 + Double(way) / 100) }
    #expect(rounds == [[5, 4], [2, 8], [2, 16]])
    #expect(race.racing == [0, 4])
    #expect(race.table.rows.map { $0.runs.count } == [16, 4, 4, 4, 16])
    #expect(race.table.front == [4])
  }

  @Test("keeps what is behind by means alone, which more replications may turn round")
  func unlucky() {
    // The second succeeds more often. Its p99 is lower at first by chance, and higher in the end.
    let first: [Double] = [100, 104, 99, 101, 96, 97, 96, 95]
    let second: [Double] = [99, 103, 101, 100, 100, 101, 99, 100]
    var race = RetryRace(Self.ways(3), replications: 8)
    let rounds = finish(&race) { way, replication in
      switch way {
      case 0: Self.run(success: 0.5, p99: 500)
      case 1: Self.run(success: 0.9, p99: first[replication])
      default: Self.run(success: 0.95, p99: second[replication])
      }
    }
    #expect(rounds == [[3, 4], [3, 8]])
    #expect(race.table.front == [1, 2])
  }

  @Test(
    "finds the front and the way to take that all runs find, in fewer of them", arguments: 1...6)
  func exhaustive(seed: UInt64) {
    // Sixty ways: each gives up some success for p99, waste for database time, and most something
    // for nothing. A replication has its own luck, of which each way has more or less.
    func value(_ way: Int, _ replication: Int) -> TuneRun {
      var stream = RandomStream(
        runSeed: seed, replication: UInt32(replication), purpose: .backoffJitter,
        entity: UInt32(way))
      func luck() -> Double { stream.unitInterval() - 0.5 }
      let trade = Double(way % 10) / 10
      let loss = Double(way / 10) / 2
      return Self.run(
        success: 0.99 - 0.02 * trade - 0.004 * loss + 0.001 * luck(),
        p99: 1_000 - 500 * trade + 60 * loss + 20 * luck(),
        wasted: 0.1 + 0.01 * loss + 0.001 * luck(), database: 2 + 0.1 * loss + 0.01 * luck())
    }
    var race = RetryRace(Self.ways(60), replications: 16)
    _ = finish(&race, value)
    var all = RetryRace(Self.ways(60), replications: 16, isExhaustive: true)
    _ = finish(&all, value)
    let fronts = (race.table.front, all.table.front)
    #expect(fronts.0 == fronts.1)
    #expect(race.table.choice(among: fronts.0) == all.table.choice(among: fronts.1))
    #expect(all.runCount == 960)
    // Five in six are beaten, most of them at the first look: 240 + 10·12 runs and some more.
    #expect(race.runCount < 500, "\(race.runCount) runs")
  }

  @Test("takes no runs that nobody asked for")
  func strangers() async {
    await #expect(processExitsWith: .failure) {
      var race = RetryRace([nil], replications: 4)
      race.take([[]])
    }
    await #expect(processExitsWith: .failure) {
      _ = RetryRace([], replications: 4)
    }
  }
}
