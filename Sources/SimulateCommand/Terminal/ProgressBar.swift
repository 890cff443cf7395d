import SimulationBasics

/// One line on standard error that says how far a run is; only on a terminal, and gone when the run
/// ends.
struct ProgressBar {
  private let isShown: Bool
  private let title: String
  private let end: VirtualDuration
  private let width: Int
  private let wallClock: () -> UInt64
  private let write: (String) -> Void
  /// When the line was last drawn, or the run began.
  private var lastDrawn: UInt64
  private var isDrawn = false

  /// Nanoseconds of wall time between two drawings: ten a second at most.
  private static let pause: UInt64 = 100_000_000
  private static let cells = 30

  /// A bar for a run that ends at `end`; nothing is drawn in the first tenth of a second.
  init(title: String, end: VirtualDuration, wanted: Bool, io: CommandIO) {
    self.isShown = wanted && io.errorIsTerminal
    self.title = title
    self.end = end
    self.width = io.terminalWidth
    self.wallClock = io.wallClock
    self.write = io.writeError
    self.lastDrawn = isShown ? io.wallClock() : 0
  }

  /// Says how far the run is; draws when it is time to.
  mutating func advance(to moment: VirtualTime) {
    guard isShown else { return }
    let now = wallClock()
    guard now >= lastDrawn, now - lastDrawn >= Self.pause else { return }
    lastDrawn = now
    isDrawn = true
    write("\r\(line(at: moment))\u{1B}[K")
  }

  /// Removes the line.
  mutating func clear() {
    guard isDrawn else { return }
    isDrawn = false
    write("\r\u{1B}[K")
  }

  /// What the line says, cut so that it never wraps.
  private func line(at moment: VirtualTime) -> String {
    let share =
      end == .zero ? 1 : min(1, moment.sinceStart.inSeconds / end.inSeconds)
    let full = Int(share * Double(Self.cells))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.cells - full)
    let seconds = moment.sinceStart.inNanoseconds / 1_000_000_000
    let text = "\(title)  \(bar)  \(Int(share * 100)) %  \(seconds) s simulated"
    return String(text.prefix(max(0, width - 1)))
  }
}
