import SimulateCommand

/// Files, streams and a terminal in memory, for running whole command lines in process.
final class FakeOutside {
  /// What can be read and what has been written, in the order in which it came.
  var files: [(path: String, bytes: [UInt8])] = []
  /// Paths at which nothing can be created.
  var refusedPaths: [(path: String, reason: FileFailure.Reason)] = []
  var output = ""
  var errors = ""
  var outputIsTerminal = false
  var errorIsTerminal = false
  var terminalWidth = 80
  var variables: [(name: String, value: String)] = []
  /// What the wall clock says, and how far each look moves it.
  var now: UInt64 = 0
  var clockStep: UInt64 = 0
  /// After how many looks the user's Ctrl-C is seen; `nil` is never.
  var looksUntilInterruption: Int?
  /// Files that were begun and neither committed nor discarded.
  private(set) var unfinishedFiles = 0

  /// Runs one command line, split at spaces.
  func run(_ line: String) -> ExitCode {
    run(line.split(separator: " ", omittingEmptySubsequences: true).map(String.init))
  }

  func run(_ arguments: [String]) -> ExitCode {
    output = ""
    errors = ""
    return CommandSession(io: io).perform(arguments)
  }

  func text(of path: String) -> String? {
    files.last { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  func add(_ path: String, _ text: String) { files.append((path, Array(text.utf8))) }

  var io: CommandIO {
    CommandIO(
      readFile: { path throws(FileFailure) in
        guard let file = self.files.last(where: { $0.path == path }) else {
          throw FileFailure(.reading, path, .missing)
        }
        return file.bytes
      },
      createFile: { path throws(FileFailure) in try self.create(path) },
      writeOutput: { text throws(FileFailure) in self.output += text },
      writeError: { self.errors += $0 },
      outputIsTerminal: outputIsTerminal, errorIsTerminal: errorIsTerminal,
      terminalWidth: terminalWidth,
      environment: { name in self.variables.first { $0.name == name }?.value },
      wallClock: {
        self.now += self.clockStep
        return self.now
      },
      isInterrupted: {
        guard let looks = self.looksUntilInterruption else { return false }
        self.looksUntilInterruption = max(0, looks - 1)
        return looks == 0
      })
  }

  private func create(_ path: String) throws(FileFailure) -> OutputFile {
    if let refused = refusedPaths.first(where: { $0.path == path }) {
      throw FileFailure(.writing, path, refused.reason)
    }
    unfinishedFiles += 1
    var bytes: [UInt8] = []
    var isOpen = true
    return OutputFile(
      append: { more throws(FileFailure) in bytes += more },
      commit: { () throws(FileFailure) in
        self.files.append((path, bytes))
        if isOpen { self.unfinishedFiles -= 1 }
        isOpen = false
      },
      discard: {
        if isOpen { self.unfinishedFiles -= 1 }
        isOpen = false
      })
  }
}
