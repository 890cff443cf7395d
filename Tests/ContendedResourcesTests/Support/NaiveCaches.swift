import ContendedResources
import SimulationBasics

/// Caches as lists that are searched from the front: the oracle for `Caches`.
struct NaiveCaches {
  struct Load {
    let request: RequestID
    let entry: CacheEntry
    /// Whether others wait for it.
    let leads: Bool
  }

  let layouts: [CacheLayout]
  private(set) var loads: [Load] = []
  private(set) var waits: [(request: RequestID, entry: CacheEntry)] = []
  private var fresh: [(entry: CacheEntry, until: VirtualTime)] = []

  init(_ layouts: [CacheLayout]) { self.layouts = layouts }

  /// The entry that all instances which share it mean.
  private func whole(_ entry: CacheEntry) -> CacheEntry {
    if !layouts[entry.cache].isShared { return entry }
    return CacheEntry(
      cache: entry.cache, number: entry.number, instance: InstanceID(index: 0))
  }

  func isFresh(_ entry: CacheEntry, at now: VirtualTime) -> Bool {
    fresh.last { $0.entry == whole(entry) }.map { now < $0.until } ?? false
  }

  func loadCount(of entry: CacheEntry) -> Int {
    loads.count { whole($0.entry) == whole(entry) }
  }

  mutating func beginLoad(
    of entry: CacheEntry, by request: RequestID
  ) -> Caches.LoadOutcome {
    let leader = loads.first { $0.leads && $0.entry == entry }
    if let leader, leader.request != request {
      waits.append((request, entry))
      return .waits
    }
    loads.append(
      Load(
        request: request, entry: entry,
        leads: layouts[entry.cache].hasSingleFlight && leader == nil))
    return .loads
  }

  mutating func put(_ entry: CacheEntry, at now: VirtualTime) {
    fresh.append((whole(entry), now + layouts[entry.cache].timeToLive))
  }

  /// - Returns: Who goes on.
  mutating func endLoad(by request: RequestID) -> [RequestID] {
    guard let load = removeInnermost(of: request), load.leads else { return [] }
    let told = waits.filter { $0.entry == load.entry }.map(\.request)
    waits.removeAll { $0.entry == load.entry }
    return told
  }

  mutating func failLoad(by request: RequestID) -> RequestID? {
    removeInnermost(of: request).flatMap { passOn($0) }
  }

  /// - Returns: Who loads instead.
  mutating func abandon(_ request: RequestID) -> [RequestID] {
    waits.removeAll { $0.request == request }
    var successors: [RequestID] = []
    while let load = removeInnermost(of: request) {
      if let next = passOn(load) { successors.append(next) }
    }
    return successors
  }

  mutating func clear(_ instance: InstanceID) {
    loads.removeAll { $0.entry.instance == instance }
    waits.removeAll { $0.entry.instance == instance }
    fresh.removeAll { !layouts[$0.entry.cache].isShared && $0.entry.instance == instance }
  }

  func innermost(of request: RequestID) -> CacheEntry? {
    loads.last { $0.request == request }?.entry
  }

  private mutating func removeInnermost(of request: RequestID) -> Load? {
    loads.lastIndex { $0.request == request }.map { loads.remove(at: $0) }
  }

  private mutating func passOn(_ load: Load) -> RequestID? {
    guard load.leads, let next = waits.firstIndex(where: { $0.entry == load.entry }) else {
      return nil
    }
    let request = waits.remove(at: next).request
    loads.append(Load(request: request, entry: load.entry, leads: true))
    return request
  }
}

/// Both side by side: each operation is done to both, and what they answer is compared.
struct CachesBesideNaive: ~Copyable {
  private var caches: Caches
  private(set) var naive: NaiveCaches
  private(set) var now = VirtualTime.start
  private let instanceCount: Int
  private let requestCount: Int

  init(_ layouts: [CacheLayout], instances: Int = 1, requests: Int) {
    caches = Caches(layouts, instanceCount: instances, expectedRequests: 0)
    naive = NaiveCaches(layouts)
    instanceCount = instances
    requestCount = requests
  }

  mutating func pass(_ length: VirtualDuration) { now = now + length }

  /// A request looks an entry up, unless it waits.
  mutating func look(_ entry: CacheEntry, by request: RequestID) throws(Difference) {
    if naive.waits.contains(where: { $0.request == request }) || naive.isFresh(entry, at: now) {
      return try compareAll()
    }
    let outcome = caches.beginLoad(of: entry, by: request)
    try require(outcome == naive.beginLoad(of: entry, by: request), "\(outcome)")
    try compareAll()
  }

  /// A request has loaded its innermost entry, if it loads any.
  mutating func succeed(_ request: RequestID) throws(Difference) {
    guard let entry = naive.innermost(of: request), !caches.isWaiting(request) else { return }
    caches.put(entry, at: now)
    naive.put(entry, at: now)
    caches.endLoad(of: entry, by: request)
    var told: [RequestID] = []
    while let waiter = caches.nextWaiter() { told.append(waiter) }
    try require(told == naive.endLoad(by: request), "told \(told)")
    try compareAll()
  }

  mutating func fail(_ request: RequestID) throws(Difference) {
    guard let entry = naive.innermost(of: request), !caches.isWaiting(request) else { return }
    let next = caches.failLoad(of: entry, by: request)
    try require(next == naive.failLoad(by: request), "\(String(describing: next)) loads instead")
    try compareAll()
  }

  mutating func abandon(_ request: RequestID) throws(Difference) {
    var next: [RequestID] = []
    while let successor = caches.abandon(request) { next.append(successor) }
    try require(next == naive.abandon(request), "\(next) load instead")
    try compareAll()
  }

  mutating func clear(_ instance: InstanceID) throws(Difference) {
    caches.clear(instance)
    naive.clear(instance)
    try compareAll()
  }

  struct Difference: Error, CustomStringConvertible { let description: String }

  private func require(_ holds: Bool, _ what: String) throws(Difference) {
    if !holds { throw Difference(description: what) }
  }

  private func compareAll() throws(Difference) {
    try require(caches.loadCount == naive.loads.count, "\(caches.loadCount) loads")
    try require(caches.waiting == naive.waits.count, "\(caches.waiting) wait")
    for index in 0..<requestCount {
      let request = RequestID(index: index)
      let waits = naive.waits.contains { $0.request == request }
      try require(caches.isWaiting(request) == waits, "\(index) waits or not")
      let depth = naive.loads.count { $0.request == request }
      try require(caches.loadDepth(of: request) == depth, "\(index) loads \(depth)")
    }
    for (cache, layout) in naive.layouts.enumerated() {
      for number in 0..<layout.entryCount {
        for instance in 0..<instanceCount {
          let entry = CacheEntry(
            cache: cache, number: number, instance: InstanceID(index: instance))
          try require(
            caches.isFresh(entry, at: now) == naive.isFresh(entry, at: now), "\(entry) is fresh")
          try require(
            caches.loadCount(of: entry) == naive.loadCount(of: entry), "loads of \(entry)")
        }
      }
    }
  }
}
