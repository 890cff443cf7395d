public import ScenarioModel
public import SimulationBasics

/// What the faults of a run came to, and what was left when they were over.
public struct FaultReport: Equatable, Sendable {
  /// One fault of the scenario.
  public struct Use: Equatable, Sendable {
    public let fault: Fault
    /// How often it happened.
    public let count: UInt64
    /// When it happened first, and when its last effect was over.
    public let first: VirtualTime?
    public let lastEnd: VirtualTime?

    public init(fault: Fault, count: UInt64, first: VirtualTime?, lastEnd: VirtualTime?) {
      self.fault = fault
      self.count = count
      self.first = first
      self.lastEnd = lastEnd
    }
  }

  /// Something that is still held when nobody is left to give it back.
  public enum Leftover: UInt8, CaseIterable, Sendable {
    case rowLock, distributedLock, thread, core, connection, server, cacheLoad, processingKey

    /// What it is, in the words of a report.
    public var text: String {
      switch self {
      case .rowLock: "row lock"
      case .distributedLock: "lease of a distributed lock"
      case .thread: "thread"
      case .core: "core"
      case .connection: "connection"
      case .server: "server of the model"
      case .cacheLoad: "load of a cache"
      case .processingKey: "key in PROCESSING"
      }
    }
  }

  /// In declared order.
  public let uses: [Use]
  /// What is stuck at the end, and how many; empty when everything was given back.
  public let leftovers: [(what: Leftover, count: UInt64)]
  /// When the last fault was over; `nil` when none happened.
  public let lastEnd: VirtualTime?
  /// Successful answers by the second before the first fault, on average over whole seconds; `nil`
  /// when there is none.
  public let goodputBefore: Double?
  /// The same from the end of the last fault to the end of the load.
  public let goodputAfter: Double?
  /// Whether some second from the first fault on had fewer successes than any before it; `nil` when
  /// there is nothing to compare with.
  public let hasFallen: Bool?
  /// After the last fault, the end of the first second from which on each five seconds have 90 % of
  /// the answers that five seconds had before, less three times the square root of that number;
  /// `nil` when goodput does not come back, or when there is nothing to compare with.
  public let recoveredAt: VirtualTime?

  public init(
    uses: [Use], leftovers: [(what: Leftover, count: UInt64)], lastEnd: VirtualTime?,
    goodputBefore: Double?, goodputAfter: Double? = nil, hasFallen: Bool? = nil,
    recoveredAt: VirtualTime?
  ) {
    self.uses = uses
    self.leftovers = leftovers
    self.lastEnd = lastEnd
    self.goodputBefore = goodputBefore
    self.goodputAfter = goodputAfter
    self.hasFallen = hasFallen
    self.recoveredAt = recoveredAt
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.uses == right.uses && left.lastEnd == right.lastEnd
      && left.goodputBefore == right.goodputBefore && left.goodputAfter == right.goodputAfter
      && left.hasFallen == right.hasFallen && left.recoveredAt == right.recoveredAt
      && left.leftovers.map { $0.what } == right.leftovers.map { $0.what }
      && left.leftovers.map { $0.count } == right.leftovers.map { $0.count }
  }
}
