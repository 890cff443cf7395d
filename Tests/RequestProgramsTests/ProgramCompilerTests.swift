import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// What steps become.
@Suite("Program compiler")
struct ProgramCompilerTests {
  private func compiled(_ scenario: Scenario, _ strategy: String) -> CompiledScenario {
    let strategy = Strategy.builtIn.first { $0.name == strategy } ?? Strategy.builtIn[0]
    return ProgramCompiler.compile(scenario, under: strategy)
  }

  private func count(
    _ compiled: CompiledScenario, where matches: (Instruction) -> Bool
  ) -> Int {
    compiled.instructions.count(where: matches)
  }

  @Test("an instruction has at most eight bytes")
  func size() {
    #expect(MemoryLayout<Instruction>.size <= 8)
    #expect(MemoryLayout<Instruction>.stride <= 8)
  }

  @Test("what takes no time leaves no instruction", arguments: Strategy.builtIn.map(\.name))
  func zeroTimes(strategy: String) {
    var scenario = Scenarios.charge()
    scenario.system = SystemModel()
    scenario.system.cores = 4
    scenario.system.database.cores = 8
    scenario.requests[0].steps = scenario.requests[0].steps.filter { step in
      if case .cpu = step { false } else { true }
    }
    let compiled = compiled(scenario, strategy)
    // The computation of 1 ms inside the transaction is all that is left.
    #expect(count(compiled) { if case .spend = $0 { true } else { false } } == 1)
    #expect(count(compiled) { $0 == .takeCore(.instance) } == 1)
    #expect(count(compiled) { $0 == .takeCore(.database) } == 0)
    #expect(count(compiled) { $0 == .takeCore(.lockServer) } == 0)
    #expect(count(compiled) { $0 == .takeThread } == 0)
    #expect(count(compiled) { $0 == .takeConnection } == 0)
  }

  @Test("a core that is not scarce is not taken")
  func unlimitedCores() {
    var scenario = Scenarios.charge()
    scenario.system.cores = nil
    scenario.system.database.cores = nil
    let compiled = compiled(scenario, "optimistic")
    #expect(count(compiled) { if case .takeCore = $0 { true } else { false } } == 0)
    // 500 us and 1 ms at the service; BEGIN, SELECT, UPDATE and ROLLBACK at the database.
    let services = count(compiled) { instruction in
      guard case .spend(let timing, _) = instruction else { return false }
      let purpose = compiled.timings[Int(timing.index)].purpose
      return purpose == .processing || purpose == .statement
    }
    #expect(services == 6)
  }

