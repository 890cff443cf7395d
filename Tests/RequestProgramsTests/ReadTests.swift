import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Which statements read the rows that updates compute with.
@Suite("Reads of rows")
struct ReadTests {
  private let user = Shop.user
  private let optimistic = Defence(writeGuard: .optimistic)

  private func compiled(_ steps: [Step], under defence: Defence) -> CompiledScenario {
    ProgramCompiler.compile(
      Shop.scenario(steps), under: Strategy(name: "read", defence: defence))
  }

  /// The kinds of the reads of a column of the user's row, in the order of the program.
  private func reads(_ steps: [Step], under defence: Defence) -> [ReadKind] {
    compiled(steps, under: defence).instructions.compactMap { instruction in
      if case .read(slot: 0, _, _, let kind) = instruction { kind } else { nil }
    }
  }

  @Test("a row that is locked is read by the same statement, whatever the guard of its update")
  func lockReads() {
    for mode in LockStep.Mode.allCases {
      let steps = [
        Construct.transaction.around([
          .lock(LockStep(user, mode: mode)), Shop.add(user),
        ])
      ]
      for writeGuard in WriteGuard.allCases {
        let compiled = compiled(steps, under: Defence(writeGuard: writeGuard))
        #expect(reads(steps, under: Defence(writeGuard: writeGuard)) == [.locking])
        // BEGIN, SELECT, UPDATE and ROLLBACK are served; there is no further statement.
        let served = compiled.instructions.count { instruction in
          if case .takeCore(.database) = instruction { true } else { false }
        }
        #expect(served == 4)
      }
    }
  }

  @Test("a row that only one branch reads is read again behind the branches")
  func branches() {
    let read = Step.read(user)
    let nothing: [Step] = []
    func choose(_ first: [Step], _ second: [Step]) -> [Step] {
      [
        .choose([WeightedSteps(weight: 1, steps: first), WeightedSteps(weight: 1, steps: second)]),
        Shop.add(user),
      ]
    }
    func nth(_ steps: [Step], _ otherwise: [Step]) -> [Step] {
      [.everyNth(EveryNth(every: 2), steps: steps, otherwise: otherwise), Shop.add(user)]
    }
    for around in [choose, nth] {
      #expect(reads(around([read], nothing), under: optimistic).count == 2)
      #expect(reads(around(nothing, [read]), under: optimistic).count == 2)
      #expect(reads(around([read], [read]), under: optimistic).count == 2)
      // Who is refused comes to no update.
      let refusal = Step.refuse(Refusal(status: 409, counter: .stockDepletions))
      #expect(reads(around([read], [refusal]), under: optimistic).count == 1)
      #expect(reads([read] + around(nothing, nothing), under: optimistic).count == 1)
      // An update that has read for itself is no read for the other branch.
      #expect(reads(around([Shop.add(user)], nothing), under: optimistic).count == 2)
    }
  }

  @Test("each attempt reads what it updates, and what follows needs no further read")
  func attempts() {
    let retry = Construct.retry
    #expect(reads([.read(user), retry.around([Shop.add(user)])], under: optimistic).count == 2)
    #expect(reads([retry.around([.read(user)]), Shop.add(user)], under: optimistic).count == 1)
    #expect(
      reads([.read(user), retry.around([.read(Shop.item)]), Shop.add(user)], under: optimistic)
        .count == 1)
    // Items are others in each attempt: those read before it are not those behind it.
    let items = compiled(
      [.read(Shop.item), retry.around([.insert(InsertStep(table: 1))]), Shop.add(Shop.item)],
      under: optimistic)
    let itemReads = items.instructions.count { instruction in
      if case .read(slot: 1, column: 0, _, _) = instruction { true } else { false }
    }
    #expect(itemReads == 2)
  }

  @Test("who gets a stored answer reads for itself what it updates afterwards")
  func replayed() {
    let inside: [Step] = [.read(user)]
    #expect(
      reads([Construct.idempotent.around(inside), Shop.add(user)], under: optimistic).count == 2)
    #expect(
      reads([Construct.idempotentWithoutLookup.around(inside), Shop.add(user)], under: optimistic)
        .count == 1)
    #expect(
      reads([.read(user), Construct.idempotent.around([Shop.add(user)])], under: optimistic).count
        == 1)
  }

  @Test("without locks every update has a plain read and a register, whatever its guard")
  func validation() {
    for writeGuard in WriteGuard.allCases {
      let steps = [Construct.validation.around([Shop.add(user, atLeast: 0)])]
      let compiled = compiled(steps, under: Defence(writeGuard: writeGuard))
      #expect(reads(steps, under: Defence(writeGuard: writeGuard)) == [.plain])
      #expect(compiled.updates.map(\.register) == [0])
      #expect(!compiled.instructions.contains { if case .lockRow = $0 { true } else { false } })
      #expect(compiled.instructions.contains(.requireFloor(UpdateID(index: 0))))
    }
  }

  @Test("a lock in a forEach is named by the row at which the request is")
  func lockNames() {
    let lock = DistributedLockStep(
      name: LockName(text: "{item}", keys: [Shop.itemKey]), wait: .seconds(1), lease: .seconds(1),
      layer: nil, steps: [Shop.add(Shop.item)])
    let compiled = compiled(
      [.forEach(key: Shop.itemKey, steps: [.distributedLock(lock)])], under: optimistic)
    #expect(compiled.lockSteps.map { $0.keys.map(\.key) } == [[1], [2], [3]])
    #expect(compiled.lockNames.map(\.count) == [50])
  }

  @Test("a retry chooses its rows again unless something around it still needs them")
  func redrawing() {
    func redraws(_ around: (Step) -> Step) -> [Bool] {
      compiled([around(Construct.retry.around([Shop.add(user)]))], under: optimistic).retries
        .map(\.redraws)
    }
    #expect(redraws { $0 } == [true])
    #expect(redraws { Construct.connection.around([$0]) } == [true])
    #expect(redraws { Construct.transaction.around([$0]) } == [false])
    #expect(redraws { Construct.forEachItem.around([$0]) } == [false, false, false])
    #expect(redraws { Construct.forEachPart.around([$0]) } == [false, false, false])
    // Named by the user, and by the item.
    #expect(redraws { Construct.redisson.around([$0]) } == [true])
    #expect(redraws { Construct.redissonFenced.around([$0]) } == [false])
  }
}
