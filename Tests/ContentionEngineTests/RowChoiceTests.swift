import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Which rows requests choose; probabilities worked out by hand, frequencies held against them by
/// χ² at one in 10 000.
@Suite("Row choice")
struct RowChoiceTests {
  private let users = 20_000

  /// How often each outcome came, in the order in which the outcomes are given; one that is not
  /// among them fails the test.
  private func counts<Outcome: Equatable>(_ seen: [Outcome], of outcomes: [Outcome]) throws -> [Int]
  {
    var counts = Array(repeating: 0, count: outcomes.count)
    for one in seen { counts[try #require(outcomes.firstIndex(of: one))] += 1 }
    return counts
  }

  /// All lists of `length` different numbers below `count`.
  private func arrangements(_ length: Int, of count: Int) -> [[Int]] {
    if length == 0 { return [[]] }
    return arrangements(length - 1, of: count).flatMap { start in
      (0..<count).filter { !start.contains($0) }.map { start + [$0] }
    }
  }

  private func expect(
    _ counts: [Int], _ shares: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9, sourceLocation: sourceLocation)
    let test = ChiSquare(counts, expecting: shares)
    #expect(
      test.isPlausible, "χ² \(test.value), bound \(test.bound), counts \(counts)",
      sourceLocation: sourceLocation)
  }

  // MARK: One row

