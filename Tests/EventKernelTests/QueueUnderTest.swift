import EventKernel
import SimulationBasics

/// An event queue in a box: `#expect` cannot look into a value that is not copyable, but into an
/// object it can.
final class QueueUnderTest {
  private var queue: EventQueue

  init(expectedCount: Int) { queue = EventQueue(expectedCount: expectedCount) }

  var now: VirtualTime { queue.now }
  var count: Int { queue.count }
  var nextTime: VirtualTime? { queue.nextTime }

  /// Schedules a word at so many nanoseconds after the start.
  @discardableResult
  func schedule(_ bits: UInt64, at nanoseconds: UInt64) -> EventHandle {
    queue.schedule(
      EventWord(bits: bits), at: VirtualTime(nanosecondsSinceStart: nanoseconds))
  }

  func cancel(_ handle: EventHandle) -> Bool { queue.cancel(handle) }
  func isPending(_ handle: EventHandle) -> Bool { queue.isPending(handle) }

  /// The next event that is due within so many nanoseconds after the start.
  func popNext(through nanoseconds: UInt64 = .max) -> DueEvent? {
    queue.popNext(through: VirtualTime(nanosecondsSinceStart: nanoseconds))
  }

  /// The word of the next event.
  func popWord(through nanoseconds: UInt64 = .max) -> UInt64? {
    popNext(through: nanoseconds)?.word.bits
  }
}
