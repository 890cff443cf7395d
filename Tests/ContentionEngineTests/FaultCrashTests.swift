import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Instances that a fault kills; what becomes of their requests is as in `InstanceDeathTests`.
@Suite("Crashes of instances")
struct FaultCrashTests {
  @Test("drop the requests of the instance, and refuse others until it is up again")
  func restart() {
    let role = Build.delay(100)
    let compiled = Build.roles(
      Build.Role(at: 0, role), Build.Role(at: 50, role), Build.Role(at: 90, role)
    ).with(Build.crash(at: 30, restart: 50)).compiled("none")
    let (stories, result) = compiled.stories()
    #expect(stories.map(\.user) == [1, 3])
    #expect(stories.map(\.answeredAt) == [.start + .milliseconds(30), .start + .milliseconds(190)])
    #expect(result.count(.instanceCrashes) == 1)
    #expect(result.count(.requestsDropped) == 1)
    #expect(result.count(.connectionsRefused) == 1)
    #expect(result.memory == nil)
    #expect(result.faults?.lastEnd == .start + .milliseconds(80))
  }

  @Test("do not happen to an instance that is down")
  func twice() {
    let result = Build.roles(Build.Role(at: 0, Build.delay(200)))
      .with(Build.crash(at: 30, restart: 50), Build.crash(at: 40, restart: 50))
      .compiled("none").run()
    #expect(result.count(.instanceCrashes) == 1)
    #expect(result.faults?.uses.map(\.count) == [1, 0])
    #expect(result.faults?.lastEnd == .start + .milliseconds(80))
  }

  @Test("roll back, leave the lease to its end, and the key in PROCESSING")
  func leavings() {
    let work = Build.lock(
      lease: .milliseconds(200),
      Build.idempotent(Build.transaction(Build.read(), Build.delay(50), Build.add(10))))
    let (stories, result) = Build.roles(
      Build.Role(at: 0, work), Build.Role(at: 100, work)
    ).with(Build.crash(at: 30, restart: 50)).compiled("pessimistic").stories()
    let follower = stories.first { $0.user == 2 }
    #expect(follower?.lengths(of: .distributedLockWait) == [.milliseconds(100)])
    #expect(follower?.answeredAt == .start + .milliseconds(250))
    #expect(result.safety.columns[0].finalSum == 10)
    #expect(result.safety.columns[0].effects == 1)
    #expect(result.broken(.noKeyStuck) == 1)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
    #expect(result.count(.leaseExpirations) == 1)
    #expect(result.dangers[.crashedInTransaction] == 1)
    #expect(result.dangers[.crashedWhileProcessing] == 1)
    let leftovers = result.faults?.leftovers ?? []
    #expect(leftovers.map(\.what) == [.processingKey])
    #expect(leftovers.map(\.count) == [1])
  }

  @Test("between two statements let the database do no more for the session")
  func betweenStatements() {
    // Statements take 10 ms and messages no time: the first update is in service from 0 to 10.
    var system = SystemModel()
    system.database.update = .constant(.milliseconds(10))
    let steps = Build.transaction(Build.add(1), Build.add(2))
    let result = Build.roles(Build.Role(at: 0, steps), system: system)
      .with(Build.crash(at: 5, restart: 50)).compiled("atomic").run()
    #expect(result.safety.columns[0].effects == 0)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
    #expect(result.safety.isSafe)
  }

  @Test("end the pause of the instance, and whoever stood there finds it dead")
  func paused() {
    let compiled = Build.roles(
      Build.Role(at: 0, Build.cpu(100)), Build.Role(at: 30, Build.delay(1)),
      Build.Role(at: 70, Build.delay(5))
    ).with(Build.pause(at: 20, for: 180), Build.crash(at: 50, restart: 10)).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 cpu", "20ms u1 paused", "30ms u2 paused", "50ms u1 answer 0", "50ms u2 answer 0",
        "70ms u3 external delay", "75ms u3 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.requestsDropped) == 1)
    #expect(result.count(.connectionsRefused) == 1)
    #expect(result.timeSplit.total(.paused) == 50_000_000)
  }

  @Test("take a request from a gate that it was let into while its instance stood still")
  func gate() {
    var system = SystemModel()
    system.instances = 2
    system.gates = [GateModel(name: "one", size: 1)]
    let inside = Step.gate(0, steps: [Build.delay(40)])
    // u1 and u3 go to instance 0, u2 to instance 1. u2 is let in at 40 while its instance stands
    // still from 20 on, and dies at 60: u3 is let in then.
    let compiled = Build.roles(
      Build.Role(at: 0, inside), Build.Role(at: 5, inside), Build.Role(at: 10, inside),
      system: system
    ).with(
      Build.pause(at: 20, for: 500, instance: 1), Build.crash(at: 60, restart: 10, instance: 1)
    ).compiled("none")
    let (stories, result) = compiled.stories()
    #expect(stories.map(\.user) == [1, 2, 3])
    #expect(
      stories.map(\.answeredAt) == [40, 60, 100].map { .start + .milliseconds($0) })
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }
}
