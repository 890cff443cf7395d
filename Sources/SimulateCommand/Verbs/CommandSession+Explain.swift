import RequestPrograms

extension CommandSession {
  /// The programs of a model, instruction by instruction.
  func listing(of choice: ModelChoice) throws(CommandFailure) -> String {
    try compile(choice).listing()
  }
}
