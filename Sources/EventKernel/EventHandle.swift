/// Names one scheduled event, so that it can be cancelled; it is never mistaken for a later event
/// in the same place.
///
/// A handle holds the slot of the event in the pool (24 bits) and the number of the scheduling (40
/// bits). Slots are used again, scheduling numbers never are: so the number is the slot's
/// generation too, and a handle whose event already ran or was cancelled is recognised. Keep a
/// handle as long as you like.
public struct EventHandle: Hashable, Sendable, BitwiseCopyable {
  /// The scheduling number above the slot.
  let bits: UInt64

  /// The handle of no event; cancelling it does nothing.
  public static let none = EventHandle(bits: 0)

  /// How many events can be pending at once: 16 777 216.
  static let slotLimit = 1 << 24
  /// The largest scheduling number, about 1.1 · 10¹²; numbers start from 1.
  static let lastSequence: UInt64 = (1 << 40) - 2
  /// The scheduling number of no event, which stands in free slots.
  static let vacantSequence = lastSequence + 1

  /// Whether this is the handle of no event.
  public var isNone: Bool { bits == 0 }

  private init(bits: UInt64) { self.bits = bits }

  /// The handle of the event that was scheduled as number `sequence` and stands in `slot`.
  init(sequence: UInt64, slot: Int32) {
    self.bits = (sequence &<< 24) | UInt64(UInt32(bitPattern: slot))
  }

  var slot: Int32 { Int32(truncatingIfNeeded: bits & 0xFF_FFFF) }
  var sequence: UInt64 { bits &>> 24 }
}
