/// A set of runs that do not depend on one another, and what they come to together.
///
/// Runs may happen in any order, on any number of threads; the threads belong to the caller. What
/// they yield is merged by index, so that the outcome is the same to the byte however the work was
/// shared:
///
///     let parts = (0..<experiment.runCount).map { experiment.run($0) }
///     let outcome = experiment.merge(parts)
public protocol Experiment: Sendable {
  /// What is kept of one run.
  associatedtype Part: Sendable
  /// What all runs come to.
  associatedtype Outcome: Sendable

  /// How many runs there are.
  var runCount: Int { get }

  /// Makes one run; equal indices yield equal parts.
  ///
  /// - Precondition: `index` is at least 0 and below `runCount`.
  func run(_ index: Int) -> Part

  /// Puts the parts of all runs together.
  ///
  /// - Parameter parts: The part of run *i* at index *i*.
  /// - Precondition: There are `runCount` parts.
  func merge(_ parts: [Part]) -> Outcome
}

extension Experiment {
  /// Makes all runs one after the other.
  public func runAll() -> Outcome {
    var parts: [Part] = []
    parts.reserveCapacity(runCount)
    for index in 0..<runCount { parts.append(run(index)) }
    return merge(parts)
  }
}
