public import SimulationBasics

/// What ways to retry came to, which of them nothing beats, and which one to take.
public struct TuneTable: Equatable, Sendable {
  /// One way, over its replications.
  public struct Row: Equatable, Sendable {
    /// `nil` is what the model has.
    public let candidate: RetryCandidate?
    public let runs: [TuneRun]
    /// The means of what it is judged by.
    public let means: [Double]

    /// - Precondition: There is a run.
    public init(_ candidate: RetryCandidate?, runs: [TuneRun]) {
      precondition(!runs.isEmpty, "a row needs a run")
      self.candidate = candidate
      self.runs = runs
      means = TuneRun.Objective.allCases.map { objective in
        ConfidenceInterval.mean(of: runs.map { $0[objective] })
      }
    }

    public func interval(_ value: (TuneRun) -> Double) -> ConfidenceInterval {
      ConfidenceInterval(of: runs.map(value))
    }
  }

  /// How the recommended way was chosen among those that nothing beats.
  public struct Choice: Equatable, Sendable {
    /// Which question left one way, or the order in the end.
    public enum Step: Equatable, Sendable {
      case success
      case latency
      case waste
      case databaseTime
      case fewestAttempts
    }

    public let row: Int
    /// How many ways were left before the step that decided.
    public let among: Int
    public let step: Step
  }

  /// In the order in which they were asked for; the first is what the model has, if anything.
  public let rows: [Row]
  /// Those with the most replications: the others left the race on the way.
  public let finalists: [Int]
  /// By row: a finalist that dominates it; `nil` where none does, and for those that left.
  public let dominators: [Int?]

  /// - Complexity: O(finalists² · replications).
  /// - Precondition: There is a row.
  public init(_ rows: [Row]) {
    precondition(!rows.isEmpty, "a table needs a row")
    self.rows = rows
    let most = rows.reduce(0) { max($0, $1.runs.count) }
    let finalists = rows.indices.filter { rows[$0].runs.count == most }
    var dominators = [Int?](repeating: nil, count: rows.count)
    let found = Self.dominators(of: finalists.map { rows[$0] })
    for (row, dominator) in zip(finalists, found) {
      dominators[row] = dominator.map { finalists[$0] }
    }
    self.finalists = finalists
    self.dominators = dominators
  }

  // MARK: Comparing

  /// A figure of one way less that of another, replication by replication.
  public func difference(
    _ left: Int, _ right: Int, _ value: (TuneRun) -> Double
  ) -> ConfidenceInterval {
    let pairs = min(rows[left].runs.count, rows[right].runs.count)
    return ConfidenceInterval(
      of: (0..<pairs).map { value(rows[left].runs[$0]) - value(rows[right].runs[$0]) })
  }

  /// Whether one way dominates another with confidence.
  ///
  /// - Precondition: Both have as many replications.
  public func dominates(_ left: Int, _ right: Int) -> Bool {
    Dominance(runs: rows[left].runs.count).holds(rows[left], over: rows[right])
  }

  /// The finalists that none of them dominates.
  public var front: [Int] { finalists.filter { dominators[$0] == nil } }

  /// By row: the first of the others that dominates it; `nil` where none does.
  ///
  /// - Parameter looks: How many looks share the error, where one that is dominated leaves the
  ///   race; `nil` where nothing follows from it.
  /// - Complexity: O(rows² · replications).
  /// - Precondition: All have as many replications.
  static func dominators(of rows: [Row], leavingAfter looks: Int? = nil) -> [Int?] {
    guard let first = rows.first else { return [] }
    let dominance = Dominance(runs: first.runs.count, leavingAfter: looks)
    return rows.map { row in rows.firstIndex { dominance.holds($0, over: row) } }
  }

