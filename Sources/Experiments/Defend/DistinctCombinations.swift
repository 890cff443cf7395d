import RequestPrograms
public import ScenarioModel

/// The combinations of layers that differ in a model, and those that do not.
///
/// A layer that no step of the model has changes nothing: two combinations are the same where their
/// programs are, and one of them is enough.
public struct DistinctCombinations: Equatable, Sendable {
  /// A combination that is left out, and the one before it that compiles to the same programs.
  public struct Twin: Equatable, Sendable {
    public let left: DefenceCombination
    public let kept: DefenceCombination

    public init(left: DefenceCombination, kept: DefenceCombination) {
      self.left = left
      self.kept = kept
    }
  }

  /// In the order that was asked for.
  public let kept: [DefenceCombination]
  public let twins: [Twin]

  /// Compares the programs of all combinations under each hazard.
  ///
  /// - Complexity: O(combinations² · hazards · instructions).
  public init(of combinations: [DefenceCombination], in scenario: Scenario, hazards: [Hazard?]) {
    var kept: [(combination: DefenceCombination, programs: [CompiledScenario])] = []
    var twins: [Twin] = []
    for combination in combinations {
      let programs = hazards.map { hazard in
        DefenceExperiment.compile(scenario, combination, hazard: hazard, fault: nil)
      }
      let first = kept.first { other in
        programs.indices.allSatisfy { other.programs[$0].hasSamePrograms(as: programs[$0]) }
      }
      if let first {
        twins.append(Twin(left: combination, kept: first.combination))
      } else {
        kept.append((combination, programs))
      }
    }
    self.kept = kept.map { $0.combination }
    self.twins = twins
  }
}

extension CompiledScenario {
  /// Whether two compilations of one scenario do the same, whatever their strategies are called.
  ///
  /// - Complexity: O(instructions).
  func hasSamePrograms(as other: CompiledScenario) -> Bool {
    instructions == other.instructions && handlers == other.handlers
      && timings == other.timings
      && updates.elementsEqual(other.updates) { one, other in
        one.slot == other.slot && one.table == other.table && one.column == other.column
          && one.register == other.register && one.change == other.change
          && one.atLeast == other.atLeast && one.writeGuard == other.writeGuard
          // Without a lock every token is 0, and comparing tokens refuses nobody.
          && (lockSteps.isEmpty || one.isFenced == other.isFenced)
      }
      && lockSteps.elementsEqual(other.lockSteps) { one, other in
        one.client == other.client && one.wait == other.wait && one.lease == other.lease
          && one.name == other.name
      }
      && lockNames.elementsEqual(other.lockNames) { $0.text == $1.text }
      && retries.elementsEqual(other.retries) { $0.policy == $1.policy }
      && idempotencySteps.elementsEqual(other.idempotencySteps) {
        $0.takeOverAfter == $1.takeOverAfter
      }
      && refusals == other.refusals
  }
}
