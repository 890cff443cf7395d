import Experiments
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

@Suite("Combinations of layers")
struct DefendCombinationTests {
  @Test("are fourteen, from none to all, each once and named as --layers takes it")
  func all() {
    let all = DefenceCombination.all
    #expect(all.count == 14)
    #expect(Set(all).count == 14)
    #expect(all[0].name == "none")
    #expect(all.contains(.threeLayers))
    #expect(DefenceCombination.threeLayers.name == "distributed-lock,idempotency-key,optimistic")
    #expect(
      all.last?.name == "distributed-lock,idempotency-key,pessimistic",
      "the pessimistic lock in the place of the optimistic one")
    for combination in all where combination.defence.fencingToken {
      #expect(combination.defence.distributedLock, "a token is the lock's")
    }
  }

  @Test("are more than others as their sets of layers are")
  func order() {
    for one in DefenceCombination.all {
      for other in DefenceCombination.all {
        #expect(
          one.hasMoreThan(other) == Set(one.layers).isStrictSuperset(of: Set(other.layers)))
      }
    }
  }

  @Test("compile to the same programs where the model has no step for a layer, and only there")
  func twins() {
    let all = DefenceCombination.all
    let full = DistinctCombinations(of: all, in: defendedScenario(), hazards: [nil])
    #expect(full.kept == all)
    #expect(full.twins.isEmpty)

    let bare = DistinctCombinations(
      of: all, in: defendedScenario(hasLock: false, hasKey: false), hazards: [nil])
    #expect(bare.kept.map(\.name) == ["none", "optimistic", "pessimistic"])
    #expect(bare.twins.count == 11)
    for twin in bare.twins {
      #expect(twin.left.defence.writeGuard == twin.kept.defence.writeGuard)
    }

    let keyed = DistinctCombinations(
      of: all, in: defendedScenario(hasLock: false), hazards: [nil, .missingKey])
    #expect(keyed.kept.allSatisfy { !$0.defence.distributedLock })
    #expect(keyed.kept.count == 6)
  }
}

@Suite("Verdict on layers")
struct DefendVerdictTests {
  /// The least sets by the definition: they hold, and no smaller one that holds is inside.
  private func naiveLeast(_ outcomes: [(DefenceCombination, Bool)]) -> [Set<Layer>] {
    let holding = outcomes.filter { $0.1 }.map { Set($0.0.layers) }
    return holding.filter { one in
      !holding.contains { other in other.count < one.count && other.isSubset(of: one) }
    }
  }

  private func check(_ outcomes: [(DefenceCombination, Bool)]) {
    let verdict = LayerVerdict(outcomes.map { (combination: $0.0, holds: $0.1) })
    let least = naiveLeast(outcomes)
    #expect(verdict.least.map { Set($0.layers) } == least)
    #expect(verdict.holding == outcomes.filter { $0.1 }.map { $0.0 })
    #expect(verdict.breaking == outcomes.filter { !$0.1 }.map { $0.0 })
    for (combination, holds) in outcomes {
      let hasLeast = least.contains { $0.isStrictSubset(of: Set(combination.layers)) }
      #expect(verdict.spoiled.contains(combination) == (!holds && hasLeast))
    }
  }

  @Test("finds the least layers of every outcome of the first seven combinations")
  func exhaustive() {
    let combinations = Array(DefenceCombination.all.prefix(7))
    for pattern in 0..<(1 << combinations.count) {
      check(combinations.enumerated().map { ($1, pattern >> $0 & 1 == 1) })
    }
  }

  @Test("finds the least layers of outcomes of all combinations")
  func seeded() {
    var random = TestRandom(seed: 5)
    for _ in 0..<200 {
      check(DefenceCombination.all.map { ($0, random.next() % 3 == 0) })
    }
  }

  @Test("says that a layer does harm where more layers break what fewer keep")
  func spoiled() {
    let lock = DefenceCombination(Defence(distributedLock: true))
    let version = DefenceCombination(Defence(writeGuard: .optimistic))
    let both = DefenceCombination(Defence(writeGuard: .optimistic, distributedLock: true))
    let verdict = LayerVerdict([(lock, false), (version, true), (both, false)])
    #expect(verdict.least == [version])
    #expect(verdict.spoiled == [both])
  }
}
