import ScenarioModel

extension CommandSession {
  /// What `models list` prints: each model and the question that it answers.
  func modelList() throws(CommandFailure) -> String {
    let width = ModelSource.bundledNames.map(\.count).max() ?? 0
    var text = ""
    for name in ModelSource.bundledNames {
      guard let scenario = try ModelSource.bundled(name)?.scenario() else { continue }
      let gap = String(repeating: " ", count: width - name.count)
      text += "\(name)\(gap)   \(scenario.question)\n"
    }
    return text
  }

  /// The text of a bundled model, as its file has it.
  func modelText(_ name: String) throws(CommandFailure) -> String {
    guard let model = ModelSource.bundled(name) else {
      throw .commandLine([.unknownBundledModel(name, known: ModelSource.bundledNames)])
    }
    return String(decoding: model.text, as: UTF8.self)
  }

  /// Reads every model and says of each whether it can run; one that cannot does not hide the next.
  ///
  /// - Returns: The code of the first failure, or success.
  func check(_ names: [String]) throws(CommandFailure) -> ExitCode {
    var code = ExitCode.success
    for name in names {
      do throws(CommandFailure) {
        let scenario = try ModelSource.named(name, io: io).scenario()
        try show("\(name): \(scenario.title): no problem found\n")
      } catch {
        io.writeError(error.message)
        if code == .success { code = error.exitCode }
      }
    }
    return code
  }
}
