import BundledModels
import Foundation
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import Testing

/// A bundled model with what a published result changes in it, as `--set` would.
func publishedModel(_ name: String, _ changes: [(path: String, value: String)] = []) throws
  -> Scenario
{
  let model = try #require(BundledModels.all.first { $0.name == name })
  do {
    return try ScenarioReader.read(
      model.text, file: "models/\(name).json5", modelName: name,
      overrides: changes.map { ModelOverride(path: $0.path, value: $0.value) })
  } catch {
    throw UnreadableModel(description: error.diagnostics.map(\.line).joined(separator: "\n"))
  }
}

/// A model that could not be read, with everything that is wrong with it.
struct UnreadableModel: Error, CustomStringConvertible {
  let description: String
}

extension Scenario {
  /// The scenario under its own strategy, ready to run.
  var compiled: CompiledScenario { ProgramCompiler.compile(self, under: strategy) }
}

/// How much work the comparisons with published results do.
enum ValidationSize {
  /// Whether every run is made that the published figures call for; `.ci/validate` asks for it.
  static let isFull = ProcessInfo.processInfo.environment["VALIDATION"] == "full"
}
