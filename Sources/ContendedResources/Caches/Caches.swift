public import SimulationBasics

/// Caches of the service: until when each entry is fresh, who loads it, and who waits for that.
///
/// With single flight there is at most one load of an entry at an instance that others wait for
/// (Spring's `@Cacheable(sync = true)` and Go's `singleflight` work inside one process, so a shared
/// cache can still be loaded by each instance at once). Without it whoever misses an entry loads
/// it.
///
/// Loads of one request nest: one that loads an entry may look up another on the way, and ends the
/// inner load first. Who then finds an entry in flight waits; two requests that each wait for the
/// other's load do so until one is gone, as two threads would.
public struct Caches: ~Copyable {
  /// What a request does that has missed an entry.
  public enum LoadOutcome: Equatable, Sendable {
    /// It loads the entry, and says how that ended.
    case loads
    /// Another loads it; the request hears of the end, or becomes the one who loads.
    case waits
  }

  struct Layout: BitwiseCopyable {
    var firstSlot: Int
    var layout: CacheLayout
  }
  /// An entry at one instance; what is shared is in the slot of the first instance.
  struct Slot: BitwiseCopyable {
    var freshUntil = VirtualTime.start
    /// How many requests load the entry, those of all instances that share it.
    var loading: Int32 = 0
    /// The load that others at this instance wait for; negative when there is none.
    var flight: Int32 = -1
  }
  struct Load: BitwiseCopyable {
    /// Negative while this load is free.
    var request: Int32
    var slot: Int32
    /// Where the loads of the entry are counted.
    var shared: Int32
    var instance: Int32
    /// The load of the same request around this one; the next free one while this one is free.
    var outer: Int32

    static let free = Load(request: -1, slot: -1, shared: -1, instance: -1, outer: -1)
  }

  let layouts: FixedTable<Layout>
  let instanceCount: Int
  var slots: FixedTable<Slot>
  var loads: FixedTable<Load>
  private var firstFreeLoad: Int32 = -1
  private(set) var usedLoads: Int32 = 0
  /// By request: its innermost load, or a negative number.
  var innermostLoads: FixedTable<Int32>
  /// A queue for each slot.
  var waits: RequestQueues
  /// The slot whose waiters are being told that the load has ended; negative when there is none.
  private var toldSlot: Int32 = -1
  /// How many loads are going on.
  public private(set) var loadCount = 0

  /// Caches in which nothing is fresh.
  ///
  /// - Complexity: O(caches + instances · entries).
  public init(_ layouts: [CacheLayout], instanceCount: Int, expectedRequests: Int) {
    precondition(instanceCount >= 1, "caches without an instance to look them up")
    var laidOut: [Layout] = []
    var next = 0
    for layout in layouts {
      laidOut.append(Layout(firstSlot: next, layout: layout))
      next += layout.entryCount * instanceCount
    }
    self.layouts = FixedTable(laidOut)
    self.instanceCount = instanceCount
    self.slots = FixedTable(repeating: Slot(), count: next)
    self.loads = FixedTable(repeating: .free, count: layouts.isEmpty ? 0 : expectedRequests)
    self.innermostLoads = FixedTable(
      repeating: -1, count: layouts.isEmpty ? 0 : expectedRequests)
    self.waits = RequestQueues(
      queueCount: next, expectedRequests: layouts.isEmpty ? 0 : expectedRequests)
  }

  // MARK: Looking

  /// Whether an entry is there and fresh: at the moment when its time to live ends it no longer is.
  ///
  /// - Complexity: O(1).
  public func isFresh(_ entry: CacheEntry, at now: VirtualTime) -> Bool {
    now < slots[sharedSlot(of: entry)].freshUntil
  }

  /// How many requests load an entry now, at all instances that share it.
  ///
  /// - Complexity: O(1).
  public func loadCount(of entry: CacheEntry) -> Int {
    Int(slots[sharedSlot(of: entry)].loading)
  }

  /// How many requests wait for another's load.
  public var waiting: Int { waits.totalCount }

