import ScenarioFiles
import ScenarioModel
import Testing

/// How requests choose rows, and how steps refer to them.
@Suite("Keys of a request")
struct RowKeyTests {
  private func keys(_ text: String) throws -> [RowKey] {
    try ModelText(keys: text).read().requests[0].keys
  }

  @Test("choose rows by user, evenly, by Zipf's law, from a hot set, or from a list")
  func choices() throws {
    let cases: [(String, RowChoice)] = [
      ("'vu'", .virtualUser), ("'uniform'", .uniform), ("{ zipf: 0 }", .zipf(exponent: 0)),
      ("{ zipf: 1.1 }", .zipf(exponent: 1.1)),
      ("{ hotSet: { rows: 2, probability: 0.9 } }", .hotSet(rows: 2, probability: 0.9)),
      ("{ hotSet: { rows: 5, probability: 1 } }", .hotSet(rows: 5, probability: 1)),
      ("{ list: [5, 1, 5, 2] }", .list([5, 1, 5, 2])),
    ]
    for (text, expected) in cases {
      #expect(
        try keys("{ user: { row: 'users', by: \(text) } }")
          == [RowKey(name: "user", table: 0, choice: expected)], "\(text)")
    }
  }

  @Test("have one row, several, or a number between two, in either order")
  func counts() throws {
    let cases: [(String, ClosedRange<Int>)] = [
      ("1", 1...1), ("5", 5...5), ("{ from: 2, to: 4 }", 2...4), ("{ from: 3, to: 3 }", 3...3),
    ]
    for (text, expected) in cases {
      let key = try keys(
        "{ user: { row: 'users', count: \(text), order: 'sorted', redrawOnRetry: true } }")
      #expect(
        key == [
          RowKey(
            name: "user", table: 0, choice: .virtualUser, count: expected, order: .sorted,
            redrawOnRetry: true)
        ], "\(text)")
    }
  }

  @Test("take some of the rows of an earlier key, and are drawn again with it")
  func subsets() throws {
    let keys = try keys(
      """
      { reads: { row: 'users', by: 'uniform', count: { from: 2, to: 4 }, redrawOnRetry: true },
        writes: { subsetOf: 'reads', probability: 0.25 },
        few: { subsetOf: 'writes', probability: 0, order: 'sorted' } }
      """)
    #expect(
      keys == [
        RowKey(name: "reads", table: 0, choice: .uniform, count: 2...4, redrawOnRetry: true),
        RowKey(
          name: "writes", table: 0, choice: .subset(of: 0, probability: 0.25), count: 2...4,
          redrawOnRetry: true),
        RowKey(
          name: "few", table: 0, choice: .subset(of: 1, probability: 0), count: 2...4,
          order: .sorted, redrawOnRetry: true),
      ])
  }

  @Test("let a list repeat a row when no request has it twice")
  func lists() throws {
    // Windows of two, the one from the last row to the first included.
    for text in ["[1, 2, 1, 3]", "[1, 2, 3, 1, 2, 3]", "[2, 5]"] {
      _ = try keys("{ user: { row: 'users', count: 2, by: { list: \(text) } } }")
    }
  }

  @Test("are added for rows that a step describes itself")
  func described() throws {
    let request = try ModelText(
      steps: """
        [{ transaction: [
          { lock: { rows: "users", count: 2, by: "uniform", order: "sorted" } },
          { update: { rows: "users", by: { list: [3] }, column: "balance" }, add: 1,
            guard: "atomic" },
          { read: "users[user]" },
        ] }, { respond: 200 }]
        """
    ).read().requests[0]
    #expect(
      request.keys == [
        RowKey(name: "user", table: 0, choice: .virtualUser),
        RowKey(name: "#2", table: 0, choice: .uniform, count: 2...2, order: .sorted),
        RowKey(name: "#3", table: 0, choice: .list([3])),
      ])
    #expect(
      request.steps.first
        == .transaction(
          TransactionStep(steps: [
            .lock(LockStep(RowReference(table: 0, key: 1))),
            .update(
              UpdateStep(
                row: RowReference(table: 0, key: 2), column: 0, change: .add(1),
                writeGuard: .atomic)),
            .read(RowReference(table: 0, key: 0)),
          ])))
  }

  @Test("let a step mean one of several rows by its number")
  func oneOfSeveral() throws {
    let steps = try ModelText(
      keys: "{ pair: { row: 'users', count: 2, by: 'uniform' } }",
      steps: """
        [{ transaction: [
          { lock: "users[pair 2]" }, { lock: "users[pair 1]" },
          { update: "users[pair 2].balance", add: 1 }, { update: "users[pair].balance", add: 1 },
        ] }, { respond: 200 }]
        """
    ).read().requests[0].steps
    func row(_ item: Int?) -> RowReference { RowReference(table: 0, key: 0, item: item) }
    #expect(
      steps.first
        == .transaction(
          TransactionStep(steps: [
            .lock(LockStep(row(1))), .lock(LockStep(row(0))),
            .update(UpdateStep(row: row(1), column: 0, change: .add(1))),
            .update(UpdateStep(row: row(nil), column: 0, change: .add(1))),
          ])))
  }

  @Test(
    "are named by line, path, what was found and what would be right when they are wrong",
    arguments: WrongRowKeys.all)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }

  @Test("can be changed by the command line")
  func overridden() throws {
    let scenario = try ModelText(keys: "{ user: { row: 'users', count: 2 } }").read([
      ModelOverride(path: "requests.charge.keys.user.count", value: "{ from: 1, to: 3 }"),
      ModelOverride(path: "requests.charge.keys.user.by", value: "{ zipf: 2 }"),
    ])
    #expect(
      scenario.requests[0].keys == [
        RowKey(name: "user", table: 0, choice: .zipf(exponent: 2), count: 1...3)
      ])
  }
}
