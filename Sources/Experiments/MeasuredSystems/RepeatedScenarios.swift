public import RequestPrograms

/// Several scenarios, each run under the same seeds, and the mean of every compared figure.
public struct RepeatedScenarios: Experiment {
  public let scenarios: [CompiledScenario]
  public let seeds: [UInt64]

  /// - Precondition: There is at least one seed.
  public init(_ scenarios: [CompiledScenario], seeds: [UInt64]) {
    precondition(!seeds.isEmpty, "a mean needs a run")
    self.scenarios = scenarios
    self.seeds = seeds
  }

  public var runCount: Int { scenarios.count * seeds.count }

  /// The figures of one run, in the order of `ComparedFigure.allCases`.
  public func run(_ index: Int) -> [Double] {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < runCount, "there is no such run")
    let result = scenarios[index / seeds.count].result(seed: seeds[index % seeds.count])
    return ComparedFigure.allCases.map { $0.value(in: result) }
  }

  public func merge(_ parts: [[Double]]) -> [SimulatedFigures] {
    precondition(parts.count == runCount, "every run yields one part")
    return scenarios.indices.map { scenario in
      let own = parts[(scenario * seeds.count)..<((scenario + 1) * seeds.count)]
      return SimulatedFigures(
        intervals: ComparedFigure.allCases.map { figure in
          ConfidenceInterval(of: own.map { $0[figure.index] }, level: .percent95)
        })
    }
  }
}

/// The mean of every compared figure over the runs of one scenario, and how sure it is.
public struct SimulatedFigures: Sendable {
  /// In the order of `ComparedFigure.allCases`.
  let intervals: [ConfidenceInterval]

  public subscript(figure: ComparedFigure) -> ConfidenceInterval { intervals[figure.index] }
}
