/// A random generator for tests, always seeded by hand: SplitMix64.
///
/// Source: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators, OOPSLA
/// 2014. It is another generator than the simulator's on purpose, so that a test does not draw its
/// inputs from what it tests.
public struct TestRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { self.state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to `bound` - 1; the bias of the remainder is below 2⁻³⁰ for the bounds of
  /// tests.
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "there is no number below zero")
    return Int(next() % UInt64(bound))
  }

  /// Whether a chance of one in `count` came up.
  public mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
}
