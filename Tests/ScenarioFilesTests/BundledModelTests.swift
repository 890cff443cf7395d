import BundledModels
import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Bundled models")
struct BundledModelTests {
  @Test("are read without a problem", arguments: BundledModels.all.map(\.name))
  func reads(name: String) throws {
    let model = try #require(BundledModels.all.first { $0.name == name })
    do {
      let scenario = try ScenarioReader.read(
        model.text, file: "models/\(name).json5", modelName: name)
      #expect(scenario.name == name)
      #expect(!scenario.question.isEmpty)
    } catch {
      Issue.record("\(error.diagnostics.map(\.line))")
    }
  }
}
