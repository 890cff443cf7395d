import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// A database that stands still, and one whose syncs are late.
@Suite("Faults of the database")
struct FaultDatabaseTests {
  /// An update of 10 ms, synced in 20, and no time for messages.
  private func scenario(at start: UInt64 = 0) -> Scenario {
    var system = SystemModel()
    system.database.update = .constant(.milliseconds(10))
    system.database.commit = .constant(.milliseconds(20))
    return Build.roles(
      Build.Role(at: start, .connection(steps: [Build.add(10)])), system: system)
  }

  @Test("a stall prolongs the statement in service by its length")
  func statement() {
    #expect(
      scenario().with(Build.stall(at: 5, for: 100)).compiled("atomic").timeline() == [
        "0 u1 statements", "110ms u1 commit", "130ms u1 answer 200",
      ])
  }

  @Test("a stall prolongs the sync that is under way")
  func sync() {
    #expect(
      scenario().with(Build.stall(at: 15, for: 100)).compiled("atomic").timeline() == [
        "0 u1 statements", "10ms u1 commit", "130ms u1 answer 200",
      ])
  }

  @Test("a stall holds up what comes meanwhile")
  func later() {
    #expect(
      scenario(at: 50).with(Build.stall(at: 20, for: 80)).compiled("atomic").timeline() == [
        "50ms u1 statements", "100ms u1 statements", "110ms u1 commit", "130ms u1 answer 200",
      ])
  }

  @Test("stalls that overlap end with the later one")
  func overlapping() {
    // Still from 5 to 155.
    #expect(
      scenario().with(
        Build.stall(at: 5, for: 100), Build.stall(at: 55, for: 100), Build.stall(at: 60, for: 1)
      ).compiled("atomic").timeline() == [
        "0 u1 statements", "160ms u1 commit", "180ms u1 answer 200",
      ])
  }

  @Test("statements that a stall has put off end in the order in which they would have")
  func order() {
    var system = SystemModel()
    system.database.update = .constant(.milliseconds(10))
    let step = Step.connection(steps: [Build.change(0)])
    let compiled = Build.roles(
      Build.Role(at: 2, rows: [1], step), Build.Role(at: 0, rows: [2], step),
      Build.Role(at: 2, rows: [3], step), system: system
    ).with(Build.stall(at: 5, for: 100)).compiled("atomic")
    let stories = compiled.stories().stories
    #expect(stories.map(\.user) == [2, 1, 3])
    #expect(
      stories.map(\.answeredAt) == [110, 112, 112].map { .start + .milliseconds($0) })
  }

  @Test("a stall lets the waits for row locks run out")
  func lockWaits() {
    // u1 holds the row from 0 on. u2 waits from 10 to 60, and its ROLLBACK is served at 500.
    var system = SystemModel()
    system.database.engine = .mariaDB
    system.database.lockWaitTimeout = .milliseconds(50)
    let change = Build.transaction(Build.read(), Build.delay(200), Build.add(1))
    let (stories, result) = Build.roles(
      Build.Role(at: 0, change), Build.Role(at: 10, change), system: system
    ).with(Build.stall(at: 20, for: 480)).compiled("pessimistic").stories()
    let loser = stories.first { $0.user == 2 }
    #expect(loser?.lengths(of: .rowLockWait) == [.milliseconds(50)])
    #expect(loser?.lengths(of: .commit) == [.milliseconds(440)])
    #expect(loser?.answeredAt == .start + .milliseconds(500))
    #expect(stories.first { $0.user == 1 }?.answeredAt == .start + .milliseconds(500))
    #expect(result.count(.pessimisticLockTimeouts) == 1)
    #expect(result.safety.isSafe)
  }

  @Test("a late sync is late by as much, also one that takes no time", arguments: [0, 10])
  func slowCommit(sync: UInt64) {
    var system = SystemModel()
    system.database.commit = .constant(.milliseconds(sync))
    let step = Step.connection(steps: [Build.add(1)])
    let (stories, result) = Build.roles(
      Build.Role(at: 0, step), Build.Role(at: 100, step), Build.Role(at: 110, step),
      Build.Role(at: 200, step), system: system
    ).with(Build.fault(.slowCommit(by: .milliseconds(50)), on: 2)).compiled("atomic").stories()
    // The third waits for the row until the second has committed.
    let second = 100 + sync + 50
    // There are no stories of requests that take no time.
    let told = sync > 0 ? [sync, second, second + sync, 200 + sync] : [second, second]
    #expect(stories.map(\.answeredAt) == told.map { .start + .milliseconds($0) })
    #expect(result.faults?.uses[0].first == .start + .milliseconds(100))
  }
}