  @Test(
    "each guard reads in its own way",
    arguments: [
      ("none", [ReadKind.plain], 1), ("atomic", [], 1), ("optimistic", [.plain], 1),
      ("pessimistic", [.locking], 2), ("distributed-lock", [.plain], 1),
      ("idempotency-key", [.plain], 1), ("three-layer", [.plain], 1),
    ])
  func reads(strategy: String, kinds: [ReadKind], rowLocks: Int) {
    let compiled = compiled(Scenarios.charge(), strategy)
    var found: [ReadKind] = []
    for instruction in compiled.instructions {
      if case .read(_, _, _, let kind) = instruction { found.append(kind) }
    }
    #expect(found == kinds)
    #expect(
      count(compiled) { $0 == .lockRow(slot: 0, .exclusive, PatienceID(index: 0)) } == rowLocks)
    #expect(compiled.updates.map(\.register) == [kinds.isEmpty ? -1 : 0])
  }

  @Test("the layers of a strategy, and no others, are compiled")
  func layers() {
    for strategy in Strategy.builtIn {
      let compiled = compiled(Scenarios.charge(), strategy.name)
      let defence = strategy.defence
      #expect(compiled.updates.map(\.writeGuard) == [defence.writeGuard])
      #expect(compiled.lockSteps.isEmpty == !defence.distributedLock)
      #expect(compiled.idempotencySteps.isEmpty == !defence.idempotencyKey)
      #expect(!compiled.updates[0].isFenced)
    }
  }

  @Test("an update's own guard stands above the strategy's")
  func ownGuard() {
    let row = RowReference(table: 0, key: 0)
    var scenario = Scenarios.charge()
    scenario.requests[0].steps = [
      .transaction(
        TransactionStep(steps: [
          .read(row),
          .update(UpdateStep(row: row, column: 0, change: .add(1), writeGuard: .pessimistic)),
        ]))
    ]
    for strategy in Strategy.builtIn {
      let compiled = compiled(scenario, strategy.name)
      #expect(compiled.updates.map(\.writeGuard) == [.pessimistic])
      #expect(count(compiled) { $0 == .lockRow(slot: 0, .exclusive, PatienceID(index: 0)) } == 2)
    }
  }

  @Test("an update that nothing was read for reads by itself, unless one statement does both")
  func readsBeforeUpdate() {
    var scenario = Scenarios.charge()
    let update = UpdateStep(row: RowReference(table: 0, key: 0), column: 0, change: .add(1))
    scenario.requests[0].steps = [.transaction(TransactionStep(steps: [.update(update)]))]
    for strategy in Strategy.builtIn {
      let reads = count(compiled(scenario, strategy.name)) {
        if case .read = $0 { true } else { false }
      }
      #expect(reads == (strategy.defence.writeGuard == .atomic ? 0 : 1))
    }
  }

  @Test("the answer that a key keeps is that of the last respond, however deep")
  func storedStatus() {
    func stored(_ steps: [Step]) -> [UInt16] {
      var scenario = Scenarios.charge()
      scenario.requests[0].steps = steps
      return compiled(scenario, "idempotency-key").instructions.compactMap { instruction in
        if case .completeKey(_, let status) = instruction { status } else { nil }
      }
    }
    let work = Step.cpu(.constant(.milliseconds(1)))
    #expect(stored([.idempotent(IdempotentStep(table: 1, layer: nil, steps: [work]))]) == [200])
    #expect(
      stored([
        .idempotent(IdempotentStep(table: 1, layer: nil, steps: [work, .respond(status: 201)]))
      ]) == [201])
    #expect(
      stored([
        .connection(steps: [
          .idempotent(IdempotentStep(table: 1, layer: nil, steps: [work]))
        ]), .respond(status: 202),
      ]) == [202])
  }

  @Test("backoff ranges are base · factorⁿ⁻¹ up to the cap, and the last one stays")
  func backoffRanges() {
    func ranges(_ backoff: Backoff, attempts: Int?) -> [UInt64] {
      var scenario = Scenarios.charge()
      scenario.requests[0].steps = [
        .retry(RetryPolicy(on: [.deadlock], attempts: attempts, backoff: backoff), steps: [])
      ]
      return compiled(scenario, "none").retries[0].ranges.map { $0.inNanoseconds / 1_000_000 }
    }
    let milliseconds = VirtualDuration.milliseconds
    #expect(
      ranges(Backoff(base: milliseconds(50), factor: 2, cap: .seconds(30)), attempts: 10)
        == [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800])
    #expect(
      ranges(Backoff(base: milliseconds(50), factor: 2, cap: milliseconds(300)), attempts: nil)
        == [50, 100, 200, 300])
    #expect(ranges(Backoff(base: milliseconds(100)), attempts: nil) == [100])
    #expect(ranges(.none, attempts: 5) == [0])
    // 10, 15, 22.5, 33.75 ms: the fractions are kept from one to the next.
    #expect(ranges(Backoff(base: milliseconds(10), factor: 1.5), attempts: 5) == [10, 15, 22, 33])
  }

  @Test("locks of one name over one table are the same locks for every request class")
  func lockNumbers() {
    var scenario = Scenarios.charge()
    var deduct = scenario.requests[0]
    deduct.identifier = "deduct"
    scenario.requests.append(deduct)
    let compiled = compiled(scenario, "distributed-lock")
    #expect(compiled.lockNames.map(\.count) == [100])
    #expect(compiled.lockSteps.map(\.name) == [0, 0])
  }

  @Test("a lock name with two rows is as many locks as there are pairs")
  func lockOfTwoRows() {
    var scenario = Scenarios.charge()
    scenario.requests[0].keys.append(RowKey(name: "other", table: 0, choice: .uniform))
    let steps = [Step.cpu(.constant(.milliseconds(1)))]
    scenario.requests[0].steps = [
      .distributedLock(
        DistributedLockStep(
          name: LockName(text: "a", keys: [0]), wait: .seconds(1), lease: .seconds(1), layer: nil,
          steps: steps)),
      .distributedLock(
        DistributedLockStep(
          name: LockName(text: "{user}:{other}", keys: [0, 1]), wait: .seconds(1),
          lease: .seconds(1), layer: nil, steps: steps)),
    ]
    let compiled = compiled(scenario, "none")
    #expect(compiled.lockNames.map(\.first) == [0, 100])
    #expect(compiled.lockNames.map(\.count) == [100, 10_000])
    #expect(compiled.lockSteps[1].keys.map(\.stride) == [1, 100])
  }

  @Test("a name with the idempotency key in it needs no locks of its own, and is another name")
  func perRequestNames() {
    var scenario = Scenarios.charge()
    scenario.requests[0].keys.append(RowKey(name: "other", table: 0, choice: .uniform))
    func lock(_ keys: [Int], isPerRequest: Bool) -> Step {
      .distributedLock(
        DistributedLockStep(
          name: LockName(text: "a", keys: keys, isPerRequest: isPerRequest), wait: .seconds(1),
          lease: .seconds(1), layer: nil, steps: [.cpu(.constant(.milliseconds(1)))]))
    }
    scenario.requests[0].steps = [
      lock([0], isPerRequest: true), lock([0], isPerRequest: false),
      lock([0, 1], isPerRequest: true), lock([0], isPerRequest: true),
    ]
    let compiled = compiled(scenario, "none")
    #expect(compiled.lockSteps.map(\.name) == [0, 1, 2, 0])
    #expect(compiled.lockNames.map(\.first) == [0, 0, 100])
    #expect(compiled.lockNames.map(\.count) == [0, 100, 0])
    #expect(compiled.lockCount == 100)
    #expect(compiled.transientLockNames == 10_100)
  }

  @Test("each client of a lock is compiled to its own commands")
  func lockClients() {
    func compiled(_ client: LockClient, lease: VirtualDuration?) -> CompiledScenario {
      var scenario = Scenarios.charge()
      scenario.requests[0].steps = [
        .distributedLock(
          DistributedLockStep(
            name: LockName(text: "a", keys: []), wait: .seconds(1), lease: lease, client: client,
            layer: nil, steps: [.cpu(.constant(.milliseconds(1)))]))
      ]
      return self.compiled(scenario, "none")
    }
    func has(_ instruction: Instruction, _ compiled: CompiledScenario) -> Bool {
      compiled.instructions.contains(instruction)
    }
    let step = LockStepID(index: 0)
    for client in LockClient.allCases {
      let leased = compiled(client, lease: .seconds(5))
      #expect(has(.pollLock(step), leased) == (client == .spin))
      #expect(has(.joinSubscription, leased) == client.isRedisson)
      #expect(has(.leaveLockQueue(step), leased) == (client == .redissonFair))
      #expect(has(.requireUnlocked, leased) == client.isRedisson)
      #expect(has(.startWatchdog(step), leased) == (client == .watchdog))
      #expect(has(.runErrand, leased) == client.isRedisson)
      #expect((leased.lockErrandStart >= 0) == client.isRedisson)
      #expect(
        leased.lockSteps[0].lease == (client == .watchdog ? .seconds(30) : .seconds(5)))
      guard client.isRedisson else { continue }
      let unleased = compiled(client, lease: nil)
      #expect(has(.startWatchdog(step), unleased))
      #expect(unleased.lockSteps[0].lease == .seconds(30))
      #expect(unleased.lockSteps[0].renewalInterval == .seconds(10))
    }
  }

  @Test("an iteration is flattened, with a counter for each depth of repetition")
  func iteration() {
    var scenario = Scenarios.charge()
    scenario.loads[0].iteration = [
      .repeated(
        3, steps: [.repeated(2, steps: [.request(0, key: .same)]), .sleep(.constant(.zero))]),
      .check(name: "paid", statuses: [200]),
    ]
    let iteration = compiled(scenario, "none").iterations[0]
    #expect(
      iteration.instructions == [
        .setCounter(0, to: 3), .setCounter(1, to: 2), .request(program: 0, key: .same),
        .countDown(1, jump: 2), .countDown(0, jump: 1), .check(0), .endIteration,
      ])
  }
}
