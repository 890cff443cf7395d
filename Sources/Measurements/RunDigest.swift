/// A running 64-bit fingerprint of every dispatched event: two runs that differ anywhere end with
/// different digests.
///
/// An event is its time and one word of the caller's choice that tells what happened to whom. Each
/// event costs one 64×64→128-bit multiplication: (state ⊕ time) · (word ⊕ constant), of which both
/// halves are folded into the rotated state. The rotation keeps the past even if a factor is zero.
/// It finds accidents, not forgers.
public struct RunDigest: Equatable, Sendable, BitwiseCopyable {
  /// The fingerprint so far.
  public private(set) var value: UInt64

  /// The digest of no events.
  ///
  /// The constants are the first 64 bits of the fractions of √2 and √3, the former made odd.
  public init() { value = 0x6A09_E667_F3BC_C909 }

  /// Takes one event in.
  ///
  /// - Parameters:
  ///   - time: The event's moment, in nanoseconds.
  ///   - word: What happened to whom, packed by the caller.
  @inline(__always)
  public mutating func record(time: UInt64, word: UInt64) {
    let product = (value ^ time).multipliedFullWidth(by: word ^ 0xBB67_AE85_84CA_A73B)
    value = (value << 29 | value >> 35) &+ (product.high ^ product.low)
  }

  /// Takes in the digest of another run, so that many runs in index order have one digest.
  public mutating func record(_ other: RunDigest) {
    record(time: other.value, word: 0)
  }

  /// The fingerprint as it is printed: sixteen hexadecimal digits in groups of four,
  /// `6c1f-03a9-77e2-5b10`.
  public var text: String {
    var text = ""
    for position in stride(from: 60, through: 0, by: -4) {
      if position % 16 == 12 && !text.isEmpty { text += "-" }
      text += String(value >> UInt64(position) & 0xF, radix: 16)
    }
    return text
  }
}
