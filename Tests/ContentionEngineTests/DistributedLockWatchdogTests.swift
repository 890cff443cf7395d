import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Locks without a lease time, which Redisson's watchdog keeps alive.
///
/// The watchdog's time-out is 30 ms here, so that it renews every 10 ms. Rules: RenewalTask.java,
/// as SEMANTICS 2.1 quotes it.
@Suite("Watchdog timelines")
struct DistributedLockWatchdogTests {
  private func compiled(
    _ step: Step, users: Int = 1, client: LockClient = .watchdog, command: UInt64 = 1
  ) -> CompiledScenario {
    var system = SystemModel()
    system.lockServer.client = client
    system.lockServer.command = .constant(.milliseconds(command))
    system.lockServer.watchdogTimeout = .milliseconds(30)
    return Build.scenario(
      [step], load: Build.once(users, stagger: Build.everyStep(1, users: users)), system: system
    ).compiled("none")
  }

  @Test(
    "the lease is renewed every third of the time-out while the owner is inside",
    arguments: [LockClient.watchdog, .redisson, .redissonFenced, .redissonFair])
  func renewals(client: LockClient) {
    // Messages take no time and commands 1 ms. Try 0–1, inside 1–101, unlock 101–102. Renewals: the
    // first at 11, answered at 12, the next at 22, so every 11 ms until 99: nine. With the try and
    // the unlock that is 11 commands. The lease would have ended at 31.
    let compiled = compiled(Build.lock(lease: nil, Build.delay(100)), client: client)
    #expect(compiled.timeline().last == "102ms u1 answer 200")
    let result = compiled.run()
    #expect(result.resources.servers(.lockServer)?.busy.integral == 11_000_000)
    #expect(result.count(.leaseExpirations) == 0)
    #expect(result.safety.isSafe)
  }

  @Test(
    "the client called watchdog renews whatever lease the step names; a lease is kept by others")
  func leaseNamed() {
    let step = Build.lock(lease: .milliseconds(50), Build.delay(100))
    #expect(compiled(step).run().count(.leaseExpirations) == 0)
    let kept = compiled(step, client: .redisson)
    #expect(kept.run().count(.leaseExpirations) == 1)
    #expect(kept.timeline().last == "102ms u1 answer 500")
  }

  @Test("nobody else comes in while the owner works, however long it takes")
  func exclusion() {
    // u2 waits for at most 30 ms at a time, and finds the lock renewed each time.
    let compiled = compiled(Build.lock(lease: nil, Build.delay(100)), users: 2)
    let result = compiled.run()
    #expect(result.broken(.oneHolderPerLock) == 0)
    #expect(result.count(.leaseExpirations) == 0)
    let entered = compiled.timeline().filter { $0.hasSuffix("external delay") }
    #expect(entered.count == 2)
    // u1 is out at 101, unlocked at 102; u2's try takes until 103.
    #expect(entered.last == "103ms u2 external delay")
  }

  @Test("a renewal that comes after the end of the lease brings nothing back")
  func lateRenewal() {
    // A command takes 40 ms. Try 0–40: locked until 70; inside 40–140. The renewal is sent at 50
    // and served until 90, when the lock is gone. Unlock 140–180 is refused. There is no second
    // renewal.
    let compiled = compiled(Build.lock(lease: nil, Build.delay(100)), command: 40)
    #expect(compiled.timeline().last == "180ms u1 answer 500")
    let result = compiled.run()
    #expect(result.count(.leaseExpirations) == 1)
    #expect(result.resources.servers(.lockServer)?.busy.integral == 120_000_000)
  }

  @Test("the renewals end with the release, also when one is on its way")
  func release() {
    // Try 0–1, inside 1–11.5; the renewal is sent at 11 and served 11–12, the unlock 12–13 behind
    // it; answered at 13. The next renewal would be at 22.
    let compiled = compiled(
      Build.lock(lease: nil, .delay(.constant(.microseconds(10_500)))))
    #expect(compiled.timeline().last == "13ms u1 answer 200")
    #expect(compiled.run().resources.servers(.lockServer)?.busy.integral == 3_000_000)
    // Nothing is left to happen after the answer but the end of the load and the second's count.
    var simulation = Simulation(compiled, seed: 1)
    simulation.run(through: .start + .milliseconds(13))
    let before = simulation.eventCount
    simulation.run(through: .start + .milliseconds(500))
    #expect(simulation.eventCount - before <= 1)
  }

  @Test("locks inside one another are renewed each by itself")
  func nested() {
    // Outer: try 0–1, renewals from 11 every 11 ms. Inner: try 1–2, renewals from 12 every 11 ms;
    // at 11–12 the outer's is served, at 12–13 the inner's. Work 2–102: the outer's are at 11, 22,
    // …, 99, nine; the inner's at 12, 23, …, 100, nine. Unlock inner 102–103, outer 103–104. 22
    // commands.
    let inner = Build.lock(named: "inner", keys: [], lease: nil, Build.delay(100))
    let compiled = compiled(Build.lock(named: "outer", keys: [], lease: nil, inner))
    #expect(compiled.timeline().last == "104ms u1 answer 200")
    #expect(compiled.run().resources.servers(.lockServer)?.busy.integral == 22_000_000)
  }
}
