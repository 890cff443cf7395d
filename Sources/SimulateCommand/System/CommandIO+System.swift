import Glibc

extension CommandIO {
  /// The real files and streams of this process.
  ///
  /// Takes over the process's signals; call it once, first. A reader of standard output that goes
  /// away (`| head`) is no failure: what it does not read is dropped, files are still written, and
  /// the exit code is the same. So is a standard output that was closed from the start. Any other
  /// failure to print, such as a full disk, is one.
  ///
  /// - Parameter wallClock: Nanoseconds from any fixed moment.
  public static func system(wallClock: @escaping () -> UInt64) -> CommandIO {
    openMissingStreams()
    Interruption.handleSignals()
    return CommandIO(
      readFile: { path throws(FileFailure) in try SystemFiles.read(path) },
      openFile: { path throws(FileFailure) in try SystemFiles.open(path) },
      growFile: { path, start throws(FileFailure) in try SystemFiles.grow(path, start) },
      identify: { path in SystemFiles.identify(path) },
      removeFile: { path throws(FileFailure) in try SystemFiles.remove(path) },
      createFile: { path throws(FileFailure) in try SystemFiles.create(path) },
      writeOutput: { text throws(FileFailure) in try printOutput(text) },
      writeError: { text in
        try? FileDescriptor.write(Array(text.utf8), to: STDERR_FILENO)
      },
      outputIsTerminal: isatty(STDOUT_FILENO) == 1,
      errorIsTerminal: isatty(STDERR_FILENO) == 1,
      terminalWidth: terminalWidth(),
      environment: { name in getenv(name).map { String(cString: $0) } },
      wallClock: wallClock,
      isInterrupted: { Interruption.isRequested })
  }

  /// Puts the null device where a stream is closed, so that no file of ours takes its number.
  private static func openMissingStreams() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(stream, F_GETFD) == -1 {
      // The lowest free number is `stream`, because the ones below are open.
      _ = open("/dev/null", O_RDWR)
    }
  }

  private static func printOutput(_ text: String) throws(FileFailure) {
    do throws(FileDescriptor.Failure) {
      try FileDescriptor.write(Array(text.utf8), to: STDOUT_FILENO)
    } catch {
      guard error.code != EPIPE else { return }
      throw FileFailure(.writing, "standard output", SystemFiles.reason(error))
    }
  }

  private static func terminalWidth() -> Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
