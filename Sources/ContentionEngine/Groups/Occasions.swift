import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Which occasions are meant where steps are done every n-th time, with the counts of groups.
struct Occasions: ~Copyable {
  struct Occasion: BitwiseCopyable {
    let every: Int64
    let first: Int64
    /// How many neighbouring users are counted together; 0 where each user is counted alone.
    let groupSize: Int
    let isOnlyFirstAttempt: Bool

    /// Whether the occasion with this number, counted from 1, is meant.
    func means(_ number: Int64) -> Bool { number >= first && (number - first) % every == 0 }
  }

  private let occasions: FixedTable<Occasion>
  /// By occasion and load: where the counts of its groups begin.
  private let firstCounts: FixedTable<Int>
  private let loadCount: Int
  /// How often anybody of a group has come.
  private var counts: FixedTable<Int64>

  init(_ compiled: borrowing CompiledScenario) {
    let loads = compiled.scenario.loads
    var firstCounts: [Int] = []
    var count = 0
    var occasions: [Occasion] = []
    for occasion in compiled.occasions {
      var size = 0
      if case .ofGroup(let users) = occasion.counting { size = users }
      occasions.append(
        Occasion(
          every: Int64(occasion.every), first: Int64(occasion.first), groupSize: size,
          isOnlyFirstAttempt: occasion.onlyFirstAttempt))
      for load in loads {
        firstCounts.append(count)
        if size > 0 { count += (load.executor.mostUsers + size - 1) / size }
      }
    }
    self.occasions = FixedTable(occasions)
    self.firstCounts = FixedTable(firstCounts)
    loadCount = loads.count
    counts = FixedTable(repeating: 0, count: count)
  }

  subscript(occasion: Int) -> Occasion { occasions[occasion] }

  /// Counts that somebody of a group has come.
  ///
  /// - Returns: How often that has happened, this time included.
  mutating func count(_ occasion: Int, load: Int, place: Int) -> Int64 {
    let first = firstCounts[occasion * loadCount + load]
    let index = first + place / occasions[occasion].groupSize
    counts[index] += 1
    return counts[index]
  }
}
