/// How far a sweep is, or the check of its points, and about how long it still takes.
struct SweepProgress {
  private let all: Int
  /// What is counted, in the plural.
  private let things: String
  /// How many were there when this process began.
  private let before: Int
  private var done: Int
  private var bar: ProgressBar
  private let wallClock: () -> UInt64
  private let start: UInt64
  private let isShown: Bool

  init(
    _ title: String, _ things: String, of all: Int, done: Int = 0, wanted: Bool, io: CommandIO
  ) {
    self.all = all
    self.things = things
    self.done = done
    before = done
    bar = ProgressBar(title: title, wanted: wanted, io: io)
    wallClock = io.wallClock
    isShown = wanted && io.errorIsTerminal
    start = isShown ? io.wallClock() : 0
  }

  /// Notes that one more is over.
  mutating func advance() {
    done += 1
    guard isShown else { return }
    let now = wallClock()
    let passed = now >= start ? Double(now - start) / 1e9 : 0
    let left = passed / Double(done - before) * Double(all - done)
    bar.advance(
      to: Double(done) / Double(all),
      "\(done) of \(all) \(things)\(passed < 1 ? "" : ", \(Self.words(for: left)) left")")
  }

  mutating func clear() { bar.clear() }

  /// So many seconds, roughly.
  private static func words(for seconds: Double) -> String {
    if seconds < 90 { return "\(Int(seconds.rounded(.up))) s" }
    if seconds < 5_400 { return "\(Int((seconds / 60).rounded(.up))) min" }
    return "\(Int((seconds / 3_600).rounded(.up))) h"
  }
}
