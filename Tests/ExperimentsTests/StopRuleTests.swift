import Experiments
import TestSupport
import Testing

@Suite("Stop rule")
struct StopRuleTests {
  private let rule = StopRule.relativePrecision(0.05, least: 5, most: 40)

  @Test("is met by the fewest first runs whose intervals are all narrow enough")
  func againstTheRule() {
    withEverySeed(1...200) { seed, random in
      let count = random.below(30)
      let figures = (0..<(1 + random.below(3))).map { _ in
        (0..<count).map { _ in 100 + Double(random.below(40)) }
      }
      var expected: Int?
      for runs in stride(from: 5, through: count, by: 1) where expected == nil {
        let isMet = figures.allSatisfy { values in
          let interval = ConfidenceInterval(of: Array(values[..<runs]))
          return interval.halfWidth <= 0.05 * interval.mean
        }
        if isMet { expected = runs }
      }
      if rule.enough(figures) != expected { throw Mismatch("\(figures)") }
    }
  }

  @Test("does not depend on how many runs were made beyond those that are enough")
  func prefix() {
    var random = TestRandom(seed: 3)
    let values = (0..<40).map { _ in 100 + Double(random.below(40)) }
    let enough = rule.enough([values])
    let least = enough ?? 0
    #expect(least >= 5)
    for count in least...40 { #expect(rule.enough([Array(values[..<count])]) == enough) }
    for count in 0..<least { #expect(rule.enough([Array(values[..<count])]) == nil) }
  }

  @Test("is met at once by values that do not differ, and never by a mean of 0 that has a spread")
  func extremes() {
    #expect(rule.enough([[1, 1, 1, 1, 1]]) == 5)
    #expect(rule.enough([[0, 0, 0, 0, 0]]) == 5)
    #expect(rule.enough([[1, 1, 1, 1]]) == nil)
    #expect(rule.enough([(0..<40).map { $0 % 2 == 0 ? -1 : 1 }]) == nil)
  }

  @Test("goes on behind the runs that are known not to be enough")
  func continuation() {
    #expect(rule.enough([[1, 1, 1, 1, 1, 1, 1]], after: 5) == 6)
    #expect(rule.enough([[1, 1, 1, 1, 1]], after: 5) == nil)
  }

  @Test("is not met by a figure that no run has, nor by one that a single run has")
  func unknownValues() {
    #expect(rule.enough([[nil, nil, nil, nil, nil]]) == nil)
    #expect(rule.enough([[nil, nil, nil, nil, 1]]) == nil)
    #expect(rule.enough([[nil, nil, nil, nil, 1, 1]]) == 6)
  }

  @Test("asks for portions that grow, and for no more than the most")
  func portions() {
    var made = 0
    var portions: [Int] = []
    // Ends: every portion but the last has a run.
    while true {
      let next = rule.next(after: made)
      if next == 0 { break }
      portions.append(next)
      made += next
    }
    #expect(portions == [5, 4, 4, 4, 4, 5, 6, 8])
    #expect(made == 40)
  }

  @Test("stops the run where it makes no sense")
  func nonsense() async {
    await #expect(processExitsWith: .failure) { _ = StopRule.relativePrecision(0) }
    await #expect(processExitsWith: .failure) { _ = StopRule.relativePrecision(0.1, least: 1) }
    await #expect(processExitsWith: .failure) {
      _ = StopRule.relativePrecision(0.1, least: 5, most: 4)
    }
  }
}
