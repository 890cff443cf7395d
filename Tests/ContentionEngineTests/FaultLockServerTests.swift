import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// A lock server that answers nothing, one whose replica takes over, and one whose clock jumps.
@Suite("Faults of the lock server")
struct FaultLockServerTests {
  private func end(_ story: RequestStory?) -> VirtualTime? { story?.answeredAt }
  private func moment(_ milliseconds: UInt64) -> VirtualTime {
    .start + .milliseconds(milliseconds)
  }

  // MARK: Failover

  @Test("a failover that forgets a grant gives one lock to two")
  func failover() {
    // u1 has the lock from 100 on, and works until 1 100.
    let locked = Build.lock(Build.delay(1_000))
    let scenario = Build.roles(Build.Role(at: 100, locked), Build.Role(at: 160, locked))
    for (losing, isLost) in [(UInt64(200), true), (20, false)] {
      let (stories, result) = scenario.with(Build.failover(at: 150, losing: losing))
        .compiled("none").stories()
      #expect(result.broken(.oneHolderPerLock) == (isLost ? 1 : 0))
      #expect(end(stories.first { $0.user == 1 }) == moment(1_100))
      #expect(end(stories.first { $0.user == 2 }) == moment(isLost ? 1_160 : 2_100))
      // u1 unlocks what is u2's.
      #expect(result.rate(.errors) == (isLost ? 0.5 : 0))
      #expect(result.dangers[.failoverWhileHeld] == (isLost ? 1 : 0))
      #expect(result.broken(.nothingHeldAtEnd) == 0)
    }
  }

