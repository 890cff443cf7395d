import RequestPrograms
public import ScenarioModel

/// Every strategy in every variant of a scenario, each under the same seeds.
///
/// A run here is the run that `simulate --seed` makes with the same seed, so that each can be
/// looked at alone.
public struct StrategyComparison: Experiment {
  /// A scenario with the name that distinguishes it, such as its think time.
  public struct Variant: Sendable {
    public let name: String
    public let scenario: Scenario

    public init(name: String, scenario: Scenario) {
      self.name = name
      self.scenario = scenario
    }
  }

  public let variants: [Variant]
  public let strategies: [Strategy]
  public let seeds: [UInt64]
  /// By strategy, then by variant.
  private let compiled: [CompiledScenario]

  /// - Precondition: There is at least one variant, one strategy and one seed.
  public init(variants: [Variant], strategies: [Strategy], seeds: [UInt64]) {
    precondition(!variants.isEmpty, "a comparison needs a scenario")
    precondition(!strategies.isEmpty, "a comparison needs a strategy")
    precondition(!seeds.isEmpty, "a comparison needs a seed")
    self.variants = variants
    self.strategies = strategies
    self.seeds = seeds
    var compiled: [CompiledScenario] = []
    for strategy in strategies {
      for variant in variants {
        compiled.append(ProgramCompiler.compile(variant.scenario, under: strategy))
      }
    }
    self.compiled = compiled
  }

  public var runCount: Int { compiled.count * seeds.count }

  public func run(_ index: Int) -> RunSummary {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < runCount, "there is no such run")
    return RunSummary(
      compiled[index / seeds.count].result(seed: seeds[index % seeds.count]))
  }

  public func merge(_ parts: [RunSummary]) -> StrategyTable {
    precondition(parts.count == runCount, "every run yields one part")
    var rows: [StrategyTable.Row] = []
    for index in compiled.indices {
      let first = index * seeds.count
      rows.append(
        StrategyTable.Row(
          strategy: compiled[index].strategy, variant: variants[index % variants.count].name,
          series: RunSeries(Array(parts[first..<(first + seeds.count)]))))
    }
    return StrategyTable(rows: rows)
  }
}
