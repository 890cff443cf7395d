/// Which ways to retry get how many replications: all start together, and who is beaten by another
/// with confidence leaves the race.
///
/// Sources: O. Maron, A. W. Moore, "Hoeffding Races: Accelerating Model Selection Search for
/// Classification and Function Approximation", NIPS 1994; for several objectives T. Zhang, M.
/// Georgiopoulos, G. C. Anagnostopoulos, "S-Race: A Multi-Objective Racing Algorithm", GECCO 2013.
/// Where these have Hoeffding's bound and a sign test, here are Student's intervals of paired
/// differences. Looking several times would find some difference by chance alone: the looks share
/// the error (Bonferroni). What the model has never leaves, for all are compared with it.
///
/// Which of those that stay are beaten is the table's to say, as without a race.
public struct RetryRace: Sendable {
  /// Replications of a way that are wanted.
  public struct Pull: Equatable, Sendable {
    public let candidate: Int
    public let replications: Range<Int>
  }

  /// The ways, by number; `nil` is what the model has.
  public let candidates: [RetryCandidate?]
  /// How many replications those have that stay to the end.
  public let replications: Int
  /// Those that are still in the race, by rising number.
  public private(set) var racing: [Int]
  /// By way: its runs so far.
  private var runs: [[TuneRun]]
  /// How many replications each that is in the race has after each round.
  private let looks: [Int]
  /// How many rounds are over.
  private var rounds = 0

  /// After as many replications the first ways may leave.
  public static let fewest = 4

  /// - Parameter isExhaustive: Whether every way stays to the end, in one round.
  /// - Precondition: There is a way, and it gets a replication.
  public init(_ candidates: [RetryCandidate?], replications: Int, isExhaustive: Bool = false) {
    precondition(!candidates.isEmpty, "nothing to choose from")
    precondition(replications >= 1, "nothing is tried")
    self.candidates = candidates
    self.replications = replications
    racing = Array(candidates.indices)
    runs = Array(repeating: [], count: candidates.count)
    var looks: [Int] = []
    var look = Self.fewest
    while !isExhaustive && look < replications {
      looks.append(look)
      look *= 2
    }
    self.looks = looks + [replications]
  }

  /// The runs of the next round; `nil` when the race is over.
  public func next() -> [Pull]? {
    if rounds == looks.count { return nil }
    let made = rounds == 0 ? 0 : looks[rounds - 1]
    return racing.map { Pull(candidate: $0, replications: made..<looks[rounds]) }
  }

  /// Ends a round: who is beaten by another leaves, unless the round was the last.
  ///
  /// - Parameter more: The runs that were wanted, by pull.
  /// - Complexity: O(ways² · replications).
  /// - Precondition: A round was due, and `more` has what it asked for.
  public mutating func take(_ more: [[TuneRun]]) {
    precondition(rounds < looks.count, "the race is over")
    precondition(more.count == racing.count, "everyone in the race ran")
    let made = looks[rounds]
    for (way, own) in zip(racing, more) {
      runs[way] += own
      precondition(runs[way].count == made, "everyone in the race has run as often")
    }
    rounds += 1
    if rounds == looks.count { return }
    let rows = racing.map { TuneTable.Row(candidates[$0], runs: runs[$0]) }
    let dominators = TuneTable.dominators(of: rows, leavingAfter: looks.count)
    racing = zip(racing, dominators).filter { way, dominator in
      dominator == nil || candidates[way] == nil
    }.map { $0.0 }
  }

  /// How many runs were made.
  public var runCount: Int { runs.reduce(0) { $0 + $1.count } }

  /// What all ways came to, also those that left.
  ///
  /// - Precondition: A round is over.
  public var table: TuneTable {
    TuneTable(zip(candidates, runs).map { TuneTable.Row($0, runs: $1) })
  }
}
