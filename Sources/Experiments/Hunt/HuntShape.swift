public import ScenarioModel
import SimulationBasics

/// What the cases of a group have in common: users, seed, values of the model, and which kinds of
/// fault they may have.
///
/// As in swarm testing each group leaves some kinds and some variations out, drawn anew: what is
/// possible all the time hides what needs its absence. Source: Groce, Zhang, Eide, Chen and Regehr,
/// "Swarm Testing", ISSTA 2012.
public struct HuntShape: Equatable, Sendable {
  /// The group's case without faults and with ties in scheduling order.
  public let plain: HuntCase
  public let kinds: [FaultKind]

  /// How many cases a group has: the first is the plain one, whose run shows when something
  /// happens.
  public static let groupSize = 16

  /// The shape of a group, a pure function of the hunt's seed and the group's number.
  ///
  /// - Complexity: O(variations).
  public init(of group: Int, in space: HuntSpace, seed: UInt64) {
    var dice = HuntDice(seed: seed, purpose: .huntShape, entity: group)
    // Two users are enough for most stories, and the fewest have the shortest.
    let users = max(space.leastUsers, dice.one(of: [2, 2, 2, 3, 3, 4, 5, 6]))
    let iterations = users + dice.number(below: 2 * users + 1)
    let runSeed = 1 + dice.number(below: 1_000_000 as UInt64)
    var plain = HuntCase(users: users, iterations: iterations, seed: runSeed)
    plain.variations = Self.variations(from: space.variations, &dice)
    if let client = space.client, dice.happens(3, of: 4) { plain.client = client }
    self.plain = plain
    kinds = space.kinds.filter { _ in dice.happens(1, of: 2) }
  }

  /// One value, or none, for each that may be replaced.
  private static func variations(
    from all: [HuntVariation], _ dice: inout HuntDice
  ) -> [HuntVariation] {
    var chosen: [HuntVariation] = []
    var seen: [HuntVariation] = []
    for variation in all where !seen.contains(where: variation.replacesSame) {
      seen.append(variation)
      let values = all.filter { $0.replacesSame(as: variation) }
      let isLeft: Bool
      switch variation {
      // Users who have a row each never meet.
      case .rows: isLeft = dice.happens(1, of: 8)
      case .instances: isLeft = dice.happens(1, of: 4)
      case .initialValue, .sleep, .network: isLeft = dice.happens(1, of: 2)
      }
      let value = dice.one(of: values)
      if !isLeft { chosen.append(value) }
    }
    return chosen
  }
}
