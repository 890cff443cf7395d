/// Which layers it takes for something to hold.
public struct LayerVerdict: Equatable, Sendable {
  /// The combinations under which it holds, in their order.
  public let holding: [DefenceCombination]
  /// Those under which it does not.
  public let breaking: [DefenceCombination]
  /// The least of the holding ones: it holds under no part of theirs.
  public let least: [DefenceCombination]
  /// Those that have all layers of a least one, and more, and under which it does not hold: a layer
  /// more does harm.
  public let spoiled: [DefenceCombination]

  /// - Complexity: O(*n*²) for *n* combinations.
  public init(_ outcomes: [(combination: DefenceCombination, holds: Bool)]) {
    let holding = outcomes.filter { $0.holds }.map { $0.combination }
    let breaking = outcomes.filter { !$0.holds }.map { $0.combination }
    let least = holding.filter { one in !holding.contains { one.hasMoreThan($0) } }
    self.holding = holding
    self.breaking = breaking
    self.least = least
    spoiled = breaking.filter { one in least.contains { one.hasMoreThan($0) } }
  }
}
