import BundledModels
import ScenarioFiles
import ScenarioModel

/// The text of a model and where it came from.
struct ModelSource {
  /// The short name, such as `balance-charge`: a file's name without its folder and its ending.
  var name: String
  /// How diagnostics call the file.
  var file: String
  var text: [UInt8]

  /// The names of the bundled models, in the order in which `models list` prints them.
  static var bundledNames: [String] { BundledModels.all.map(\.name) }

  /// A bundled model, exactly as its file has it.
  static func bundled(_ name: String) -> ModelSource? {
    BundledModels.all.first { $0.name == name }.map {
      ModelSource(name: $0.name, file: "models/\($0.name).json5", text: $0.text)
    }
  }

  /// The JSON Schema of model files.
  static var schema: String { String(decoding: BundledModels.schema, as: UTF8.self) }

  /// What the name of a bundled model or a path leads to.
  ///
  /// A name with a slash or a dot is a path, so that a bundled model never hides a file and a
  /// mistyped name is no missing file.
  static func named(_ name: String, io: CommandIO) throws(CommandFailure) -> ModelSource {
    if let model = bundled(name) { return model }
    guard isPath(name) else {
      throw .commandLine([.unknownModel(name, known: bundledNames)])
    }
    do throws(FileFailure) {
      return ModelSource(name: shortName(of: name), file: name, text: try io.readFile(name))
    } catch {
      throw .file(error)
    }
  }

  /// The scenario that the text says, with what the command line changes.
  ///
  /// What is wrong only because of the command line is the command line's fault, also where the
  /// words that no longer fit stand in the file. No bundled model is wrong by itself.
  ///
  /// - Parameters:
  ///   - executor: What takes the place of the model's own.
  ///   - userFlags: The flags that asked for the executor.
  ///   - hazards: What the command line switches on; the scenario has only its own.
  func scenario(
    settings: [ModelOverride] = [], executor: Executor? = nil, userFlags: [Flag] = [],
    hazards: [Hazard] = []
  ) throws(CommandFailure) -> Scenario {
    let failure: ReadingFailure
    do throws(ReadingFailure) {
      return try read(settings, executor, hazards)
    } catch {
      failure = error
    }
    let set = settings.map(\.text)
    let users = userFlags.map(\.spelling)
    if isRight([], executor, hazards) { throw .flags(set, failure) }
    if isRight(settings, nil, hazards) { throw .flags(users, failure) }
    if isRight([], nil, hazards) { throw .flags(users + set, failure) }
    throw .model(failure)
  }

  private func isRight(
    _ settings: [ModelOverride], _ executor: Executor?, _ hazards: [Hazard]
  ) -> Bool {
    (try? read(settings, executor, hazards)) != nil
  }

  private func read(
    _ settings: [ModelOverride], _ executor: Executor?, _ hazards: [Hazard]
  ) throws(ReadingFailure) -> Scenario {
    try ScenarioReader.read(
      text, file: file, modelName: name, overrides: settings, executor: executor, hazards: hazards)
  }

  /// Whether a word can only mean a model: a path, or the name of a bundled one.
  static func isName(_ word: String) -> Bool { isPath(word) || bundledNames.contains(word) }

  static func isPath(_ name: String) -> Bool { name.contains("/") || name.contains(".") }

  private static func shortName(of path: String) -> String {
    let file = path.split(separator: "/").last ?? ""
    let name = file.prefix { $0 != "." }
    return String(name.isEmpty ? file : name)
  }
}
