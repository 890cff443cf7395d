/// A length of simulated time in whole nanoseconds.
///
/// The standard library's `Duration` has another size and counts attoseconds; simulated time needs
/// neither. Arithmetic traps on overflow: a run is at most 2⁶⁴ − 1 ns, about 584 years.
public struct VirtualDuration: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The length in nanoseconds.
  public let inNanoseconds: UInt64

  @inlinable
  init(inNanoseconds: UInt64) { self.inNanoseconds = inNanoseconds }

  public static let zero = VirtualDuration(inNanoseconds: 0)

  /// The longest length that the text form can write and a model file can say: 100 years of 365
  /// days.
  public static let longestInAModel = VirtualDuration(
    inNanoseconds: 100 * 365 * 86_400 * 1_000_000_000)

  @inlinable
  public static func nanoseconds(_ count: UInt64) -> VirtualDuration { .init(inNanoseconds: count) }
  public static func microseconds(_ count: UInt64) -> VirtualDuration {
    .init(inNanoseconds: count * 1_000)
  }
  public static func milliseconds(_ count: UInt64) -> VirtualDuration {
    .init(inNanoseconds: count * 1_000_000)
  }
  public static func seconds(_ count: UInt64) -> VirtualDuration {
    .init(inNanoseconds: count * 1_000_000_000)
  }
  public static func minutes(_ count: UInt64) -> VirtualDuration { .seconds(count * 60) }
  public static func hours(_ count: UInt64) -> VirtualDuration { .seconds(count * 3_600) }

  /// The length in seconds, for statistics that are reported; never for the order of events.
  public var inSeconds: Double { Double(inNanoseconds) / 1e9 }
  /// The length in milliseconds, for statistics that are reported; never for the order of events.
  public var inMilliseconds: Double { Double(inNanoseconds) / 1e6 }

  @inlinable
  public static func < (left: VirtualDuration, right: VirtualDuration) -> Bool {
    left.inNanoseconds < right.inNanoseconds
  }
  @inlinable
  public static func + (left: VirtualDuration, right: VirtualDuration) -> VirtualDuration {
    .init(inNanoseconds: left.inNanoseconds + right.inNanoseconds)
  }
  /// The difference; traps when `right` is longer than `left`.
  @inlinable
  public static func - (left: VirtualDuration, right: VirtualDuration) -> VirtualDuration {
    .init(inNanoseconds: left.inNanoseconds - right.inNanoseconds)
  }
  @inlinable
  public static func += (left: inout VirtualDuration, right: VirtualDuration) {
    left = left + right
  }
  @inlinable
  public static func * (length: VirtualDuration, count: UInt64) -> VirtualDuration {
    .init(inNanoseconds: length.inNanoseconds * count)
  }
}
