public import SimulationBasics

/// What an `OccupancyMeter` measured in its window.
public struct OccupancyResult: Equatable, Sendable {
  /// How long was measured; of several runs, the sum.
  public private(set) var window: VirtualDuration
  /// How many joined the queue, those included who waited when the window began and those who left
  /// at once.
  public private(set) var entries: UInt64
  /// The waits of more than no length, in nanoseconds; a wait that had not ended counts up to the
  /// end.
  public private(set) var waits: ValueSummary
  /// How many of the entries had not left at the end.
  public private(set) var unfinishedWaits: UInt64
  /// The most who waited at once for more than no time.
  public private(set) var mostAtOnce: UInt64
  /// The number of those who waited, integrated over the window, in nanoseconds.
  public private(set) var integral: UInt128

  /// How many waited for more than no time.
  public var waitCount: UInt64 { waits.count }
  /// The sum of all waits, in nanoseconds.
  public var totalWait: UInt128 { waits.sum }
  /// The longest wait.
  public var longestWait: VirtualDuration { .nanoseconds(waits.maximum) }
  /// The mean of the waits of more than no length, in nanoseconds.
  public var meanWait: Double { waits.mean }
  /// How many waited, on average over time.
  public var meanLevel: Double {
    window == .zero ? 0 : Double(integral) / Double(window.inNanoseconds)
  }
  /// Little's law: the integral of the number waiting equals the sum of the waits, to the
  /// nanosecond.
  public var littleHolds: Bool { integral == totalWait }

  init(
    window: VirtualDuration, entries: UInt64, waits: ValueSummary, unfinishedWaits: UInt64,
    mostAtOnce: UInt64, integral: UInt128
  ) {
    self.window = window
    self.entries = entries
    self.waits = waits
    self.unfinishedWaits = unfinishedWaits
    self.mostAtOnce = mostAtOnce
    self.integral = integral
  }

  /// The same queue in two runs: what counts is added, what is a maximum is the larger one.
  public func merging(_ other: OccupancyResult) -> OccupancyResult {
    var merged = self
    merged.window += other.window
    merged.entries += other.entries
    merged.waits.merge(other.waits)
    merged.unfinishedWaits += other.unfinishedWaits
    merged.mostAtOnce = max(mostAtOnce, other.mostAtOnce)
    merged.integral += other.integral
    return merged
  }
}
