/// Which axes of a sweep change nothing: all runs of points that differ only there are equal.
///
/// For each value of each axis it keeps one word that tells apart what the points with that value
/// came to, in their order; so memory does not grow with the number of points.
public struct SweepEffects: Sendable {
  private let design: SweepDesign
  /// By axis, then by value.
  private var words: [[UInt64]]
  /// What the first point came to, and whether all others came to the same.
  private var first: UInt64?
  private var areAllEqual = true

  public init(of design: SweepDesign) {
    self.design = design
    words = design.axes.map { Array(repeating: 0, count: $0.values.count) }
  }

  /// Notes a point; they come in the order of their indices.
  ///
  /// - Parameter word: Tells apart what the runs of points came to.
  /// - Complexity: O(axes).
  public mutating func take(_ point: Int, _ word: UInt64) {
    if let first { areAllEqual = areAllEqual && first == word } else { first = word }
    for (axis, value) in design.choice(of: point).enumerated() {
      let known = words[axis][value]
      words[axis][value] = ((known << 5 | known >> 59) ^ word) &* 0x9E37_79B9_7F4A_7C15
    }
  }

  /// The indices of the axes that change nothing; none that has a single value.
  ///
  /// The points of a Latin hypercube differ in all axes at once, so that nothing is known of one
  /// axis alone.
  public var inert: [Int] {
    design.axes.indices.filter { axis in
      guard words[axis].count > 1 else { return false }
      switch design.layout {
      case .grid: return words[axis].allSatisfy { $0 == words[axis][0] }
      case .latin: return areAllEqual
      }
    }
  }
}
