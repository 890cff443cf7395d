import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// One instance that lives with two requests in it. The first user's request is what the test is
/// about; users 2 and 3 come at 100 ms, so that the instance dies in that moment, and it is up
/// again at 150 ms. User 4 comes at 200 ms.
@Suite("An instance that dies")
struct InstanceDeathTests {
  private func system() -> SystemModel {
    var system = SystemModel()
    system.memory = MemoryModel(size: 25, base: 5, perRequest: 10, restart: .milliseconds(50))
    return system
  }

  private func scenario(
    _ first: Step..., then last: [Step] = [], system: SystemModel? = nil, lastAt: UInt64 = 200
  ) -> Scenario {
    var role = Build.Role(at: 0)
    role.steps = first
    var follower = Build.Role(at: lastAt)
    follower.steps = last
    return Build.roles(
      role, Build.Role(at: 100, Build.delay(1_000)), Build.Role(at: 100, Build.delay(1_000)),
      follower, system: system ?? self.system())
  }

  private let change = Build.transaction(Build.read(), Build.delay(500), Build.add(10))

  @Test("drops everything that it works on, at once, and serves again after its restart")
  func dropsAll() {
    let compiled = scenario(Build.delay(1_000), then: [Build.delay(7)]).compiled("none")
    // User 3 comes, and is gone within the same event.
    #expect(
      compiled.timeline() == [
        "0 u1 external delay",
        "100ms u2 external delay",
        "100ms u1 answer 0",
        "100ms u2 answer 0",
        "200ms u4 external delay",
        "207ms u4 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.instanceCrashes) == 1)
    #expect(result.count(.requestsDropped) == 3)
    #expect(result.count(.requests) == 4)
    #expect(result.rate(.errors) == 0.75)
    #expect(result.memory?.limit == 2)
    #expect(result.memory?.peak == 3)
    #expect(result.memory?.firstDeath?.instance == 1)
    #expect(result.memory?.firstDeath?.at == .start + .milliseconds(100))
    #expect(result.memory?.firstDeath?.inFlight == 3)
    #expect(result.safety.isSafe)
  }

  @Test("lives with as many requests as its memory holds, and dies of one more")
  func limit() {
    for users in 1...6 {
      var system = SystemModel()
      system.memory = MemoryModel(size: 45, base: 5, perRequest: 10, restart: .seconds(1))
      let result = Build.scenario(
        [Build.delay(10)], load: Build.once(users), system: system
      ).compiled("none").run()
      // Four fit. The fifth kills all five; the sixth finds the instance down.
      #expect(result.count(.instanceCrashes) == (users >= 5 ? 1 : 0), "\(users) users")
      #expect(result.count(.requestsDropped) == (users >= 5 ? 5 : 0))
      #expect(result.count(.connectionsRefused) == (users >= 6 ? 1 : 0))
    }
  }

  @Test("refuses connections until it has restarted")
  func down() {
    for (moment, isServed) in [(149, false), (151, true)] {
      let result = scenario(
        Build.delay(1_000), then: [Build.delay(7)], lastAt: UInt64(moment)
      ).compiled("none").run()
      #expect(result.count(.connectionsRefused) == (isServed ? 0 : 1), "at \(moment) ms")
    }
  }

  @Test("leaves the others the work while it is down")
  func others() {
    var system = system()
    system.instances = 2
    // Users 1, 3, 5 meet in instance 0, which dies of the fifth user's request at 40 ms, as the
    // turn has it; the sixth and the seventh both go to the other one.
    let load = Build.once(7, stagger: Build.everyStep(10, users: 7))
    var steps = [[Step]](repeating: [Build.delay(1)], count: 7)
    for user in [0, 2, 4] { steps[user] = [Build.delay(1_000)] }
    let result = Build.scenario(
      [Build.inTurn(steps[0], steps[1], steps[2], steps[3], steps[4], steps[5], steps[6])],
      load: load, system: system
    ).compiled("none").run()
    #expect(result.count(.instanceCrashes) == 1)
    #expect(result.count(.requestsDropped) == 3)
    #expect(result.count(.connectionsRefused) == 0)
    #expect(result.count(.requests) == 7)
  }

  // MARK: The database

  @Test(
    "gives up its row locks and what it has not committed, at once when it was not at the server")
  func rowLocks() {
    let last = [Build.transaction(Build.read(), Build.delay(5), Build.add(1))]
    let (stories, result) = scenario(change, then: last).compiled("pessimistic").stories()
    let follower = stories.first { $0.user == 4 }
    #expect(follower?.latency == .milliseconds(5))
    #expect(result.safety.columns[0].finalSum == 1)
    #expect(result.safety.isSafe)
  }

  @Test("leaves a session that waits for a row, until it gets it; then that is rolled back")
  func orphanedWait() {
    // In turn users 1, 3 and 5 go to instance 0, which dies at 100 ms. User 1 waits there from 20
    // ms on for a row that user 2 has until 305 ms, at instance 1. User 6 stands behind it.
    var system = system()
    system.instances = 2
    let victim = Build.Role(
      at: 0, Build.delay(20), Build.transaction(Build.read(), Build.add(10)))
    let holder = Build.Role(
      at: 5, Build.transaction(Build.read(), Build.delay(300), Build.add(100)))
    let bomb = Build.Role(at: 100, Build.delay(20))
    let late = Build.Role(
      at: 200, Build.transaction(Build.read(), Build.delay(7), Build.add(1)))
    let compiled = Build.roles(victim, holder, bomb, bomb, bomb, late, system: system)
      .compiled("pessimistic")
    let (stories, result) = compiled.stories()
    #expect(result.count(.instanceCrashes) == 1)
    #expect(result.count(.requestsDropped) == 3)
    #expect(stories.first { $0.user == 6 }?.answeredAt == .start + .milliseconds(312))
    #expect(result.safety.columns[0].finalSum == 101)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("has committed what it asked to be committed, though its client hears of a failure")
  func commitOnItsWay() {
    // A leg takes 20 ms. The statement commits by itself: sent at 60, at the server at 80,
    // committed there at 80 + 40; the instance dies at 100.
    var system = system()
    system.database.network = .constant(.milliseconds(20))
    system.database.commit = .constant(.milliseconds(40))
    let result = scenario(
      .connection(steps: [Build.delay(60), Build.add(10)]), system: system
    ).compiled("atomic").run()
    #expect(result.safety.columns[0].finalSum == 10)
    #expect(result.broken(.failedHasNoEffect) == 1)
    #expect(result.count(.requestsDropped) == 3)
  }

  @Test("has had done what was on its way to the server, and nothing of what was to follow")
  func messagesOnTheirWay() {
    // BEGIN 0–40, SELECT 40–80, UPDATE 80–120 (at the server at 100), COMMIT from 120 on.
    var system = system()
    system.database.network = .constant(.milliseconds(20))
    let steps = Build.transaction(Build.read(), Build.add(10))
    let result = scenario(steps, then: [steps], system: system).compiled("pessimistic").run()
    #expect(result.safety.columns[0].effects == 1)
    #expect(result.safety.columns[0].finalSum == 10)
    #expect(result.safety.isSafe)
  }

  // MARK: The lock server

  @Test("leaves its distributed lock in place until the lease ends")
  func lease() {
    let locked = Build.lock(lease: .seconds(2), Build.delay(1_000))
    let (stories, result) = scenario(locked, then: [locked]).compiled("none").stories()
    let follower = stories.first { $0.user == 4 }
    #expect(follower?.lengths(of: .distributedLockWait) == [.milliseconds(1_800)])
    #expect(result.count(.leaseExpirations) == 1)
    #expect(result.broken(.oneHolderPerLock) == 0)
  }

  @Test("has its lock no longer renewed by a watchdog")
  func watchdog() {
    var system = system()
    system.lockServer.watchdogTimeout = .seconds(3)
    let locked = Build.lock(lease: nil, client: .watchdog, Build.delay(10_000))
    let (stories, result) = scenario(locked, then: [locked], system: system)
      .compiled("none").stories()
    let follower = stories.first { $0.user == 4 }
    #expect(follower?.lengths(of: .distributedLockWait) == [.milliseconds(2_800)])
    #expect(result.count(.leaseExpirations) == 1)
  }

  @Test("is renewed no longer when it dies while its unlock is on the way", arguments: 1...60)
  func dyingAtUnlock(step: Int) {
    // Commands take 0 to 10 ms a leg, so that the death at 100 ms falls on each of them in turn.
    var system = system()
    system.lockServer.network = .uniform(least: .zero, most: .milliseconds(10))
    system.lockServer.watchdogTimeout = .milliseconds(90)
    for (client, lease) in [(LockClient.watchdog, VirtualDuration?.none), (.redisson, .seconds(1))]
    {
      let locked = Build.lock(
        lease: lease, client: client, isPerRequest: client == .redisson,
        Build.delay(UInt64(60 + step / 2)))
      let result = scenario(locked, then: [locked], system: system).compiled("none")
        .run(seed: UInt64(step))
      #expect(result.count(.instanceCrashes) == 1)
      #expect(result.broken(.nothingHeldAtEnd) == 0)
    }
  }

  @Test("holds a lock in vain that was granted while its command was on the way")
  func lockOnItsWay() {
    var system = system()
    system.lockServer.network = .constant(.milliseconds(80))
    let locked = Build.lock(lease: .seconds(2), Build.delay(1))
    // Granted at 80 ms, died at 100 ms, before the reply at 160 ms.
    let (stories, result) = scenario(locked, then: [locked], system: system)
      .compiled("none").stories()
    let follower = stories.first { $0.user == 4 }
    // It asks at 280 ms and knows at 360 ms; the lease ends at 2 080 ms.
    #expect((follower?.answeredAt ?? .start) >= .start + .milliseconds(2_080))
    #expect(result.count(.leaseExpirations) == 1)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  // MARK: Idempotency keys

  @Test("leaves its key PROCESSING, and that is reported")
  func stuckKey() {
    let result = scenario(Build.idempotent(Build.delay(1_000), change)).compiled("optimistic").run()
    #expect(result.broken(.noKeyStuck) == 1)
    #expect(result.safety.columns[0].effects == 0)
  }

  // MARK: Everything at once

  /// Whatever dies when, everything that is held is given up in the end and every request is
  /// accounted for; Little's law, conservation and the sum of shares stop the run when they break.
  @Test("lets go of everything, whenever it dies", arguments: 1...8)
  func everything(seed: UInt64) throws {
    let clients: [LockClient] = [.redisson, .redissonFair, .redissonFenced, .watchdog, .spin]
    for (index, client) in clients.enumerated() {
      var scenario = try Bundled.scenario("balance-charge")
      scenario.system.lockServer.client = client
      scenario.system.instances = 1 + index % 3
      scenario.system.balance = LoadBalancing.allCases[index % 3]
      scenario.system.pool.barging = index % 2 == 0 ? 0.5 : 0
      scenario.system.pool.size = 5
      scenario.system.memory = MemoryModel(
        size: 40 + Int64(seed) * 3, base: 0, perRequest: 1, restart: .milliseconds(300))
      scenario.tables[0].rows = 5
      scenario.loads[0].executor = .constantVUs(vus: 60 * (1 + index % 3), duration: .seconds(1))
      scenario.loads[0].iteration = [
        .request(0, key: seed % 3 == 0 ? .previous : .new),
        .sleep(.exponential(mean: .milliseconds(50))),
      ]
      if seed % 2 == 0 { scenario.hazards = [.selectForUpdateThenInsert] }
      if seed % 4 == 1 { scenario.hazards.append(.lockInsideTransaction) }
      if seed % 5 == 2 { scenario.hazards.append(.lockKeyPerRequest) }
      for strategy in scenario.strategies {
        let result = ProgramCompiler.compile(scenario, under: strategy).run(seed: seed)
        #expect(result.broken(.nothingHeldAtEnd) == 0, "\(client) \(strategy.name)")
        #expect(result.broken(.acknowledgedIsCommitted) == 0, "\(client) \(strategy.name)")
      }
    }
  }
}
