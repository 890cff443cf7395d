/// How one request's time, or the sum of many, is divided: whole nanoseconds for each `TimeShare`.
public struct TimeShares: Equatable, Sendable, BitwiseCopyable {
  /// The number of cases of `TimeShare`.
  static let count = 14

  private var parts: InlineArray<14, UInt64>

  /// No time at all.
  public init() { parts = InlineArray(repeating: 0) }

  /// The time of one kind, in nanoseconds.
  public subscript(share: TimeShare) -> UInt64 {
    get { parts[Int(share.rawValue)] }
    set { parts[Int(share.rawValue)] = newValue }
  }

  /// The sum of all parts; of one request, its latency.
  public var total: UInt64 {
    var total: UInt64 = 0
    for index in 0..<Self.count { total += parts[index] }
    return total
  }

  /// Adds each part to its like.
  public static func += (left: inout TimeShares, right: TimeShares) {
    for index in 0..<count { left.parts[index] += right.parts[index] }
  }

  public static func == (left: TimeShares, right: TimeShares) -> Bool {
    for index in 0..<count where left.parts[index] != right.parts[index] { return false }
    return true
  }
}
