import SimulationBasics

/// Exponential delays drawn beforehand, so that a benchmark of the queue measures the queue and not
/// the sampling.
///
/// 65 536 of them are walked round and round: 512 KiB, read in order, which costs about a
/// nanosecond each.
struct BenchDelays: ~Copyable {
  private var units = FixedTable<Double>(repeating: 0, count: 1 << 16)
  private var index = 0

  /// The delays of a fixed seed (SplitMix64).
  init(seed: UInt64) {
    var state = seed
    for position in 0..<units.count {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
      mixed ^= mixed &>> 31
      units[position] = -ElementaryFunctions.log((Double(mixed &>> 12) + 0.5) * 0x1p-52)
    }
  }

  /// The next delay, for a mean in nanoseconds.
  @inline(__always)
  mutating func next(mean: Double) -> VirtualDuration {
    index = (index &+ 1) & 0xFFFF
    return .nanoseconds(UInt64(bitPattern: Int64(units[index] * mean)))
  }
}
