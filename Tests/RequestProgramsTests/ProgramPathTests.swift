import BundledModels
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// What is true of every path through every program.
@Suite("Paths of programs")
struct ProgramPathTests {
  /// Every combination of a guard and the other layers.
  static let defences: [Defence] = WriteGuard.allCases.flatMap { writeGuard in
    (0..<8).map { bits in
      Defence(
        writeGuard: writeGuard, distributedLock: bits & 1 != 0, idempotencyKey: bits & 2 != 0,
        fencingToken: bits & 4 != 0)
    }
  }

  static func bundled(_ name: String) throws -> Scenario {
    let model = try #require(BundledModels.all.first { $0.name == name })
    return try ScenarioReader.read(model.text, file: name, modelName: name)
  }

  /// Walks the programs of a scenario under every defence; equal ones once.
  static func walkAll(
    _ scenario: Scenario, under defences: [Defence] = defences, named name: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var walked: [CompiledScenario] = []
    for defence in defences {
      let compiled = ProgramCompiler.compile(
        scenario, under: Strategy(name: "walked", defence: defence))
      let isKnown = walked.contains {
        $0.instructions == compiled.instructions && $0.handlers == compiled.handlers
          && $0.updates.map(\.register) == compiled.updates.map(\.register)
      }
      if isKnown { continue }
      walked.append(compiled)
      var walker = PathWalker(compiled)
      for (index, program) in compiled.programs.enumerated() {
        do {
          try walker.walk(program)
        } catch {
          Issue.record(
            "\(scenario.name) \(name), request \(index), \(defence): \(error)",
            sourceLocation: sourceLocation)
          return
        }
        #expect(walker.answers > 0, sourceLocation: sourceLocation)
      }
    }
  }

  @Test(
    "everything that a request takes it gives back, once, whatever fails",
    arguments: BundledModels.all.map(\.name))
  func bundledModels(name: String) throws {
    Self.walkAll(try Self.bundled(name))
  }

  @Test("so it is when locks, keys, retries, connections and transactions nest")
  func nested() {
    Self.walkAll(Scenarios.nested())
  }

  @Test("so it is when nothing is limited and nothing takes time")
  func unlimited() {
    var scenario = Scenarios.nested()
    scenario.system = SystemModel()
    Self.walkAll(scenario)
  }

  @Test("so it is when a hazard is on", arguments: Hazard.allCases)
  func hazards(hazard: Hazard) throws {
    var scenario = try Self.bundled("balance-charge")
    scenario.hazards = [hazard]
    Self.walkAll(scenario, named: hazard.rawValue)
    let strategy = Strategy(
      name: "all",
      defence: Defence(
        writeGuard: .optimistic, distributedLock: true, idempotencyKey: true, fencingToken: true))
    for other in Hazard.allCases {
      scenario.hazards = [hazard, other]
      Self.walkAll(
        scenario, under: [strategy.defence], named: "\(hazard.rawValue), \(other.rawValue)")
    }
  }

  @Test("every instruction is reached", arguments: BundledModels.all.map(\.name))
  func everythingIsReached(name: String) throws {
    var scenario = try Self.bundled(name)
    // What gives up after the death of an instance is passed only then.
    scenario.system.memory = nil
    expectNothingUnreached(in: scenario)
  }

  private func expectNothingUnreached(
    in scenario: Scenario, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for strategy in Strategy.builtIn {
      let compiled = ProgramCompiler.compile(scenario, under: strategy)
      var walker = PathWalker(compiled)
      for program in compiled.programs {
        do {
          try walker.walk(program)
        } catch {
          Issue.record("\(strategy.name): \(error)", sourceLocation: sourceLocation)
        }
        for position in program.start..<program.end where !walker.reached.contains(position) {
          Issue.record(
            "\(strategy.name): nobody comes to \(position - program.start + 1)",
            sourceLocation: sourceLocation)
        }
      }
    }
  }
}
