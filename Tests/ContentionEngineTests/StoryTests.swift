import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Runs whose every fact was worked out by hand. A SELECT and an UPDATE take 1 ms, a COMMIT 3 ms, a
/// command to the lock server nothing; `u1` is the first user, rows and locks are numbered from 0.
@Suite("The story of a run")
struct StoryTests {
  private static let system: SystemModel = {
    var system = SystemModel()
    system.database.select = .constant(.milliseconds(1))
    system.database.update = .constant(.milliseconds(1))
    system.database.commit = .constant(.milliseconds(3))
    return system
  }()

  private let charge = Build.transaction(Build.read(), Build.add(10))

  /// Users who come 1 ms after one another, each for one request about the one row.
  private func users(_ count: Int, _ steps: Step...) -> Scenario {
    Build.scenario(
      steps, load: Build.once(count, stagger: Build.everyStep(1, users: count)),
      system: Self.system)
  }

  @Test("tells a lost update up to the commit that loses it, and what follows")
  func lostUpdate() {
    let run = users(2, charge).compiled("none").watched()
    #expect(
      run.lines == [
        "0 u1 sent",
        "1ms u1 read 0.0 0 v0",
        "1ms u1 row locked 0",
        "1ms u2 sent",
        "2ms u1 wrote 0.0 10",
        "2ms u2 read 0.0 0 v0",
        "5ms u1 committed 0.0 10",
        "5ms u2 row locked 0",
        "5ms u1 replied 200",
        "6ms u2 wrote 0.0 10",
        "9ms u2 committed 0.0 10",
        "9ms u2 broke no-lost-update",
        "9ms u2 replied 200",
      ])
    let breach = run.result.breaches.first
    #expect(run.result.breaches.count == 1)
    #expect(breach?.promise == .noLostUpdate)
    #expect(breach?.at == .start + .milliseconds(9))
    #expect(breach?.user == UserID(index: 1))
    #expect(breach?.row == RowID(index: 0))
    #expect(breach?.event == run.story[11].event)
    #expect(run.result.dangers == DangerCounts())
    // It was not asked to stop.
    #expect(run.firstBreach == nil)
  }

  @Test("tells which version was expected in vain, and the next attempt")
  func versionMoved() {
    // u2's SELECT of its second attempt ends at 8 ms: its UPDATE at 6 ms found no row, and it
    // pauses for 1 ms.
    let steps = Build.retry(Backoff(base: .milliseconds(1)), charge)
    let run = users(2, steps).compiled("optimistic").watched()
    #expect(
      Array(run.lines.dropFirst(7)) == [
        "5ms u2 row locked 0",
        "5ms u1 replied 200",
        "6ms u2 version moved 0.0",
        "8ms u2 read 0.0 10 v1",
        "8ms u2 row locked 0",
        "9ms u2 wrote 0.0 20",
        "12ms u2 committed 0.0 20",
        "12ms u2 replied 200",
      ])
    #expect(run.result.breaches.isEmpty)
    #expect(run.result.dangers[.versionMoved] == 1)
  }

  @Test("tells a lease that ends too soon, who comes in, and the unlock that throws")
  func expiredLease() {
    // u1 has the lock until 4 ms and commits at 5 ms; u2 waits from 1 ms on, gets it at 4 ms, and
    // sees at 5 ms what u1 has just committed.
    let lock = Build.lock(lease: .milliseconds(4), charge)
    let run = users(2, lock).compiled("distributed-lock").watched()
    #expect(
      run.lines == [
        "0 u1 sent",
        "0 u1 locked 0 token 1 until 4ms",
        "1ms u1 read 0.0 0 v0",
        "1ms u1 row locked 0",
        "1ms u2 sent",
        "2ms u1 wrote 0.0 10",
        "4ms redis lease expired 0",
        "4ms u2 locked 0 token 2 until 8ms",
        "4ms u2 broke one-holder",
        "5ms u1 committed 0.0 10",
        "5ms u2 read 0.0 10 v1",
        "5ms u2 row locked 0",
        "5ms u1 unlock refused 0",
        "5ms u1 replied 500",
        "5ms u1 broke failed-no-effect",
        "6ms u2 wrote 0.0 20",
        "8ms redis lease expired 0",
        "9ms u2 committed 0.0 20",
        "9ms u2 unlock refused 0",
        "9ms u2 replied 500",
      ])
    #expect(run.result.breaches.map(\.promise) == [.oneHolderPerLock, .failedHasNoEffect])
    #expect(run.result.breaches.map(\.lock) == [LockID(index: 0), nil])
    #expect(run.result.breaches.map(\.row) == [nil, RowID(index: 0)])
    #expect(run.result.breaches.map(\.user) == [UserID(index: 1), UserID(index: 0)])
    #expect(run.result.dangers[.leaseExpiredWhileHeld] == 2)
    #expect(run.result.dangers[.twoInsideOneLock] == 1)
    #expect(run.result.dangers[.unlockRefused] == 2)
    #expect(run.result.dangers[.versionMoved] == 0)
  }

  @Test("tells the life of a key, and what a second click finds")
  func keys() {
    // The SELECT takes 1 ms, the INSERT nothing, its COMMIT 3 ms; so does that of the effect, and
    // that of COMPLETED, whose UPDATE takes 1 ms. The second click comes at 6 ms.
    let load = Load(
      name: "impatient",
      executor: .perVUIterations(vus: 1, iterations: 1, maxDuration: .hours(1)),
      iteration: [
        .request(
          0, key: .new, doubleClick: DoubleClick(after: .constant(.milliseconds(6))))
      ])
    let step = Build.idempotent(layer: .idempotencyKey, Build.transaction(Build.add(10)))
    let scenario = Build.scenario([step], load: load, system: Self.system)
    let run = scenario.compiled(Defence(writeGuard: .atomic, idempotencyKey: true)).watched()
    #expect(
      run.lines == [
        "0 u1 sent",
        "1ms u1 key 1 found absent",
        "1ms u1 key 1 inserted processing",
        "4ms u1 key 1 committed processing",
        "4ms u1 row locked 0",
        "5ms u1 wrote 0.0 10",
        "6ms u1#2 sent",
        "7ms u1#2 key 1 found processing",
        "7ms u1#2 replied 409",
        "8ms u1 committed 0.0 10",
        "12ms u1 key 1 committed completed",
        "12ms u1 replied 200",
      ])
    #expect(run.result.dangers[.duplicateWhileProcessing] == 1)
    #expect(run.result.dangers[.sentAgainAfterEffect] == 0)
    #expect(run.result.safety.finding(.noDuplicateFails).examined == 1)
    #expect(run.result.safety.finding(.noDuplicateFails).isHeld)
    let keys = run.story.compactMap { event -> UInt64? in
      if case .request(let teller) = event.teller { return teller.key }
      return nil
    }
    #expect(keys.allSatisfy { $0 == keys[0] })
  }

  @Test("tells who is the victim of a deadlock, and what is undone")
  func deadlock() {
    // u1 has row 0 from 0 ms, u2 row 1; each wants the other's at 1 ms. u2 closes the cycle, and
    // both have changed a row and hold a lock: the later joiner is the victim.
    let scenario = Build.roles(
      Build.Role(at: 0, rows: [1, 2], Build.transaction(Build.change(0), Build.change(1))),
      Build.Role(at: 0, rows: [2, 1], Build.transaction(Build.change(0), Build.change(1))),
      rows: 2, system: Self.system)
    let run = scenario.compiled("atomic").watched()
    #expect(
      run.lines == [
        "0 u1 sent",
        "0 u1 row locked 0",
        "0 u2 sent",
        "0 u2 row locked 1",
        "1ms u1 wrote 0.0 10",
        "1ms u2 wrote 1.0 10",
        "1ms u2 deadlock victim",
        "1ms u2 rolled back",
        "1ms u1 row locked 1",
        "1ms u2 replied 500",
        "2ms u1 wrote 1.0 10",
        "5ms u1 committed 0.0 10",
        "5ms u1 committed 1.0 10",
        "5ms u1 replied 200",
      ])
    #expect(run.result.dangers[.deadlockFound] == 1)
  }

  @Test("is empty, and the run the same, where nobody asks for it")
  func untold() {
    let compiled = users(3, charge).compiled("none")
    var simulation = Simulation(compiled, seed: 1)
    simulation.runToEnd()
    #expect(simulation.takeStory().isEmpty)
    let result = simulation.finish()
    let told = compiled.watched().result
    #expect(result.digest == told.digest)
    #expect(result.breaches == told.breaches)
    #expect(result.dangers == told.dangers)
  }
}