  /// Whether a request waits for another's load.
  ///
  /// - Complexity: O(1).
  public func isWaiting(_ request: RequestID) -> Bool { waits.contains(request) }

  /// How many entries a request loads, each inside the one before.
  ///
  /// - Complexity: O(depth).
  public func loadDepth(of request: RequestID) -> Int {
    var depth = 0
    var load = innermostLoad(of: request)
    while load >= 0 {
      depth += 1
      load = loads[load].outer
    }
    return depth
  }

  // MARK: Loading

  /// A request that has missed an entry loads it, or waits for who does.
  ///
  /// A request that looks up an entry which it is loading itself loads it once more inside.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request does not wait.
  public mutating func beginLoad(of entry: CacheEntry, by request: RequestID) -> LoadOutcome {
    defer { checkInvariants() }
    precondition(toldSlot < 0, "a load began while others hear of one that has ended")
    precondition(!waits.contains(request), "a request that waits for a load began one")
    let slot = Int32(self.slot(of: entry))
    let flight = slots[slot].flight
    if flight >= 0, loads[flight].request != request.index {
      _ = waits.append(request, to: slot)
      return .waits
    }
    addLoad(of: entry, in: slot, by: request)
    return .loads
  }

  /// Makes an entry fresh from now on, for as long as its cache says.
  ///
  /// - Complexity: O(1).
  public mutating func put(_ entry: CacheEntry, at now: VirtualTime) {
    slots[sharedSlot(of: entry)].freshUntil = now + layouts[entry.cache].layout.timeToLive
  }

  /// A request has what it loaded; those who wait for that have it, too, and go on one after
  /// another: ask `nextWaiter()` until there is none.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The load is the innermost one of the request.
  public mutating func endLoad(of entry: CacheEntry, by request: RequestID) {
    defer { checkInvariants() }
    let slot = Int32(self.slot(of: entry))
    if removeLoad(of: request, expecting: slot) { toldSlot = slot }
  }

  /// Who goes on next with what was loaded, the longest waiter first.
  ///
  /// - Complexity: O(1).
  public mutating func nextWaiter() -> RequestID? {
    defer { checkInvariants() }
    if toldSlot < 0 { return nil }
    if let waiter = waits.popFirst(of: toldSlot) { return waiter }
    toldSlot = -1
    return nil
  }

  /// A load has failed: the entry stays as it was, and the longest waiter loads it instead.
  ///
  /// - Returns: The waiter that loads now, if there is one.
  /// - Complexity: O(1).
  /// - Precondition: The load is the innermost one of the request.
  public mutating func failLoad(of entry: CacheEntry, by request: RequestID) -> RequestID? {
    defer { checkInvariants() }
    precondition(toldSlot < 0, "a load failed while others hear of one that has ended")
    let slot = Int32(self.slot(of: entry))
    return removeLoad(of: request, expecting: slot) ? passOn(slot, entry.instance) : nil
  }

  // MARK: Who is gone

  /// Takes a request out that is gone: out of its wait, and out of its loads as if they had failed.
  ///
  /// A request that neither waits nor loads is fine.
  ///
  /// - Returns: A waiter that loads in its place; ask again until there is none.
  /// - Complexity: O(depth) for all calls together.
  public mutating func abandon(_ request: RequestID) -> RequestID? {
    defer { checkInvariants() }
    precondition(toldSlot < 0, "a request is gone while others hear of a load that has ended")
    if waits.contains(request) { waits.remove(request) }
    while innermostLoad(of: request) >= 0 {
      let load = loads[innermostLoad(of: request)]
      guard removeLoad(of: request, expecting: load.slot) else { continue }
      let instance = InstanceID(index: Int(load.instance))
      if let next = passOn(load.slot, instance) { return next }
    }
    return nil
  }

