import RequestPrograms
public import ScenarioModel

/// Every combination of layers under every fault and every hazard, each under the same seeds.
///
/// All runs of one seed meet the same users with the same pauses, the same network and the same
/// rows, so that they can be compared in pairs. A run here is the run that `simulate run` makes
/// with that seed, those layers and that fault.
public struct DefenceExperiment: Experiment {
  /// What runs, with its instances and clients; the fault of a row comes to its own.
  public let scenario: Scenario
  public let combinations: DistinctCombinations
  public let faults: [DefendedFault]
  /// The known mistakes, one at a time; `nil` is none.
  public let hazards: [Hazard?]
  public let seeds: [UInt64]

  /// - Precondition: There is at least one combination, one fault, one hazard and one seed; `.none`
  ///   and `nil` count.
  public init(
    _ scenario: Scenario, combinations: [DefenceCombination], faults: [DefendedFault],
    hazards: [Hazard?], seeds: [UInt64]
  ) {
    precondition(!combinations.isEmpty, "a comparison needs a defence")
    precondition(!faults.isEmpty, "a comparison needs a fault, if only none")
    precondition(!hazards.isEmpty, "a comparison needs a hazard, if only none")
    precondition(!seeds.isEmpty, "a comparison needs a seed")
    self.scenario = scenario
    self.combinations = DistinctCombinations(of: combinations, in: scenario, hazards: hazards)
    self.faults = faults
    self.hazards = hazards
    self.seeds = seeds
  }

  public var runCount: Int {
    hazards.count * faults.count * combinations.kept.count * seeds.count
  }

  /// The runs are numbered by hazard, then by fault, then by combination, then by seed.
  public func run(_ index: Int) -> DefendedRun {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < runCount, "there is no such run")
    let seed = seeds[index % seeds.count]
    let row = index / seeds.count
    let combination = combinations.kept[row % combinations.kept.count]
    let section = row / combinations.kept.count
    let hazard = hazards[section / faults.count]
    let fault = faults[section % faults.count].placed(seed: seed) { fault in
      Self.compile(scenario, combination, hazard: hazard, fault: fault)
    }
    let compiled = Self.compile(scenario, combination, hazard: hazard, fault: fault)
    return DefendedRun(compiled.result(seed: seed), fault: fault)
  }

  public func merge(_ parts: [DefendedRun]) -> DefenceTable {
    precondition(parts.count == runCount, "every run yields one part")
    var sections: [DefenceTable.Section] = []
    var next = 0
    for hazard in hazards {
      for fault in faults {
        var rows: [DefenceTable.Row] = []
        for combination in combinations.kept {
          rows.append(
            DefenceTable.Row(
              combination: combination, runs: Array(parts[next..<(next + seeds.count)])))
          next += seeds.count
        }
        sections.append(DefenceTable.Section(hazard: hazard, fault: fault, rows: rows))
      }
    }
    return DefenceTable(sections: sections, twins: combinations.twins)
  }

  /// The programs of a scenario under some layers, with a mistake and a fault more.
  static func compile(
    _ scenario: Scenario, _ combination: DefenceCombination, hazard: Hazard?, fault: Fault?
  ) -> CompiledScenario {
    var scenario = scenario
    if let hazard, !scenario.hazards.contains(hazard) { scenario.hazards.append(hazard) }
    if let fault { scenario.faults.append(fault) }
    return ProgramCompiler.compile(
      scenario, under: Strategy(name: combination.name, defence: combination.defence))
  }
}
