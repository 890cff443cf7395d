import ScenarioModel
import SimulationBasics

extension Backoff {
  /// The pause before retry `number` = 1, 2, …, whose range is `range`.
  ///
  /// - Parameters:
  ///   - previous: The last pause, for decorrelated jitter; kept up to date.
  ///   - drawBelow: Draws a whole number from 0 up to, but not including, its argument.
  func pause(
    before number: Int, range: VirtualDuration, previous: inout VirtualDuration,
    drawBelow: (UInt64) -> UInt64
  ) -> VirtualDuration {
    func drawUpTo(_ length: UInt64) -> VirtualDuration { .nanoseconds(drawBelow(length + 1)) }
    switch jitter {
    case .none:
      return range
    case .full:
      return drawUpTo(range.inNanoseconds)
    case .equal:
      let half = range.inNanoseconds / 2
      return .nanoseconds(range.inNanoseconds - half) + drawUpTo(half)
    case .decorrelated:
      let least = base.inNanoseconds
      let last = number == 1 ? least : previous.inNanoseconds
      // With a cap below a third of the base there is nothing between the two to draw from.
      let drawn = VirtualDuration.nanoseconds(least) + drawUpTo(max(last * 3, least) - least)
      previous = min(cap, drawn)
      return previous
    }
  }
}
