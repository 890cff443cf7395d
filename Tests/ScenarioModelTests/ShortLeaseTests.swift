import ScenarioModel
import SimulationBasics
import Testing

/// Half of the work's mean time, computed by hand: a statement takes 0.5 ms with its round trip, a
/// COMMIT 2.3 ms, a statement that commits by itself 2.5 ms.
@Suite("Lease shorter than work")
struct ShortLeaseTests {
  private func lease(
    _ steps: [Step], under defence: Defence = Charge.all, count: ClosedRange<Int> = 1...1
  ) -> VirtualDuration? {
    var scenario = Charge.scenario([Charge.lock(steps)], .leaseShorterThanWork)
    scenario.requests[0].keys[0].count = count
    return scenario.rewrittenLease(under: defence)
  }

  @Test("the balance charge takes 10.3 ms with its idempotency key, and 4.8 ms without")
  func charge() {
    // SELECT 0.5, INSERT 2.5, BEGIN 0.5, SELECT 0.5, 1, UPDATE 0.5, COMMIT 2.3, UPDATE 2.5.
    let scenario = Charge.layered(.leaseShorterThanWork)
    #expect(scenario.rewrittenLease() == .microseconds(5_150))
    #expect(scenario.rewrittenLease(under: Defence(distributedLock: true)) == .microseconds(2_400))
  }

  @Test("the work is what the other hazards leave under the lock, whatever the order")
  func afterOthers() {
    let inside = Charge.layered(.leaseShorterThanWork, .lockInsideTransaction)
    #expect(inside.rewrittenLease() == .milliseconds(1))
    #expect(
      Charge.layered(.leaseShorterThanWork, .retryInsideTransaction).rewrittenLease()
        == .microseconds(5_150))
  }

  @Test("a row outside a transaction is written by a statement that commits by itself")
  func autocommit() {
    #expect(lease(Charge.work) == .microseconds((500 + 1_000 + 2_500) / 2))
  }

  @Test("a key of several rows counts once for each row, and once inside its forEach")
  func severalRows() {
    let reads: [Step] = [.delay(.constant(.milliseconds(4))), .read(Charge.user)]
    // Three rows on average.
    #expect(lease(reads, count: 2...4) == .microseconds((4_000 + 3 * 500) / 2))
    #expect(
      lease([.forEach(key: 0, steps: reads)], count: 2...4)
        == .microseconds(3 * (4_000 + 500) / 2))
  }

  @Test("one of several rows counts once")
  func oneOfSeveralRows() {
    let second = RowReference(table: 0, key: 0, item: 1)
    let steps: [Step] = [.delay(.constant(.milliseconds(4))), .read(second)]
    #expect(lease(steps, count: 2...4) == .microseconds((4_000 + 500) / 2))
  }

  @Test("branches count as often as they are taken")
  func branches() {
    let long = [Step.delay(.constant(.milliseconds(40)))]
    let short = [Step.delay(.constant(.milliseconds(8)))]
    let choice = Step.choose([
      WeightedSteps(weight: 1, steps: long), WeightedSteps(weight: 3, steps: short),
      WeightedSteps(weight: 0, steps: long),
    ])
    #expect(lease([choice]) == .milliseconds((10 + 6) / 2))
    let occasion = Step.everyNth(EveryNth(every: 4), steps: long, otherwise: short)
    #expect(lease([occasion]) == .milliseconds((10 + 6) / 2))
  }

  @Test("a lock inside costs two commands, when its layer is on")
  func innerLock() {
    let steps = [Charge.lock([.delay(.constant(.milliseconds(4)))])]
    // A command: 0.15 + 0.02 + 0.15.
    #expect(lease(steps) == .microseconds((4_000 + 2 * 320) / 2))
    #expect(lease(steps, under: Defence()) == .milliseconds(2))
  }

  @Test("a transaction that is part of another has no BEGIN and COMMIT of its own")
  func nested() {
    func inner(_ propagation: TransactionStep.Propagation) -> [Step] {
      let step = TransactionStep(propagation: propagation, steps: [.read(Charge.user)])
      return [Charge.transaction([.transaction(step)])]
    }
    #expect(lease(inner(.required)) == .microseconds((500 + 500 + 2_300) / 2))
    #expect(lease(inner(.requiresNew)) == .microseconds((500 + 2 * (500 + 2_300)) / 2))
  }

  @Test("a key looked up FOR UPDATE outside transactions is inserted in one of its own")
  func forUpdate() {
    let idempotent = IdempotentStep(table: 1, lookup: .forUpdate, layer: nil, steps: [])
    // BEGIN, SELECT, INSERT, COMMIT; the completion commits by itself.
    #expect(lease([.idempotent(idempotent)]) == .microseconds((3 * 500 + 2_300 + 2_500) / 2))
  }

  @Test("no lease is cut below 1 ms, and none is made longer")
  func bounds() {
    #expect(lease([.delay(.constant(.microseconds(1_200)))]) == .milliseconds(1))
    #expect(lease([.delay(.constant(.seconds(90)))]) == .seconds(30))
    // A distribution without a mean: the lease is shorter than the mean work already.
    #expect(lease([.delay(.pareto(minimum: .milliseconds(1), shape: 1))]) == .seconds(30))
  }

  @Test("a lock that a watchdog keeps alive is given a lease, which ends the watchdog")
  func watchdog() {
    func locks(_ lease: VirtualDuration?, _ client: LockClient?) -> [DistributedLockStep] {
      var scenario = Charge.scenario(
        [
          .distributedLock(
            DistributedLockStep(
              name: LockName(text: "lock", keys: []), wait: .zero, lease: lease, client: client,
              layer: nil, steps: [.delay(.constant(.milliseconds(4)))]))
        ], .leaseShorterThanWork)
      scenario.system.lockServer.client = .watchdog
      let once = scenario.withHazardsApplied(under: Charge.all)
      #expect(once.withHazardsApplied(under: Charge.all) == once)
      return once.requests[0].steps.compactMap { step in
        if case .distributedLock(let lock) = step { lock } else { nil }
      }
    }
    #expect(locks(nil, .redissonFair).map(\.lease) == [.milliseconds(2)])
    #expect(locks(nil, .redissonFair).map(\.client) == [.redissonFair])
    // The watchdog renews whatever the lease: also one that is shorter than the work already.
    #expect(locks(.milliseconds(1), nil).map(\.lease) == [.milliseconds(2)])
    #expect(locks(.milliseconds(1), nil).map(\.client) == [.redisson])
  }

  @Test("work of at most 1 ms cannot outlast a lease")
  func tooShort() {
    func applies(_ work: VirtualDuration) -> Bool {
      Hazard.leaseShorterThanWork.applies(
        to: Charge.scenario([Charge.lock([.cpu(.constant(work))])]))
    }
    #expect(!applies(.milliseconds(1)))
    #expect(applies(.microseconds(1_001)))
  }
}
