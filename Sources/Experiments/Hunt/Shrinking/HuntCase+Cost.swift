import ContentionEngine
import ScenarioModel
package import SimulationBasics

extension HuntCase {
  /// The most lines of a timeline that a person takes in at a glance.
  public static let mostLines = 16

  /// How much there is to understand, the weightiest first: whether it is another story than the
  /// promise's name says, what a timeline is too long by, whose requests they are, users, faults,
  /// iterations, lines, times that pass, values that are not the model's, ties, seed, odd amounts,
  /// digits, lengths.
  ///
  /// - Parameters:
  ///   - lines: Of the timeline.
  ///   - likeness: Of the breach.
  ///   - space: What the case was drawn from.
  public func cost(
    lines: Int, likeness: StoryLikeness = .exact, in space: HuntSpace
  ) -> [UInt64] {
    var occasions = 0
    var instances = 0
    var oddAmounts = 0
    var digits = 0
    var lengths: UInt64 = 0
    for fault in faults {
      occasions += fault.numbers.count
      instances += fault.instance ?? 0
      oddAmounts += fault.amounts.count { !$0.isPlain(for: fault.kind, in: space) }
      for length in fault.lengths { lengths &+= length.inNanoseconds }
      if let moment = fault.moment { digits += moment.digits }
      for number in fault.numbers { lengths &+= number }
    }
    for variation in variations { digits += variation.digits }
    let delays = delays(in: space)
    return [
      likeness == .other ? 1 : 0, UInt64(max(0, lines - Self.mostLines)), likeness.rawValue,
      UInt64(users), UInt64(faults.count), UInt64(occasions), UInt64(iterations), UInt64(lines),
      UInt64(delays), UInt64(variations.count), client == nil ? 0 : UInt64(client?.attempts ?? 0),
      UInt64(tieOrder.complexity), seed - min(seed, 1), UInt64(oddAmounts), UInt64(digits),
      UInt64(instances), lengths,
    ]
  }

  /// How many times pass that could be none.
  private func delays(in space: HuntSpace) -> Int {
    var count = 0
    for variation in space.variations where variation.isNoDelay {
      if !variations.contains(variation) { count += 1 }
    }
    return count
  }
}

extension TieOrder {
  /// How far it is from the usual one.
  var complexity: Int {
    switch self {
    case .scheduling: 0
    case .drawn: 1
    case .priorities(_, let changes, _): 2 + changes
    }
  }
}

extension HuntVariation {
  /// What a person would have to read of it.
  package var digits: Int {
    switch self {
    case .instances(let count), .rows(_, let count): count
    case .initialValue: 1
    case .sleep(_, let length), .network(let length): length.digits
    }
  }
}

extension VirtualDuration {
  /// How many digits it has between its first and its last that is not zero, in nanoseconds; 0 for
  /// nothing.
  package var digits: Int {
    var rest = inNanoseconds
    if rest == 0 { return 0 }
    while rest % 10 == 0 { rest /= 10 }
    var count = 0
    while rest > 0 {
      count += 1
      rest /= 10
    }
    return count
  }
}
