import ContendedResources
import SimulationBasics
import Testing

/// How often unrelated keys meet in one gap.
@Suite("Gap sharing")
struct GapSharingTests {
  /// Of *n* + 2 keys in random order, the two new ones are neighbours with probability 2/(*n* + 2).
  ///
  /// Tables are independent, the pairs of one table are not; so the mean over tables is judged by
  /// the spread between them: four standard errors, which a right table exceeds once in 16 000
  /// sets of seeds. For no existing key there is one gap and no spread.
  @Test(
    "two new keys among n random ones share a gap with probability 2/(n + 2)",
    arguments: [0, 1, 2, 5, 20, 50, 120])
  func probability(existing: Int) {
    // Rare meetings take more pairs; the gaps of many keys differ less between tables.
    let tables = existing <= 20 ? 300 : 60
    let pairs = existing <= 20 ? 60 : 4 * existing
    var sum = 0.0
    var squares = 0.0
    for table in 0..<tables {
      let layout = UniqueIndexLayout(existingKeys: existing, order: .random, isOrdered: true)
      var s = sessions(layout, salt: UInt64(table) * 1_000_003 + 17)
      var shared = 0
      for pair in 0..<pairs {
        s.select(2 * pair, by: 1)
        s.insert(2 * pair + 1, by: 2)
        if s.waiting[2] != nil {
          shared += 1
          s.timeOut(2)
        }
        s.rollBack(1)
        s.rollBack(2)
        _ = s.happened()
      }
      let fraction = Double(shared) / Double(pairs)
      sum += fraction
      squares += fraction * fraction
    }
    let mean = sum / Double(tables)
    let variance = max(squares / Double(tables) - mean * mean, 0)
    let standardError = (variance / Double(tables - 1)).squareRoot()
    let expected = 2 / Double(existing + 2)
    #expect(abs(mean - expected) <= 4 * standardError)
    // The bound says something: it is within a quarter of what is to be shown.
    #expect(standardError * 4 < expected / 4 + 1e-9)
  }

  @Test("two new ascending keys always share a gap, however many keys there are")
  func ascending() {
    var s = sessions(UniqueIndexLayout(existingKeys: 500, order: .ascending, isOrdered: true))
    for pair in 0..<20 {
      s.select(2 * pair, by: 1)
      s.insert(2 * pair + 1, by: 2)
      #expect(s.happened() == ["1 missing", "2 waits"])
      s.rollBack(1)
      s.commit(2)
      _ = s.happened()
    }
  }
}
