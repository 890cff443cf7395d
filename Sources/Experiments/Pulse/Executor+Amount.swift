public import ScenarioModel
public import SimulationBasics

extension Executor {
  /// The load as one number: iterations a second of an executor by rate, users of any other.
  public var amount: Double {
    switch self {
    case .constantArrivalRate(let rate, _, _): rate.perSecond
    case .rampingArrivalRate(let start, let stages, _):
      stages.reduce(start.perSecond) { most, stage in
        max(most, ArrivalRate(iterations: stage.target, timeUnit: start.timeUnit).perSecond)
      }
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations: Double(mostUsers)
    }
  }

  /// The same kind of load, constant, and as large and as long as is said.
  ///
  /// - Parameter amount: Iterations a second, or users.
  public func constant(_ amount: Int, lasting length: VirtualDuration) -> Executor {
    switch self {
    case .constantArrivalRate(_, _, let users), .rampingArrivalRate(_, _, let users):
      .constantArrivalRate(
        rate: ArrivalRate(iterations: amount), duration: length, users: users)
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations:
      .constantVUs(vus: amount, duration: length)
    }
  }
}

extension ArrivalRate {
  fileprivate var perSecond: Double { Double(iterations) / timeUnit.inSeconds }
}
