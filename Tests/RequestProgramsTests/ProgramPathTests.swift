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

  private func walkAll(_ scenario: Scenario, sourceLocation: SourceLocation = #_sourceLocation) {
    for defence in Self.defences {
      let compiled = ProgramCompiler.compile(
        scenario, under: Strategy(name: "walked", defence: defence))
      var walker = PathWalker(compiled)
      for (index, program) in compiled.programs.enumerated() {
        do {
          try walker.walk(program)
        } catch {
          Issue.record(
            "\(scenario.name), request \(index), \(defence): \(error)",
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
    walkAll(try Self.bundled(name))
  }

  @Test("so it is when locks, keys, retries, connections and transactions nest")
  func nested() {
    walkAll(Scenarios.nested())
  }

  @Test("so it is when nothing is limited and nothing takes time")
  func unlimited() {
    var scenario = Scenarios.nested()
    scenario.system = SystemModel()
    walkAll(scenario)
  }

  @Test(
    "so it is with every client of a lock, with and without a lease, and names of its own",
    arguments: LockClient.allCases)
  func lockClients(client: LockClient) {
    for (lease, isPerRequest) in [(VirtualDuration?.some(.seconds(1)), false), (nil, true)] {
      var scenario = Scenarios.nested()
      scenario.system.lockServer.client = client
      // A spinning client has always a lease.
      let lease = client == .spin ? .seconds(1) : lease
      scenario.requests[0].steps = scenario.requests[0].steps.map { step in
        guard case .distributedLock(var outer) = step else { return step }
        outer.lease = lease
        outer.name.isPerRequest = isPerRequest
        return .distributedLock(outer)
      }
      walkAll(scenario)
    }
  }

  @Test("every instruction is reached but the end of a statement that cannot fail")
  func everythingIsReached() {
    for strategy in Strategy.builtIn {
      let compiled = ProgramCompiler.compile(Scenarios.charge(), under: strategy)
      var walker = PathWalker(compiled)
      do {
        try walker.walk(compiled.programs[0])
      } catch {
        Issue.record("\(strategy.name): \(error)")
      }
      for position in compiled.programs[0].start..<compiled.programs[0].end
      where !walker.reached.contains(position) {
        // A statement that cannot fail leaves behind it the release and the fail of a handler that
        // nothing reaches.
        let isHandlerOfNothing =
          compiled.instructions[Int(position)] == .releaseConnection
          || compiled.instructions[Int(position)] == .fail
        #expect(isHandlerOfNothing, "\(strategy.name): \(position + 1)")
      }
    }
  }
}
