import Glibc
import Synchronization

/// What signals do to the command.
///
/// The first Ctrl-C (or SIGTERM) asks the command to stop at the next moment when it can, with
/// nothing half done; the second one ends it at once. A trap of our own (a broken rule) says so and
/// ends it with the code for our faults instead of a signal. No unfinished file stays behind in any
/// of these cases.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Whether the user asked to stop.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Takes the signals over, for the whole process.
  static func handleSignals() {
    TemporaryName.prepare()
    _ = isRequested
    // A reader that goes away and a file that may grow no more are outcomes of `write`, not the
    // end.
    handle(SIGPIPE, by: SIG_IGN)
    handle(SIGXFSZ, by: SIG_IGN)
    for wish in [SIGINT, SIGTERM] where !isIgnored(wish) {
      handle(wish) { _ in
        if Interruption.requested.exchange(true, ordering: .relaxed) {
          Interruption.end(with: .interrupted)
        }
      }
      unblock(wish)
    }
    for fault in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
      handle(fault) { _ in
        Interruption.tellOfFault()
        Interruption.end(with: .internalFault)
      }
    }
  }

  /// Installs a handler without `SA_RESTART`, so that a wait for a pipe ends with EINTR.
  private static func handle(_ signal: Int32, by handler: @escaping @convention(c) (Int32) -> Void)
  {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigaction(signal, &action, nil)
  }

  /// Whether the parent wants the signal to pass unheard, as a shell does for a job in the
  /// background.
  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Lets the signal through: a thread that starts a process may pass on a mask that was its own.
  private static func unblock(_ signal: Int32) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, signal)
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Prints one line that is part of the program: a handler may not allocate or take a lock.
  private static func tellOfFault() {
    let line: StaticString =
      "simulate: a fault of this program; please report the model and the command\n"
    _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
  }

  private static func end(with code: ExitCode) -> Never {
    TemporaryName.removeAll()
    _exit(code.rawValue)
  }
}
