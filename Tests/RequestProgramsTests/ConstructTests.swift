import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// What is true of every small program, however its steps stand inside one another.
@Suite("Steps inside steps")
struct ConstructTests {
  /// The statements, with what may be done inside a transaction alone left out elsewhere.
  private static func bodies(inTransaction: Bool) -> [[Step]] {
    let skip = Step.lock(LockStep(Shop.item, patience: .skipLocked))
    let everywhere: [[Step]] = [
      [.read(Shop.user), Shop.add(Shop.user, atLeast: 0), Shop.add(Shop.item)],
      [
        .use(server: 0, .constant(.milliseconds(1))), .insert(InsertStep(table: 1)),
        .barrier(parties: 2), Shop.add(Shop.part),
        .refuse(Refusal(status: 409, counter: .stockDepletions)),
      ],
    ]
    if !inTransaction { return everywhere }
    return everywhere + [
      [.lock(LockStep(Shop.user, mode: .share)), skip, Shop.add(Shop.user), Shop.add(Shop.item)]
    ]
  }

  /// Every guard, the layers on.
  private static let defences = WriteGuard.allCases.map {
    Defence(writeGuard: $0, distributedLock: true, idempotencyKey: true, fencingToken: true)
  }

  /// Walks the programs of every word of constructs in which each may stand inside those before.
  ///
  /// The updates behind the constructs need what was read inside them, or read it themselves.
  private func walk(length: Int, under defences: [Defence]) {
    forEveryWord(of: length, over: Construct.allCases) { word in
      for index in word.indices where !word[index].mayStand(inside: Array(word[..<index])) {
        return
      }
      let bodies = Self.bodies(inTransaction: word.contains { $0.isTransaction })
      for (index, body) in bodies.enumerated() {
        var steps = body
        for construct in word.reversed() { steps = [construct.around(steps)] }
        if index == 0 { steps += [Shop.add(Shop.user), Shop.add(Shop.item)] }
        ProgramPathTests.walkAll(
          Shop.scenario(steps), under: defences, named: "\(word), body \(index)")
      }
    }
  }

  @Test("each construct alone, under every guard", arguments: [0, 1])
  func alone(length: Int) {
    walk(length: length, under: Self.defences)
  }

  @Test("every construct inside every other that a model may write it in")
  func pairs() {
    walk(length: 2, under: [Self.defences[2]])
  }

  @Test("every statement behind every other, in and out of transactions, under every guard")
  func statements() {
    let single: [Step] = [
      .read(Shop.user), Shop.add(Shop.user), .lock(LockStep(Shop.user)),
      .read(RowReference(table: 2, key: Shop.itemKey, item: 2)), .read(Shop.item),
      Shop.add(Shop.item, atLeast: 1), .lock(LockStep(Shop.item, patience: .skipLocked)),
      .lock(LockStep(Shop.part, mode: .share, patience: .noWait)), Shop.add(Shop.part),
      .insert(InsertStep(table: 1, ifDuplicate: .update)),
    ]
    forEveryWord(upTo: 2, over: single) { steps in
      for around in [Construct.transaction, .validation] {
        ProgramPathTests.walkAll(
          Shop.scenario([around.around(steps), Shop.add(Shop.user)]), under: Self.defences)
      }
      let hasLock = steps.contains { step in if case .lock = step { true } else { false } }
      if !hasLock { ProgramPathTests.walkAll(Shop.scenario(steps), under: Self.defences) }
    }
  }

  @Test("deeper programs of any constructs")
  func random() {
    withEverySeed(1...60) { seed, random in
      let steps = self.steps(inside: [], depth: 4, &random)
      ProgramPathTests.walkAll(
        Shop.scenario(steps), under: [Self.defences[random.below(Self.defences.count)]],
        named: "seed \(seed)")
    }
  }

  private func steps(
    inside outer: [Construct], depth: Int, _ random: inout TestRandom
  ) -> [Step] {
    var steps: [Step] = []
    for _ in 0...random.below(2) {
      let construct = Construct.allCases[random.below(Construct.allCases.count)]
      if depth > 0 && construct.mayStand(inside: outer) {
        steps.append(
          construct.around(self.steps(inside: outer + [construct], depth: depth - 1, &random)))
      } else {
        steps += Self.bodies(inTransaction: outer.contains { $0.isTransaction })[0]
      }
    }
    return steps
  }
}
