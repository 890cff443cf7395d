import SimulationBasics

/// The place of an event in the total order of events: by time, and at one time by scheduling
/// number.
///
/// This is the one place that states the order. The scheduling number stands in the upper 40 bits
/// of the handle and never repeats, so no two keys are equal and the slot below it never decides.
struct EventKey: Comparable, BitwiseCopyable {
  var time: VirtualTime
  var handle: EventHandle

  @inline(__always)
  static func < (left: EventKey, right: EventKey) -> Bool {
    left.time < right.time
      || (left.time == right.time && left.handle.bits < right.handle.bits)
  }
}
