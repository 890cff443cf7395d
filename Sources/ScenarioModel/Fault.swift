public import SimulationBasics

/// Something that goes wrong, and when: at moments of the run, or on some of the occasions when
/// something is done that can go wrong.
///
/// What is left to chance is drawn from streams of the fault's own, so that one fault more changes
/// nobody else's luck.
public enum Fault: Hashable, Sendable {
  /// Happens at moments of its own.
  case event(FaultEvent, FaultMoments)
  /// Befalls what requests and clients do.
  case condition(FaultCondition, FaultOccasions)

  /// Which of the kinds it is.
  public var kind: FaultKind {
    switch self {
    case .event(let event, _): event.kind
    case .condition(let condition, _): condition.kind
    }
  }
}

/// The kinds of fault, as model files name them.
public enum FaultKind: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
  case responseLoss
  case doubleSubmit
  case pause
  case instanceCrash
  case redisFailover
  case redisOutage
  case databaseStall
  case slowCommit
  case networkDelay
  case clockJump

  /// The kind's place in arrays with an element for each kind.
  public var index: Int {
    switch self {
    case .responseLoss: 0
    case .doubleSubmit: 1
    case .pause: 2
    case .instanceCrash: 3
    case .redisFailover: 4
    case .redisOutage: 5
    case .databaseStall: 6
    case .slowCommit: 7
    case .networkDelay: 8
    case .clockJump: 9
    }
  }

  /// Whether it happens at moments of its own.
  package var isEvent: Bool {
    switch self {
    case .pause, .instanceCrash, .redisFailover, .redisOutage, .databaseStall, .clockJump: true
    case .responseLoss, .doubleSubmit, .slowCommit, .networkDelay: false
    }
  }
}

/// A fault that happens at a moment, whatever requests do.
public enum FaultEvent: Hashable, Sendable {
  /// Stop-the-world, as a garbage collection does it: for so long an instance computes nothing,
  /// hears nothing and no timer of it fires; servers go on, leases run.
  ///
  /// - Parameter instance: Which, from 0; `nil` draws one each time.
  case pause(VirtualDuration, instance: Int?)
  /// An instance dies with its requests, and serves again after a time. Its transactions roll back,
  /// its leases stay until they end, and a key that it was processing stays PROCESSING.
  case instanceCrash(restart: VirtualDuration, instance: Int?)
  /// The lock server's replica takes over, which has not heard of the last so many moments: its
  /// locks stand as they stood then.
  case redisFailover(losing: VirtualDuration)
  /// The lock server answers nothing for so long; a command sent then fails after `timeout`.
  case redisOutage(VirtualDuration, timeout: VirtualDuration, policy: OutagePolicy)
  /// The database serves no statement and syncs nothing for so long.
  case databaseStall(VirtualDuration)
  /// The clock of the lock server jumps: leases end as much sooner, or later.
  case clockJump(by: VirtualDuration, ClockDirection)

  /// What a service does whose lock server fails.
  public enum OutagePolicy: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    /// It answers with an error.
    case failClosed = "fail-closed"
    /// It goes on without the lock.
    case failOpen = "fail-open"
  }

  /// Which way a clock is set.
  public enum ClockDirection: Hashable, Sendable, BitwiseCopyable {
    case ahead, back
  }

  public var kind: FaultKind {
    switch self {
    case .pause: .pause
    case .instanceCrash: .instanceCrash
    case .redisFailover: .redisFailover
    case .redisOutage: .redisOutage
    case .databaseStall: .databaseStall
    case .clockJump: .clockJump
    }
  }
}

/// A fault that befalls some of the occasions of one sort.
public enum FaultCondition: Hashable, Sendable {
  /// An answer is lost on its way to the client: what was done stays done. Each answer that a
  /// client still waits for is an occasion.
  case responseLoss
  /// A client sends its request once more, with the same key and rows, without waiting for the
  /// answer. Each request that an iteration sends is an occasion.
  case doubleSubmit(after: VirtualDuration)
  /// A sync of the database's log takes so much longer. Each sync is an occasion.
  case slowCommit(by: VirtualDuration)
  /// A message takes so much longer. Each message on a link that is meant is an occasion.
  case networkDelay(by: VirtualDuration, on: Link)

  /// Between whom a message travels.
  public enum Link: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    /// A client and the service.
    case client
    /// The service and its database.
    case database
    /// The service and the lock server.
    case redis
    /// Any of them.
    case all
  }

  public var kind: FaultKind {
    switch self {
    case .responseLoss: .responseLoss
    case .doubleSubmit: .doubleSubmit
    case .slowCommit: .slowCommit
    case .networkDelay: .networkDelay
    }
  }
}

/// When a fault happens.
public struct FaultMoments: Hashable, Sendable {
  /// The first moment, drawn once.
  public var at: DurationDistribution
  /// From one moment to the next, drawn each time; `nil` when there is but one. Longer than
  /// nothing.
  public var every: DurationDistribution?
  /// How many moments there are at most; `nil` for no limit but the end of the load.
  public var times: Int?
  /// With which probability it happens at each moment, from 0 to 1.
  public var probability: Double

  public init(
    at: DurationDistribution, every: DurationDistribution? = nil, times: Int? = nil,
    probability: Double = 1
  ) {
    self.at = at
    self.every = every
    self.times = times
    self.probability = probability
  }
}

/// Which occasions a fault befalls.
public struct FaultOccasions: Hashable, Sendable {
  /// With which probability each, from 0 to 1.
  public var probability: Double
  /// Only from then on.
  public var from: VirtualDuration
  /// Only for so long; `nil` to the end.
  public var length: VirtualDuration?
  /// Only these, counted from 1 in the order of the run; all of them when empty. Rising.
  public var numbers: [UInt64]

  public init(
    probability: Double = 1, from: VirtualDuration = .zero, length: VirtualDuration? = nil,
    numbers: [UInt64] = []
  ) {
    self.probability = probability
    self.from = from
    self.length = length
    self.numbers = numbers
  }
}
