import SimulationBasics

/// One slot of the event pool: a pending event, or a free slot waiting to be one.
struct PendingEvent: BitwiseCopyable {
  /// Where in the queue an event can be, or that there is none.
  ///
  /// Numbers from 0 name a chain: the slots of the wheel, level after level, and then the present moment.
  struct Place: Equatable, BitwiseCopyable {
    let number: Int32

    /// In the sorted list of near events.
    static let near = Place(number: -1)
    /// Nowhere: the slot is free.
    static let nowhere = Place(number: -2)
    /// In the chain of what happens at this very moment.
    static let present = Place(number: Int32(TimingWheel.slotCount))

    /// In a chain of the wheel.
    var isInWheel: Bool { number >= 0 && number < Self.present.number }
  }

  var key: EventKey
  var word: EventWord
  /// The slot after this one in its chain or in the list of free slots; -1 at the end.
  var next: Int32
  /// The slot before this one in its chain; -1 at the beginning.
  var previous: Int32
  var place: Place

  static let free = PendingEvent(
    key: EventKey(time: .never, handle: .vacant), word: EventWord(bits: 0), next: -1, previous: -1,
    place: .nowhere)
}