  @Test("a failover that undoes a release brings the lock back, nobody's, until its lease ends")
  func restored() {
    let locked = Build.lock(lease: .seconds(1), Build.delay(100))
    let (stories, result) = Build.roles(Build.Role(at: 0, locked), Build.Role(at: 160, locked))
      .with(Build.failover(at: 150, losing: 100)).compiled("none").stories()
    #expect(
      stories.first { $0.user == 2 }?.lengths(of: .distributedLockWait) == [.milliseconds(840)])
    #expect(result.count(.leaseExpirations) == 1)
    #expect(result.broken(.oneHolderPerLock) == 0)
    #expect(result.dangers[.failoverWhileHeld] == 0)
  }

  // MARK: The clock

  @Test("a clock that jumps ahead ends leases sooner, or at once")
  func ahead() {
    let locked = Build.lock(lease: .seconds(1), Build.delay(500))
    let scenario = Build.roles(Build.Role(at: 0, locked), Build.Role(at: 200, locked))
    for (length, granted) in [(UInt64(600), UInt64(400)), (10_000, 200)] {
      let (stories, result) = scenario.with(Build.clockJump(at: 100, by: length, .ahead))
        .compiled("none").stories()
      #expect(end(stories.first { $0.user == 2 }) == moment(granted + 500))
      #expect(result.broken(.oneHolderPerLock) == 1)
      #expect(result.count(.leaseExpirations) == 1)
      #expect(result.dangers[.clockJumpedWhileHeld] == 1)
    }
  }

  @Test("a clock that jumps back lets leases last longer")
  func back() {
    // The lease of 300 would end before the work of 500.
    let locked = Build.lock(lease: .milliseconds(300), Build.delay(500))
    let scenario = Build.roles(Build.Role(at: 0, locked))
    #expect(scenario.compiled("none").run().rate(.errors) == 1)
    let result = scenario.with(Build.clockJump(at: 100, by: 400, .back)).compiled("none").run()
    #expect(result.rate(.errors) == 0)
    #expect(result.count(.leaseExpirations) == 0)
  }

  // MARK: Outages

  @Test("a short outage inside a long one does not change what clients do in the long one")
  func overlapping() {
    let locked = Build.lock(Build.delay(10))
    let result = Build.roles(Build.Role(at: 50, locked))
      .with(
        Build.outage(at: 10, for: 1_000), Build.outage(at: 20, for: 1, timeout: 5, .failOpen)
      ).compiled("none").run()
    #expect(result.rate(.errors) == 1)
    #expect(result.dangers[.wentOnWithoutLock] == 0)
  }

  @Test(
    "an outage fails the request that wants a lock, a time-out after its command",
    arguments: [
      LockClient.redisson, .redissonFair, .redissonFenced, .watchdog, .spin,
    ])
  func failClosed(client: LockClient) {
    for isPerRequest in [false, true] {
      let locked = Build.lock(client: client, isPerRequest: isPerRequest, Build.delay(10))
      let compiled = Build.roles(Build.Role(at: 60, locked), Build.Role(at: 300, locked))
        .with(Build.outage(at: 50, for: 100)).compiled("none")
      #expect(
        compiled.timeline() == [
          "60ms u1 redis command", "90ms u1 answer 503", "300ms u2 external delay",
          "310ms u2 answer 200",
        ])
      let result = compiled.run()
      #expect(result.count(.lockServerTimeouts) == 1)
      #expect(result.broken(.nothingHeldAtEnd) == 0)
      #expect(result.broken(.oneHolderPerLock) == 0)
    }
  }

  @Test(
    "an outage lets the request go on without the lock",
    arguments: [
      LockClient.redisson, .redissonFair, .redissonFenced, .watchdog, .spin,
    ])
  func failOpen(client: LockClient) {
    for isPerRequest in [false, true] {
      let locked = Build.lock(client: client, isPerRequest: isPerRequest, Build.delay(10))
      let compiled = Build.roles(Build.Role(at: 60, locked), Build.Role(at: 300, locked))
        .with(Build.outage(at: 50, for: 100, .failOpen)).compiled("none")
      #expect(
        compiled.timeline() == [
          "60ms u1 redis command", "90ms u1 external delay", "100ms u1 answer 200",
          "300ms u2 external delay", "310ms u2 answer 200",
        ])
      let result = compiled.run()
      #expect(result.count(.lockServerTimeouts) == 1)
      #expect(result.dangers[.wentOnWithoutLock] == 1)
      #expect(result.broken(.nothingHeldAtEnd) == 0)
      #expect(result.broken(.oneHolderPerLock) == 0)
    }
  }

  @Test("who waits for a lock when the outage begins tries in vain when the lease must have ended")
  func waiting() {
    // u2 waits from 10 on, until the lease of 100 must have ended, and its command is lost.
    let locked = Build.lock(lease: .milliseconds(100), Build.delay(1_000))
    for policy in FaultEvent.OutagePolicy.allCases {
      let (stories, result) = Build.roles(Build.Role(at: 0, locked), Build.Role(at: 10, locked))
        .with(Build.outage(at: 50, for: 100, policy)).compiled("none").stories()
      let waiter = stories.first { $0.user == 2 }
      #expect(waiter?.lengths(of: .distributedLockWait) == [.milliseconds(90)])
      // Its SUBSCRIBE took no time.
      #expect(waiter?.lengths(of: .redisCommand) == [.zero, .milliseconds(30)])
      #expect(end(waiter) == moment(policy == .failOpen ? 1_130 : 130))
      #expect(result.broken(.nothingHeldAtEnd) == 0)
    }
  }

  @Test("an outage at the unlock leaves the lock to the end of its lease")
  func unlock() {
    let locked = Build.lock(lease: .milliseconds(200), Build.delay(70))
    for policy in FaultEvent.OutagePolicy.allCases {
      let compiled = Build.roles(Build.Role(at: 0, locked), Build.Role(at: 160, locked))
        .with(Build.outage(at: 50, for: 100, policy)).compiled("none")
      let answer = policy == .failOpen ? 200 : 500
      #expect(
        compiled.timeline() == [
          "0 u1 external delay", "70ms u1 redis command", "100ms u1 answer \(answer)",
          "160ms u2 redis command", "160ms u2 distributed-lock wait", "200ms u2 external delay",
          "270ms u2 answer 200",
        ])
      let result = compiled.run()
      #expect(result.count(.leaseExpirations) == 1)
      #expect(result.count(.lockServerTimeouts) == 1)
      #expect(result.broken(.oneHolderPerLock) == 0)
    }
  }

  @Test("commands that are served or wait when the outage begins are lost, and the thread is free")
  func atServer() {
    // A command takes 20 ms: u1's would be served from 40 to 60, u2 waits behind it from 45 on.
    var system = SystemModel()
    system.lockServer.command = .constant(.milliseconds(20))
    let locked = Build.lock(Build.delay(1))
    let compiled = Build.roles(
      Build.Role(at: 40, locked), Build.Role(at: 45, locked), Build.Role(at: 200, locked),
      system: system
    ).with(Build.outage(at: 50, for: 100)).compiled("none")
    let (stories, result) = compiled.stories()
    #expect(stories.map(\.answeredAt) == [moment(70), moment(75), moment(241)])
    #expect(result.count(.lockServerTimeouts) == 2)
  }

  @Test("a renewal that is lost is followed by the next one, which may come in time or not")
  func renewal() {
    // Renewed for 300 every 100. The one at 300 is lost, the next one goes at 430.
    var system = SystemModel()
    system.lockServer.watchdogTimeout = .milliseconds(300)
    let locked = Build.lock(lease: nil, client: .watchdog, Build.delay(1_000))
    for (length, expires) in [(UInt64(30), false), (410, true)] {
      let result = Build.roles(Build.Role(at: 0, locked), system: system)
        .with(Build.outage(at: 290, for: length)).compiled("none").run()
      #expect(result.count(.leaseExpirations) == (expires ? 1 : 0), "\(length)")
      #expect(result.rate(.errors) == (expires ? 1 : 0))
      #expect(result.broken(.nothingHeldAtEnd) == 0)
    }
  }

  @Test("a cache in Redis fails or is missed")
  func cache() {
    var system = SystemModel()
    system.caches = [
      CacheModel(name: "c", timeToLive: .minutes(1), store: .redis, singleFlight: true)
    ]
    let step = Step.cache(CacheStep(cache: 0, key: nil, steps: [Build.delay(20)]))
    let scenario = Build.roles(
      Build.Role(at: 60, step), Build.Role(at: 300, step), Build.Role(at: 400, step),
      system: system)
    let closed = scenario.with(Build.outage(at: 50, for: 100)).compiled("none").timeline()
    #expect(
      closed == [
        "60ms u1 redis command", "90ms u1 answer 503", "300ms u2 external delay",
        "320ms u2 answer 200",
      ])
    // The GET is lost at 60, and the SET at 110.
    let open = scenario.with(Build.outage(at: 50, for: 100, .failOpen)).compiled("none")
    #expect(
      open.timeline() == [
        "60ms u1 redis command", "90ms u1 external delay", "110ms u1 redis command",
        "140ms u1 answer 200", "300ms u2 external delay", "320ms u2 answer 200",
      ])
    #expect(open.run().count(.lockServerTimeouts) == 2)
    // The SET is lost: who waits for the entry loads it.
    let late = scenario.with(Build.outage(at: 70, for: 20)).compiled("none").run()
    #expect(late.count(.cacheMisses) == 2)
    #expect(late.count(.lockServerTimeouts) == 1)
    #expect(late.broken(.nothingHeldAtEnd) == 0)
  }
}
