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
  /// How many runs were made: one for each candidate that was tried, and one for each that had to
  /// be placed first.
  public private(set) var runs = 0
  /// Whether nothing helps any more; false when the runs were used up before.
  public private(set) var isSmallest = false

  private var cost: [UInt64]
  private let limit: Int
  /// Whether there was a run that might not be made.
  private var isStopped = false

  /// - Parameters:
  ///   - evidence: That of the candidate.
  ///   - limit: How many runs may be made.
  ///   - passes: What may make a candidate smaller, the boldest first.
  ///   - cost: What is compared, the weightiest first; as many numbers for every candidate.
  ///   - mayRun: Whether to go on, asked before each run with the number of that run, from 1.
  ///   - judge: What shows that a candidate has the fault; `nil` when it has not.
  /// - Complexity: At most `limit` runs; and for each pass, as often as it is begun, what it takes
  ///   to list its candidates.
  public init(
    _ candidate: Candidate, evidence: Evidence, limit: Int, passes: [ShrinkPass<Candidate>],
    cost: (Candidate, Evidence) -> [UInt64], mayRun: (Int) -> Bool = { _ in true },
    judge: (Candidate) -> Evidence?
  ) {
    self.candidate = candidate
    self.evidence = evidence
    self.limit = limit
    self.cost = cost(candidate, evidence)
    while improves(by: passes, cost, mayRun, judge) {}
  }

  /// Goes through all passes once.
  ///
  /// - Returns: Whether that helped and there are runs left.
  private mutating func improves(
    by passes: [ShrinkPass<Candidate>], _ cost: (Candidate, Evidence) -> [UInt64],
    _ mayRun: (Int) -> Bool, _ judge: (Candidate) -> Evidence?
  ) -> Bool {
    var hasImproved = false
    for pass in passes {
      // Ends: each further round has a lower cost.
      while takesFirstCheaper(of: pass, cost, mayRun, judge) { hasImproved = true }
      if isStopped || runs == limit { return false }
    }
    isSmallest = !hasImproved
    return hasImproved
  }

  /// Takes the first candidate of a pass that shows the fault at a lower cost.
  private mutating func takesFirstCheaper(
    of pass: ShrinkPass<Candidate>, _ cost: (Candidate, Evidence) -> [UInt64],
    _ mayRun: (Int) -> Bool, _ judge: (Candidate) -> Evidence?
  ) -> Bool {
    for smaller in pass.smaller(candidate) {
      var placed = [smaller]
      if let places = pass.places {
        guard beginsRun(mayRun) else { return false }
        placed = places(smaller)
      }
      for other in placed {
        guard beginsRun(mayRun) else { return false }
        if takes(other, cost, judge) { return true }
      }
    }
    return false
  }

  /// Counts a run, if there may be another one.
  private mutating func beginsRun(_ mayRun: (Int) -> Bool) -> Bool {
    if isStopped || runs == limit || !mayRun(runs + 1) {
      isStopped = true
      return false
    }
    runs += 1
    return true
  }

  /// Takes a candidate if it shows the fault at a lower cost.
  private mutating func takes(
    _ smaller: Candidate, _ cost: (Candidate, Evidence) -> [UInt64],
    _ judge: (Candidate) -> Evidence?
  ) -> Bool {
    guard let shown = judge(smaller) else { return false }
    let itsCost = cost(smaller, shown)
    guard itsCost.lexicographicallyPrecedes(self.cost) else { return false }
    candidate = smaller
    evidence = shown
    self.cost = itsCost
    return true
  }
}
