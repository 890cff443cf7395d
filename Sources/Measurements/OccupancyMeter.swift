public import SimulationBasics

/// Measures a queue so that Little's law can be checked in whole numbers: ∫L dt = ΣW.
///
/// The meter integrates the number of those who wait over time, and, separately, adds up how long
/// each of them waited. Both are integers, so the two sides are equal or something is miscounted. A
/// wait of no length is an entry, but not a wait. It does not say who waits: the caller tells since
/// when.
///
/// At the end of a run, call `unfinished(since:at:)` for everybody who still waits, then
/// `result(at:)`.
public struct OccupancyMeter: Sendable, BitwiseCopyable {
  private var windowStart = VirtualTime.start
  private var lastChange = VirtualTime.start
  private var level: UInt64 = 0
  private var mostAtOnce: UInt64 = 0
  private var integral: UInt128 = 0
  private var entries: UInt64 = 0
  private var waits = ValueSummary()
  private var unfinishedWaits: UInt64 = 0

  /// An empty queue at the start of the run.
  public init() {}

  /// How many wait now.
  public var waiting: Int { Int(level) }

  /// Takes note that somebody begins to wait.
  ///
  /// - Complexity: O(1).
  /// - Precondition: `now` is not before an earlier call's.
  public mutating func entered(at now: VirtualTime) {
    advance(to: now)
    level += 1
    entries += 1
  }

  /// Takes note that somebody who began to wait at `arrival` waits no longer, for whatever reason.
  ///
  /// - Complexity: O(1).
  /// - Precondition: Somebody waits, and `now` is not before an earlier call's.
  public mutating func left(at now: VirtualTime, since arrival: VirtualTime) {
    advance(to: now)
    precondition(level > 0, "somebody leaves an empty queue")
    level -= 1
    let wait = now - max(arrival, windowStart)
    if wait.inNanoseconds > 0 { waits.record(wait.inNanoseconds) }
  }

  /// Takes note that somebody who began to wait at `arrival` still waits at the end of the
  /// measurement.
  ///
  /// The wait counts as long as it has lasted.
  public mutating func unfinished(since arrival: VirtualTime, at end: VirtualTime) {
    left(at: end, since: arrival)
    unfinishedWaits += 1
  }

  /// Begins to measure anew, when the warm-up is over; those who wait stay, and their waits count
  /// from now.
  public mutating func startWindow(at now: VirtualTime) {
    advance(to: now)
    windowStart = now
    mostAtOnce = 0
    integral = 0
    entries = level
    waits = ValueSummary()
    unfinishedWaits = 0
  }

  /// What was measured from the start of the window to `end`.
  ///
  /// - Precondition: `end` is not before the last change.
  public func result(at end: VirtualTime) -> OccupancyResult {
    var closed = self
    closed.advance(to: end)
    return OccupancyResult(
      window: end - windowStart, entries: closed.entries, waits: closed.waits,
      unfinishedWaits: closed.unfinishedWaits, mostAtOnce: closed.mostAtOnce,
      integral: closed.integral)
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
