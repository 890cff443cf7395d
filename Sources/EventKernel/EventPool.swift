import SimulationBasics

/// The slots that hold all pending events, and the list of those that are free.
///
/// A slot keeps its number while its event is pending. The slot freed last is used first, because it is in the cache.
struct EventPool: ~Copyable {
  private var slots: FixedTable<PendingEvent>
  private var firstFree: Int32

  /// How many events fit before the pool grows.
  var capacity: Int { slots.count }

  init(capacity: Int) {
    let capacity = Swift.min(Swift.max(capacity, 1), EventHandle.slotLimit)
    self.slots = FixedTable(repeating: .free, count: capacity)
    self.firstFree = -1
    chainFreeSlots(from: 0)
  }

  subscript(slot: Int32) -> PendingEvent {
    @inline(__always)
    get { slots[slot] }
    @inline(__always)
    _modify { yield &slots[slot] }
  }

  /// Puts an event into a free slot and returns its key; the pool doubles when none is free.
  ///
  /// - Complexity: O(1), and O(`capacity`) moves at each doubling.
  /// - Precondition: fewer than 16 777 216 events are pending.
  @inline(__always)
  mutating func insert(_ word: EventWord, at moment: VirtualTime, sequence: UInt64) -> EventKey {
    if firstFree < 0 { grow() }
    let slot = firstFree
    let key = EventKey(time: moment, handle: EventHandle(sequence: sequence, slot: slot))
    firstFree = slots[slot].next
    slots[slot].key = key
    slots[slot].word = word
    return key
  }

  /// Frees the slot of an event that was popped or cancelled; from now on its handle is stale.
  @inline(__always)
  mutating func remove(_ slot: Int32) {
    slots[slot].key.handle = .vacant
    slots[slot].place = .nowhere
    slots[slot].next = firstFree
    firstFree = slot
  }

  /// Whether the event of this handle is still pending.
  @inline(__always)
  func isPending(_ handle: EventHandle) -> Bool {
    Int(handle.slot) < slots.count && slots[handle.slot].key.handle == handle
  }

  @inline(never)
  private mutating func grow() {
    let oldCount = slots.count
    precondition(oldCount < EventHandle.slotLimit, "more than 16 777 216 events are pending")
    slots.grow(toCount: Swift.min(oldCount * 2, EventHandle.slotLimit), filledWith: .free)
    chainFreeSlots(from: oldCount)
  }

  /// Makes every slot from `start` on free, the lowest first in line.
  private mutating func chainFreeSlots(from start: Int) {
    for index in start..<slots.count {
      slots[index].next = Int32(truncatingIfNeeded: index + 1)
    }
    slots[slots.count - 1].next = firstFree
    firstFree = Int32(truncatingIfNeeded: start)
  }
}
