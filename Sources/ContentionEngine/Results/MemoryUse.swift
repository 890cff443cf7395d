public import SimulationBasics

/// How full the memory of the instances was, and what came of it.
public struct MemoryUse: Equatable, Sendable {
  /// The first death of an instance in a run, for want of memory.
  public struct Death: Equatable, Sendable {
    /// Counted from 1.
    public let instance: Int
    public let at: VirtualTime
    /// How many requests were in it, the one included for which there was no room.
    public let inFlight: Int
  }

  /// With how many requests in it an instance lives; `nil` for any number.
  public let limit: Int?
  /// The largest number of requests that have been in one instance, also during a warm-up.
  public let peak: Int
  /// `nil` when all have lived.
  public let firstDeath: Death?
}
