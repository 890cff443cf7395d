/// The random numbers of one purpose and one entity in one replication: sample 0, 1, 2, …
///
/// A sample is a pure function of run seed, replication, purpose, entity and position. So a stream
/// never disturbs another, one more user leaves the others' draws unchanged, and two strategies
/// under one seed meet the same users:
///
///     var thinking = RandomStream(runSeed: seed, replication: 0, purpose: .thinkTime, entity:
///     user) let pause = samplers.sample(index, from: &thinking)
///
/// **One sample of anything moves the position by exactly one.** What needs several random numbers
/// for one sample (a rejection) takes them from the sub-draws of that position (`RandomDraws`), so
/// sample *k* does not depend on how many numbers the samples before it needed.
///
/// The key of the Philox block is the run seed; its counter is position, entity, replication, and
/// purpose above sub-draw.
public struct RandomStream: Hashable, Sendable, BitwiseCopyable {
  private let runSeed: UInt64
  private let replication: UInt32
  private let purpose: RandomPurpose
  private let entity: UInt32
  /// The number of samples taken, and so the index of the next.
  public private(set) var position: UInt32

  /// The stream of a purpose and an entity, from its beginning or from a given sample on.
  public init(
    runSeed: UInt64, replication: UInt32, purpose: RandomPurpose, entity: UInt32,
    position: UInt32 = 0
  ) {
    self.runSeed = runSeed
    self.replication = replication
    self.purpose = purpose
    self.entity = entity
    self.position = position
  }

  /// Takes the next sample as 64 random bits.
  ///
  /// - Precondition: fewer than 2³² − 1 samples were taken.
  public mutating func next() -> UInt64 {
    var draws = takeSample()
    return draws.next()
  }

  /// Takes the next sample as a whole number from 0 to `bound` − 1, each exactly equally likely.
  ///
  /// - Complexity: one block; a further number with a probability below `bound`/2⁶⁴.
  /// - Precondition: `bound` is at least 1.
  public mutating func uniform(below bound: UInt64) -> UInt64 {
    var draws = takeSample()
    return draws.uniform(below: bound)
  }

  /// Takes the next sample as a number strictly between 0 and 1.
  public mutating func unitInterval() -> Double {
    var draws = takeSample()
    return draws.unitInterval()
  }

  /// Moves on by one sample and returns all the random numbers that belong to it.
  @inline(__always)
  mutating func takeSample() -> RandomDraws {
    precondition(position < .max, "a stream has at most 2³² − 1 samples")
    let draws = RandomDraws(
      counter: Philox.Block(position, entity, replication, UInt32(purpose.rawValue) &<< 24),
      key: runSeed)
    position &+= 1
    return draws
  }
}
