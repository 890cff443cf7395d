/// One line on standard error that says how far a command is; only on a terminal, and gone at the end.
struct ProgressBar {
  private let isShown: Bool
  private let title: String
  private let width: Int
  private let wallClock: () -> UInt64
  private let write: (String) -> Void
  /// When the line was last drawn, or the run began.
  private var lastDrawn: UInt64
  private var isDrawn = false

  /// Nanoseconds of wall time between two drawings: ten a second at most.
  private static let pause: UInt64 = 100_000_000
  private static let cells = 30

  /// A bar at nothing; nothing is drawn in the first tenth of a second.
  init(title: String, wanted: Bool, io: CommandIO) {
    self.isShown = wanted && io.errorIsTerminal
    self.title = title
    self.width = io.terminalWidth
    self.wallClock = io.wallClock
    self.write = io.writeError
    self.lastDrawn = isShown ? io.wallClock() : 0
  }

  /// Says how far the command is; draws when it is time to.
  ///
  /// - Parameters:
  ///   - share: What is done, from 0 to 1; no number counts as nothing.
  ///   - status: The same in words, such as `31 s simulated`.
  mutating func advance(to share: Double, _ status: @autoclosure () -> String) {
    guard isShown else { return }
    let now = wallClock()
    guard now >= lastDrawn, now - lastDrawn >= Self.pause else { return }
    lastDrawn = now
    isDrawn = true
    write("\r\(line(share: share >= 0 ? min(1, share) : 0, status()))\u{1B}[K")
  }

  /// Removes the line.
  mutating func clear() {
    guard isDrawn else { return }
    isDrawn = false
    write("\r\u{1B}[K")
  }

  /// What the line says, cut so that it never wraps.
  private func line(share: Double, _ status: String) -> String {
    let full = Int(share * Double(Self.cells))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.cells - full)
    return String("\(title)  \(bar)  \(Int(share * 100)) %  \(status)".prefix(max(0, width - 1)))
  }
}
