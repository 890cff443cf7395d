import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// Locks in one order, and keys that are completed together with the effect or taken over.
@Suite("Words that keep promises")
struct SafetyWordTests {
  private static let tables =
    "{ users: { rows: 5, columns: { balance: 100 } }, stock: { rows: 9, columns: { left: 5 } }, "
    + "keys: { uniqueKey: true }, }"

  private static let keys =
    "{ user: { row: 'users' }, other: { row: 'users', by: 'uniform' }, "
    + "items: { row: 'stock', count: 3, by: 'uniform', order: 'sorted' } }"

  private static func model(_ steps: String, more: String = "") -> ModelText {
    ModelText(tables: tables, keys: keys, steps: "[\(steps), { respond: 200 }]", more: more)
  }

  private func steps(_ text: String, more: String = "") throws -> [Step] {
    Array(try Self.model(text, more: more).read().requests[0].steps.dropLast())
  }

  private static let user = RowReference(table: 0, key: 0)
  private static let items = RowReference(table: 1, key: 2)

  // MARK: - Locks of several tables

  @Test("lock rows of several tables in one order or as written")
  func lockAll() throws {
    let cases: [(String, LockAllStep)] = [
      ("", LockAllStep([Self.items, Self.user])),
      (", order: 'sorted'", LockAllStep([Self.items, Self.user])),
      (", order: 'written'", LockAllStep([Self.items, Self.user], order: .written)),
      (
        ", mode: 'share', wait: '3s'",
        LockAllStep([Self.items, Self.user], mode: .share, patience: .timeout(.seconds(3)))
      ),
      (", wait: 'nowait'", LockAllStep([Self.items, Self.user], patience: .noWait)),
    ]
    for (text, expected) in cases {
      #expect(
        try steps("{ transaction: [{ lock: ['stock[items]', 'users[user]']\(text) }] }")
          == [.transaction(TransactionStep(steps: [.lockAll(expected)]))], "\(text)")
    }
    #expect(
      try steps("{ transaction: [{ lock: ['stock[items 2]', { rows: 'users', by: 'uniform' }] }] }")
        == [
          .transaction(
            TransactionStep(
              steps: [
                .lockAll(
                  LockAllStep([
                    RowReference(table: 1, key: 2, item: 1), RowReference(table: 0, key: 3),
                  ]))
              ]))
        ])
  }

  @Test("count as a read of each row that they lock")
  func readByLock() {
    let model = Self.model(
      """
      { transaction: [{ lock: ['stock[items]', 'users[user]'] },
        { update: 'stock[items].left', add: -1 }, { update: 'users[user].balance', add: 1 }] }
      """)
    #expect(problems(of: model.text) == [])
  }

  // MARK: - Completion and take-over

  @Test("complete a key with the effect, and take a stuck one over")
  func takeOver() throws {
    let inner = [Step.transaction(TransactionStep(steps: [.cpu(.zero)]))]
    let cases: [(String, IdempotentStep)] = [
      (
        "completion: 'with-effect'",
        IdempotentStep(table: 2, completion: .withEffect, layer: nil, steps: inner)
      ),
      (
        "completion: 'with-effect', onProcessing: { takeOver: '60s' }",
        IdempotentStep(
          table: 2, completion: .withEffect, takeOverAfter: .seconds(60), layer: nil, steps: inner)
      ),
      (
        "onProcessing: 'insert', onFailed: 'insert'",
        IdempotentStep(
          table: 2, onProcessing: .insert, onFailed: .insert, layer: nil, steps: inner)
      ),
      (
        "onProcessing: 'refuse', onFailed: 'retry', completion: 'own'",
        IdempotentStep(table: 2, layer: nil, steps: inner)
      ),
    ]
    for (text, expected) in cases {
      #expect(
        try steps("{ idempotent: 'keys', \(text), steps: [{ transaction: [{ cpu: 0 }] }] }")
          == [.idempotent(expected)], "\(text)")
    }
    #expect(
      try steps(
        """
        { transaction: [{ idempotent: 'keys', insert: 'same', completion: 'same',
          onProcessing: { takeOver: '1s' }, steps: [{ cpu: 0 }] }] }
        """) == [
          .transaction(
            TransactionStep(
              steps: [
                .idempotent(
                  IdempotentStep(
                    table: 2, insert: .same, completion: .same, takeOverAfter: .seconds(1),
                    layer: nil, steps: [.cpu(.zero)]))
              ]))
        ])
  }

  @Test("take a key over where that is a mistake only when somebody makes it on purpose")
  func hazard() throws {
    let text = "{ idempotent: 'keys', onProcessing: { takeOver: '5s' }, steps: [{ cpu: 0 }] }"
    let hazard = "hazards: ['takeover-without-atomic-completion']"
    #expect(
      try steps(text, more: hazard) == [
        .idempotent(
          IdempotentStep(
            table: 2, takeOverAfter: .seconds(5), layer: nil, steps: [.cpu(.zero)]))
      ])
    #expect(problems(of: Self.model(text, more: "hazards: ['missing-key']").text).count == 1)
    // The command may make it, too; the scenario keeps the hazards of the model.
    let model = Self.model(text)
    let scenario = try ScenarioReader.read(
      Array(model.text.utf8), file: "m.json5", modelName: "m",
      hazards: [.takeoverWithoutAtomicCompletion])
    #expect(scenario.hazards == [])
    #expect(throws: ReadingFailure.self) { try model.read() }
  }

  @Test("complete with an effect however deep its transaction is")
  func deepEffect() {
    let model = Self.model(
      """
      { idempotent: 'keys', completion: 'with-effect', steps: [
        { retry: { on: ['deadlock'], attempts: 3 }, steps: [
          { everyNth: 2, steps: [{ transaction: [{ cpu: 0 }] }] } ] } ] }
      """)
    #expect(problems(of: model.text) == [])
  }

  static let wrong: [WrongText] = [
    WrongText(
      "locks of several tables without a transaction",
      model("{ lock: ['stock[items]', 'users[user]'] }"),
      "m.json5:6: requests.charge.steps[0].lock: 'lock' stands only inside 'transaction'"),
    WrongText(
      "a list of one lock, and one of none",
      model("{ transaction: [{ lock: ['users[user]'] }, { lock: [] }] }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].lock: a list is for rows of several tables; "
        + "write a single row without brackets",
      "m.json5:6: requests.charge.steps[0].transaction[1].lock: expected a list with rows of at least "
        + "two tables, found an empty list"),
    WrongText(
      "one table twice",
      model("{ transaction: [{ lock: ['users[user]', 'stock[items]', 'users[other]'] }] }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].lock[2]: 'users' is in the list already; "
        + "name rows of different tables, and several of one table by a key with a 'count'"),
    WrongText(
      "one key twice",
      model("{ transaction: [{ lock: ['stock[items 1]', 'stock[items 2]'] }] }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].lock[1]: 'stock' is in the list already; "
        + "name rows of different tables, and several of one table by a key with a 'count'"),
    WrongText(
      "an unknown order",
      model("{ transaction: [{ lock: ['stock[items]', 'users[user]'], order: 'writen' }] }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].order: expected 'sorted' or 'written', found "
        + "'writen'; did you mean 'written'?"),
    WrongText(
      "an order of one table",
      model("{ transaction: [{ lock: 'stock[items]', order: 'sorted' }] }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].order: has a meaning only beside a list of "
        + "rows; those of a key have the key's order"),
    WrongText(
      "references that are none",
      model("{ transaction: [{ lock: ['stock[itms]', 'users', 5, 'keys[user]'] }] }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].lock[0]: unknown key 'itms'; did you mean "
        + "'items'?",
      "m.json5:6: requests.charge.steps[0].transaction[0].lock[1]: expected a row such as "
        + "\"users[user]\", found 'users'",
      "m.json5:6: requests.charge.steps[0].transaction[0].lock[2]: expected a row such as "
        + "\"users[user]\", found 5",
      "m.json5:6: requests.charge.steps[0].transaction[0].lock[3]: 'keys' has a unique key; only "
        + "'insert' and 'idempotent' work on it"),
    WrongText(
      "a completion with an effect that there is not",
      model("{ idempotent: 'keys', completion: 'with-effect', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].completion: 'with-effect' needs a transaction among the "
        + "steps, which completes the key before its commit"),
    WrongText(
      "a completion with an effect inside its transaction",
      model(
        "{ transaction: [{ idempotent: 'keys', completion: 'with-effect', steps: ["
          + "{ transaction: [{ cpu: 0 }], propagation: 'requires-new' }] }] }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].completion: 'with-effect' is for a step "
        + "around the transaction of the effect; inside it, say \"same\""),
    WrongText(
      "a take-over of what may have happened",
      model("{ idempotent: 'keys', onProcessing: { takeOver: '60s' }, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].onProcessing: a key can be taken over only where the effect "
        + "and its completion commit together; say completion: \"with-effect\", or make the mistake on "
        + "purpose with hazards: [\"takeover-without-atomic-completion\"]"),
    WrongText(
      "a take-over of what nobody looks up",
      model(
        "{ idempotent: 'keys', lookup: 'none', completion: 'with-effect', "
          + "onProcessing: { takeOver: '60s' }, steps: [{ transaction: [{ cpu: 0 }] }] }"),
      "m.json5:6: requests.charge.steps[0].onProcessing: has no meaning beside lookup: \"none\""),
    WrongText(
      "take-overs of every wrong kind",
      model(
        list(5) {
          let kinds = ["{}", "{ takeOver: 0 }", "{ takeover: '60s' }", "'refuze'", "'60s'"]
          return "{ idempotent: 'keys', completion: 'with-effect', onProcessing: \(kinds[$0]), "
            + "steps: [{ transaction: [{ cpu: 0 }] }] }"
        }),
      "m.json5:6: requests.charge.steps[0].onProcessing.takeOver: missing; expected a time above zero "
        + "such as \"5ms\"",
      "m.json5:6: requests.charge.steps[1].onProcessing.takeOver: expected a time above zero such as "
        + "\"5ms\", found 0",
      "m.json5:6: requests.charge.steps[2].onProcessing.takeOver: missing; expected a time above zero "
        + "such as \"5ms\"",
      "m.json5:6: requests.charge.steps[2].onProcessing.takeover: unknown key; did you mean "
        + "'takeOver'?",
      "m.json5:6: requests.charge.steps[3].onProcessing: expected \"refuse\", \"insert\" or "
        + "{ takeOver: \"60s\" }, found 'refuze'; did you mean 'refuse'?",
      "m.json5:6: requests.charge.steps[4].onProcessing: expected \"refuse\", \"insert\" or "
        + "{ takeOver: \"60s\" }, found '60s'"),
    WrongText(
      "a take-over beside an unknown completion",
      model(
        "{ idempotent: 'keys', completion: 'atomic', onProcessing: { takeOver: '60s' }, "
          + "steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].completion: expected 'own', 'same' or 'with-effect', found "
        + "'atomic'"),
    WrongText(
      "an unknown answer to a failed key",
      model("{ idempotent: 'keys', onFailed: 'again', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].onFailed: expected 'retry', 'refuse' or 'insert', found "
        + "'again'"),
    WrongText(
      "a schema that is no text", ModelText(more: "$schema: 5"),
      "m.json5:10: $schema: expected text in quotes, found 5"),
  ]

  @Test("name the schema of the file, which changes nothing")
  func schema() throws {
    let model = ModelText(more: "\"$schema\": \"./model.schema.json\"")
    #expect(try model.read() == ModelText().read())
  }

  @Test(
    "are named by line, path, what was found and what would be right when they are wrong",
    arguments: wrong)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }
}
