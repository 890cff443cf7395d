import SimulationBasics

/// The slots that hold all pending events, and the list of those that are free.
///
/// A slot keeps its number while its event is pending. The slot freed last is used first, because
/// it is in the cache.
struct EventPool: ~Copyable {
  private var slots: FixedTable<PendingEvent>
  private var firstFree: Int32

  init(capacity: Int) {
    let capacity = Swift.min(Swift.max(capacity, 1), EventHandle.slotLimit)
    self.slots = FixedTable(repeating: .free(next: -1), count: capacity)
    self.firstFree = -1
    chainFreeSlots(from: 0)
  }

  subscript(slot: Int32) -> PendingEvent {
    @inline(__always)
    get { slots[slot] }
    @inline(__always)
    _modify { yield &slots[slot] }
  }

  /// The key of the event in a slot.
  @inline(__always)
  func key(of slot: Int32) -> EventKey {
    EventKey(
      time: slots[slot].time, handle: EventHandle(sequence: slots[slot].sequence, slot: slot))
  }

  /// Puts an event into a free slot and returns its number; the pool doubles when none is free.
  ///
  /// - Complexity: O(1), and at each doubling as many moves as there are slots.
  /// - Precondition: fewer than 16 777 216 events are pending.
  @inline(__always)
  mutating func insert(_ event: PendingEvent) -> Int32 {
    if firstFree < 0 { grow() }
    let slot = firstFree
    firstFree = slots[slot].next
    slots[slot] = event
    return slot
  }

  /// Frees the slot of an event that was popped or cancelled; from now on its handle is stale.
  @inline(__always)
  mutating func remove(_ slot: Int32) {
    slots[slot] = .free(next: firstFree)
    firstFree = slot
  }

  /// Whether the event of this handle is still pending.
  @inline(__always)
  func isPending(_ handle: EventHandle) -> Bool {
    Int(handle.slot) < slots.count && slots[handle.slot].sequence == handle.sequence
  }

  @inline(never)
  private mutating func grow() {
    let oldCount = slots.count
    precondition(oldCount < EventHandle.slotLimit, "more than 16 777 216 events are pending")
    slots.grow(
      toCount: Swift.min(oldCount * 2, EventHandle.slotLimit), filledWith: .free(next: -1))
    chainFreeSlots(from: oldCount)
  }

  /// Makes every slot from `start` on free, the lowest first in line.
  private mutating func chainFreeSlots(from start: Int) {
    for index in start..<slots.count - 1 {
      slots[index].next = Int32(truncatingIfNeeded: index + 1)
    }
    slots[slots.count - 1].next = firstFree
    firstFree = Int32(truncatingIfNeeded: start)
  }
}
