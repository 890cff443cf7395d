import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Requests that carry a key which others have carried before.
@Suite("Shared keys")
struct KeyUseTests {
  private func load(
    users: Int, iterations: Int, stagger: StartStagger = .none, _ steps: [IterationStep]
  ) -> Load {
    Load(
      name: "keys",
      executor: .perVUIterations(vus: users, iterations: iterations, maxDuration: .minutes(100)),
      startStagger: stagger, iteration: steps)
  }

  private let work = [
    Build.idempotent(
      layer: .idempotencyKey, Build.transaction(Build.read(), Build.delay(5), Build.add(1)))
  ]

  /// The keys of all requests in the order in which they were sent, by user, and the most shared
  /// keys that were kept at once.
  private func keys(_ scenario: Scenario) -> (byUser: [[UInt64]], most: Int) {
    var simulation = Simulation(scenario.compiled("idempotency-key"), seed: 1)
    let users = scenario.loads.reduce(0) { $0 + $1.executor.mostUsers }
    var byUser = Array(repeating: [UInt64](), count: users)
    var known: [(VirtualTime, Int)] = []
    var most = 0
    while simulation.runNextEvent() {
      for glimpse in simulation.requestsInFlight() {
        let user = Int(glimpse.user.index)
        if known.contains(where: { $0 == (glimpse.sentAt, user) }) { continue }
        known.append((glimpse.sentAt, user))
        byUser[user].append(simulation.key(of: glimpse.request).number)
      }
      most = max(most, simulation.sharedKeyCount)
    }
    return (byUser, most)
  }

  @Test("a key that is sent again is answered from what is stored, and has one effect")
  func previous() {
    let scenario = Build.scenario(
      work,
      load: load(users: 1, iterations: 1, [.request(0, key: .new), .request(0, key: .previous)]))
    let result = scenario.compiled("idempotency-key").run()
    #expect(result.count(.idempotentReplays) == 1)
    #expect(result.safety.columns[0].effects == 1)
    #expect(result.broken(.oneEffectPerIntent) == 0)
    #expect(result.broken(.acknowledgedIsCommitted) == 0)
  }

  @Test("without the layer the same two requests have two effects, and the ledger says so")
  func previousUnguarded() {
    let scenario = Build.scenario(
      work,
      load: load(users: 1, iterations: 1, [.request(0, key: .new), .request(0, key: .previous)]))
    let result = scenario.compiled("none").run()
    #expect(result.safety.columns[0].effects == 2)
    #expect(result.broken(.oneEffectPerIntent) == 1)
  }

  @Test("a first request that asks for the previous key has a fresh one")
  func previousOfNothing() {
    let (byUser, _) = keys(
      Build.scenario(
        [Build.delay(5)],
        load: load(
          users: 2, iterations: 2,
          [.request(0, key: .previous), .request(0, key: .new), .request(0, key: .previous)])))
    for keys in byUser {
      // a, b, b; then b again, c, c.
      #expect(keys.count == 6)
      #expect(keys[0] != keys[1])
      #expect(keys[1] == keys[2])
      #expect(keys[2] == keys[3])
      #expect(keys[4] != keys[3])
      #expect(keys[4] == keys[5])
    }
    #expect(Set(byUser[0]).isDisjoint(with: byUser[1]))
  }

  @Test("after the key that a whole load shares, the previous one is that key")
  func previousOfSame() {
    let scenario = Build.scenario(
      [Build.delay(5)],
      load: load(
        users: 2, iterations: 1, [.request(0, key: .same), .request(0, key: .previous)]))
    #expect(keys(scenario).byUser == [[0, 0], [0, 0]])
  }

  @Test("a user keeps one key, however many it has sent")
  func previousMemory() {
    // Two users: one key each, one more each while the next request has been sent and the last key
    // is still to be let go of, and the load's own.
    let (byUser, most) = keys(
      Build.scenario(
        [Build.delay(5)],
        load: load(
          users: 2, iterations: 50, [.request(0, key: .new), .request(0, key: .previous)])))
    #expect(byUser.allSatisfy { Set($0).count == 50 })
    #expect(most <= 1 + 2 * 2)
  }

