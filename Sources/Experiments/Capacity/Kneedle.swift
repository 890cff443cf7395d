/// Where a curve that rises and flattens has its knee.
///
/// Source: V. Satopaa, J. Albrecht, D. Irwin, B. Raghavan, "Finding a 'Kneedle' in a Haystack:
/// Detecting Knee Points in System Behavior", ICDCS Workshops 2011. Both axes are brought to the
/// range from 0 to 1, and the knee is where the curve is furthest above the diagonal: the first
/// local maximum of that distance after which it falls by the sensitivity times the mean step of
/// the first axis, before it rises again. The paper smooths the curve first; here every point is a
/// mean of replications already.
public enum Kneedle {
  /// The index of the knee; `nil` where the curve has none.
  ///
  /// - Parameter points: By rising x.
  /// - Complexity: O(points).
  public static func knee(of points: [(x: Double, y: Double)], sensitivity: Double = 1) -> Int? {
    guard points.count >= 3, let first = points.first, let last = points.last else { return nil }
    let lowest = points.reduce(first.y) { min($0, $1.y) }
    let highest = points.reduce(first.y) { max($0, $1.y) }
    let width = last.x - first.x
    guard width > 0, highest > lowest else { return nil }
    let distances = points.map { ($0.y - lowest) / (highest - lowest) - ($0.x - first.x) / width }
    let fall = sensitivity / Double(points.count - 1)
    var candidate: Int?
    for index in 1..<points.count {
      if let knee = candidate, distances[index] < distances[knee] - fall { return knee }
      // What rises again has had no knee so far.
      if distances[index] > distances[index - 1] {
        let isTop = index + 1 < points.count && distances[index + 1] <= distances[index]
        candidate = isTop ? index : nil
      }
    }
    return nil
  }
}
