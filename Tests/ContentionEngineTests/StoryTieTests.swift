import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Users who come together to one row: in which order they get it.
@Suite("The order of ties")
struct StoryTieTests {
  /// Each computes for 1 ms and then changes the row, which it holds for 5 ms.
  private func meeting(_ users: Int, times: Int = 1) -> CompiledScenario {
    let load = Load(
      name: "together",
      executor: .perVUIterations(vus: users, iterations: times, maxDuration: .minutes(1)),
      iteration: [.request(0, key: .new), .sleep(.constant(.milliseconds(100)))])
    return Build.scenario(
      [Build.cpu(1), Build.transaction(Build.add(10), Build.delay(5))], load: load
    ).compiled("atomic")
  }

  /// The users in the order of their commits, each as a digit from 1.
  private func order(_ run: WatchedRun) -> [String] {
    run.story.compactMap { event in
      guard case .committed = event.fact, case .request(let teller) = event.teller else {
        return nil
      }
      return "\(teller.user.index + 1)"
    }
  }

  private func orders(of users: Int, _ tieOrder: (UInt64) -> TieOrder) -> [String] {
    (1...60).map { seed in
      order(meeting(users).watched(tieOrder: tieOrder(UInt64(seed)))).joined()
    }
  }

  @Test("is that of scheduling unless something else is asked for")
  func scheduling() {
    let compiled = meeting(3)
    #expect(order(compiled.watched()).joined() == "123")
    #expect(compiled.watched(tieOrder: .scheduling).result.digest == compiled.run().digest)
  }

  @Test("reaches every order by chance")
  func random() {
    let reached = orders(of: 3) { .drawn(seed: $0) }
    #expect(Set(reached).count == 6)
    // A sixth of 60 each: far from never.
    for order in Set(reached) { #expect(reached.count { $0 == order } >= 2) }
  }

  @Test("reaches every order of priorities")
  func priorities() {
    let reached = orders(of: 3) { .priorities(seed: $0, changes: 0, events: 0) }
    #expect(Set(reached).count == 6)
    for order in Set(reached) { #expect(reached.count { $0 == order } >= 2) }
  }

  @Test("stays that of the priorities whenever users meet, until one of them changes")
  func samePriorities() {
    for seed in 1...20 as ClosedRange<UInt64> {
      let steady = meeting(4, times: 5).watched(
        tieOrder: .priorities(seed: seed, changes: 0, events: 0))
      let rounds = order(steady)
      for round in 0..<5 {
        #expect(rounds[(round * 4)..<(round * 4 + 4)] == rounds[0..<4], "round \(round)")
      }
      // One change: from then on the order is another one, with one user moved to its end.
      let changed = order(
        meeting(4, times: 5).watched(
          tieOrder: .priorities(seed: seed, changes: 1, events: steady.result.events)))
      let last = Array(changed[16..<20])
      #expect(
        (0..<4).contains { moved in
          var expected = Array(rounds[0..<4])
          expected.append(expected.remove(at: moved))
          return last == expected
        })
    }
  }

  @Test("is the same with the same seed, and another with another")
  func repeats() {
    for order in [
      { TieOrder.drawn(seed: $0) }, { TieOrder.priorities(seed: $0, changes: 3, events: 200) },
    ] as [(UInt64) -> TieOrder] {
      let compiled = meeting(5, times: 3)
      let digests = (1...8).map {
        compiled.watched(tieOrder: order(UInt64($0))).result.digest.text
      }
      let again = (1...8).map {
        compiled.watched(tieOrder: order(UInt64($0))).result.digest.text
      }
      #expect(digests == again)
      #expect(Set(digests).count == 8)
    }
  }

  @Test("puts nothing off by a microsecond or more")
  func putsOff() {
    // One user alone: the CPU's millisecond, then the delay's five, each put off once.
    for seed in 1...30 as ClosedRange<UInt64> {
      for order in [
        TieOrder.drawn(seed: seed), .priorities(seed: seed, changes: 2, events: 5),
      ] {
        let run = meeting(1).watched(tieOrder: order)
        let committed = run.story.first { if case .committed = $0.fact { true } else { false } }
        let late = (committed?.at ?? .never) - (.start + .milliseconds(6))
        #expect(late < .nanoseconds(2 * 1_000))
      }
    }
  }

  /// The engine stops a run whose shares of time do not sum to the latency, or where something is
  /// held at the end by nobody.
  @Test("keeps every account, whatever the model does")
  func accounts() {
    withEverySeed(1...40) { seed, random in
      var system = SystemModel()
      system.instances = 1 + random.below(2)
      system.pool = ConnectionPoolModel(size: 2)
      system.cores = 1
      system.database.select = .constant(.milliseconds(1))
      system.database.update = .constant(.microseconds(700))
      system.database.commit = .constant(.milliseconds(2))
      system.lockServer.network = .constant(.microseconds(150))
      let work = Build.retry(
        Backoff(base: .milliseconds(2), jitter: .full),
        Build.transaction(Build.read(), Build.cpu(1), Build.add(10)))
      let step = Build.lock(
        client: random.oneIn(2) ? .redissonFair : .redisson,
        Build.idempotent(layer: .idempotencyKey, work))
      let load = Load(
        name: "some",
        executor: .perVUIterations(vus: 6, iterations: 3, maxDuration: .minutes(1)),
        iteration: [
          .request(
            0, key: .new, doubleClick: DoubleClick(after: .constant(.milliseconds(3))))
        ])
      let compiled = Build.scenario([step], load: load, system: system).compiled(
        Defence(
          writeGuard: .optimistic, distributedLock: random.oneIn(2), idempotencyKey: true))
      for order in [
        TieOrder.drawn(seed: seed), .priorities(seed: seed, changes: 3, events: 500),
      ] {
        let result = compiled.watched(seed: seed, tieOrder: order).result
        if !result.safety.isSafe { throw Mismatch("\(result.breaches)") }
        if !result.safety.finding(.nothingHeldAtEnd).isHeld { throw Mismatch("held at the end") }
        if result.safety.answered != 36 { throw Mismatch("\(result.safety.answered) answers") }
      }
    }
  }
}