  @Test("a group has one key for each iteration, and groups have different ones")
  func groups() {
    let (byUser, _) = keys(
      Build.scenario(
        [Build.delay(5)],
        load: load(users: 5, iterations: 3, [.request(0, key: .ofGroup(size: 2))])))
    #expect(byUser[0] == byUser[1])
    #expect(byUser[2] == byUser[3])
    #expect(Set(byUser[0] + byUser[2] + byUser[4]).count == 9)
  }

  @Test("a group's user who comes late to an iteration finds its key, two requests on the way")
  func lateMember() {
    // User 2 starts 12 ms later; user 1 is then in its third iteration of 5 ms.
    let (byUser, most) = keys(
      Build.scenario(
        [Build.delay(5)],
        load: load(
          users: 2, iterations: 6, stagger: .even(over: .milliseconds(24)),
          [.request(0, key: .ofGroup(size: 2))])))
    #expect(byUser[0] == byUser[1])
    #expect(Set(byUser[0]).count == 6)
    // Three iterations of a lead, and the load's own key.
    #expect(most <= 1 + 4)
  }

  @Test("keys of groups are forgotten when all have gone on")
  func groupMemory() {
    let (_, most) = keys(
      Build.scenario(
        [Build.delay(5)],
        load: load(users: 4, iterations: 100, [.request(0, key: .ofGroup(size: 2))])))
    // The load's, and for each group the present one and the one that is just being left.
    #expect(most <= 1 + 2 * 2)
  }

  @Test("a user who has stopped holds back no keys")
  func stoppedMember() {
    // Shared iterations: user 2 is in one that takes 100 times as long and then gets none; the keys
    // that user 1 has meanwhile left behind go when user 2 goes on.
    let slow = IterationStep.everyNth(
      EveryNth(every: 1_000_000, first: 2, counting: .ofGroup(size: 2)),
      steps: [.sleep(.constant(.milliseconds(500)))], otherwise: [])
    let scenario = Build.scenario(
      [Build.delay(5)],
      loads: [
        Load(
          name: "shared",
          executor: .sharedIterations(vus: 2, iterations: 50, maxDuration: .minutes(1)),
          iteration: [.request(0, key: .ofGroup(size: 2)), slow])
      ])
    var simulation = Simulation(scenario.compiled("none"), seed: 1)
    simulation.runToEnd()
    #expect(simulation.sharedKeyCount <= 2)
  }

  @Test("the duplicates of a group: one effect a round, as often as the key allows it")
  func duplicates() {
    // Three users send the same key at once, round after round, each waiting for the others: the
    // first does the work, the others wait for its insert and then meet the duplicate.
    let steps = [
      Build.transaction(
        .insert(InsertStep(table: 1)), Build.read(), Build.delay(5), Build.add(1))
    ]
    let scenario = Build.scenario(
      steps,
      load: load(
        users: 3, iterations: 4,
        [.barrier(parties: 3), .request(0, key: .ofGroup(size: 3)), .barrier(parties: 3)]))
    let result = scenario.compiled("none").run()
    #expect(result.count(.requests) == 12)
    #expect(result.count(.duplicateKeyErrors) == 8)
    #expect(result.safety.columns[0].effects == 4)
    #expect(result.broken(.oneEffectPerIntent) == 0)
    #expect(result.broken(.acknowledgedIsCommitted) == 0)
    // A row that a plain INSERT has stored is nobody's work in progress.
    #expect(result.broken(.noKeyStuck) == 0)
  }
}

extension Build {
  fileprivate static func scenario(_ steps: [Step], loads: [Load]) -> Scenario {
    scenario([request(steps)], loads: loads)
  }
}
