import ScenarioModel

/// Whether a criterion holds at a load, as far as the replications tell.
public enum CapacityVerdict: Equatable, Sendable {
  /// It holds with confidence.
  case holds
  /// It is broken with confidence.
  case breaks
  /// Neither can be said yet.
  case open

  /// What some values say of a bound that the true mean is to keep.
  ///
  /// The one-sided confidence limit of the mean must lie on the right side of the bound, or beyond
  /// it. A test for equality has no side: every value must pass it.
  ///
  /// - Parameters:
  ///   - values: One of each replication.
  ///   - error: The chance of being wrong that is accepted.
  /// - Precondition: There is a value.
  static func of(
    _ values: [Double], _ comparison: Threshold.Comparison, _ bound: Double, error: Double
  ) -> CapacityVerdict {
    func passes(_ value: Double) -> Bool {
      switch comparison {
      case .less: value < bound
      case .lessOrEqual: value <= bound
      case .greater: value > bound
      case .greaterOrEqual: value >= bound
      case .equal, .identical: value == bound
      case .different: value != bound
      }
    }
    // Each of the two sides may err so often.
    let interval = ConfidenceInterval(
      of: values, level: ConfidenceLevel(errorProbability: 2 * error))
    switch comparison {
    case .equal, .identical, .different:
      return values.allSatisfy(passes) ? .holds : .breaks
    case .less, .lessOrEqual:
      return passes(interval.upper) ? .holds : passes(interval.lower) ? .open : .breaks
    case .greater, .greaterOrEqual:
      return passes(interval.lower) ? .holds : passes(interval.upper) ? .open : .breaks
    }
  }

  /// The verdict of two criteria together.
  func and(_ other: CapacityVerdict) -> CapacityVerdict {
    if self == .breaks || other == .breaks { return .breaks }
    return self == .open || other == .open ? .open : .holds
  }
}
