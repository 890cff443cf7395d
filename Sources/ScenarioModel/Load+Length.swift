public import SimulationBasics

extension Load {
  /// When no iteration of the load begins any more, counted from the start of the run.
  public var end: VirtualDuration { startTime + executor.length }
}

extension Executor {
  /// The longest time during which iterations begin.
  ///
  /// A validated model's cannot overflow: a load ends within 100 years.
  public var length: VirtualDuration {
    switch self {
    case .constantVUs(_, let duration): duration
    case .rampingVUs(_, let stages, _): stages.reduce(.zero) { $0 + $1.duration }
    case .sharedIterations(_, _, let longest), .perVUIterations(_, _, let longest): longest
    }
  }
}
