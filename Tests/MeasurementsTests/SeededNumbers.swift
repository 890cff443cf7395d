/// Test input that looks random and is the same in every run: SplitMix64 (Steele, Lea and Flood
/// 2014).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number of any magnitude: each bit length from 0 to `bits` is equally likely.
  mutating func anyMagnitude(bits: Int = 64) -> UInt64 {
    let length = Int.random(in: 0...bits, using: &self)
    return length == 0 ? 0 : next() >> UInt64(64 - length)
  }
}

/// The percentile by its definition: type 7 of Hyndman and Fan on sorted values.
func naivePercentile(_ fraction: Double, of values: [UInt64]) -> Double {
  let sorted = values.sorted()
  let position = fraction * Double(sorted.count - 1)
  let below = Int(position.rounded(.down))
  let above = Int(position.rounded(.up))
  let lower = Double(sorted[below])
  return lower + (Double(sorted[above]) - lower) * (position - Double(below))
}
