import Foundation
import SimulationBasics

/// Delays drawn beforehand, so that a benchmark of the queue measures the queue and not the sampling.
///
/// 65 536 delays are walked round and round: 512 KiB, read in order, which costs about a nanosecond each.
struct BenchDelays: ~Copyable {
  private var delays: FixedTable<UInt64>
  private var index = 0

  /// Exponential delays of this mean, from a fixed seed.
  init(exponentialWithMean mean: VirtualDuration) {
    delays = FixedTable(repeating: 0, count: 1 << 16)
    var state: UInt64 = 42
    for position in 0..<delays.count {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
      mixed ^= mixed &>> 31
      let uniform = (Double(mixed &>> 12) + 0.5) * 0x1p-52
      delays[position] = UInt64(-log(uniform) * Double(mean.inNanoseconds))
    }
  }

  @inline(__always)
  mutating func next() -> VirtualDuration {
    index = (index &+ 1) & 0xFFFF
    return .nanoseconds(delays[index])
  }
}
