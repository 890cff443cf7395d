import SimulationBasics

/// What a hunt leaves to chance: choices from a stream of random numbers.
struct HuntDice {
  private var stream: RandomStream

  /// - Parameter entity: The number of the group for shapes, of the case for cases.
  init(seed: UInt64, purpose: RandomPurpose, entity: Int) {
    stream = RandomStream(
      runSeed: seed, replication: 0, purpose: purpose, entity: UInt32(entity))
  }

  /// A number from 0 to `bound` − 1.
  mutating func number(below bound: Int) -> Int { Int(stream.uniform(below: UInt64(bound))) }

  mutating func number(below bound: UInt64) -> UInt64 { stream.uniform(below: bound) }

  /// Whether something happens that happens so many times out of so many.
  mutating func happens(_ times: Int, of all: Int) -> Bool { number(below: all) < times }

  /// One of the elements, each equally likely.
  ///
  /// - Precondition: There is one.
  mutating func one<Element>(of elements: [Element]) -> Element {
    elements[number(below: elements.count)]
  }
}
