import SimulationBasics

/// The universal scalability law, fitted to measured points by least squares.
///
/// X(N) = λN / (1 + σ(N − 1) + κN(N − 1)): λ is what one alone gets through, σ the part that is
/// done one after another, κ what it costs each to agree with each other. (N. J. Gunther,
/// "Guerrilla Capacity Planning", 2007.) The law bends smoothly. A server that is simply full has a
/// corner instead, which no σ and κ make: `determination` tells how far the law is from the points.
public struct ScalabilityFit: Equatable, Sendable {
  /// What one alone gets through.
  public let lambda: Double
  /// Contention.
  public let sigma: Double
  /// Coherence.
  public let kappa: Double
  /// R²: the part of the variance of X that the law explains.
  public let determination: Double

  public init(lambda: Double, sigma: Double, kappa: Double, determination: Double) {
    self.lambda = lambda
    self.sigma = sigma
    self.kappa = kappa
    self.determination = determination
  }

  /// What the law says of a load.
  public func throughput(at n: Double) -> Double {
    lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))
  }

  /// The load beyond which more load gets less through; `nil` where there is none.
  public var peak: Double? {
    kappa > 0 && sigma < 1 ? ElementaryFunctions.squareRoot((1 - sigma) / kappa) : nil
  }

  /// The fit to some points (N, X); `nil` with fewer than four of them, or none that gets anything
  /// through.
  ///
  /// Neither σ nor κ may be negative: of the four fits with either or both of them 0, the best that
  /// has none negative is taken. Each is found from the linear fit of N/X by Gauss's and Newton's
  /// method, whose steps are halved until they help.
  ///
  /// - Complexity: O(points) for each of at most 100 steps.
  public init?(of points: [(n: Double, x: Double)]) {
    let points = points.filter { $0.n > 0 && $0.x > 0 }
    guard points.count >= 4 else { return nil }
    var best: (fit: ScalabilityFit, error: Double)?
    for free in [[0, 1, 2], [0, 1], [0, 2], [0]] {
      guard let a = Self.coefficients(of: points, free: free) else { continue }
      guard a[0] > 0, a[1] >= 0, a[2] >= 0 else { continue }
      let error = Self.squaredError(a, points)
      if error < best?.error ?? .infinity {
        let mean = points.reduce(0) { $0 + $1.x } / Double(points.count)
        let variance = points.reduce(0) { $0 + ($1.x - mean) * ($1.x - mean) }
        let fit = ScalabilityFit(
          lambda: 1 / a[0], sigma: a[1] / a[0], kappa: a[2] / a[0],
          determination: variance > 0 ? 1 - error / variance : 1)
        best = (fit, error)
      }
    }
    guard let best else { return nil }
    self = best.fit
  }

  // MARK: Least squares

  // The law is X = N/g with g = a₀ + a₁(N − 1) + a₂N(N − 1), where λ = 1/a₀, σ = a₁/a₀, κ = a₂/a₀.

  private static func basis(_ n: Double) -> [Double] { [1, n - 1, n * (n - 1)] }

  private static func divisor(_ a: [Double], _ n: Double) -> Double {
    let basis = basis(n)
    return a[0] * basis[0] + a[1] * basis[1] + a[2] * basis[2]
  }

  private static func squaredError(_ a: [Double], _ points: [(n: Double, x: Double)]) -> Double {
    var error = 0.0
    for point in points {
      let divisor = divisor(a, point.n)
      if divisor <= 0 { return .infinity }
      let difference = point.x - point.n / divisor
      error += difference * difference
    }
    return error
  }

  private static func coefficients(
    of points: [(n: Double, x: Double)], free: [Int]
  ) -> [Double]? {
    // Weighted so that its errors are nearly those of X: a step of N/X is X²/N of X.
    guard
      var a = solve(
        points.map { point in
          let weight = point.x * point.x / point.n
          return (free.map { basis(point.n)[$0] * weight }, point.n / point.x * weight)
        }, free: free)
    else { return nil }
    var error = squaredError(a, points)
    for _ in 0..<100 where error > 0 {
      let rows = points.map { point in
        let divisor = divisor(a, point.n)
        let slope = -point.n / (divisor * divisor)
        return (free.map { basis(point.n)[$0] * slope }, point.x - point.n / divisor)
      }
      guard let step = solve(rows, free: free) else { break }
      var length = 1.0
      var isBetter = false
      for _ in 0..<30 {
        let tried = a.indices.map { a[$0] + length * step[$0] }
        let triedError = squaredError(tried, points)
        if triedError < error {
          isBetter = error - triedError > 1e-12 * error
          a = tried
          error = triedError
          break
        }
        length /= 2
      }
      if !isBetter { break }
    }
    return a
  }

  /// The free coefficients that fit rows · a = values best; the others are 0.
  ///
  /// The columns are brought to one size before the normal equations are solved, for they differ by
  /// orders of magnitude.
  private static func solve(_ rows: [([Double], Double)], free: [Int]) -> [Double]? {
    let count = free.count
    var scale = [Double](repeating: 0, count: count)
    for (row, _) in rows {
      for column in 0..<count { scale[column] += row[column] * row[column] }
    }
    for column in 0..<count {
      if scale[column] <= 0 { return nil }
      scale[column] = ElementaryFunctions.squareRoot(scale[column])
    }
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
    for (row, value) in rows {
      for first in 0..<count {
        let left = row[first] / scale[first]
        for second in 0..<count { matrix[first][second] += left * row[second] / scale[second] }
        matrix[first][count] += left * value
      }
    }
    for pivot in 0..<count {
      var best = pivot
      for row in pivot..<count where abs(matrix[row][pivot]) > abs(matrix[best][pivot]) {
        best = row
      }
      if abs(matrix[best][pivot]) < 1e-12 { return nil }
      matrix.swapAt(pivot, best)
      for row in 0..<count where row != pivot {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in pivot...count { matrix[row][column] -= factor * matrix[pivot][column] }
      }
    }
    var found = [Double](repeating: 0, count: 3)
    for (row, column) in free.enumerated() {
      found[column] = matrix[row][count] / matrix[row][row] / scale[row]
    }
    return found
  }
}
