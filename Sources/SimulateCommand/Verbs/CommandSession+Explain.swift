import RequestPrograms

extension CommandSession {
  /// The programs of a model, instruction by instruction.
  func listing(of choice: ModelChoice) throws(CommandFailure) -> String {
    let compiled = try compile(choice)
    return compiled.instructions.enumerated().map { "\($0.offset) \($0.element)\n" }.joined()
  }
}
