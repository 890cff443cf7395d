import SimulationBasics

/// Events by the base-64 digits of their time: a wheel of 64 slots for each digit, eleven wheels
/// for 64 bits.
///
/// An event stands at the level of the highest digit in which its time differs from `base`, in the
/// slot of that digit of its own time. So the lowest level in use holds the earliest events, its
/// lowest slot in use the earliest of them, and one bitmap word for each level finds both without a
/// search. Nothing in a slot is sorted: a slot of level 0 is a single nanosecond, and when a slot
/// of a higher level comes up, the queue either sorts its few events or moves `base` into it, which
/// spreads them over lower levels (`EventQueue+Refill`). Equal times always share a slot and keep
/// their scheduling order.
///
/// Source: G. Varghese, T. Lauck, Hashed and hierarchical timing wheels, SOSP 1987, scheme 7; the
/// choice of the level by the highest differing digit, so that no level ever turns, is that of the
/// Linux and Tokio timers.
struct TimingWheel: ~Copyable {
  static let levelCount = 11
  static let slotsPerLevel = 64
  static let slotCount = levelCount * slotsPerLevel

  /// One chain for each slot of each level.
  private var chains = FixedTable<EventChain>(repeating: .empty, count: slotCount)
  /// For each level, which of its 64 slots hold events.
  private var usedSlots = FixedTable<UInt64>(repeating: 0, count: levelCount)
  /// Which levels hold events.
  private var usedLevels: UInt64 = 0
  /// No later than any event in the wheel; levels and slots are relative to it.
  private(set) var base: UInt64 = 0
  /// The number of events in the wheel.
  private(set) var count = 0

  var isEmpty: Bool { usedLevels == 0 }

  /// A slot of one level, and the span of time that belongs to it.
  struct Slot: BitwiseCopyable {
    let level: Int
    let index: Int
    /// The first nanosecond of the span.
    let start: VirtualTime
    /// The last nanosecond of the span.
    let end: VirtualTime

    /// The place that events in this slot have.
    @inline(__always)
    var place: PendingEvent.Place {
      .init(number: UInt16(truncatingIfNeeded: level &* slotsPerLevel &+ index))
    }
  }

  /// The slot of the earliest events.
  ///
  /// - Precondition: the wheel is not empty.
  var firstSlot: Slot {
    @inline(__always)
    get {
      let level = usedLevels.trailingZeroBitCount
      let index = usedSlots[level].trailingZeroBitCount
      let shift = UInt64(truncatingIfNeeded: level &* 6)
      // Above the slot's digit the span has the digits of the base, below it all of them. Level 10
      // has 4 bits only.
      let below: UInt64 = (1 &<< shift) &- 1
      let above = level == 10 ? 0 : ~UInt64(0) &<< (shift &+ 6)
      let start = (base & above) | (UInt64(truncatingIfNeeded: index) &<< shift)
      return Slot(
        level: level, index: index, start: .init(nanosecondsSinceStart: start),
        end: .init(nanosecondsSinceStart: start | below))
    }
  }

  /// The chain of a place, numbered level after level.
  func chain(at number: Int) -> EventChain { chains[number] }

  /// Which slots of a level hold events, as the bitmaps say; nothing for a level that they call
  /// empty.
  func marks(ofLevel level: Int) -> UInt64 {
    usedLevels &>> UInt64(level) & 1 == 1 ? usedSlots[level] : 0
  }

  /// The events of a slot.
  func chain(of slot: Slot) -> EventChain { chains[Int(slot.place.number)] }

  /// Where an event at `moment` belongs.
  @inline(__always)
  func placeNumber(of time: VirtualTime) -> Int {
    let moment = time.nanosecondsSinceStart
    let difference = (moment ^ base) | 1
    let level = (63 &- difference.leadingZeroBitCount) / 6
    let index = Int(truncatingIfNeeded: (moment &>> UInt64(truncatingIfNeeded: level &* 6)) & 63)
    return level &* Self.slotsPerLevel &+ index
  }

  /// Adds an event.
  ///
  /// - Complexity: O(1).
  /// - Precondition: its time is no earlier than `base`, and at its time no event with a higher
  ///   number is in the wheel.
  @inline(__always)
  mutating func add(_ slot: Int32, in pool: inout EventPool) {
    let number = placeNumber(of: pool[slot].time)
    chains[number].append(slot, as: .init(number: UInt16(truncatingIfNeeded: number)), in: &pool)
    usedSlots[number &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: number & 63)
    usedLevels |= 1 &<< UInt64(truncatingIfNeeded: number &>> 6)
    count &+= 1
  }

  /// Takes an event out.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  mutating func remove(_ slot: Int32, from place: PendingEvent.Place, in pool: inout EventPool) {
    let number = Int(place.number)
    chains[number].remove(slot, in: &pool)
    count &-= 1
    if chains[number].isEmpty { markUnused(number) }
  }

  /// Empties a slot and returns the chain that it held; the events keep their links.
  @inline(__always)
  mutating func takeChain(of slot: Slot) -> EventChain {
    let number = Int(slot.place.number)
    let chain = chains[number]
    chains[number] = .empty
    count &-= Int(chain.count)
    markUnused(number)
    return chain
  }

  /// Moves the base, which must leave every event in the slot where it is.
  ///
  /// - Precondition: the new base lies in the slot that was emptied last, or the wheel is empty.
  mutating func rebase(to moment: VirtualTime) { base = moment.nanosecondsSinceStart }

  @inline(__always)
  private mutating func markUnused(_ number: Int) {
    let level = number &>> 6
    usedSlots[level] &= ~(1 &<< UInt64(truncatingIfNeeded: number & 63))
    if usedSlots[level] == 0 { usedLevels &= ~(1 &<< UInt64(truncatingIfNeeded: level)) }
  }
}
