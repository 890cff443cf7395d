import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// The ledger's counts against sets of effects that are followed by brute force.
@Suite("Safety ledger")
struct SafetyLedgerTests {
  /// A small random scenario: some users on one or two rows, who add or take, now and then with one
  /// key for all.
  private func anyScenario(
    _ writeGuard: WriteGuard, _ random: inout TestRandom
  ) -> (compiled: CompiledScenario, rows: Int, sharesKey: Bool) {
    var system = SystemModel()
    system.database.select = .constant(.milliseconds(1))
    system.database.update = .constant(.milliseconds(1))
    system.database.rollback = .constant(.milliseconds(1))
    system.database.commit = .constant(.milliseconds(UInt64(1 + random.below(8))))
    system.database.groupCommit = random.oneIn(2)
    system.database.isolation = random.oneIn(2) ? .repeatableRead : .readCommitted
    if random.oneIn(3) { system.pool = ConnectionPoolModel(size: 2) }
    let work = DurationDistribution.uniform(least: .zero, most: .milliseconds(12))
    let takes = random.oneIn(2)
    let change = Build.add(takes ? -10 : 10, atLeast: takes && random.oneIn(2) ? 0 : nil)
    let steps = [
      Build.retry(
        attempts: 3, Backoff(base: .milliseconds(3), jitter: .full),
        Build.transaction(Build.read(), .delay(work), change))
    ]
    let rows = 1 + random.below(2)
    let sharesKey = random.oneIn(4)
    let load = Load(
      name: "some",
      executor: .perVUIterations(
        vus: 2 + random.below(4), iterations: 1 + random.below(3), maxDuration: .minutes(1)),
      startStagger: .drawn(.uniform(least: .zero, most: .milliseconds(10))),
      iteration: [.request(0, key: sharesKey ? .same : .new)])
    let scenario = Build.scenario(
      steps, load: load, tables: Build.tables(rows: rows, balance: Int64(random.below(5) * 10)),
      system: system)
    return (scenario.compiled(Defence(writeGuard: writeGuard)), rows, sharesKey)
  }

  @Test(
    "counts what a brute-force replay counts: effects, lost updates, oversold, duplicates",
    arguments: WriteGuard.allCases)
  func replay(writeGuard: WriteGuard) {
    var losses = 0
    var oversold = 0
    withEverySeed(1...150) { seed, random in
      let (compiled, rows, sharesKey) = anyScenario(writeGuard, &random)
      var oracle = EffectOracle(compiled, rows: rows)
      var simulation = Simulation(compiled, seed: seed)
      oracle.follow(&simulation)
      let result = simulation.finish()
      let audit = result.safety.columns[0]
      func require(_ holds: Bool, _ words: String) throws(Mismatch) {
        if !holds { throw Mismatch(words) }
      }
      try require(!oracle.valueIsWrong, "a committed value is not the sum of its effects")
      try require(audit.effects == UInt64(oracle.effects), "\(audit.effects) effects")
      try require(
        result.broken(.noLostUpdate) == UInt64(oracle.lost),
        "\(result.broken(.noLostUpdate)) lost, not \(oracle.lost)")
      try require(audit.finalSum == Int128(oracle.finalSum), "sum \(audit.finalSum)")
      try require(
        audit.survivingEffects == Int64(oracle.effects - oracle.lost), "surviving effects")
      try require(
        result.broken(.neverOversold) == UInt64(oracle.oversold),
        "\(result.broken(.neverOversold)) oversold, not \(oracle.oversold)")
      let duplicates = sharesKey ? max(0, oracle.effects - 1) : 0
      try require(
        result.broken(.oneEffectPerIntent) == UInt64(duplicates), "duplicates, not \(duplicates)")
      try require(
        (result.safety.firstLostUpdate != nil) == (oracle.lost > 0), "a witness, or none")
      losses += oracle.lost
      oversold += oracle.oversold
      if writeGuard != .none {
        try require(oracle.lost == 0, "a guard has lost an update")
        try require(audit.isExact, "the sum is not exact")
      }
    }
    // The random scenarios are worth something: without a guard they lose, and only then.
    #expect((losses > 50) == (writeGuard == .none))
    #expect((oversold > 0) == (writeGuard == .none))
  }
}
