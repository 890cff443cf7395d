public import SimulationBasics

/// What the unique index of a table is like before the run.
public struct UniqueIndexLayout: Equatable, Sendable, BitwiseCopyable {
  /// How new keys follow each other in the index.
  public enum Order: Equatable, Sendable, BitwiseCopyable {
    /// Each key falls anywhere, as random identifiers do.
    case random
    /// Each key lies beyond all with a smaller number and all existing ones, as counters do.
    case ascending
  }

  /// Keys that are there from the start, which no request names; they bound the gaps.
  public var existingKeys: Int
  public var order: Order
  /// Whether keys that are neighbours share a gap.
  ///
  /// If not, each key has a gap to itself, as in an index too large for two new keys to meet. That
  /// is cheaper, and it is exact as long as no transaction holds gap locks.
  public var isOrdered: Bool
  /// Whether each row tells when it was inserted, since when it is PROCESSING, and whose it is.
  public var hasAges: Bool
  /// How long after its insert a row may be purged; `nil` for never.
  public var expiry: VirtualDuration?

  public init(
    existingKeys: Int = 0, order: Order = .random, isOrdered: Bool, hasAges: Bool = false,
    expiry: VirtualDuration? = nil
  ) {
    precondition(existingKeys >= 0, "a table cannot have fewer than no keys")
    self.existingKeys = existingKeys
    self.order = order
    self.isOrdered = isOrdered
    self.hasAges = hasAges || expiry != nil
    self.expiry = expiry
  }
}
