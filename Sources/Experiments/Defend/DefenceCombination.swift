public import ScenarioModel

/// Layers that are on together.
public struct DefenceCombination: Hashable, Sendable {
  public let defence: Defence

  public init(_ defence: Defence) { self.defence = defence }

  /// The layers that are on, in the order of `Layer.allCases`.
  public var layers: [Layer] { defence.layers }

  /// The name as `--layers` takes it: `distributed-lock,optimistic`; "none" without layers.
  public var name: String {
    layers.isEmpty ? "none" : layers.map { $0.rawValue }.joined(separator: ",")
  }

  /// Whether this has every layer of the other, and more.
  public func hasMoreThan(_ other: DefenceCombination) -> Bool {
    let mine = layers
    let others = other.layers
    return mine.count > others.count && others.allSatisfy { layer in mine.contains(layer) }
  }

  /// The three layers together.
  public static let threeLayers = DefenceCombination(
    Defence(writeGuard: .optimistic, distributedLock: true, idempotencyKey: true))

  /// Every combination that is worth comparing, from none to all: each layer, the pairs, all three;
  /// the lock and all three with a fencing token; and a pessimistic lock in the place of the
  /// optimistic one.
  public static let all: [DefenceCombination] = [
    Defence(),
    Defence(distributedLock: true),
    Defence(writeGuard: .optimistic),
    Defence(idempotencyKey: true),
    Defence(writeGuard: .optimistic, distributedLock: true),
    Defence(distributedLock: true, idempotencyKey: true),
    Defence(writeGuard: .optimistic, idempotencyKey: true),
    threeLayers.defence,
    Defence(distributedLock: true, fencingToken: true),
    Defence(
      writeGuard: .optimistic, distributedLock: true, idempotencyKey: true, fencingToken: true),
    Defence(writeGuard: .pessimistic),
    Defence(writeGuard: .pessimistic, distributedLock: true),
    Defence(writeGuard: .pessimistic, idempotencyKey: true),
    Defence(writeGuard: .pessimistic, distributedLock: true, idempotencyKey: true),
  ].map { DefenceCombination($0) }
}
