/// Buckets that divide every power of two into equally wide parts, so that a bucket's width is in
/// proportion to its values.
///
/// This is the bucket layout of HdrHistogram (G. Tene), without its upper limit. With *b* part
/// bits, the values below 2ᵇ⁺¹ have a bucket each; above, each power of two has 2ᵇ buckets, so a
/// bucket that starts at *low* is at most
/// *low* / 2ᵇ wide, and its middle is less than 2⁻⁽ᵇ⁺¹⁾ of a value away from every value in it.
struct LogLinearScale: Sendable, BitwiseCopyable {
  /// How many bits say which part of a power of two a value lies in.
  let partBits: Int

  /// The number of buckets that cover every `UInt64`.
  var bucketCount: Int { (65 - partBits) << partBits }

  /// The bucket of a value.
  ///
  /// - Complexity: O(1), without a division.
  @inline(__always)
  func bucket(of value: UInt64) -> Int {
    let highestBit = 63 - (value | 1).leadingZeroBitCount
    let shift = max(highestBit - partBits, 0)
    return shift << partBits + Int(truncatingIfNeeded: value >> UInt64(shift))
  }

  /// The smallest value of a bucket.
  func lowest(of bucket: Int) -> UInt64 {
    let shift = shift(of: bucket)
    return UInt64(bucket - shift << partBits) << UInt64(shift)
  }

  /// The value that stands for all values of a bucket: its middle, rounded down.
  func middle(of bucket: Int) -> UInt64 {
    let width = UInt64(1) << UInt64(shift(of: bucket))
    return lowest(of: bucket) + (width - 1) / 2
  }

  private func shift(of bucket: Int) -> Int { max(bucket >> partBits - 1, 0) }
}
