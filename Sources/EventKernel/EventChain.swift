/// A doubly linked list of pending events in the order in which they were added; the links are in
/// the pool.
///
/// Events with one time are always added in scheduling order, so a chain need not be sorted for
/// them.
struct EventChain: BitwiseCopyable {
  private(set) var first: Int32 = -1
  private(set) var last: Int32 = -1
  private(set) var count: Int32 = 0

  static let empty = EventChain()

  var isEmpty: Bool { count == 0 }

  /// Adds an event at the end, and notes in the pool that it stands in the chain called `place`.
  @inline(__always)
  mutating func append(_ slot: Int32, as place: PendingEvent.Place, in pool: inout EventPool) {
    pool[slot].previous = last
    pool[slot].next = -1
    pool[slot].place = place
    if last >= 0 { pool[last].next = slot } else { first = slot }
    last = slot
    count &+= 1
  }

  /// Takes an event out, wherever in the chain it is.
  @inline(__always)
  mutating func remove(_ slot: Int32, in pool: inout EventPool) {
    let next = pool[slot].next
    let previous = pool[slot].previous
    if previous >= 0 { pool[previous].next = next } else { first = next }
    if next >= 0 { pool[next].previous = previous } else { last = previous }
    count &-= 1
  }
}
