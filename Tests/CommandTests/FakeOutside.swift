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
  /// How many bytes can still be added to growing files; `nil` is any number.
  var roomInGrowingFiles: Int?
  /// How many bytes a created file can have; `nil` is any number.
  var roomInCreatedFiles: Int?
  /// Takes the place of the user's Ctrl-C: it is done once, and nobody is interrupted.
  var atInterruption: (() -> Void)?
  /// The paths of growing files that are open.
  private(set) var growingPaths: [String] = []

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
      openFile: { path throws(FileFailure) in try self.open(path) },
      growFile: { path, start throws(FileFailure) in try self.grow(path, start) },
      identify: { path in self.identify(path) },
      removeFile: { path throws(FileFailure) in
        guard self.text(of: path) != nil else { throw FileFailure(.writing, path, .missing) }
        self.files.removeAll { $0.path == path }
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
        if looks == 0, let done = self.atInterruption {
          (self.atInterruption, self.looksUntilInterruption) = (nil, nil)
          done()
          return false
        }
        return looks == 0
      })
  }

  /// Other paths of a file, and what is no regular file.
  var aliases: [(path: String, of: String)] = []
  var devices: [String] = []

  private func identify(_ path: String) -> FileIdentity? {
    if let device = devices.firstIndex(of: path) {
      return FileIdentity(.other, device: 1, number: UInt64(device))
    }
    let own = aliases.first { $0.path == path }?.of ?? path
    return files.lastIndex { $0.path == own }.map {
      FileIdentity(.regular, device: 0, number: UInt64($0))
    }
  }

  /// Hands the file out in pieces that end anywhere.
  private func open(_ path: String) throws(FileFailure) -> InputFile {
    guard let file = files.last(where: { $0.path == path }) else {
      throw FileFailure(.reading, path, .missing)
    }
    var rest = file.bytes[...]
    return InputFile(read: { () throws(FileFailure) in
      let piece = Array(rest.prefix(100))
      rest = rest.dropFirst(100)
      return piece
    })
  }

  private func grow(
    _ path: String, _ start: GrowingFile.Start
  ) throws(FileFailure) -> GrowingFile {
    if let refused = refusedPaths.first(where: { $0.path == path }) {
      throw FileFailure(.writing, path, refused.reason)
    }
    let place = files.lastIndex { $0.path == path }
    switch start {
    case .new:
      if place != nil { throw FileFailure(.writing, path, .exists) }
      files.append((path, []))
    case .existing:
      if place == nil { throw FileFailure(.writing, path, .missing) }
    }
    if growingPaths.contains(path) { throw FileFailure(.writing, path, .inUse) }
    growingPaths.append(path)
    return GrowingFile(
      append: { bytes throws(FileFailure) in
        let room = self.roomInGrowingFiles ?? bytes.count
        self.roomInGrowingFiles = self.roomInGrowingFiles.map { max(0, $0 - bytes.count) }
        self.change(path) { $0 += bytes.prefix(room) }
        if room < bytes.count {
          throw FileFailure(.writing, path, .system("no space left on device"))
        }
      },
      cut: { length throws(FileFailure) in self.change(path) { $0 = Array($0.prefix(Int(length))) }
      },
      identity: { self.identify(path) }, close: { self.growingPaths.removeAll { $0 == path } })
  }

  private func change(_ path: String, _ work: (inout [UInt8]) -> Void) {
    guard let place = files.lastIndex(where: { $0.path == path }) else { return }
    work(&files[place].bytes)
  }

  private func create(_ path: String) throws(FileFailure) -> OutputFile {
    if let refused = refusedPaths.first(where: { $0.path == path }) {
      throw FileFailure(.writing, path, refused.reason)
    }
    unfinishedFiles += 1
    var bytes: [UInt8] = []
    var isOpen = true
    return OutputFile(
      append: { more throws(FileFailure) in
        bytes += more
        if let room = self.roomInCreatedFiles, bytes.count > room {
          throw FileFailure(.writing, path, .system("no space left on device"))
        }
      },
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
