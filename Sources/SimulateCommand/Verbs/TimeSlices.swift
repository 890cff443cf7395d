import SimulationBasics

/// How far to let a run go before the command looks at the user again.
///
/// A slice should hold enough events to make the look cheap and few enough that Ctrl-C is answered
/// at once. Where a run is cut does not change what happens in it.
struct TimeSlices {
  /// A slice with more events is halved, one with fewer than a tenth of them is doubled.
  private static let mostEvents: UInt64 = 200_000
  /// Idle time passes in steps of this length: no later burst of events is longer before the next
  /// look.
  private static let longest = VirtualDuration.minutes(1)
  private static let shortest = VirtualDuration.milliseconds(1)

  private var length = VirtualDuration.milliseconds(100)
  private var moment = VirtualTime.start
  private var eventsBefore: UInt64 = 0

  /// The end of the next slice.
  ///
  /// - Parameter eventCount: The events so far, which say how full the last slice was.
  mutating func next(eventCount: UInt64) -> VirtualTime {
    let events = eventCount - eventsBefore
    eventsBefore = eventCount
    if events > Self.mostEvents {
      length = max(Self.shortest, .nanoseconds(length.inNanoseconds / 2))
    } else if events < Self.mostEvents / 10 {
      length = min(Self.longest, length + length)
    }
    moment = moment + length
    return moment
  }
}
