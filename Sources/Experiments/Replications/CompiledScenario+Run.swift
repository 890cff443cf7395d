public import ContentionEngine
public import RequestPrograms

extension CompiledScenario {
  /// Runs the scenario from start to end.
  public func result(seed: UInt64, replication: UInt32 = 0) -> RunResult {
    var simulation = Simulation(self, seed: seed, replication: replication)
    simulation.runToEnd()
    return simulation.finish()
  }
}