  /// Takes everything of an instance out that has died: entries in its memory, loads and waits.
  ///
  /// - Complexity: O(entries of the instance + loads that were ever going on at once).
  public mutating func clear(_ instance: InstanceID) {
    defer { checkInvariants() }
    precondition(toldSlot < 0, "an instance died while others hear of a load that has ended")
    for load in 0..<usedLoads where loads[load].instance == instance.index {
      let request = RequestID(index: Int(loads[load].request))
      // Inner loads of the request are at the same instance, and go with it.
      while innermostLoad(of: request) >= 0 {
        _ = removeLoad(of: request, expecting: loads[innermostLoad(of: request)].slot)
      }
    }
    for cache in 0..<layouts.count {
      let layout = layouts[cache].layout
      let first = layouts[cache].firstSlot + Int(instance.index) * layout.entryCount
      for slot in first..<(first + layout.entryCount) {
        while waits.popFirst(of: Int32(slot)) != nil {}
        if !layout.isShared { slots[slot].freshUntil = .start }
      }
    }
  }

  // MARK: Helpers

  /// Where the loads and waits of one instance are.
  @inline(__always)
  private func slot(of entry: CacheEntry) -> Int {
    let layout = layouts[entry.cache]
    precondition(
      UInt(bitPattern: entry.number) < UInt(bitPattern: layout.layout.entryCount),
      "a cache has no such entry")
    precondition(
      UInt32(bitPattern: entry.instance.index) < UInt32(instanceCount), "there is no such instance")
    return layout.firstSlot + Int(entry.instance.index) * layout.layout.entryCount + entry.number
  }

  /// Where the entry itself is.
  @inline(__always)
  private func sharedSlot(of entry: CacheEntry) -> Int {
    guard layouts[entry.cache].layout.isShared else { return slot(of: entry) }
    return slot(
      of: CacheEntry(
        cache: entry.cache, number: entry.number, instance: InstanceID(index: 0)))
  }

  func innermostLoad(of request: RequestID) -> Int32 {
    Int(request.index) < innermostLoads.count ? innermostLoads[request.index] : -1
  }

  private mutating func addLoad(of entry: CacheEntry, in slot: Int32, by request: RequestID) {
    innermostLoads.makeRoom(for: request.index, filledWith: -1)
    let load: Int32
    if firstFreeLoad >= 0 {
      load = firstFreeLoad
      firstFreeLoad = loads[load].outer
    } else {
      loads.makeRoom(for: usedLoads, filledWith: .free)
      load = usedLoads
      usedLoads += 1
    }
    let shared = Int32(sharedSlot(of: entry))
    loads[load] = Load(
      request: request.index, slot: slot, shared: shared, instance: entry.instance.index,
      outer: innermostLoads[request.index])
    innermostLoads[request.index] = load
    slots[shared].loading += 1
    loadCount += 1
    if layouts[entry.cache].layout.hasSingleFlight, slots[slot].flight < 0 {
      slots[slot].flight = load
    }
  }

  /// Ends the innermost load of a request.
  ///
  /// - Returns: Whether it is the one that others wait for.
  private mutating func removeLoad(of request: RequestID, expecting slot: Int32) -> Bool {
    let number = innermostLoad(of: request)
    precondition(number >= 0, "a load ended that had not begun")
    let load = loads[number]
    precondition(load.slot == slot, "a load ended before one inside it")
    innermostLoads[request.index] = load.outer
    slots[load.shared].loading -= 1
    loadCount -= 1
    loads[number] = .free
    loads[number].outer = firstFreeLoad
    firstFreeLoad = number
    guard slots[slot].flight == number else { return false }
    slots[slot].flight = -1
    return true
  }

  /// The longest waiter of a slot loads now, the others wait for it.
  private mutating func passOn(_ slot: Int32, _ instance: InstanceID) -> RequestID? {
    guard let next = waits.popFirst(of: slot) else { return nil }
    // Single flight has waiters, and they wait for the one that they have.
    var cache = layouts.count - 1
    while layouts[cache].firstSlot > Int(slot) { cache -= 1 }
    let layout = layouts[cache]
    let number =
      Int(slot) - layout.firstSlot - Int(instance.index) * layout.layout.entryCount
    addLoad(
      of: CacheEntry(cache: cache, number: number, instance: instance), in: slot, by: next)
    return next
  }
}
