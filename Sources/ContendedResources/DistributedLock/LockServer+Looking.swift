public import SimulationBasics

extension LockServer {
  /// The first lock that somebody holds, or whose owner is gone and whose lease has not ended.
  ///
  /// - Complexity: O(locks).
  public var firstHeld: LockID? {
    for index in 0..<keys.count where keys[index].holdCount > 0 { return LockID(index: index) }
    return nil
  }
}
