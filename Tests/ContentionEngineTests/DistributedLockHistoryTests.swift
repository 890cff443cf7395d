import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Every client of a distributed lock in many small systems drawn at random.
@Suite("Distributed lock histories")
struct DistributedLockHistoryTests {
  /// A system and a load that bring many requests to few locks.
  ///
  /// - Parameter longLease: Whether no lease can end before the work does.
  private func drawn(
    _ client: LockClient, longLease: Bool, with random: inout TestRandom
  ) -> CompiledScenario {
    var system = SystemModel()
    system.instances = 1 + random.below(3)
    system.lockServer.client = client
    system.lockServer.network =
      [.zero, .constant(.milliseconds(1)), .uniform(least: .zero, most: .milliseconds(4))][
        random.below(3)]
    // With no travel and no service a fair lock may be asked for again and again in one moment.
    system.lockServer.command =
      [.constant(.microseconds(50)), .exponential(mean: .microseconds(300))][random.below(2)]
    system.lockServer.poll =
      [
        Backoff(base: .milliseconds(3)), Backoff(base: .milliseconds(5), jitter: .full),
        Backoff(base: .milliseconds(1), factor: 2, cap: .milliseconds(16), jitter: .decorrelated),
      ][random.below(3)]
    system.lockServer.watchdogTimeout = .milliseconds(longLease ? 600 : 6)
    if random.oneIn(2) { system.pool.size = 2 }
    system.database.commit = .constant(.milliseconds(UInt64(random.below(4))))
    let lease: VirtualDuration? =
      longLease
      ? (random.oneIn(2) && client != .spin ? nil : .seconds(60))
      : .milliseconds(2 + UInt64(random.below(12)))
    let wait = VirtualDuration.milliseconds([0, 7, 25, 200][random.below(4)])
    let lock = Build.lock(
      wait: wait, lease: lease, isPerRequest: random.oneIn(4),
      Build.transaction(
        Build.read(), .delay(.exponential(mean: .milliseconds(3))), Build.add(10)))
    let nested = random.oneIn(3)
    let steps =
      nested ? [Build.lock(named: "outer", keys: [], wait: wait, lease: lease, lock)] : [lock]
    var load = Build.once(
      2 + random.below(10), stagger: .even(over: .milliseconds(20)),
      key: random.oneIn(3) ? .same : .new)
    load.executor = .perVUIterations(
      vus: 2 + random.below(10), iterations: 1 + random.below(6), maxDuration: .minutes(10))
    // Some users are interrupted in the middle of what they do.
    if random.oneIn(4) {
      load.executor = .constantVUs(vus: 6, duration: .milliseconds(60))
      load.gracefulStop = .milliseconds(5)
    }
    return Build.scenario(
      steps, load: load, tables: Build.tables(rows: 1 + random.below(3)), system: system
    ).compiled(Defence(distributedLock: true, fencingToken: random.oneIn(3)))
  }

  @Test(
    "end, account for every request and hold nothing at the end", arguments: LockClient.allCases)
  func ends(client: LockClient) {
    withEverySeed(1...60) { seed, random in
      let compiled = drawn(client, longLease: false, with: &random)
      let result = compiled.run(seed: seed)
      #expect(result.safety.finding(.everyRequestAccounted).isHeld, "seed \(seed)")
      #expect(result.broken(.nothingHeldAtEnd) == 0, "seed \(seed)")
      #expect(result.digest == compiled.run(seed: seed).digest, "seed \(seed)")
    }
  }

  @Test(
    "let one in at a time, and lose no update, while no lease ends before the work",
    arguments: LockClient.allCases)
  func exclusion(client: LockClient) {
    withEverySeed(1...60) { seed, random in
      let compiled = drawn(client, longLease: true, with: &random)
      let result = compiled.run(seed: seed)
      #expect(result.broken(.oneHolderPerLock) == 0, "seed \(seed)")
      #expect(result.count(.leaseExpirations) == 0, "seed \(seed)")
      #expect(result.broken(.nothingHeldAtEnd) == 0, "seed \(seed)")
      let sharesLocks = compiled.lockNames.allSatisfy { !$0.isPerRequest }
      if sharesLocks { #expect(result.broken(.noLostUpdate) == 0, "seed \(seed)") }
    }
  }
}
