import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// An instance that stands still; each rule in a run that is small enough to check by hand.
@Suite("Pauses of instances")
struct FaultPauseTests {
  private func system(instances: Int = 1) -> SystemModel {
    var system = SystemModel()
    system.instances = instances
    return system
  }

  @Test("prolong what an instance computes by their length")
  func burst() {
    let compiled = Build.roles(Build.Role(at: 0, Build.cpu(100)))
      .with(Build.pause(at: 30, for: 50)).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 cpu", "30ms u1 paused", "80ms u1 cpu", "150ms u1 answer 200",
      ])
    let split = compiled.run().timeSplit
    #expect(split.total(.cpu) == 100_000_000)
    #expect(split.total(.paused) == 50_000_000)
  }

  @Test("let go on what is outside, and hold up what comes back or in")
  func outside() {
    let compiled = Build.roles(
      Build.Role(at: 0, Build.delay(40), Build.delay(10)), Build.Role(at: 50, Build.delay(1))
    ).with(Build.pause(at: 30, for: 50)).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "40ms u1 paused", "50ms u2 paused", "80ms u1 external delay",
        "80ms u2 external delay", "81ms u2 answer 200", "90ms u1 answer 200",
      ])
  }

  @Test("that overlap end with the later one")
  func overlapping() {
    let compiled = Build.roles(Build.Role(at: 0, Build.cpu(100)))
      .with(
        Build.pause(at: 30, for: 50), Build.pause(at: 60, for: 60), Build.pause(at: 70, for: 10)
      ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 cpu", "30ms u1 paused", "80ms u1 paused", "120ms u1 cpu", "190ms u1 answer 200",
      ])
    #expect(compiled.run().faults?.lastEnd == .start + .milliseconds(120))
  }

  @Test("that overlap let those go on first who came first")
  func order() {
    // The second pause begins between the two requests, and ends later.
    let (stories, _) = Build.roles(
      Build.Role(at: 50, Build.delay(1)), Build.Role(at: 65, Build.delay(1))
    ).with(Build.pause(at: 30, for: 50), Build.pause(at: 60, for: 60)).compiled("none").stories()
    #expect(stories.map(\.user) == [1, 2])
    #expect(stories.map(\.answeredAt) == [121, 121].map { .start + .milliseconds($0) })
  }

  @Test("concern one instance")
  func otherInstance() {
    let compiled = Build.roles(
      Build.Role(at: 0, Build.cpu(100)), Build.Role(at: 0, Build.cpu(100)),
      system: system(instances: 2)
    ).with(Build.pause(at: 30, for: 50, instance: 1)).compiled("none")
    let (stories, _) = compiled.stories()
    #expect(stories.map(\.user) == [1, 2])
    #expect(stories.map(\.latency) == [.milliseconds(100), .milliseconds(150)])
  }

  @Test("let the servers of the database go on, between the messages of the instance")
  func database() {
    // BEGIN, the read and the update take 10 ms each at the server, the sync 10. The read ends at
    // 20 while the instance stands still; it sends the update at 115.
    var system = system()
    system.database.begin = .constant(.milliseconds(10))
    system.database.select = .constant(.milliseconds(10))
    system.database.update = .constant(.milliseconds(10))
    system.database.commit = .constant(.milliseconds(10))
    let compiled = Build.roles(
      Build.Role(at: 0, Build.transaction(Build.read(), Build.add(1))), system: system
    ).with(Build.pause(at: 15, for: 100)).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 statements", "10ms u1 statements", "20ms u1 paused", "115ms u1 statements",
        "125ms u1 commit", "135ms u1 answer 200",
      ])
  }

  @Test("put off the time-outs of waits for connections")
  func connectionTimeout() {
    var system = system()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(20))
    let compiled = Build.roles(
      Build.Role(at: 0, .connection(steps: [Build.delay(300)])),
      Build.Role(at: 10, .connection(steps: [Build.delay(1)])), system: system
    ).with(Build.pause(at: 15, for: 85)).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "10ms u2 pool wait", "100ms u2 answer 503",
        "300ms u1 answer 200",
      ])
  }

  @Test("put off the sleep of a spinning client and the pause before a retry")
  func sleeps() {
    // u2 polls every 20 ms from 10 on. u1 gives the lock back at 35, before the instance stops.
    let poll = Backoff(base: .milliseconds(20))
    let compiled = Build.roles(
      Build.Role(at: 0, Build.lock(client: .spin, poll: poll, Build.delay(35))),
      Build.Role(at: 10, Build.lock(client: .spin, poll: poll, Build.delay(1)))
    ).with(Build.pause(at: 40, for: 100)).compiled("none")
    let (stories, _) = compiled.stories()
    // Tries at 10, 30 and, instead of at 50, at 140.
    #expect(stories.last?.answeredAt == .start + .milliseconds(141))
    #expect(
      stories.last?.lengths(of: .distributedLockWait) == [
        .milliseconds(20), .milliseconds(110),
      ])
  }

  @Test("keep the message of an unlock from an instance")
  func message() {
    var system = system(instances: 2)
    system.lockServer.network = .constant(.milliseconds(1))
    let compiled = Build.roles(
      Build.Role(at: 0, Build.lock(Build.delay(100))),
      Build.Role(at: 10, Build.lock(Build.delay(1))), system: system
    ).with(Build.pause(at: 50, for: 150, instance: 1)).compiled("none")
    let follower = compiled.stories().stories.first { $0.user == 2 }
    // Tried at 11 and 15, waits from 16; the message of the unlock at 103 is there at 104 and is
    // read at 200. Locked at 201, back at 202, works until 203, unlocks until 205.
    #expect(follower?.lengths(of: .distributedLockWait) == [.milliseconds(184)])
    #expect(follower?.answeredAt == .start + .milliseconds(205))
  }

  @Test("that outlive a lease lose an update, but not where the write asks for the version")
  func lostUpdate() {
    // u1 locks at 0 for 100 ms, reads, and works until 50; its instance stands still from 20 to
    // 220. u2 gets the lock at 100 at the other instance, and commits at 150. u1 writes at 220.
    let work = Build.lock(
      lease: .milliseconds(100), Build.transaction(Build.read(), Build.delay(50), Build.add(10)))
    let scenario = Build.roles(
      Build.Role(at: 0, work), Build.Role(at: 30, work), system: system(instances: 2)
    ).with(Build.pause(at: 20, for: 200))
    let unguarded = scenario.compiled("none").run()
    #expect(unguarded.broken(.noLostUpdate) == 1)
    #expect(unguarded.safety.columns[0].finalSum == 10)
    #expect(unguarded.broken(.oneHolderPerLock) == 1)
    #expect(unguarded.dangers[.pausedInTransaction] == 1)
    let (stories, guarded) = scenario.compiled("optimistic").stories()
    #expect(guarded.broken(.noLostUpdate) == 0)
    #expect(guarded.count(.optimisticLockConflicts) == 1)
    #expect(guarded.broken(.oneHolderPerLock) == 1)
    #expect(guarded.safety.columns[0].finalSum == 10)
    #expect(stories.map(\.user) == [2, 1])
    #expect(
      stories.map(\.answeredAt) == [.start + .milliseconds(150), .start + .milliseconds(220)])
  }

  @Test("let a lease run out that its watchdog cannot renew")
  func watchdog() {
    // Renewed every 100 ms for 300: at 100 and 200, and not at 300 and later, so until 500.
    var system = system(instances: 2)
    system.lockServer.watchdogTimeout = .milliseconds(300)
    let locked = Build.lock(lease: nil, client: .watchdog, Build.delay(1_000))
    let compiled = Build.roles(
      Build.Role(at: 0, locked), Build.Role(at: 400, locked), system: system
    ).with(Build.pause(at: 250, for: 600)).compiled("none")
    let (stories, result) = compiled.stories()
    #expect(
      stories.first { $0.user == 2 }?.lengths(of: .distributedLockWait) == [.milliseconds(100)])
    #expect(result.broken(.oneHolderPerLock) == 1)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("of an instance that is down do not happen")
  func down() {
    let result = Build.roles(Build.Role(at: 0, Build.delay(500)))
      .with(Build.crash(at: 10, restart: 100), Build.pause(at: 50, for: 100))
      .compiled("none").run()
    #expect(result.faults?.uses.map(\.count) == [1, 0])
  }
}
