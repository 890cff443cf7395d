import ContentionEngine
import Experiments
import RequestPrograms

/// What the replications of some scenarios yield, computed on all cores; by scenario, then by
/// replication.
///
/// Only what `figures` takes from a result is kept. The order in which runs end does not matter.
func replicated<Figures: Sendable>(
  _ scenarios: [CompiledScenario], seed: UInt64, count: Int,
  figures: @escaping @Sendable (RunResult) -> Figures
) async -> [[Figures]] {
  await withTaskGroup(of: (Int, Int, Figures).self) { group in
    for (place, scenario) in scenarios.enumerated() {
      let runs = Replications(of: scenario, seed: seed, count: count)
      for index in 0..<count {
        group.addTask { (place, index, figures(runs.result(of: index))) }
      }
    }
    var all = scenarios.map { _ in [Figures?](repeating: nil, count: count) }
    for await (place, index, figures) in group { all[place][index] = figures }
    return all.map { $0.compactMap { $0 } }
  }
}
