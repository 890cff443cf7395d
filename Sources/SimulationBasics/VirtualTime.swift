/// A moment on the simulated clock, counted from the start of the run in whole nanoseconds.
///
/// A moment minus a moment is a length; two moments cannot be added.
public struct VirtualTime: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// What has passed since the start of the run, in nanoseconds.
  public let nanosecondsSinceStart: UInt64

  @inlinable
  public init(nanosecondsSinceStart: UInt64) { self.nanosecondsSinceStart = nanosecondsSinceStart }

  @inlinable
  public static var start: VirtualTime { .init(nanosecondsSinceStart: 0) }
  /// Later than every moment at which something can happen.
  @inlinable
  public static var never: VirtualTime { .init(nanosecondsSinceStart: .max) }

  /// What has passed since the start of the run.
  @inlinable
  public var sinceStart: VirtualDuration { .nanoseconds(nanosecondsSinceStart) }

  @inlinable
  public static func < (left: VirtualTime, right: VirtualTime) -> Bool {
    left.nanosecondsSinceStart < right.nanosecondsSinceStart
  }
  @inlinable
  public static func + (moment: VirtualTime, length: VirtualDuration) -> VirtualTime {
    .init(nanosecondsSinceStart: moment.nanosecondsSinceStart + length.inNanoseconds)
  }
  /// The length between two moments; traps when `earlier` is the later one.
  @inlinable
  public static func - (later: VirtualTime, earlier: VirtualTime) -> VirtualDuration {
    .nanoseconds(later.nanosecondsSinceStart - earlier.nanosecondsSinceStart)
  }
}