  /// Whether one way dominates another with confidence: its means are no worse in anything that it
  /// is judged by, and in something it is better by more than chance.
  ///
  /// The paired differences' intervals for what is better hold together at 95 % (Bonferroni). The
  /// means alone are a partial order, so that no two ways dominate each other.
  ///
  /// Of few runs means that hardly differ stand in any order. One that leaves the race does not
  /// come back; for it, not to be better must be beyond chance in everything as well. As all of
  /// these must hold, they share no error with one another (intersection and union of tests: R. L.
  /// Berger, "Multiparameter Hypothesis Testing and Acceptance Sampling", Technometrics 24(4),
  /// 1982), but all looks share it.
  private struct Dominance {
    private let count: Int
    /// How many standard errors are beyond chance; worked out once for all pairs.
    private let better: Double
    /// The same for being no worse; 0 where the means tell it.
    private let noWorse: Double

    init(runs count: Int, leavingAfter looks: Int? = nil) {
      self.count = count
      let level = ConfidenceLevel.percent95.shared(among: looks ?? 1)
      func critical(_ level: ConfidenceLevel) -> Double {
        if count < 2 { return .infinity }
        return StudentDistribution(degreesOfFreedom: count - 1)
          .quantile(1 - level.errorProbability / 2)
      }
      better = critical(level.shared(among: TuneRun.Objective.allCases.count))
      noWorse = looks == nil ? 0 : critical(level)
    }

    func holds(_ left: Row, over right: Row) -> Bool {
      precondition(left.runs.count == count, "only ways that ran as often are compared")
      precondition(right.runs.count == count, "only ways that ran as often are compared")
      guard count >= 2, ParetoFront.dominates(left.means, right.means) else { return false }
      var isBetter = false
      for objective in TuneRun.Objective.allCases {
        let mean = left.means[objective.rawValue] - right.means[objective.rawValue]
        var squares = 0.0
        for run in 0..<count {
          let off = left.runs[run][objective] - right.runs[run][objective] - mean
          squares += off * off
        }
        let standardError = (squares / Double(count * (count - 1))).squareRoot()
        if mean + noWorse * standardError > 0 { return false }
        if mean + better * standardError < 0 { isBetter = true }
      }
      return isBetter
    }
  }

  // MARK: Choosing

  /// Differences in success of less than this matter to nobody.
  public static let equalSuccess = 0.001
  /// Nor do p99 that differ by less than this part.
  public static let equalLatency = 0.05

  /// The way to take: of those that nothing dominates, those with the best success; of these, those
  /// with the least p99; of these, those that waste least; of these, the one that is the least work
  /// for the database. What chance cannot tell apart, or what matters to nobody, counts as equal.
  ///
  /// - Parameter longest: The p99 beyond which a way is not taken; `nil` is any.
  /// - Returns: `nil` when there is nothing to choose from.
  public func choice(among front: [Int], within longest: VirtualDuration? = nil) -> Choice? {
    let limit = longest.map { Double($0.inNanoseconds) } ?? .infinity
    var left = front.filter { rows[$0].means[TuneRun.Objective.latency99.rawValue] <= limit }
    guard let first = left.first else { return nil }
    let steps: [(Choice.Step, TuneRun.Objective, slack: (Double) -> Double)] = [
      (.success, .failures, { _ in Self.equalSuccess }),
      (.latency, .latency99, { $0 * Self.equalLatency }),
      (.waste, .wastedShare, { _ in 0 }),
      (.databaseTime, .databaseTime, { _ in 0 }),
    ]
    for (step, objective, slack) in steps {
      let before = left.count
      let means = left.map { rows[$0].means[objective.rawValue] }
      var best = 0
      for index in means.indices where means[index] < means[best] { best = index }
      let winner = left[best]
      let allowed = slack(means[best])
      left = left.enumerated().filter { index, row in
        row == winner || means[index] - means[best] < allowed
          || !(difference(row, winner) { $0[objective] }.lower > 0)
      }.map { $0.element }
      if left.count == 1 { return Choice(row: left[0], among: before, step: step) }
    }
    // What the model has wins a tie; then who makes fewer attempts.
    var chosen = left.first ?? first
    for row in left where attempts(of: row) < attempts(of: chosen) { chosen = row }
    return Choice(row: chosen, among: left.count, step: .fewestAttempts)
  }

  private func attempts(of row: Int) -> Int {
    guard let candidate = rows[row].candidate else { return 0 }
    return candidate.attempts ?? .max
  }
}
