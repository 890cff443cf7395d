/// Names one scheduled event, so that it can be cancelled; it is never mistaken for a later event in the same place.
///
/// A handle holds the slot of the event in the pool (24 bits) and the number of the scheduling (40 bits). Slots are
/// used again, scheduling numbers never are: so the number is the slot's generation too, and a handle whose event
/// already ran or was cancelled is recognised. Keep a handle as long as you like.
public struct EventHandle: Hashable, Sendable, BitwiseCopyable {
  /// The scheduling number above the slot.
  let bits: UInt64

  /// The handle of no event; cancelling it does nothing.
  public static let none = EventHandle(bits: 0)

  /// Names nothing either; it stands in a free slot of the pool, where no handle in anybody's hands may match it.
  static let vacant = EventHandle(bits: .max)

  static let slotBits: UInt64 = 24
  /// How many events can be pending at once: 16 777 216.
  static let slotLimit = 1 << 24
  /// The largest scheduling number, about 1.1 · 10¹²: half a day of events at the fastest that was measured.
  static let lastSequence: UInt64 = (1 << 40) - 2

  /// Whether this is the handle of no event.
  public var isNone: Bool { bits == 0 }

  init(bits: UInt64) { self.bits = bits }

  /// The handle of the event that was scheduled as number `sequence`, counted from 1, and stands in `slot`.
  init(sequence: UInt64, slot: Int32) {
    self.bits = (sequence &<< Self.slotBits) | UInt64(UInt32(bitPattern: slot))
  }

  var slot: Int32 { Int32(truncatingIfNeeded: bits & UInt64(Self.slotLimit - 1)) }
  var sequence: UInt64 { bits &>> Self.slotBits }
}
