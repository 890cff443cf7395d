public import SimulationBasics

/// What one cache is like: how many entries it has, where they are, and who loads them.
public struct CacheLayout: Equatable, Sendable, BitwiseCopyable {
  /// How many entries it can have, in each instance if they are there.
  public var entryCount: Int
  /// How long an entry is fresh, from when it was put.
  public var timeToLive: VirtualDuration
  /// Whether all instances share the entries; else each has its own.
  public var isShared: Bool
  /// Whether of those at one instance who miss an entry one loads it while the others wait.
  public var hasSingleFlight: Bool

  public init(
    entryCount: Int, timeToLive: VirtualDuration, isShared: Bool = false,
    hasSingleFlight: Bool = false
  ) {
    precondition(entryCount >= 0, "a cache cannot have fewer than no entries")
    self.entryCount = entryCount
    self.timeToLive = timeToLive
    self.isShared = isShared
    self.hasSingleFlight = hasSingleFlight
  }
}

/// An entry of a cache, as a request at one instance sees it.
public struct CacheEntry: Hashable, Sendable, BitwiseCopyable {
  /// Which cache it is, counted from 0.
  public let cache: Int
  /// Which entry of the cache it is, counted from 0.
  public let number: Int
  /// Where the request is that looks it up.
  public let instance: InstanceID

  public init(cache: Int, number: Int, instance: InstanceID) {
    self.cache = cache
    self.number = number
    self.instance = instance
  }
}
