/// Makes something that shows a fault smaller as long as it still shows it, step by step.
///
/// Greedy: of the smaller candidates of each pass the first that still shows the fault at a lower
/// cost is taken, and the pass begins again; it is over when no pass helps any more. Since the cost
/// falls with each step, it ends.
///
/// Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE
/// 28(2), 2002, whose result, too, is one of which no single part can be left out.
public struct Shrinker<Candidate, Evidence> {
  /// What is left in the end.
  public private(set) var candidate: Candidate
  /// What shows that it still has the fault.
  public private(set) var evidence: Evidence
  /// How often a candidate was tried.
  public private(set) var runs = 0
  /// Whether nothing helps any more; false when the runs were used up before.
  public private(set) var isSmallest = false

  private var cost: [UInt64]
  private let limit: Int

  /// - Parameters:
  ///   - evidence: That of the candidate.
  ///   - limit: How many candidates may be tried.
  ///   - passes: Candidates to try in the place of one, the boldest first; O(1) of them each.
  ///   - cost: What is compared, the weightiest first; as many numbers for every candidate.
  ///   - judge: What shows that a candidate has the fault; `nil` when it has not.
  /// - Complexity: At most `limit` judgements.
  public init(
    _ candidate: Candidate, evidence: Evidence, limit: Int,
    passes: [(Candidate) -> [Candidate]], cost: (Candidate, Evidence) -> [UInt64],
    judge: (Candidate) -> Evidence?
  ) {
    self.candidate = candidate
    self.evidence = evidence
    self.limit = limit
    self.cost = cost(candidate, evidence)
    while improves(by: passes, cost, judge) {}
  }

  /// Goes through all passes once.
  ///
  /// - Returns: Whether that helped and there are runs left.
  private mutating func improves(
    by passes: [(Candidate) -> [Candidate]], _ cost: (Candidate, Evidence) -> [UInt64],
    _ judge: (Candidate) -> Evidence?
  ) -> Bool {
    var hasImproved = false
    for pass in passes {
      // Ends: each further round has a lower cost.
      while takesBest(of: pass(candidate), cost, judge) { hasImproved = true }
      if runs == limit { return false }
    }
    isSmallest = !hasImproved
    return hasImproved
  }

  /// Takes the first candidate that shows the fault at a lower cost.
  private mutating func takesBest(
    of candidates: [Candidate], _ cost: (Candidate, Evidence) -> [UInt64],
    _ judge: (Candidate) -> Evidence?
  ) -> Bool {
    for smaller in candidates {
      if runs == limit { return false }
      runs += 1
      guard let shown = judge(smaller) else { continue }
      let itsCost = cost(smaller, shown)
      guard itsCost.lexicographicallyPrecedes(self.cost) else { continue }
      candidate = smaller
      evidence = shown
      self.cost = itsCost
      return true
    }
    return false
  }
}
