/// Which of several vectors are not dominated: less is better in each component.
public enum ParetoFront {
  /// Whether one vector is no worse in any component and better in one.
  public static func dominates(_ left: [Double], _ right: [Double]) -> Bool {
    var isBetter = false
    for index in left.indices {
      if left[index] > right[index] { return false }
      if left[index] < right[index] { isBetter = true }
    }
    return isBetter
  }
}
