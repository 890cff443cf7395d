import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Redisson's tryLock, each rule in a run that is small enough to check by hand.
///
/// A message to the lock server takes 1 ms each way and a command no time, so that a round trip is
/// 2 ms. Commits take 10 ms where a test needs them. Rules: SEMANTICS 2.1.
@Suite("Distributed lock timelines")
struct DistributedLockTimelineTests {
  private func system(instances: Int = 1, commit: UInt64 = 0) -> SystemModel {
    var system = SystemModel()
    system.instances = instances
    system.lockServer.network = .constant(.milliseconds(1))
    system.database.commit = .constant(.milliseconds(commit))
    return system
  }

  private func compiled(
    _ steps: Step..., users: Int, apart: UInt64, instances: Int = 1, commit: UInt64 = 0,
    defence: Defence = Defence()
  ) -> CompiledScenario {
    Build.scenario(
      steps, load: Build.once(users, stagger: Build.everyStep(apart, users: users)),
      system: system(instances: instances, commit: commit)
    ).compiled(defence)
  }

  @Test("a lock that is free costs one round trip, and its release another")
  func uncontended() {
    // Try 0–2, work 2–7, unlock 7–9. The way there and the way back are two spells of the same
    // kind.
    let compiled = compiled(Build.lock(Build.delay(5)), users: 1, apart: 1)
    #expect(
      compiled.timeline() == [
        "0 u1 redis command", "1ms u1 redis command", "2ms u1 external delay",
        "7ms u1 redis command", "8ms u1 redis command", "9ms u1 answer 200",
      ])
    #expect(compiled.run().timeSplit.total(.redisCommand) == 4_000_000)
  }

  @Test("a lock that is held costs a try, a subscription and another try, then a wake-up and a try")
  func contended() {
    // u1: locked at the server at 1, works 2–12, the unlock reaches the server at 13, its answer u1
    // at 14. u2 comes at 1: try at the server at 2 (held), 3; SUBSCRIBE 3–5; try at the server at 6
    // (held), 7; waits. The message leaves the server at 13 and arrives at 14; u2 tries: at the
    // server at 15, locked, 16; works 16–26; unlocks 26–28.
    let compiled = compiled(Build.lock(Build.delay(10)), users: 2, apart: 1)
    let timeline = compiled.timeline().filter { $0.contains("u2") }
    #expect(
      timeline == [
        "1ms u2 redis command", "2ms u2 redis command", "3ms u2 redis command",
        "5ms u2 redis command", "6ms u2 redis command", "7ms u2 distributed-lock wait",
        "14ms u2 redis command", "15ms u2 redis command",
        "16ms u2 external delay", "26ms u2 redis command", "27ms u2 redis command",
        "28ms u2 answer 200",
      ])
    let result = compiled.run()
    #expect(result.trend(.distributedLockWaitTime).sum == 7_000_000)
    #expect(result.broken(.oneHolderPerLock) == 0)
  }

  @Test("an unlock wakes one waiter of an instance, and each instance has one to wake")
  func wakeUps() {
    // u1 works 2–102 and unlocks; the message arrives at 104. Four more wait by then, users going
    // to the instances in turn. With one instance one of them tries at 104; with two, two of them;
    // with three, three.
    func wokenBy(_ instances: Int) -> Int {
      let compiled = compiled(
        Build.lock(Build.delay(100)), users: 5, apart: 1, instances: instances)
      return compiled.timeline().count { $0.hasPrefix("104ms") && $0.hasSuffix("redis command") }
    }
    #expect(wokenBy(1) == 1)
    #expect(wokenBy(2) == 2)
    #expect(wokenBy(3) == 3)
  }

  @Test("waiters of one instance get the lock in the order in which they began to wait")
  func order() {
    let compiled = compiled(Build.lock(Build.delay(20)), users: 4, apart: 1)
    let answers = compiled.timeline().filter { $0.hasSuffix("answer 200") }
    // Each next one: message +1, way to the server +1 (locked), way back +1, work 20, way to the
    // server +1; the answer is one way more. u1 unlocks at the server at 23; then 23 + 24 = 47, 71,
    // 95.
    #expect(
      answers == [
        "24ms u1 answer 200", "48ms u2 answer 200", "72ms u3 answer 200", "96ms u4 answer 200",
      ])
  }

  @Test("a newcomer may take the lock between the release and the try of the one that was woken")
  func barging() {
    // u1 works 2–12, the server frees the lock at 13. u2 (at 6 ms: tries at 7, subscribes, tries at
    // 11, waits from 12) hears of it at 14 and tries at the server at 15. u3 comes at 12.5: its try
    // is at the server at 13.5: locked.
    let scenario = Build.scenario(
      [Build.request([Build.lock(Build.delay(10))])],
      loads: [0, 6_000, 12_500].enumerated().map { index, start in
        var load = Build.once(1, name: "load \(index)")
        load.startTime = .microseconds(UInt64(start))
        return load
      }, tables: Build.tables(), system: system())
    let timeline = scenario.compiled("none").timeline()
    #expect(timeline.contains("14.5ms u3 external delay"))
    // u2's try fails at 15, 16; it waits again; u3 unlocks at 25.5 at the server; u2 hears at 26.5,
    // has it at 28.5.
    #expect(timeline.contains("16ms u2 distributed-lock wait"))
    #expect(timeline.contains("28.5ms u2 external delay"))
  }

  @Test("those who come while a subscription is on its way share it")
  func sharedSubscription() {
    // u2 at 1 subscribes 3–5. u3 at 2: its try is back at 4: waits for that subscription until 5,
    // tries, 7.
    let compiled = compiled(Build.lock(Build.delay(100)), users: 3, apart: 1)
    let timeline = compiled.timeline().filter { $0.contains("u3") }.prefix(6)
    #expect(
      timeline == [
        "2ms u3 redis command", "3ms u3 redis command", "4ms u3 distributed-lock wait",
        "5ms u3 redis command", "6ms u3 redis command", "7ms u3 distributed-lock wait",
      ])
  }

  @Test("a wait that runs out is answered 409, at its end")
  func waitRunsOut() {
    // u1 works 2–102. u2 comes at 1 and waits for at most 20 ms, until 21.
    let compiled = compiled(
      Build.lock(wait: .milliseconds(20), Build.delay(100)), users: 2, apart: 1)
    #expect(compiled.timeline().contains("21ms u2 answer 409"))
    let result = compiled.run()
    #expect(result.count(.distributedLockTimeouts) == 1)
    #expect(result.rate(.errors) == 0.5)
    #expect(result.trend(.distributedLockWaitTime).maximum == 14_000_000)
  }

  @Test("who waits for no time tries once")
  func noWait() {
    let compiled = compiled(Build.lock(wait: .zero, Build.delay(100)), users: 2, apart: 1)
    #expect(compiled.timeline().contains("3ms u2 answer 409"))
    #expect(compiled.run().count(.distributedLockTimeouts) == 1)
  }

  @Test("a message that comes when nobody waits lets the next one try at once")
  func lateMessage() {
    // u1 works 2–5, the server frees the lock at 6. u2 at 1 subscribes 3–5 and tries at the server
    // at 6: its message was sent after u1's unlock (both arrive at 6; u1's was scheduled first), so
    // it has the lock at 7. u1's message arrives at 7, too, when nobody waits any more. u2 works
    // 7–10 and unlocks; nobody is left to hear of it.
    let compiled = compiled(Build.lock(Build.delay(3)), users: 2, apart: 1)
    let timeline = compiled.timeline()
    #expect(timeline.contains("7ms u2 external delay"))
    #expect(timeline.last == "12ms u2 answer 200")
    #expect(compiled.run().safety.isSafe)
  }

  @Test("a message that nobody waited for lets the next who would wait try at once")
  func storedPermit() {
    // u1: locked at the server at 1, works 2–4.5, unlocked at the server at 5.5: its message
    // arrives at 6.5. u2 at 1: subscribed at 5, tries at the server at 6: locked, 7. u3 at 2: its
    // try fails at 3, it shares the subscription at 5, its try fails at 6, right after u2's; at 7
    // it would wait, but the message has come: it tries again at once, fails at 8, and waits from 9
    // for u2, who works 7–9.5, unlocks at 10.5; heard of at 11.5, locked at 12.5.
    let work = Step.delay(.constant(.microseconds(2_500)))
    let compiled = compiled(Build.lock(work), users: 3, apart: 1)
    #expect(
      compiled.timeline().filter { $0.contains("u3") }.dropLast(3) == [
        "2ms u3 redis command", "3ms u3 redis command", "4ms u3 distributed-lock wait",
        "5ms u3 redis command", "6ms u3 redis command", "7ms u3 redis command",
        "8ms u3 redis command", "9ms u3 distributed-lock wait", "11.5ms u3 redis command",
        "12.5ms u3 redis command", "13.5ms u3 external delay",
      ])
  }

  // MARK: Leases

  /// Reads, works 30 ms and writes within a lock of 20 ms: the second comes in before the first is
  /// out.
  ///
  /// u1: locked at the server at 1 until 21; inside from 2, reads at 2, works to 32, writes,
  /// commits 32–42. u2 comes at 10: tries at 11 (10 ms left), 12; subscribes 12–14; tries at 15 (6
  /// left), 16; waits for 6 ms, until 22; tries at 23: the lease has run out: locked until 43;
  /// inside from 24, reads at 24, works to 54.
  private func overrun(_ defence: Defence) -> CompiledScenario {
    compiled(
      Build.lock(
        lease: .milliseconds(20), Build.transaction(Build.read(), Build.delay(30), Build.add(10))),
      users: 2, apart: 10, commit: 10, defence: defence)
  }

  @Test("a lease that runs out lets the next one in, who learns of it only by its own timer")
  func leaseExpires() {
    let compiled = overrun(Defence(distributedLock: true))
    let timeline = compiled.timeline()
    #expect(timeline.contains("16ms u2 distributed-lock wait"))
    #expect(timeline.contains("22ms u2 redis command"))
    #expect(timeline.contains("24ms u2 external delay"))
    let result = compiled.run()
    // Both leases run out before their holders are done: at 21 and 43.
    #expect(result.count(.leaseExpirations) == 2)
    #expect(result.broken(.oneHolderPerLock) == 1)
    // u2 comes in at 24, u1 goes out at 42.
    #expect(result.safety.longestOverlap == .milliseconds(18))
  }

  @Test(
    "who unlocks a lock that is no longer its own is answered 500, though the write is committed")
  func unlockByStranger() {
    let compiled = overrun(Defence(distributedLock: true))
    // u1 commits to 42, unlocks to 44. u2: row at 54, commits 54–64, unlocks to 66.
    #expect(compiled.timeline().contains("44ms u1 answer 500"))
    #expect(compiled.timeline().last == "66ms u2 answer 500")
    let result = compiled.run()
    #expect(result.broken(.failedHasNoEffect) == 2)
    #expect(result.rate(.errors) == 1)
  }

  @Test("without a version the overrun loses an update; with one exactly one of the two commits")
  func overrunAndVersions() {
    let unguarded = overrun(Defence(distributedLock: true)).run()
    #expect(unguarded.broken(.noLostUpdate) == 1)
    #expect(unguarded.safety.columns[0].finalSum == 10)
    let versioned = overrun(Defence(writeGuard: .optimistic, distributedLock: true)).run()
    #expect(versioned.broken(.noLostUpdate) == 0)
    #expect(versioned.count(.optimisticLockConflicts) == 1)
    #expect(versioned.safety.columns[0].effects == 1)
    #expect(versioned.safety.columns[0].finalSum == 10)
  }

  @Test("a fencing token stops a write that comes after one with a newer token")
  func fencing() {
    // Leases of 20 ms. u1 works 100 ms, inside from 2 with token 1; u2 comes at 10, is inside from
    // 24 with token 2, and works 10 ms, so that u1 is the later one.
    let slow = Build.request(
      [
        Build.lock(
          lease: .milliseconds(20),
          Build.transaction(Build.read(), Build.delay(100), Build.add(10)))
      ], name: "slow")
    let quick = Build.request(
      [
        Build.lock(
          lease: .milliseconds(20),
          Build.transaction(Build.read(), Build.delay(10), Build.add(10)))
      ], name: "quick")
    var second = Build.once(1, request: 1, name: "second")
    second.startTime = .milliseconds(10)
    let scenario = Build.scenario(
      [slow, quick], loads: [Build.once(1, name: "first"), second], system: system())
    // u2: inside from 24, writes at 34, unlocks. u1 wakes at 102 and writes what it computed from
    // 0.
    let unfenced = scenario.compiled(Defence(distributedLock: true)).run()
    #expect(unfenced.broken(.noLostUpdate) == 1)
    let fenced = scenario.compiled(Defence(distributedLock: true, fencingToken: true))
    #expect(fenced.timeline().last == "104ms u1 answer 500")
    let result = fenced.run()
    #expect(result.broken(.noLostUpdate) == 0)
    #expect(result.safety.columns[0].effects == 1)
    #expect(result.safety.columns[0].finalSum == 10)
  }

  @Test("when a lease runs out all who wait try together")
  func herd() {
    // u1 holds the lock of 50 ms and works 500. Three more come at 1, 2 and 3 and wait for its end:
    // at the server 51. Each waits as long as the answer said from when the answer came: they wake
    // at 52 and try together.
    let compiled = compiled(
      Build.lock(lease: .milliseconds(50), Build.delay(500)), users: 4, apart: 1)
    let woken = compiled.timeline().filter { $0.hasPrefix("52ms") }
    #expect(
      woken == ["52ms u2 redis command", "52ms u3 redis command", "52ms u4 redis command"])
  }

  @Test("the lock server's one thread serves one command after another")
  func oneThread() {
    // Commands take 2 ms and messages nothing. Three users on three rows try at 0: served 0–2, 2–4,
    // 4–6. Then each unlocks when it is its turn: u1 at 2 stands behind u3: 6–8; u2 at 4: 8–10; u3
    // at 6: 10–12.
    var system = SystemModel()
    system.lockServer.command = .constant(.milliseconds(2))
    let compiled = Build.scenario(
      [Build.lock()], load: Build.once(3), tables: Build.tables(rows: 3), system: system
    ).compiled("none")
    let answers = compiled.timeline().filter { $0.hasSuffix("answer 200") }
    #expect(answers == ["8ms u1 answer 200", "10ms u2 answer 200", "12ms u3 answer 200"])
    let server = compiled.run().resources.servers(.lockServer)
    #expect(server?.busy.integral == 12_000_000)
    // 2 + 4 before the tries, 4 + 4 + 4 before the unlocks.
    #expect(server?.queue.totalWait == 18_000_000)
  }
}
