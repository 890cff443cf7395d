import BundledModels

extension CommandSession {
  /// What `models list` prints.
  func modelList() -> String {
    BundledModels.all.map { "\($0.name)\n" }.joined()
  }

  /// The text of a bundled model, as its file has it.
  func modelText(_ name: String) throws(CommandFailure) -> String {
    guard let model = BundledModels.all.first(where: { $0.name == name }) else {
      throw .commandLine(
        CommandLineFailure(
          diagnostics: [.unknownBundledModel(name, known: BundledModels.all.map(\.name))]))
    }
    return String(decoding: model.text, as: UTF8.self)
  }
}
