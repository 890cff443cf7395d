import BundledModels
import ScenarioFiles
import ScenarioModel
import Testing

/// The bundled models, read as the command reads them.
enum Bundled {
  static func scenario(_ name: String) throws -> Scenario {
    let model = try #require(BundledModels.all.first { $0.name == name })
    return try ScenarioReader.read(model.text, file: "\(name).json5", modelName: name)
  }
}
