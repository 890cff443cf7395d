import SimulationBasics

extension FixedTable {
  /// Makes sure that `index` lies inside, by at least doubling; what is new is filled with
  /// `element`.
  ///
  /// A table that is indexed by requests grows this way to the largest number in flight and then
  /// stays. A negative index is left to the subscript, which traps.
  ///
  /// - Complexity: O(1) when there is room, else O(`count`) moves.
  mutating func makeRoom(for index: Int32, filledWith element: Element) {
    if Int(index) >= count {
      grow(toCount: Swift.max(Int(index) + 1, count * 2), filledWith: element)
    }
  }
}
