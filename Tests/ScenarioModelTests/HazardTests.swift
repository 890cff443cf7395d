import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// What the one-word mistakes make of a service that is put together rightly.
@Suite("Hazards")
struct HazardTests {
  @Test("none leaves the service as it is")
  func none() {
    let scenario = Charge.layered()
    #expect(scenario.withHazardsApplied(under: Charge.all) == scenario)
    #expect(
      scenario.rewritten()
        == "cpu lock[idempotent[retry[transaction[read cpu update]]]] respond-200")
  }

  @Test(
    "each rewrites the balance charge as its meaning says",
    arguments: [
      (Hazard.selfInvocation, "idempotent[retry[transaction[read cpu update]]]"),
      (.lockInsideTransaction, "idempotent[retry[transaction[lock[read cpu update]]]]"),
      (.retryInsideTransaction, "lock[idempotent[transaction[retry[read cpu update]]]]"),
      (.lockKeyPerRequest, "lock-per-request[idempotent[retry[transaction[read cpu update]]]]"),
      (.leaseShorterThanWork, "lock[idempotent[retry[transaction[read cpu update]]]]"),
      (.unorderedLocks, "lock[idempotent[retry[transaction[read cpu update]]]]"),
      (
        .selectForUpdateThenInsert,
        "lock[idempotent/for-update[retry[transaction[read cpu update]]]]"
      ),
      (.processingUnchecked, "lock[idempotent/unchecked[retry[transaction[read cpu update]]]]"),
      (.singleUser, "lock[idempotent[retry[transaction[read cpu update]]]]"),
      (.missingKey, "lock[refuse-400-missing_keys]"),
      (
        .takeoverWithoutAtomicCompletion,
        "lock[idempotent/take-over-30s[retry[transaction[read cpu update]]]]"
      ),
    ])
  func charge(hazard: Hazard, after: String) {
    #expect(Charge.layered(hazard).rewritten() == "cpu \(after) respond-200")
  }

  @Test("each applied twice is the same as once", arguments: Hazard.allCases)
  func twice(hazard: Hazard) {
    let once = Charge.layered(hazard).withHazardsApplied(under: Charge.all)
    #expect(once.withHazardsApplied(under: Charge.all) == once)
  }

  @Test("any two in any order applied twice are the same as once")
  func pairs() {
    forEveryWord(of: 2, over: Hazard.allCases) { hazards in
      var scenario = Charge.layered()
      scenario.hazards = hazards
      let once = scenario.withHazardsApplied(under: Charge.all)
      #expect(once.withHazardsApplied(under: Charge.all) == once, "\(hazards)")
    }
  }

  // MARK: What moves into the transaction

  @Test("of two that move something into the transaction the later stands outside the earlier")
  func declaredOrder() {
    #expect(
      Charge.layered(.lockInsideTransaction, .retryInsideTransaction).rewritten()
        == "cpu idempotent[transaction[retry[lock[read cpu update]]]] respond-200")
    #expect(
      Charge.layered(.retryInsideTransaction, .lockInsideTransaction).rewritten()
        == "cpu idempotent[transaction[lock[retry[read cpu update]]]] respond-200")
  }

  @Test("a lock around two transactions goes into each, and what stands between stays outside")
  func severalTransactions() {
    let charge = Charge.transaction(Charge.work)
    let steps = [
      Charge.lock([charge, .delay(.zero), .gate(0, steps: [charge]), .read(Charge.user)])
    ]
    #expect(
      Charge.scenario(steps, .lockInsideTransaction).rewritten()
        == "transaction[lock[read cpu update]] delay gate[transaction[lock[read cpu update]]] read")
  }

  @Test("two locks go into the transaction in their order")
  func twoLocks() throws {
    var outer = Charge.lock([Charge.lock([Charge.transaction([.read(Charge.user)])])])
    if case .distributedLock(var lock) = outer {
      lock.name.text = "outer"
      outer = .distributedLock(lock)
    }
    let scenario = Charge.scenario([outer], .lockInsideTransaction)
    #expect(scenario.rewritten() == "transaction[lock[lock[read]]]")
    let steps = scenario.withHazardsApplied(under: Charge.all).requests[0].steps
    let first = try #require(steps.first?.innerSteps.first)
    guard case .distributedLock(let lock) = first else {
      Issue.record("the transaction begins with \(first)")
      return
    }
    #expect(lock.name.text == "outer")
  }

  @Test("what is written behind the commit point is no longer under the lock")
  func afterCommitPoint() {
    let deferred = Step.transaction(
      TransactionStep(steps: [.read(Charge.user)], afterCommitPoint: [.use(server: 0, .zero)]))
    #expect(
      Charge.scenario([Charge.lock([deferred])], .lockInsideTransaction).rewritten()
        == "transaction[lock[read]]then[use]")
  }

  @Test("of transactions inside one another the outermost gets the lock and the retries")
  func nestedTransactions() {
    let inner = Step.transaction(
      TransactionStep(propagation: .requiresNew, steps: [.read(Charge.user)]))
    let steps = [Charge.lock([Charge.retry([Charge.transaction([inner])])])]
    #expect(
      Charge.scenario(steps, .retryInsideTransaction, .lockInsideTransaction).rewritten()
        == "transaction[lock[retry[transaction[read]]]]")
  }

  @Test("a lock or a retry without a transaction inside stays where it is")
  func nothingToMoveInto() {
    let steps = [Charge.lock([Charge.retry([.read(Charge.user)])])]
    let scenario = Charge.scenario(steps, .lockInsideTransaction, .retryInsideTransaction)
    #expect(scenario.rewritten() == "lock[retry[read]]")
    #expect(!Hazard.lockInsideTransaction.applies(to: scenario))
    #expect(!Hazard.retryInsideTransaction.applies(to: scenario))
  }

  @Test("a lock that goes leaves every step inside it, wherever it stands")
  func selfInvocation() {
    let locked = Charge.lock([.read(Charge.user), Charge.lock([.delay(.zero)])])
    let nth = EveryNth(every: 2)
    let steps: [Step] = [
      .choose([WeightedSteps(weight: 1, steps: [locked]), WeightedSteps(weight: 1, steps: [])]),
      .everyNth(nth, steps: [locked], otherwise: [locked]), .connection(steps: [locked]),
      .forEach(key: 0, steps: [locked]), Charge.idempotent([locked]),
    ]
    #expect(
      Charge.scenario(steps, .selfInvocation).rewritten()
        == "or[read delay]or[] nth[read delay]else[read delay] connection[read delay] "
        + "forEach[read delay] idempotent[read delay]")
  }

  // MARK: Keys

  @Test("an idempotency key is inserted in the transaction around it, if there is one")
  func insertScope() {
    let inside = [Charge.transaction([Charge.idempotent([.read(Charge.user)])])]
    #expect(
      Charge.scenario(inside, .selectForUpdateThenInsert).rewritten()
        == "transaction[idempotent/for-update/same[read]]")
    let outside = [Charge.idempotent([Charge.transaction([.read(Charge.user)])])]
    #expect(
      Charge.scenario(outside, .selectForUpdateThenInsert).rewritten()
        == "idempotent/for-update[transaction[read]]")
  }

  @Test("a key that is not asked for is not missed")
  func missingKeyWithoutLayer() {
    let scenario = Charge.layered(.missingKey)
    #expect(
      scenario.rewritten(under: Defence(distributedLock: true))
        == "cpu lock[idempotent[retry[transaction[read cpu update]]]] respond-200")
  }

  @Test("every user comes to the first row")
  func singleRow() {
    let keys = Charge.layered(.singleUser).withHazardsApplied(under: Charge.all).requests[0].keys
    #expect(keys == [RowKey(name: "user", table: 0, choice: .list([1]))])
  }

  @Test("of several rows every user has the first, and what is drawn from those still is")
  func singleUser() {
    var scenario = Charge.layered(.singleUser)
    scenario.requests[0].keys = [
      RowKey(name: "read", table: 0, choice: .uniform, count: 4...12, order: .sorted),
      RowKey(name: "write", table: 0, choice: .subset(of: 0, probability: 0.25)),
    ]
    let keys = scenario.withHazardsApplied(under: Charge.all).requests[0].keys
    #expect(
      keys == [
        RowKey(
          name: "read", table: 0, choice: .list(Array(1...12)), count: 12...12, order: .sorted),
        RowKey(name: "write", table: 0, choice: .subset(of: 0, probability: 0.25)),
      ])
  }

  @Test("rows that were locked in order are locked as drawn")
  func unorderedLocks() {
    var scenario = Charge.layered(.unorderedLocks)
    #expect(!Hazard.unorderedLocks.applies(to: scenario))
    scenario.requests[0].keys[0].count = 2...2
    #expect(!Hazard.unorderedLocks.applies(to: scenario))
    scenario.requests[0].keys[0].order = .sorted
    #expect(Hazard.unorderedLocks.applies(to: scenario))
    let keys = scenario.withHazardsApplied(under: Charge.all).requests[0].keys
    #expect(keys.map(\.order) == [.drawn])
  }

  // MARK: Where they apply

  @Test("the balance charge has what each needs but several rows in order")
  func appliesToCharge() {
    let scenario = Charge.layered()
    #expect(
      Hazard.allCases.filter { !$0.applies(to: scenario) } == [.unorderedLocks])
  }

  @Test("a service without layers has only its rows to be got wrong")
  func appliesToBareService() {
    let scenario = Charge.scenario([Charge.transaction(Charge.work), .respond(status: 200)])
    #expect(Hazard.allCases.filter { $0.applies(to: scenario) } == [.singleUser])
    for hazard in Hazard.allCases where hazard != .singleUser {
      var wrong = scenario
      wrong.hazards = [hazard]
      #expect(wrong.withHazardsApplied(under: Charge.all).requests == scenario.requests)
    }
  }

  @Test("a key that is not looked up cannot be found in process")
  func uncheckedWithoutLookup() {
    let step = IdempotentStep(table: 1, lookup: .none, layer: nil, steps: [])
    #expect(!Hazard.processingUnchecked.applies(to: Charge.scenario([.idempotent(step)])))
  }
}
