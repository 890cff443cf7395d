import SimulationBasics

/// The last changes of the lock server's keys: what each key was before, for as long as a replica
/// may lag behind.
///
/// A ring that holds as many changes as there were within that time at most. It is empty, and takes
/// no room, where nothing is to be remembered.
struct LockJournal: ~Copyable {
  /// A key as it was until a moment.
  struct Entry: BitwiseCopyable {
    var until: VirtualTime
    var lock: LockID
    var before: LockServer.Key
  }

  /// How far back one can go.
  let length: VirtualDuration
  private var ring = FixedTable<Entry>(repeating: LockJournal.none, count: 0)
  private var first = 0
  /// How many changes are remembered.
  private(set) var count = 0

  private static var none: Entry {
    Entry(until: .start, lock: LockID(index: -1), before: .absent)
  }

  init(length: VirtualDuration) { self.length = length }

  /// How many changes there is room for.
  var capacity: Int { ring.count }

  /// A change by its age: the oldest is 0.
  subscript(place: Int) -> Entry { ring[(first + place) % ring.count] }

  /// Notes what a key was until now; forgets what is older than can be asked for.
  ///
  /// - Complexity: O(1) amortised; allocates only when there were never so many within `length`.
  mutating func note(_ before: LockServer.Key, of lock: LockID, now: VirtualTime) {
    while count > 0, ring[first].until + length <= now {
      first = (first + 1) % ring.count
      count -= 1
    }
    if count == ring.count { grow() }
    ring[(first + count) % ring.count] = Entry(until: now, lock: lock, before: before)
    count += 1
  }

  private mutating func grow() {
    var larger = FixedTable<Entry>(repeating: LockJournal.none, count: max(16, ring.count * 2))
    for place in 0..<count { larger[place] = self[place] }
    ring = larger
    first = 0
  }
}
