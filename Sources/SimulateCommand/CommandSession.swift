import SimulationBasics

/// Carries out one command line from its arguments to its exit code.
public struct CommandSession {
  let io: CommandIO

  public init(io: CommandIO) { self.io = io }

  /// Does what the arguments say, and tells how the process should end.
  ///
  /// - Parameter arguments: What follows the name of the program.
  public func perform(_ arguments: [String]) -> ExitCode {
    do throws(CommandFailure) {
      return try perform(command(from: arguments))
    } catch {
      io.writeError(error.message)
      return error.exitCode
    }
  }

  private func command(from arguments: [String]) throws(CommandFailure) -> Command {
    do throws(CommandLineFailure) {
      return try CommandLineArguments.command(from: arguments)
    } catch {
      throw .commandLine(error.diagnostics)
    }
  }

  private func perform(_ command: Command) throws(CommandFailure) -> ExitCode {
    switch command {
    case .run(let request): return try run(request)
    case .explain(let choice): try show(listing(of: choice))
    case .listModels: try show(modelList())
    case .showModel(let name): try show(modelText(name))
    case .showSchema: try show(ModelSource.schema)
    case .checkModels(let names): return try check(names)
    case .reportStrategies(let folder, let showsProgress):
      try reportStrategies(into: folder, showsProgress: showsProgress)
    case .validate(let request): return try validate(request)
    case .defend(let request): try defend(request)
    case .pulse(let request): try pulse(request)
    case .compare(let request): return try compare(request)
    case .hunt(let request): return try hunt(request)
    case .capacity(let request): try capacity(request)
    case .tune(let request): try tune(request)
    case .sweep(let request): try sweep(request)
    case .merge(let request): try merge(request)
    case .help(nil): try show(HelpText.ofProgram)
    case .help(let verb?): try show(HelpText.text(of: verb))
    case .version: try show("simulate \(ProductVersion.text)\n")
    }
    return .success
  }

  /// Prints on standard output.
  func show(_ text: String) throws(CommandFailure) {
    do throws(FileFailure) {
      try io.writeOutput(text)
    } catch {
      throw .file(error)
    }
  }
}
