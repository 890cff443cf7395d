import Glibc
import Synchronization

/// What signals do to the command.
///
/// The first Ctrl-C (or SIGTERM) asks the command to stop at the next moment when it can, with
/// nothing half done; the second one ends it at once. A trap of our own (a broken rule) ends it
/// with the code for our faults instead of a signal. No unfinished file stays behind in any of
/// these cases.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Whether the user asked to stop.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Takes the signals over, for the whole process.
  static func handleSignals() {
    TemporaryName.prepare()
    _ = isRequested
    // A reader that goes away is an outcome of `write`, not the end.
    handle(SIGPIPE, by: SIG_IGN)
    for wish in [SIGINT, SIGTERM] {
      handle(wish) { _ in
        if Interruption.requested.exchange(true, ordering: .relaxed) {
          Interruption.end(with: .interrupted)
        }
      }
    }
    for fault in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
      handle(fault) { _ in Interruption.end(with: .internalFault) }
    }
  }

  /// Installs a handler without `SA_RESTART`, so that a wait for a pipe ends with EINTR.
  private static func handle(_ signal: Int32, by handler: @escaping @convention(c) (Int32) -> Void)
  {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigaction(signal, &action, nil)
  }

  private static func end(with code: ExitCode) -> Never {
    TemporaryName.removeAll()
    _exit(code.rawValue)
  }
}
