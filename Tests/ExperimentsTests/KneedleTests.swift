import Experiments
import Testing

@Suite("Kneedle")
struct KneedleTests {
  private func knee(_ points: [(Double, Double)], sensitivity: Double = 1) -> Double? {
    Kneedle.knee(of: points.map { (x: $0.0, y: $0.1) }, sensitivity: sensitivity)
      .map { points[$0].0 }
  }

  @Test("finds the corner of a curve that is straight and then level")
  func corner() {
    for corner in 2...8 {
      let points = (1...10).map { (Double($0), Double(min($0, corner))) }
      #expect(knee(points) == Double(corner))
    }
  }

  @Test("finds the knee of the paper's own example, y = −1/x + 5")
  func paper() {
    // Figure 2 of the paper: ten points from 0.1 on, evenly spread; the knee is reported at 0.22.
    let points = (0..<10).map { index -> (Double, Double) in
      let x = 0.1 + 0.1 * Double(index)
      return (x, -1 / x + 5)
    }
    // At this spacing the two nearest abscissas are 0.2 and 0.3; the difference curve says 0.2 or
    // 0.3 by which of them is further above the diagonal, as worked out here.
    let low = points[0].1
    let high = points[9].1
    let best = points.max { left, right in
      func above(_ point: (Double, Double)) -> Double {
        (point.1 - low) / (high - low) - (point.0 - 0.1) / 0.9
      }
      return above(left) < above(right)
    }
    #expect(knee(points) == best?.0)
  }

  @Test("does not depend on the units of either axis")
  func units() {
    let points = (1...12).map { (Double($0), Double(min($0, 5))) }
    #expect(knee(points.map { ($0.0 * 1_000, $0.1 * 0.001 + 7) }) == 5_000)
  }

  @Test("finds none in a straight line, a level one, a falling one, or fewer than three points")
  func none() {
    #expect(knee((1...10).map { (Double($0), Double($0)) }) == nil)
    #expect(knee((1...10).map { (Double($0), 4) }) == nil)
    #expect(knee([(1, 1), (2, 2)]) == nil)
    #expect(knee([]) == nil)
    // What bends upwards is nowhere above the diagonal.
    #expect(knee((1...10).map { (Double($0), Double($0 * $0)) }) == nil)
  }

  @Test("passes over a bend after which the curve rises again before it has fallen far enough")
  func small() {
    // A dent at 3 in a line up to 8: the distance falls there by less than a mean step.
    let points = (1...12).map { x -> (Double, Double) in
      (Double(x), x == 3 ? 2.95 : Double(min(x, 8)))
    }
    #expect(knee(points) == 8)
  }
}
