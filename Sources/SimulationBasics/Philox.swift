/// The block function Philox4x32-10: 128 bits of counter and 64 bits of key to 128 bits that look
/// random.
///
/// It keeps no state, so the numbers of a stream do not depend on the order in which they are asked
/// for. Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel random numbers: as easy as 1, 2,
/// 3, SC 2011; the tests have its published known answers.
public enum Philox {
  /// Four 32-bit words: a counter, or the random block that belongs to it.
  public struct Block: Hashable, Sendable, BitwiseCopyable {
    public var word0: UInt32
    public var word1: UInt32
    public var word2: UInt32
    public var word3: UInt32

    @inlinable
    public init(_ word0: UInt32, _ word1: UInt32, _ word2: UInt32, _ word3: UInt32) {
      self.word0 = word0
      self.word1 = word1
      self.word2 = word2
      self.word3 = word3
    }
  }

  /// The random block of a counter under a key, whose lower 32 bits are the key's first word.
  ///
  /// - Complexity: ten rounds of two multiplications.
  public static func block(_ counter: Block, key: UInt64) -> Block {
    var block = counter
    var key0 = UInt32(truncatingIfNeeded: key)
    var key1 = UInt32(truncatingIfNeeded: key &>> 32)
    for _ in 0..<10 {
      let product0 = UInt64(block.word0) &* 0xD251_1F53
      let product1 = UInt64(block.word2) &* 0xCD9E_8D57
      block = Block(
        UInt32(truncatingIfNeeded: product1 &>> 32) ^ block.word1 ^ key0,
        UInt32(truncatingIfNeeded: product1),
        UInt32(truncatingIfNeeded: product0 &>> 32) ^ block.word3 ^ key1,
        UInt32(truncatingIfNeeded: product0))
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return block
  }
}
