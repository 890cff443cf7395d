/// One way to make something smaller.
public struct ShrinkPass<Candidate> {
  /// What is smaller than a candidate, the boldest first.
  let smaller: (Candidate) -> [Candidate]
  /// What is tried in the place of each of them; `nil` tries itself.
  let places: ((Candidate) -> [Candidate])?

  /// - Parameters:
  ///   - smaller: Candidates to try in the place of one, the boldest first.
  ///   - places: What is tried in the place of each of those; it takes a run to know, and is asked
  ///     only when it is to be tried.
  public init(
    _ smaller: @escaping (Candidate) -> [Candidate],
    placing places: ((Candidate) -> [Candidate])? = nil
  ) {
    self.smaller = smaller
    self.places = places
  }
}
