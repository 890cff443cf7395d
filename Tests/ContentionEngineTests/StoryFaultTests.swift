import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// What is told of faults, and of whom they befall; nothing takes time but what a test says.
@Suite("The story of faults")
struct StoryFaultTests {
  private func once(_ steps: Step..., faults: [Fault], system: SystemModel = SystemModel())
    -> Scenario
  {
    var scenario = Build.scenario(steps, load: Build.once(1), system: system)
    scenario.faults = faults
    return scenario
  }

  @Test("tells when a pause begins and ends")
  func pause() {
    let run = once(Build.cpu(10), faults: [Build.pause(at: 4, for: 20)]).compiled("none").watched()
    #expect(
      run.lines == [
        "0 u1 sent", "4ms fault fault 0 began", "24ms fault fault 0 ended", "30ms u1 replied 200",
      ])
  }

  @Test("tells who dies with an instance, and what is undone")
  func crash() {
    let steps = Build.transaction(Build.add(10), Build.delay(10))
    let run = once(steps, faults: [Build.crash(at: 4, restart: 3)]).compiled("atomic").watched()
    #expect(
      run.lines == [
        "0 u1 sent", "0 u1 row locked 0", "0 u1 wrote 0.0 10", "4ms fault fault 0 began",
        "4ms fault instance 0 died", "4ms u1 replied 0", "4ms u1 rolled back",
        "7ms fault fault 0 ended",
      ])
  }

  @Test("tells which lock a replica does not know, and which it still has")
  func failover() {
    // u1 takes the lock at 0 and gives it back at 10 ms; the replica that takes over at 4 ms is 5
    // ms behind, the one at 12 ms 4 ms.
    let lock = Build.lock(lease: .milliseconds(30), Build.delay(10))
    let lost = once(lock, faults: [Build.failover(at: 4, losing: 5)]).compiled(
      Defence(distributedLock: true)
    ).watched()
    #expect(
      lost.lines == [
        "0 u1 sent", "0 u1 locked 0 token 1 until 30ms", "4ms fault fault 0 began",
        "4ms redis lock forgotten 0", "10ms u1 unlock refused 0", "10ms u1 replied 500",
      ])
    #expect(lost.result.dangers[.failoverWhileHeld] == 1)
    let kept = once(lock, Build.delay(10), faults: [Build.failover(at: 12, losing: 4)]).compiled(
      Defence(distributedLock: true)
    ).watched()
    #expect(
      kept.lines == [
        "0 u1 sent", "0 u1 locked 0 token 1 until 30ms", "10ms u1 unlocked 0",
        "12ms fault fault 0 began", "12ms redis lock restored 0", "20ms u1 replied 200",
        // Nobody's is the lock that came back, until its lease ends.
        "30ms redis lease expired 0",
      ])
    #expect(kept.result.dangers[.leaseExpiredWhileHeld] == 0)
  }

  @Test("tells which leases end because a clock jumps")
  func clockJump() {
    let run = once(
      Build.lock(lease: .milliseconds(30), Build.delay(10)),
      faults: [Build.clockJump(at: 4, by: 26, .ahead)]
    ).compiled(Defence(distributedLock: true)).watched()
    #expect(
      run.lines == [
        "0 u1 sent", "0 u1 locked 0 token 1 until 30ms", "4ms fault fault 0 began",
        "4ms redis lease expired 0", "10ms u1 unlock refused 0", "10ms u1 replied 500",
      ])
    #expect(run.result.dangers[.clockJumpedWhileHeld] == 1)
    #expect(run.result.dangers[.leaseExpiredWhileHeld] == 1)
  }

  @Test("tells whose sync is slow, and whose message is late")
  func occasions() {
    var system = SystemModel()
    system.database.commit = .constant(.milliseconds(3))
    let run = once(
      Build.transaction(Build.add(10)),
      faults: [
        Build.fault(.slowCommit(by: .milliseconds(7))),
        Build.fault(.networkDelay(by: .milliseconds(5), on: .client), on: 1),
      ], system: system
    ).compiled("atomic").watched()
    #expect(
      run.lines == [
        "0 u1 sent", "0 u1 fault 1 struck", "5ms u1 row locked 0", "5ms u1 wrote 0.0 10",
        "5ms u1 fault 0 struck", "15ms u1 committed 0.0 10", "15ms u1 replied 200",
      ])
  }

  @Test("tells an answer that is lost, the client that stops waiting, and what it sends again")
  func lostAnswer() {
    var load = Build.once(1)
    load.client = ClientPolicy(timeout: .milliseconds(20), attempts: 2)
    var scenario = Build.scenario([Build.delay(5), Build.transaction(Build.add(10))], load: load)
    scenario.faults = [Build.fault(.responseLoss, on: 1)]
    let run = scenario.compiled("atomic").watched()
    #expect(
      run.lines == [
        "0 u1 sent", "5ms u1 row locked 0", "5ms u1 wrote 0.0 10", "5ms u1 committed 0.0 10",
        "5ms u1 fault 0 struck", "5ms u1 reply lost 200", "20ms u1 timed out",
        "20ms u1#2 sent", "25ms u1#2 row locked 0", "25ms u1#2 wrote 0.0 20",
        "25ms u1#2 committed 0.0 20", "25ms u1#2 broke one-effect", "25ms u1#2 replied 200",
      ])
    #expect(run.result.dangers[.responseLostAfterCommit] == 1)
    #expect(run.result.dangers[.sentAgainAfterEffect] == 1)
    #expect(run.result.breaches.map(\.promise) == [.oneEffectPerIntent])
  }

  /// A call whose client gives up is told of a failure; the attempt that commits later breaks the
  /// promise, by its own doing.
  @Test("tells who broke a promise that only a later commit breaks")
  func lateCommit() {
    var load = Build.once(1)
    load.client = ClientPolicy(timeout: .milliseconds(20), attempts: 1)
    let scenario = Build.scenario([Build.delay(50), Build.transaction(Build.add(10))], load: load)
    let run = scenario.compiled("atomic").watched()
    #expect(
      run.lines == [
        "0 u1 sent", "20ms u1 timed out", "50ms u1 row locked 0", "50ms u1 wrote 0.0 10",
        "50ms u1 committed 0.0 10", "50ms u1 broke failed-no-effect", "50ms u1 reply lost 200",
      ])
    #expect(run.result.breaches.first?.row == RowID(index: 0))
    #expect(run.result.dangers[.committedUnheard] == 1)
  }
}
