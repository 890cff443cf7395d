/// The random numbers of one sample: two for each block, and up to 2²⁴ blocks.
///
/// Most samples need the first number only, so the second half of a block is dropped far more often
/// than used.
struct RandomDraws: BitwiseCopyable {
  /// The counter of the block in use; its lowest 24 bits of word 3 count the blocks of this sample.
  private var counter: Philox.Block
  private let key: UInt64
  /// The unused half of the block in use.
  private var secondHalf: UInt64 = 0
  private var hasSecondHalf = false

  @inline(__always)
  init(counter: Philox.Block, key: UInt64) {
    self.counter = counter
    self.key = key
  }

  /// The next 64 random bits of this sample.
  @inline(__always)
  mutating func next() -> UInt64 {
    if hasSecondHalf {
      hasSecondHalf = false
      return secondHalf
    }
    let block = Philox.block(counter, key: key)
    precondition(counter.word3 & 0xFF_FFFF != 0xFF_FFFF, "a sample needed more than 2²⁴ blocks")
    counter.word3 &+= 1
    secondHalf = UInt64(block.word3) &<< 32 | UInt64(block.word2)
    hasSecondHalf = true
    return UInt64(block.word1) &<< 32 | UInt64(block.word0)
  }

  /// The next number strictly between 0 and 1: one of 2⁵² midpoints, so that neither end ever
  /// comes.
  @inline(__always)
  mutating func unitInterval() -> Double {
    (Double(Int64(bitPattern: next() &>> 12)) + 0.5) * 0x1p-52
  }

  /// The next whole number from 0 to `bound` − 1, each exactly equally likely.
  ///
  /// Source: D. Lemire, Fast random integer generation in an interval, ACM TOMACS 29(1), 2019.
  ///
  /// - Precondition: `bound` is at least 1.
  @inline(__always)
  mutating func uniform(below bound: UInt64) -> UInt64 {
    precondition(bound > 0, "there is no number below zero")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let unfair = (0 &- bound) % bound
      // Ends: each turn accepts with a probability above one half, and the sub-draws are bounded.
      while product.low < unfair { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }
}
