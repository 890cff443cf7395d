import BundledModels
import ContentionEngine
import Foundation
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// Whole runs of the balance charge with every measure on, and what a user costs in memory.
enum WholeRunBench {
  static func run() {
    for strategy in Strategy.builtIn {
      let compiled = ProgramCompiler.compile(charge(users: 1_000), under: strategy)
      var events: UInt64 = 0
      let seconds = BenchClock.median(of: 5) {
        let start = BenchClock.now
        events = eventCount(of: compiled)
        return BenchClock.seconds(since: start)
      }
      let size = "1000 users, 60 s"
      BenchReport.line(
        "run \(strategy.name)", size, Double(events) / seconds / 1e6, "million events/s")
      BenchReport.line("", "", seconds * 1e3, "ms a run")
    }
  }

  /// The difference of peak memory between many users and few, by user; nothing else may have run
  /// before.
  static func memory() {
    let few = 1_000
    let many = 51_000
    guard let strategy = Strategy.builtIn.first(where: { $0.name == "three-layer" }) else { return }
    _ = eventCount(of: ProgramCompiler.compile(charge(users: few, seconds: 5), under: strategy))
    let before = peakMemory
    _ = eventCount(of: ProgramCompiler.compile(charge(users: many, seconds: 5), under: strategy))
    let bytes = Double(peakMemory - before) / Double(many - few)
    BenchReport.line("memory three-layer", "\(many) users, 5 s", bytes, "bytes a user")
  }

  private static func eventCount(of compiled: CompiledScenario) -> UInt64 {
    var simulation = Simulation(compiled, seed: 1)
    simulation.runToEnd()
    return simulation.finish().events
  }

  private static func charge(users: Int, seconds: UInt64 = 60) -> Scenario {
    guard let model = BundledModels.all.first(where: { $0.name == "balance-charge" }) else {
      fatalError("the balance charge is no longer bundled")
    }
    do {
      var scenario = try ScenarioReader.read(
        model.text, file: "balance-charge.json5", modelName: model.name)
      scenario.loads[0].executor = .constantVUs(vus: users, duration: .seconds(seconds))
      return scenario
    } catch {
      fatalError("the balance charge does not read: \(error.diagnostics.map(\.line))")
    }
  }

  /// The largest resident size of this process so far, in bytes.
  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) * 1_024
  }
}
