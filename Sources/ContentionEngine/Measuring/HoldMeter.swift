import SimulationBasics

/// How long one row or one distributed lock has been held in the window, by anybody.
struct HoldMeter: BitwiseCopyable {
  private var since = VirtualTime.start
  /// The holds that have ended: how long in all, in nanoseconds, and how many.
  private var total: UInt64 = 0
  private(set) var count: UInt64 = 0
  private var isHeld = false

  mutating func take(at now: VirtualTime) {
    // Who shares a row, or takes a distributed lock again, goes on with the first one's hold.
    if isHeld { return }
    since = now
    isHeld = true
  }

  mutating func release(at now: VirtualTime, windowStart: VirtualTime) {
    total += (now - max(since, windowStart)).inNanoseconds
    count += 1
    isHeld = false
  }

  /// What is held stays so; what has ended is forgotten.
  mutating func startWindow() {
    total = 0
    count = 0
  }

  /// How long it was held up to a moment, a hold that goes on included, in nanoseconds.
  func held(at end: VirtualTime, windowStart: VirtualTime) -> UInt64 {
    isHeld ? total + (end - max(since, windowStart)).inNanoseconds : total
  }
}
