public import SimulationBasics

/// The means of observations in batches of equal size, with the moments at which the batches ended.
///
/// When there are too many batches, each two neighbours become one of twice the size, so that
/// memory does not grow with the length of a run.
public struct BatchMeans: Equatable, Sendable {
  /// How many observations make a batch: 5, 10, 20, …
  public private(set) var size = WarmUp.batchSize
  /// The means of the full batches, in their order.
  public private(set) var means: [Double] = []
  /// When the last observation of each batch was made.
  public private(set) var ends: [VirtualTime] = []
  /// How many batches there are at most.
  private let most: Int
  private var sum = 0.0
  private var count = 0

  /// - Precondition: `most` is at least 2.
  public init(most: Int = 4_096) {
    precondition(most >= 2, "a single batch cannot be halved")
    self.most = most
  }

  /// Takes in one observation.
  ///
  /// - Complexity: O(1) on average.
  public mutating func record(_ observation: Double, at moment: VirtualTime = .start) {
    sum += observation
    count += 1
    guard count == size else { return }
    means.append(sum / Double(size))
    ends.append(moment)
    sum = 0
    count = 0
    if means.count > most { join() }
  }

  /// Makes the batches at least this large.
  ///
  /// - Precondition: The size is one that batches of five come to by doubling.
  public mutating func enlarge(to wanted: Int) {
    while size < wanted { join() }
    precondition(size == wanted, "a size that is no power of two times five")
  }

  /// Joins each two neighbours; of an odd number the last one is half of a batch that is not full.
  private mutating func join() {
    let pairs = means.count / 2
    if means.count % 2 == 1 {
      sum += means[means.count - 1] * Double(size)
      count += size
    }
    for pair in 0..<pairs {
      means[pair] = (means[2 * pair] + means[2 * pair + 1]) / 2
      ends[pair] = ends[2 * pair + 1]
    }
    means.removeLast(means.count - pairs)
    ends.removeLast(ends.count - pairs)
    size *= 2
  }
}
