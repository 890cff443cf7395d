/// What an event says: 64 bits that belong to whoever scheduled it. The kernel carries them and
/// never looks inside.
///
/// The engine packs its closed enum of facts into a word, so that an event is plain data and
/// nothing is allocated.
public struct EventWord: Hashable, Sendable, BitwiseCopyable {
  public let bits: UInt64

  @inlinable
  public init(bits: UInt64) { self.bits = bits }
}