  @Test("the virtual user's row is __VU % rows + 1")
  func virtualUser() throws {
    // Users 1 to 5 on 3 rows: 1 % 3 = 1, 2, 0, 1, 2, counted from 0.
    #expect(
      try chosenRows(.virtualUser, ofTableWith: 3, users: 5) == [[1], [2], [0], [1], [2]])
  }

  @Test("a uniform row is the first number of the user's own stream")
  func uniformIsTheStream() throws {
    let rows = try chosenRows(.uniform, ofTableWith: 1_000, users: 50, seed: 7)
    for (user, chosen) in rows.enumerated() {
      var stream = RandomStream(
        runSeed: 7, replication: 0, purpose: .rowChoice, entity: UInt32(user))
      #expect(chosen == [Int(stream.uniform(below: 1_000))])
    }
  }

  @Test("a uniform row is each row equally often")
  func uniform() throws {
    let seen = try chosenRows(.uniform, ofTableWith: 50, users: users)
    expect(
      try counts(seen, of: (0..<50).map { [$0] }), Array(repeating: 1 / 50, count: 50))
  }

  @Test("Zipf's law: row r with a share of 1/r to the exponent", arguments: [0.5, 0.99, 1, 2])
  func zipf(exponent: Double) throws {
    let weights = (1...20).map { 1 / power(Double($0), exponent) }
    let sum = weights.reduce(0, +)
    let seen = try chosenRows(.zipf(exponent: exponent), ofTableWith: 20, users: users)
    expect(try counts(seen, of: (0..<20).map { [$0] }), weights.map { $0 / sum })
  }

  /// A power by halves: every exponent here is a multiple of 0.01, so the root is found by
  /// bisection of rⁿ = baseᵐ; slow, and nothing like what is tested.
  private func power(_ base: Double, _ exponent: Double) -> Double {
    var low = 0.0
    var high = base * base + 1
    let hundredths = Int(exponent * 100 + 0.5)
    var wanted = 1.0
    for _ in 0..<hundredths { wanted *= base }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      var raised = 1.0
      for _ in 0..<100 { raised *= middle }
      if raised < wanted { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  @Test("Zipf's law with exponent 0 is uniform")
  func flatZipf() throws {
    let seen = try chosenRows(.zipf(exponent: 0), ofTableWith: 10, users: users)
    expect(try counts(seen, of: (0..<10).map { [$0] }), Array(repeating: 0.1, count: 10))
  }

  @Test("Zipf's law holds in a large table: the first ten rows, and the rest in tens of tens")
  func largeZipf() throws {
    // Harmonic numbers: the share of rows 1 to m is H(m)/H(100 000).
    func harmonic(_ count: Int) -> Double { (1...count).reduce(0) { $0 + 1 / Double($1) } }
    let limits = [1, 2, 3, 5, 10, 100, 1_000, 10_000, 100_000]
    let all = harmonic(100_000)
    let shares = limits.indices.map { index in
      (harmonic(limits[index]) - (index == 0 ? 0 : harmonic(limits[index - 1]))) / all
    }
    let seen = try chosenRows(.zipf(exponent: 1), ofTableWith: 100_000, users: users)
    let classes = try seen.map { rows in try #require(limits.firstIndex { rows[0] < $0 }) }
    expect(try counts(classes, of: Array(limits.indices)), shares)
  }

  @Test("an exponent that leaves nothing for the other rows still has all of them")
  func steepZipf() throws {
    let alone = try chosenRows(.zipf(exponent: 400), ofTableWith: 5, users: 100)
    #expect(alone.allSatisfy { $0 == [0] })
    let all = try chosenRows(.zipf(exponent: 400), count: 5...5, ofTableWith: 5, users: 100)
    #expect(all.allSatisfy { $0.sorted() == [0, 1, 2, 3, 4] && $0[0] == 0 })
  }

  @Test("a hot set has its probability, and rows of a kind are equal")
  func hotSet() throws {
    // 2 hot rows share 0.8, 8 cold ones 0.2.
    let seen = try chosenRows(
      .hotSet(rows: 2, probability: 0.8), ofTableWith: 10, users: users)
    expect(
      try counts(seen, of: (0..<10).map { [$0] }), [0.4, 0.4] + Array(repeating: 0.025, count: 8))
  }

  @Test("a list is dealt out in turn, from its beginning again at its end")
  func list() throws {
    #expect(
      try chosenRows(.list([5, 1, 4]), ofTableWith: 6, users: 5) == [[4], [0], [3], [4], [0]])
  }

  // MARK: Several rows

  @Test("uniform rows: every ordered choice is equally likely")
  func uniformArrangements() throws {
    for (length, rows) in [(2, 4), (3, 3), (3, 5)] {
      let outcomes = arrangements(length, of: rows)
      let seen = try chosenRows(
        .uniform, count: length...length, ofTableWith: rows, users: users)
      expect(
        try counts(seen, of: outcomes),
        Array(repeating: 1 / Double(outcomes.count), count: outcomes.count))
    }
  }

  @Test("Zipf rows: each is drawn by the weights of those that are left")
  func zipfArrangements() throws {
    // Weights 1, 1/2, 1/3, 1/4 = 12, 6, 4, 3 of 25: P(i, j) = w_i/25 · w_j/(25 − w_i).
    let weights = [12.0, 6, 4, 3]
    let outcomes = arrangements(2, of: 4)
    let seen = try chosenRows(.zipf(exponent: 1), count: 2...2, ofTableWith: 4, users: users)
    expect(
      try counts(seen, of: outcomes),
      outcomes.map { weights[$0[0]] / 25 * weights[$0[1]] / (25 - weights[$0[0]]) })
  }

  @Test("hot rows: each row is hot by chance while hot ones are left")
  func hotRows() throws {
    // 3 of 2 hot and 4 cold rows, hot with 1/2: no hot row 1/8, one 3/8, and else both.
    let seen = try chosenRows(
      .hotSet(rows: 2, probability: 0.5), count: 3...3, ofTableWith: 6, users: users)
    let hot = seen.map { rows in rows.filter { $0 < 2 }.count }
    expect(try counts(hot, of: [0, 1, 2]), [1 / 8, 3 / 8, 1 / 2])
  }

  @Test("when one kind of row is used up, the other is taken")
  func hotRowsUsedUp() throws {
    for probability in [0, 0.3, 1] {
      let seen = try chosenRows(
        .hotSet(rows: 1, probability: probability), count: 3...3, ofTableWith: 3, users: 50)
      #expect(seen.allSatisfy { $0.sorted() == [0, 1, 2] })
    }
  }

  @Test("virtual users have the rows after their own, too")
  func virtualUserRows() throws {
    #expect(
      try chosenRows(.virtualUser, count: 2...2, ofTableWith: 3, users: 3)
        == [[1, 2], [2, 0], [0, 1]])
  }

  @Test("with two rows a request, a list is dealt out in pairs")
  func listPairs() throws {
    #expect(
      try chosenRows(.list([1, 2, 3, 4, 5]), count: 2...2, ofTableWith: 5, users: 4)
        == [[0, 1], [2, 3], [4, 0], [1, 2]])
  }

  @Test("a row that a list has twice is passed over the second time")
  func listWithRepeats() throws {
    #expect(
      try chosenRows(.list([1, 1, 2]), count: 2...2, ofTableWith: 2, users: 3)
        == [[0, 1], [1, 0], [0, 1]])
  }

  @Test("the rows of a request differ, whatever the choice, for every number of rows up to six")
  func rowsDiffer() throws {
    for rows in 1...6 {
      let choices: [RowChoice] = [
        .virtualUser, .uniform, .zipf(exponent: 0), .zipf(exponent: 1.5),
        .hotSet(rows: 1, probability: 0.9), .hotSet(rows: rows, probability: 0.1),
        .list(Array(1...rows) + [1]),
      ]
      for choice in choices {
        for count in 1...rows {
          let seen = try chosenRows(choice, count: count...count, ofTableWith: rows, users: 30)
          for chosen in seen {
            #expect(Set(chosen).count == count, "\(choice), \(count) of \(rows): \(chosen)")
            #expect(chosen.allSatisfy { (0..<rows).contains($0) })
          }
        }
      }
    }
  }

  @Test("a range of counts: every number is equally likely, and the other slots are empty")
  func countRange() throws {
    let seen = try chosenRows(.uniform, count: 2...5, ofTableWith: 9, users: users)
    expect(try counts(seen.map(\.count), of: [2, 3, 4, 5]), [0.25, 0.25, 0.25, 0.25])
  }

  @Test("sorted rows are the drawn ones in the order of their numbers")
  func sorted() throws {
    let choices: [RowChoice] = [
      .uniform, .zipf(exponent: 1), .hotSet(rows: 3, probability: 0.5), .virtualUser,
      .list([7, 3, 9, 1, 8, 2, 6, 4, 5]),
    ]
    for choice in choices {
      let drawn = try chosenRows(choice, count: 4...4, ofTableWith: 9, users: 200)
      let sorted = try chosenRows(
        choice, count: 4...4, order: .sorted, ofTableWith: 9, users: 200)
      #expect(sorted == drawn.map { $0.sorted() })
      #expect(drawn != sorted)
    }
  }

  // MARK: Subsets

  private func wholeAndSubset(
    _ probability: Double, order: RowKey.Order = .drawn, users: Int
  ) throws -> [[[Int]]] {
    try chosenRows(
      [
        RowKey(name: "account", table: 0, choice: .uniform, count: 3...3),
        RowKey(
          name: "changed", table: 0, choice: .subset(of: 0, probability: probability),
          order: order),
      ], ofTableWith: 20, users: users)
  }

  @Test("a subset has each row of the other key by chance, in that key's order")
  func subset() throws {
    let patterns = try wholeAndSubset(0.25, users: users).map { keys -> [Bool] in
      #expect(keys[1] == keys[0].filter { keys[1].contains($0) })
      return keys[0].map { keys[1].contains($0) }
    }
    var outcomes: [[Bool]] = [[]]
    for _ in 0..<3 { outcomes = outcomes.flatMap { [$0 + [false], $0 + [true]] } }
    expect(
      try counts(patterns, of: outcomes),
      outcomes.map { $0.reduce(1) { $0 * ($1 ? 0.25 : 0.75) } })
  }

  @Test("a subset with certainty is the whole, and with none is empty; it can be sorted by itself")
  func subsetBounds() throws {
    #expect(try wholeAndSubset(1, users: 100).allSatisfy { $0[1] == $0[0] })
    #expect(try wholeAndSubset(0, users: 100).allSatisfy { $0[1] == [] })
    #expect(
      try wholeAndSubset(1, order: .sorted, users: 100).allSatisfy { $0[1] == $0[0].sorted() })
  }

  // MARK: Further attempts

  /// The rows of user 2 by attempt; user 1 has the one connection, so every attempt fails.
  private func rowsByAttempt(_ keys: [RowKey], attempts: Int) -> [[[Int]]] {
    var system = SystemModel()
    system.pool = ConnectionPoolModel(size: 1, timeout: .milliseconds(10))
    let step = Build.retry(
      on: [.connectionTimeout], attempts: attempts, Backoff(base: .milliseconds(5)),
      .connection(steps: [Build.delay(5_000)]))
    let scenario = Build.scenario(
      [RequestClass(identifier: "work", name: "work", keys: keys, steps: [step])],
      loads: [Build.once(2, stagger: Build.everyStep(1, users: 2))],
      tables: Build.tables(rows: 100_000), system: system)
    var simulation = Simulation(scenario.compiled("none"), seed: 3)
    var seen: [[[Int]]] = []
    while simulation.runNextEvent() {
      for glimpse in simulation.requestsInFlight()
      where glimpse.user.index == 1 && glimpse.share == .poolWait {
        let rows = keys.indices.map { key in
          simulation.rows(of: glimpse.request, key: key).map { Int($0.index) }
        }
        if seen.isEmpty || glimpse.since == simulation.now && seen.last != rows {
          seen.append(rows)
        }
      }
    }
    return seen
  }

  @Test("a key that is redrawn has other rows in each attempt, and so has a subset of it")
  func redraw() {
    let attempts = rowsByAttempt(
      [
        RowKey(name: "kept", table: 0, choice: .uniform, count: 2...2),
        RowKey(
          name: "drawn", table: 0, choice: .uniform, count: 2...2, redrawOnRetry: true),
        RowKey(name: "part", table: 0, choice: .subset(of: 1, probability: 1)),
      ], attempts: 5)
    #expect(attempts.count == 5)
    #expect(Set(attempts.map { $0[0] }).count == 1)
    #expect(Set(attempts.map { $0[1] }).count == 5)
    #expect(attempts.allSatisfy { $0[2] == $0[1] })
  }

  @Test("without redrawing, the attempts of a request have the same rows")
  func keep() {
    let attempts = rowsByAttempt(
      [RowKey(name: "kept", table: 0, choice: .uniform, count: 2...2)], attempts: 5)
    #expect(attempts.count == 1)
  }
}
