public import SimulationBasics

extension Load {
  /// When its executor makes no more iterations, as planned and counted from the start of the run.
  public var end: VirtualDuration { startTime + executor.length }
}

extension Scenario {
  /// When its last load makes no more iterations, as planned.
  public var end: VirtualDuration { loads.reduce(.zero) { max($0, $1.end) } }
}

extension Executor {
  /// How long it makes new iterations, at most.
  public var length: VirtualDuration { lengths.reduce(.zero, +) }

  /// The lengths that follow one another until no iteration begins any more.
  public var lengths: [VirtualDuration] {
    switch self {
    case .constantVUs(_, let duration), .constantArrivalRate(_, let duration, _): [duration]
    case .rampingVUs(_, let stages, _), .rampingArrivalRate(_, let stages, _):
      stages.map { $0.duration }
    case .sharedIterations(_, _, let longest), .perVUIterations(_, _, let longest): [longest]
    }
  }

  /// Whether iterations begin until a time is over, and not until a count is.
  public var lastsForATime: Bool {
    switch self {
    case .constantVUs, .rampingVUs, .constantArrivalRate, .rampingArrivalRate: true
    case .sharedIterations, .perVUIterations: false
    }
  }

  /// Whether the number of users, or the rate of arrivals, stays the same for a time.
  public var isConstant: Bool {
    switch self {
    case .constantVUs, .constantArrivalRate: true
    case .rampingVUs, .sharedIterations, .perVUIterations, .rampingArrivalRate: false
    }
  }

  /// The largest number of users at a time.
  public var mostUsers: Int {
    switch self {
    case .constantVUs(let vus, _), .sharedIterations(let vus, _, _),
      .perVUIterations(let vus, _, _):
      vus
    case .rampingVUs(let startVUs, let stages, _):
      stages.reduce(startVUs) { max($0, $1.target) }
    case .constantArrivalRate(_, _, let users), .rampingArrivalRate(_, _, let users):
      users.maximum
    }
  }

  /// Whether more users are made when those of the start are not enough.
  public var mayMakeUsers: Bool {
    switch self {
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations: false
    case .constantArrivalRate(_, _, let users), .rampingArrivalRate(_, _, let users):
      users.preAllocated < users.maximum
    }
  }

  /// The rate at which iterations begin, or begin at first; `nil` where they begin when users are
  /// free.
  public var arrivalRate: ArrivalRate? {
    switch self {
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations: nil
    case .constantArrivalRate(let rate, _, _), .rampingArrivalRate(let rate, _, _): rate
    }
  }
}

extension ArrivalRate {
  /// How many parts an iteration has, so that a whole number of them begins in any stage of whole
  /// nanoseconds: two for each nanosecond of the unit of time.
  ///
  /// At a rate that moves from a to b iterations a unit within d nanoseconds, (a + b) · d parts
  /// begin.
  public var partsOfIteration: UInt64 { 2 * timeUnit.inNanoseconds }
}
