import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// A plain loop of `SET NX PX` and sleep, as the driver of the measured runs has it.
///
/// Unless a test says otherwise a message to the lock server takes 1 ms each way, a command no
/// time, and a poll comes 5 ms after the answer to the last.
@Suite("Spinning lock timelines")
struct DistributedLockSpinTests {
  private func system(
    network: UInt64 = 1, command: DurationDistribution = .zero,
    poll: Backoff = Backoff(base: .milliseconds(5)), commit: UInt64 = 0
  ) -> SystemModel {
    var system = SystemModel()
    system.lockServer.client = .spin
    system.lockServer.poll = poll
    system.lockServer.network = .constant(.milliseconds(network))
    system.lockServer.command = command
    system.database.commit = .constant(.milliseconds(commit))
    return system
  }

  private func compiled(_ step: Step, users: Int, apart: UInt64 = 1) -> CompiledScenario {
    Build.scenario(
      [step], load: Build.once(users, stagger: Build.everyStep(apart, users: users)),
      system: system()
    ).compiled("none")
  }

  @Test("asks, sleeps, and asks again, and hears of nothing in between")
  func polling() {
    // u1: locked at the server at 1, works 2–12, deleted at the server at 13. u2 at 1: tries at the
    // server at 2, sleeps 3–8, tries at 9, sleeps 10–15, tries at 16: locked; works 17–27; 29.
    let compiled = compiled(Build.lock(Build.delay(10)), users: 2)
    #expect(
      compiled.timeline().filter { $0.contains("u2") } == [
        "1ms u2 redis command", "2ms u2 redis command", "3ms u2 distributed-lock wait",
        "8ms u2 redis command", "9ms u2 redis command", "10ms u2 distributed-lock wait",
        "15ms u2 redis command", "16ms u2 redis command", "17ms u2 external delay",
        "27ms u2 redis command", "28ms u2 redis command", "29ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.trend(.distributedLockWaitTime).sum == 10_000_000)
    #expect(result.safety.isSafe)
  }

  @Test("sleeps too long by as much as timers are late, and may be released more slowly than taken")
  func lateness() {
    // u1: locked at the server at 1, works 2–12, and the server works 13–17 on the release. u2 at
    // 1: tries at the server at 2, sleeps 3–10, tries at 11, sleeps 12–19, tries at 20: locked;
    // works 21–31, released at the server 32–36; 37.
    var system = system()
    system.sleepOvershoot = .constant(.milliseconds(2))
    system.lockServer.unlock = .constant(.milliseconds(4))
    let scenario = Build.scenario(
      [Build.lock(Build.delay(10))],
      load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system)
    let lines = scenario.compiled("none").timeline()
    #expect(lines.contains("18ms u1 answer 200"))
    #expect(lines.contains("10ms u2 redis command"))
    #expect(lines.contains("19ms u2 redis command"))
    #expect(lines.contains("37ms u2 answer 200"))
  }

  @Test("gives up after a try that fails when the wait is over, not in its sleep")
  func waitIsOver() {
    // u1 works 2–102. u2 comes at 1; its tries fail at 3 and 10: after 2 and 9 ms.
    func answer(to wait: VirtualDuration) -> String? {
      compiled(Build.lock(wait: wait, Build.delay(100)), users: 2).timeline()
        .first { $0.contains("u2 answer") }
    }
    #expect(answer(to: .zero) == "3ms u2 answer 409")
    #expect(answer(to: .milliseconds(2)) == "3ms u2 answer 409")
    #expect(answer(to: .milliseconds(3)) == "10ms u2 answer 409")
    #expect(answer(to: .milliseconds(9)) == "10ms u2 answer 409")
    #expect(answer(to: .milliseconds(10)) == "17ms u2 answer 409")
  }

  @Test("may sleep longer each time, up to a cap, and start anew with the next lock")
  func exponentialPolls() {
    // u2 comes at 1; its tries fail at 3, 6, 10, 16, 22, … after sleeps of 1, 2, 4, 4, 4 ms.
    let poll = Backoff(base: .milliseconds(1), factor: 2, cap: .milliseconds(4))
    let step = Build.lock(poll: poll, Build.delay(50))
    let stories = compiled(step, users: 2).stories().stories
    let sleeps = stories[1].lengths(of: .distributedLockWait)
    #expect(Array(sleeps.prefix(5)) == [1, 2, 4, 4, 4].map { VirtualDuration.milliseconds($0) })
    #expect(sleeps[5...].allSatisfy { $0 == .milliseconds(4) })
    // A second lock, 3 ms after u1: u2's sleeps begin with 1 ms again. Both work 50 ms under the
    // first, so u1 is in the second when u2 comes to it.
    let both = Build.scenario(
      [step, Build.lock(named: "other", keys: [], poll: poll, Build.delay(100))],
      load: Build.once(2, stagger: Build.everyStep(1, users: 2)), system: system())
    let second = both.compiled("none").stories().stories[1]
    let work = second.spells.firstIndex { $0.share == .externalDelay } ?? 0
    let later = second.spells[work...].filter { $0.share == .distributedLockWait }
    #expect(later.prefix(3).map(\.length) == [1, 2, 4].map { VirtualDuration.milliseconds($0) })
  }

  @Test("may draw its sleeps, from a stream that moves nothing else")
  func jitter() {
    let poll = Backoff(base: .milliseconds(8), jitter: .equal)
    let stories = compiled(Build.lock(poll: poll, Build.delay(900)), users: 4).stories().stories
    let sleeps = stories.flatMap { $0.lengths(of: .distributedLockWait) }
    #expect(sleeps.count > 400)
    #expect(sleeps.allSatisfy { $0 >= .milliseconds(4) && $0 <= .milliseconds(8) })
    // Uniform from 4 to 8: mean 6, deviation 4/√12; five standard errors.
    let mean = sleeps.reduce(0) { $0 + $1.inMilliseconds } / Double(sleeps.count)
    let error = 4 / Double(12 * sleeps.count).squareRoot()
    #expect(abs(mean - 6) < 5 * error)
  }

  @Test("the release of a lock that has expired leaves another's alone and is no failure")
  func lostLease() {
    // u1: locked at the server at 1 until 21; inside 2–42 with its commit. u2 comes at 10, polls at
    // the server at 11, 18, 25: locked until 45; inside 26–66. u1's release at 43 finds u2's token.
    // u3 comes at 40 and polls at 41, fails; at 48 the lease of u2 has run out.
    let step = Build.lock(
      lease: .milliseconds(20), Build.transaction(Build.read(), Build.delay(30), Build.add(10)))
    let starts: [UInt64] = [0, 10, 40]
    let scenario = Build.scenario(
      [Build.request([step])],
      loads: starts.enumerated().map { index, start in
        var load = Build.once(1, name: "load \(index)")
        load.startTime = .milliseconds(start)
        return load
      }, system: system(commit: 10))
    let compiled = scenario.compiled("none")
    let timeline = compiled.timeline()
    #expect(timeline.contains("26ms u2 external delay"))
    #expect(timeline.contains("44ms u1 answer 200"))
    #expect(timeline.contains("42ms u3 distributed-lock wait"))
    #expect(timeline.contains("49ms u3 external delay"))
    let result = compiled.run()
    #expect(result.rate(.errors) == 0)
    #expect(result.count(.leaseExpirations) == 3)
    #expect(result.broken(.oneHolderPerLock) == 2)
    #expect(result.broken(.failedHasNoEffect) == 0)
    // u2 has read 0 before u1 commits 10, and commits 10, too; u3 has read u1's 10 and commits 20:
    // of three updates one is lost.
    #expect(result.broken(.noLostUpdate) == 1)
    #expect(result.safety.columns[0].finalSum == 20)
  }

  // MARK: Load on the lock server

  @Test("each poll takes the one thread of the lock server for the time of a command")
  func load() {
    // 50 users poll a lock that u1 holds for 1 s: one poll each 10 ms + 20 µs, the queue apart.
    let compiled = Build.scenario(
      [Build.lock(wait: .milliseconds(900), Build.delay(1_000))],
      load: Build.once(51, stagger: .even(over: .milliseconds(10))),
      system: system(
        network: 0, command: .constant(.microseconds(20)),
        poll: Backoff(base: .milliseconds(10)))
    ).compiled("none")
    let result = compiled.run()
    let server = result.resources.servers(.lockServer)
    // Each user tries at 0, 10.02, 20.04, … ms until 900 have passed: 91 tries. One more is u1's
    // own, and one its release: 4552 · 20 µs. The users' phases lie 196 µs apart, so nobody queues.
    #expect(server?.busy.integral == 91_040_000)
    #expect(server?.queue.totalWait == 0)
    #expect(result.count(.distributedLockTimeouts) == 50)
  }

  @Test("a thousand spinners hold up the release itself")
  func saturation() {
    // 999 users poll: a command takes 20 µs and they sleep for 10 ms, in which the thread serves
    // 500. So it is always busy, a turn of all takes 999 · 20 µs = 19.98 ms, and who comes waits
    // and is served for 19.98 − 10 ms. The release, which comes once, is one more in that queue: it
    // takes 9.98 to 10 ms, where it would take 20 µs alone. u1's own try is the first: 20 µs.
    let compiled = Build.scenario(
      [Build.lock(wait: .seconds(1), Build.delay(100))], load: Build.once(1_000),
      system: system(
        network: 0, command: .constant(.microseconds(20)),
        poll: Backoff(base: .milliseconds(10)))
    ).compiled("none")
    var simulation = Simulation(compiled, seed: 1)
    var moment = VirtualTime.start + .microseconds(100_020)
    simulation.run(through: moment)
    while simulation.requestsInFlight().contains(where: { $0.user.index == 0 }) {
      moment = moment + .microseconds(10)
      simulation.run(through: moment)
    }
    let release = moment - (.start + .microseconds(100_020))
    #expect(release >= .microseconds(9_970))
    #expect(release <= .microseconds(10_030))
  }

  // MARK: The idle gap after a release

  @Test(
    "k independent pollers leave the lock idle for a poll / (k + 1) on average",
    arguments: [1, 2, 4, 9])
  func idleGap(pollers: Int) {
    // u1 holds the lock for 1 s. The others start at moments drawn from a whole number of polls, so
    // that their phases are independent and uniform, and none is an end of another's sleep. The gap
    // is the least of k uniform lengths on [0, P]: mean P / (k + 1), variance k P² / ((k + 1)² (k +
    // 2)).
    var spinners = Build.once(pollers, name: "spinners")
    spinners.startStagger = .drawn(.uniform(least: .milliseconds(100), most: .milliseconds(600)))
    let scenario = Build.scenario(
      [Build.request([Build.lock(Build.delay(1_000))])],
      loads: [Build.once(1, name: "holder"), spinners],
      system: system(network: 0, poll: Backoff(base: .milliseconds(50))))
    let compiled = scenario.compiled("none")
    let runs = 300
    var sum = 0.0
    for replication in 0..<runs {
      var simulation = Simulation(compiled, seed: 7, replication: UInt32(replication))
      simulation.run(through: .start + .milliseconds(1_060))
      // Who has the lock now began its work when it got it.
      let work = simulation.requestsInFlight().first { $0.share == .externalDelay }
      sum += ((work?.since ?? .start) - (.start + .seconds(1))).inMilliseconds
    }
    let k = Double(pollers)
    let mean = sum / Double(runs)
    let expected = 50 / (k + 1)
    let error = 50 / (k + 1) * (k / (k + 2) / Double(runs)).squareRoot()
    #expect(abs(mean - expected) < 4 * error, "\(mean) instead of \(expected) ± \(error)")
  }
}
