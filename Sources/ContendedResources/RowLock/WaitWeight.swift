/// What a waiter counts for while weights are summed up.
struct WaitWeight: BitwiseCopyable {
  var weight: Int
  /// How many of those who wait for it have not been added.
  var missing: Int32

  static let none = WaitWeight(weight: 0, missing: 0)
}
