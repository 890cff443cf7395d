import SimulationBasics

/// One slot of the event pool, 32 bytes: a pending event, or a free slot waiting to be one.
///
/// Two fit a cache line, and a thousand of them the first cache; `EventKernelTests` pins the size.
struct PendingEvent: BitwiseCopyable {
  /// Where in the queue an event can be, or that there is none.
  ///
  /// Small numbers name a chain: the slots of the wheel, level after level, and then the present
  /// moment.
  struct Place: Equatable, BitwiseCopyable {
    let number: UInt16

    /// In the chain of what happens at this very moment.
    static let present = Place(number: UInt16(TimingWheel.slotCount))
    /// In the sorted list of near events.
    static let near = Place(number: present.number + 1)
    /// Nowhere: the slot is free.
    static let nowhere = Place(number: present.number + 2)
  }

  let time: VirtualTime
  let word: EventWord
  /// The slot after this one in its chain or in the list of free slots; -1 at the end.
  var next: Int32
  /// The slot before this one in its chain; -1 at the beginning.
  var previous: Int32
  /// The scheduling number in the upper 48 bits, the place in the lower 16.
  private var sequenceAndPlace: UInt64

  /// An event that was just scheduled as number `sequence` and stands nowhere yet.
  init(time: VirtualTime, word: EventWord, sequence: UInt64) {
    self.time = time
    self.word = word
    self.next = -1
    self.previous = -1
    self.sequenceAndPlace = sequence &<< 16 | UInt64(Place.nowhere.number)
  }

  /// A free slot that `next` follows in the list of free slots.
  static func free(next: Int32) -> PendingEvent {
    var free = PendingEvent(
      time: .never, word: EventWord(bits: 0), sequence: EventHandle.vacantSequence)
    free.next = next
    return free
  }

  /// The scheduling number: which of two events of one time runs first, and the generation of the
  /// slot.
  var sequence: UInt64 { sequenceAndPlace &>> 16 }

  /// Where the event stands.
  var place: Place {
    @inline(__always)
    get { Place(number: UInt16(truncatingIfNeeded: sequenceAndPlace)) }
    @inline(__always)
    set { sequenceAndPlace = (sequenceAndPlace & ~0xFFFF) | UInt64(newValue.number) }
  }
}
