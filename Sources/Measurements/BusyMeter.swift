public import SimulationBasics

/// Measures how many servers are busy, over time, in whole numbers: connections, threads, cores,
/// the holder of a row.
public struct BusyMeter: Sendable, BitwiseCopyable {
  private var windowStart = VirtualTime.start
  private var lastChange = VirtualTime.start
  private var level: UInt64 = 0
  private var mostAtOnce: UInt64 = 0
  private var integral: UInt128 = 0

  /// Nobody busy at the start of the run.
  public init() {}

  /// How many are busy now.
  public var busy: Int { Int(level) }

  /// Takes note that one more becomes busy.
  ///
  /// - Precondition: `now` is not before an earlier call's.
  public mutating func started(at now: VirtualTime) {
    advance(to: now)
    level += 1
  }

  /// Takes note that one of the busy becomes idle.
  ///
  /// - Precondition: Somebody is busy, and `now` is not before an earlier call's.
  public mutating func finished(at now: VirtualTime) {
    advance(to: now)
    precondition(level > 0, "an idle server becomes idle")
    level -= 1
  }

  /// Takes note that from now on `newLevel` are busy.
  ///
  /// - Precondition: `newLevel` is not negative, and `now` is not before an earlier call's.
  public mutating func set(level newLevel: Int, at now: VirtualTime) {
    precondition(newLevel >= 0, "fewer than nobody busy")
    advance(to: now)
    level = UInt64(newLevel)
  }

  /// Begins to measure anew, when the warm-up is over; those who are busy stay busy.
  public mutating func startWindow(at now: VirtualTime) {
    advance(to: now)
    windowStart = now
    mostAtOnce = 0
    integral = 0
  }

  /// What was measured from the start of the window to `end`.
  ///
  /// - Precondition: `end` is not before the last change.
  public func result(at end: VirtualTime) -> BusyResult {
    var closed = self
    closed.advance(to: end)
    return BusyResult(
      window: end - windowStart, mostAtOnce: closed.mostAtOnce, integral: closed.integral)
  }

  @inline(__always)
  private mutating func advance(to now: VirtualTime) {
    let elapsed = (now - lastChange).inNanoseconds
    if elapsed > 0 {
      integral += UInt128(level) * UInt128(elapsed)
      mostAtOnce = max(mostAtOnce, level)
      lastChange = now
    }
  }
}

/// What a `BusyMeter` measured in its window.
public struct BusyResult: Equatable, Sendable {
  /// How long was measured; of several runs, the sum.
  public let window: VirtualDuration
  /// The most who were busy at once for more than no time.
  public let mostAtOnce: UInt64
  /// The number of the busy, integrated over the window, in nanoseconds.
  public let integral: UInt128

  /// How many were busy, on average over time.
  public var meanLevel: Double {
    window == .zero ? 0 : Double(integral) / Double(window.inNanoseconds)
  }

  /// The same servers in two runs: window and integral are added, the maximum is the larger one.
  public func merging(_ other: BusyResult) -> BusyResult {
    BusyResult(
      window: window + other.window, mostAtOnce: max(mostAtOnce, other.mostAtOnce),
      integral: integral + other.integral)
  }
}
