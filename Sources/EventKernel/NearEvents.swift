import SimulationBasics

/// The few events that come next, sorted: everything that is pending within one span of time.
///
/// The latest stands first and the earliest last, so that taking the earliest moves nothing. The
/// list is short on purpose: inserting by comparison from its end costs a few steps, fewer than any
/// tree, and it never grows.
struct NearEvents: ~Copyable {
  /// How many events the list takes in before the queue spills it into the wheel.
  static let capacity = 64

  private var keys = FixedTable<EventKey>(
    repeating: EventKey(time: .never, handle: .none), count: capacity)
  private(set) var count = 0
  /// The last moment of the span: an event at or before it belongs here, a later one into the
  /// wheel.
  var end = VirtualTime.never

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count == Self.capacity }

  /// A key by its place, the latest event first.
  subscript(index: Int) -> EventKey { keys[index] }

  /// The key of the earliest event.
  ///
  /// - Precondition: the list is not empty.
  var earliest: EventKey {
    @inline(__always)
    get { keys[count &- 1] }
  }

  /// Inserts an event in its order.
  ///
  /// - Complexity: O(*k*) moves, where *k* is the number of near events that come before it; at
  ///   most 63.
  /// - Precondition: the list is not full.
  @inline(__always)
  mutating func insert(_ key: EventKey) {
    var index = count
    count &+= 1
    while index > 0 {
      let earlier = keys[index &- 1]
      if key < earlier { break }
      keys[index] = earlier
      index &-= 1
    }
    keys[index] = key
  }

  /// Removes the earliest event.
  ///
  /// - Precondition: the list is not empty.
  @inline(__always)
  mutating func removeEarliest() -> EventKey {
    count &-= 1
    return keys[count]
  }

  /// Removes an event that is somewhere in the list.
  ///
  /// - Complexity: O(*k*) steps, where *k* is the number of near events that come before it; at
  ///   most 63.
  /// - Precondition: the event is in the list.
  mutating func remove(_ handle: EventHandle) {
    var index = count &- 1
    var displaced = keys[index]
    while displaced.handle != handle {
      index &-= 1
      swap(&keys[index], &displaced)
    }
    count &-= 1
  }

  /// The number of events later than a moment; they are the first ones of the list.
  ///
  /// - Complexity: O(`count`).
  func count(after moment: VirtualTime) -> Int {
    var later = 0
    while later < count, keys[later].time > moment { later += 1 }
    return later
  }

  /// Removes the latest events.
  ///
  /// - Complexity: O(`count`) moves.
  /// - Precondition: the list has that many.
  mutating func removeLatest(_ removed: Int) {
    for index in removed..<count { keys[index - removed] = keys[index] }
    count -= removed
  }
}
