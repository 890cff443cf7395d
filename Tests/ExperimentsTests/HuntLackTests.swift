import ContentionEngine
import Experiments
import ScenarioModel
import SimulationBasics
import Testing

@Suite("What a hunt cannot meet")
struct HuntLackTests {
  private static let lock = DistributedLockStep(
    name: LockName(text: "item:{item}", keys: [0]), wait: .seconds(10), lease: .seconds(30),
    layer: .distributedLock, steps: [])
  private static let key = IdempotentStep(table: 0, layer: .idempotencyKey, steps: [])

  private func space(
    _ defence: Defence, steps: [Step] = [.distributedLock(lock), .idempotent(key)],
    kinds: [FaultKind] = FaultKind.allCases, client: ClientPolicy? = nil
  ) -> HuntSpace {
    var base = smallScenario()
    base.requests[0].steps = steps + base.requests[0].steps
    return HuntSpace(
      base: base, strategy: Strategy(name: "some", defence: defence), kinds: kinds,
      client: client)
  }

  @Test("is named for each promise by the layer that it is about")
  func promises() {
    let bare = space(Defence())
    #expect(bare.lack(for: .noKeyStuck) == .layer(.idempotencyKey))
    #expect(bare.lack(for: .noDuplicateFails) == .layer(.idempotencyKey))
    #expect(bare.lack(for: .oneHolderPerLock) == .layer(.distributedLock))
    #expect(bare.lack(for: .neverOversold) == .floor)
    #expect(bare.lack(for: .noLostUpdate) == nil)
    let all = space(Defence(distributedLock: true, idempotencyKey: true))
    #expect(all.lack(for: .noKeyStuck) == nil)
    #expect(all.lack(for: .oneHolderPerLock) == nil)
    // A layer that the model has no step for is not there, whatever the strategy says.
    let without = space(Defence(distributedLock: true, idempotencyKey: true), steps: [])
    #expect(without.lack(for: .noKeyStuck) == .layer(.idempotencyKey))
    #expect(without.lack(for: .oneHolderPerLock) == .layer(.distributedLock))
    // Any INSERT may run into a unique key.
    let insert = space(Defence(), steps: [.insert(InsertStep(table: 0))])
    #expect(insert.lack(for: .noDuplicateFails) == nil)
    #expect(insert.lack(for: .noKeyStuck) == .layer(.idempotencyKey))
  }

  @Test("is named for each danger by a layer, a fault or a rule of the model")
  func dangers() {
    let all = space(
      Defence(
        writeGuard: .optimistic, distributedLock: true, idempotencyKey: true, fencingToken: true),
      client: ClientPolicy(timeout: .seconds(2), attempts: 2))
    for danger in Danger.allCases where danger != .keyTakenOver {
      #expect(all.lack(for: danger) == nil, "\(danger.text)")
    }
    #expect(all.lack(for: .keyTakenOver) == .takeover)
    let quiet = space(
      Defence(distributedLock: true, idempotencyKey: true), kinds: [.pause])
    #expect(quiet.lack(for: .leaseExpiredWhileHeld) == nil)
    #expect(quiet.lack(for: .pausedInTransaction) == nil)
    #expect(quiet.lack(for: .failoverWhileHeld) == .faults([.redisFailover]))
    #expect(quiet.lack(for: .stalledWhileHeld) == .faults([.databaseStall, .slowCommit]))
    #expect(quiet.lack(for: .versionMoved) == .layer(.optimistic))
    #expect(quiet.lack(for: .tokenRefused) == .layer(.fencingToken))
    #expect(quiet.lack(for: .committedUnheard) == .timeout)
  }

  @Test("is never what its runs have met")
  func met() {
    let model = smallScenario()
    let hunt = Hunt(
      HuntSpace(
        base: model, strategy: Strategy.builtIn[2],
        variations: HuntSpace.proposedVariations(for: model),
        client: ClientPolicy(timeout: .milliseconds(5), attempts: 2)), seed: 3)
    var seen = 0
    for index in 0..<200 {
      let result = hunt.run(hunt.hunted(index)).result
      for danger in Danger.allCases where result.dangers[danger] > 0 {
        seen += 1
        #expect(hunt.space.lack(for: danger) == nil, "\(danger.text)")
      }
      for promise in SafetyPromise.allCases where result.safety.finding(promise).examined > 0 {
        // Every repeat is examined, also where no key could refuse it.
        if promise == .noDuplicateFails { continue }
        #expect(hunt.space.lack(for: promise) == nil, "\(promise.text)")
      }
    }
    #expect(seen > 0)
  }
}
