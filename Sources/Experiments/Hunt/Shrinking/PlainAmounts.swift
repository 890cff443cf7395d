package import ScenarioModel
package import SimulationBasics

/// Amounts of a fault that a reader takes in without asking why it is just that much.
extension HuntSpace {
  /// The plain amounts of a kind of fault, rising: 1, 2 or 5 × 10^n from the least on that is
  /// plausible, and what is just longer than one of the model's own lengths.
  ///
  /// - Complexity: O(scales²).
  package func plainAmounts(of kind: FaultKind) -> [VirtualDuration] {
    let least = kind.leastAmount
    var amounts: [VirtualDuration] = []
    var unit: UInt64 = 1_000
    while unit <= Self.longestAmount.inNanoseconds {
      for factor in [1, 2, 5] as [UInt64] { amounts.append(.nanoseconds(factor * unit)) }
      unit *= 10
    }
    for scale in scales { amounts.append(scale.justLonger) }
    amounts = amounts.filter { $0 >= least && $0 <= Self.longestAmount }
    amounts.sort()
    var distinct: [VirtualDuration] = []
    for amount in amounts where distinct.last != amount { distinct.append(amount) }
    return distinct
  }

  private static let longestAmount = VirtualDuration.minutes(10)
}

extension VirtualDuration {
  /// Whether it is one of the plain amounts of a kind of fault.
  func isPlain(for kind: FaultKind, in space: HuntSpace) -> Bool {
    space.plainAmounts(of: kind).contains(self)
  }

  /// One more in its second digit: 31 s for 30 s, 2.1 s for 2 s.
  fileprivate var justLonger: VirtualDuration {
    var unit: UInt64 = 1
    while unit <= inNanoseconds / 10 { unit *= 10 }
    return self + .nanoseconds(max(1, unit / 10))
  }
}

extension FaultKind {
  /// Less of it nobody would believe: no service starts within milliseconds.
  fileprivate var leastAmount: VirtualDuration {
    switch self {
    case .instanceCrash: .seconds(1)
    case .pause, .redisFailover, .redisOutage, .databaseStall, .slowCommit, .networkDelay,
      .clockJump, .doubleSubmit:
      .milliseconds(1)
    case .responseLoss: .zero
    }
  }
}
