/// Steps that are wrong, and what is said about each.
enum WrongSteps {
  static let all = servers + transactions + locks + branches + limits

  private static let system =
    "{ servers: { disk: { count: 2 }, cpu: { count: 1 } }, gates: { mpl: { size: 5 }, in: { size: 1 } } }"
  private static let keys =
    "{ user: { row: 'users' }, reads: { row: 'users', count: 3 }, writes: { subsetOf: 'reads', probability: 0.5 } }"

  /// A model with servers, gates, and keys of one row and of several, and these steps.
  static func model(_ steps: String) -> ModelText {
    ModelText(system: system, keys: keys, steps: "[\(steps), { respond: 200 }]")
  }

  private static let servers: [WrongText] = [
    WrongText(
      "an unknown server", model("{ use: 'dsk', time: '1ms' }"),
      "m.json5:6: requests.charge.steps[0].use: unknown server 'dsk'; did you mean 'disk'?"),
    WrongText(
      "a server in a system without any",
      ModelText(steps: "[{ use: 'disk', time: '1ms' }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].use: unknown server 'disk'; there is none"),
    WrongText(
      "a server for no time", model("{ use: 'disk' }"),
      "m.json5:6: requests.charge.steps[0].time: missing; expected a time such as \"5ms\" or "
        + "{ exponential: \"5ms\" }"),
    WrongText(
      "a server with steps", model("{ use: 'disk', time: 0, steps: [] }"),
      "m.json5:6: requests.charge.steps[0].steps: unknown key; known here: 'use' and 'time'"),
    WrongText(
      "an unknown gate", model("{ gate: 'mpi', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].gate: unknown gate 'mpi'; did you mean 'mpl'?"),
    WrongText(
      "a gate around nothing", model("{ gate: 'mpl' }"),
      "m.json5:6: requests.charge.steps[0].steps: missing; expected a list with at least one step"),
    WrongText(
      "a gate inside itself",
      model(
        "{ gate: 'mpl', steps: [{ gate: 'in', steps: [{ gate: 'mpl', steps: [{ cpu: 0 }] }] }] }"),
      "m.json5:6: requests.charge.steps[0].steps[0].steps[0].gate: 'mpl' cannot stand inside 'mpl'"),
  ]

  private static func transaction(_ steps: String, _ others: String = "") -> ModelText {
    model("{ transaction: [\(steps)]\(others) }")
  }

  private static let transactions: [WrongText] = [
    WrongText(
      "an unknown mode", transaction("{ lock: 'users[user]', mode: 'shared' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].mode: expected 'share' or 'exclusive', "
        + "found 'shared'; did you mean 'share'?"),
    WrongText(
      "nearly a word for not waiting", transaction("{ lock: 'users[user]', wait: 'no-wait' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].wait: expected \"nowait\", \"skip-locked\" "
        + "or a time above zero such as \"5s\", found 'no-wait'; did you mean 'nowait'?"),
    WrongText(
      "another word for not waiting", transaction("{ lock: 'users[user]', wait: 'never' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].wait: expected \"nowait\", \"skip-locked\" "
        + "or a time above zero such as \"5s\", found 'never'"),
    WrongText(
      "no time to wait", transaction("{ lock: 'users[user]', wait: 0 }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].wait: expected a time above zero such as "
        + "\"5ms\", found 0"),
    WrongText(
      "a time to wait without a unit", transaction("{ lock: 'users[user]', wait: '5' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].wait: expected a time with a unit such as "
        + "\"5ms\", found '5'"),
    WrongText(
      "a drawn time to wait", transaction("{ lock: 'users[user]', wait: { exponential: '1s' } }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].wait: expected \"nowait\", \"skip-locked\" "
        + "or a time above zero such as \"5s\", found an object"),
    WrongText(
      "a mode of a plain read", transaction("{ read: 'users[user]', mode: 'share' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].mode: unknown key; known here: 'read'"),
    WrongText(
      "a transaction that joins the one around it",
      transaction("{ transaction: [{ cpu: 0 }], propagation: 'required' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].transaction: 'transaction' stands inside "
        + "'transaction' only with propagation: \"requires-new\""),
    WrongText(
      "an unknown propagation", transaction("{ cpu: 0 }", ", propagation: 'nested'"),
      "m.json5:6: requests.charge.steps[0].propagation: expected 'required' or 'requires-new', found "
        + "'nested'"),
    WrongText(
      "an unknown control", transaction("{ cpu: 0 }", ", control: 'optimistic'"),
      "m.json5:6: requests.charge.steps[0].control: expected 'locking', 'immediate-restart' or "
        + "'validation', found 'optimistic'"),
    WrongText(
      "a statement after the commit point",
      transaction("{ cpu: 0 }", ", afterCommitPoint: [{ read: 'users[user]' }]"),
      "m.json5:6: requests.charge.steps[0].afterCommitPoint[0].read: 'read' cannot stand inside "
        + "'afterCommitPoint'"),
    WrongText(
      "a barrier in a loop after the commit point",
      transaction(
        "{ cpu: 0 }", ", afterCommitPoint: [{ forEach: 'reads', steps: [{ barrier: 2 }] }]"),
      "m.json5:6: requests.charge.steps[0].afterCommitPoint[0].steps[0].barrier: 'barrier' cannot "
        + "stand inside 'afterCommitPoint'"),
    WrongText(
      "nothing after the commit point", transaction("{ cpu: 0 }", ", afterCommitPoint: []"),
      "m.json5:6: requests.charge.steps[0].afterCommitPoint: expected a list with at least one step, "
        + "found an empty list"),
    WrongText(
      "a retry in a new transaction inside another",
      transaction(
        "{ transaction: [{ retry: { on: ['deadlock'], attempts: 2 }, steps: [{ cpu: 0 }] }], "
          + "propagation: 'requires-new' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].transaction[0].retry: 'retry' cannot stand "
        + "inside 'transaction'"),
    WrongText(
      "an insert into a table of rows", model("{ insert: 'users' }"),
      "m.json5:6: requests.charge.steps[0].insert: 'users' has no unique key; give the table "
        + "uniqueKey: true"),
    WrongText(
      "an insert into an unknown table", model("{ insert: 'kees' }"),
      "m.json5:6: requests.charge.steps[0].insert: unknown table 'kees'; did you mean 'keys'?"),
    WrongText(
      "an unknown answer to a duplicate", model("{ insert: 'keys', ifDuplicate: 'replace' }"),
      "m.json5:6: requests.charge.steps[0].ifDuplicate: expected 'fail', 'ignore' or 'update', found "
        + "'replace'"),
    WrongText(
      "the same transaction where there is none",
      model("{ idempotent: 'keys', insert: 'same', completion: 'same', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].insert: 'same' of 'insert' has a meaning only inside "
        + "'transaction'",
      "m.json5:6: requests.charge.steps[0].completion: 'same' of 'completion' has a meaning only "
        + "inside 'transaction'"),
    WrongText(
      "unknown words of an idempotent step",
      model(
        "{ idempotent: 'keys', lookup: 'for-updat', insert: 'new', completion: 'late', "
          + "onProcessing: 'wait', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].lookup: expected 'none', 'plain' or 'for-update', found "
        + "'for-updat'; did you mean 'for-update'?",
      "m.json5:6: requests.charge.steps[0].insert: expected 'own' or 'same', found 'new'",
      "m.json5:6: requests.charge.steps[0].completion: expected 'own', 'same' or 'with-effect', "
        + "found 'late'",
      "m.json5:6: requests.charge.steps[0].onProcessing: expected \"refuse\", \"insert\" or "
        + "{ takeOver: \"60s\" }, found 'wait'"
    ),
  ]

  private static func lock(_ text: String) -> ModelText {
    model("{ distributedLock: 'a', wait: 0, \(text), steps: [{ cpu: 0 }] }")
  }

  private static let locks: [WrongText] = [
    WrongText(
      "a lease that a watchdog would renew", lock("client: 'watchdog', lease: '1s'"),
      "m.json5:6: requests.charge.steps[0].lease: has no meaning beside client: \"watchdog\""),
    WrongText(
      "a spinning client without a lease", lock("client: 'spin'"),
      "m.json5:6: requests.charge.steps[0].lease: missing; expected a time above zero such as "
        + "\"5ms\""),
    WrongText(
      "a poll of a client that is woken", lock("client: 'redisson', lease: '1s', poll: '1ms'"),
      "m.json5:6: requests.charge.steps[0].poll: has no meaning beside client: \"redisson\""),
    WrongText(
      "a poll without a pause", lock("client: 'spin', lease: '1s', poll: '0s'"),
      "m.json5:6: requests.charge.steps[0].poll: expected a time above zero such as \"5ms\", found "
        + "'0s'"),
    WrongText(
      "an unknown client", lock("client: 'redison', lease: '1s'"),
      "m.json5:6: requests.charge.steps[0].client: expected 'redisson', 'redisson-fair', "
        + "'redisson-fenced', 'watchdog' or 'spin', found 'redison'; did you mean 'redisson'?"),
  ]

  private static let branches: [WrongText] = [
    WrongText(
      "a loop over an unknown key", model("{ forEach: 'read', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].forEach: unknown key 'read'; did you mean 'reads'?"),
    WrongText(
      "a loop over a row", model("{ forEach: 'users[reads]', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].forEach: unknown key 'users[reads]'; known: 'user', "
        + "'reads' and 'writes'"),
    WrongText(
      "a loop inside one over the same key",
      model("{ forEach: 'reads', steps: [{ forEach: 'reads', steps: [{ cpu: 0 }] }] }"),
      "m.json5:6: requests.charge.steps[0].steps[0].forEach: 'reads' cannot stand inside 'reads'"),
    WrongText(
      "an answer in a loop alone",
      ModelText(keys: keys, steps: "[{ forEach: 'reads', steps: [{ respond: 200 }] }]"),
      "m.json5:6: requests.charge.steps: expected a last step that answers, such as { respond: 200 }"
    ),
    WrongText(
      "an answer on one of two ways",
      ModelText(
        steps: "[{ choose: [{ weight: 1, steps: [{ respond: 200 }] }, { weight: 1, steps: [] }] }]"),
      "m.json5:6: requests.charge.steps: expected a last step that answers, such as { respond: 200 }"
    ),
    WrongText(
      "a step behind an answer on every way",
      model("{ everyNth: 2, steps: [{ respond: 200 }], otherwise: [{ respond: 201 }] }"),
      "m.json5:6: requests.charge.steps[1]: never reached, because 'everyNth' before it ends the "
        + "request"),
    WrongText(
      "nothing to choose from", model("{ choose: [] }"),
      "m.json5:6: requests.charge.steps[0].choose: expected a list with at least one list of steps, "
        + "found an empty list"),
    WrongText(
      "weights that are all zero", model("{ choose: [{ weight: 0, steps: [{ cpu: 0 }] }] }"),
      "m.json5:6: requests.charge.steps[0].choose: expected at least one weight above 0"),
    WrongText(
      "weights out of bounds",
      model(
        "{ choose: [{ weight: -1, steps: [] }, { weight: 1000001, steps: [] }, { steps: [] }] }"),
      "m.json5:6: requests.charge.steps[0].choose[0].weight: expected a whole number of at least 0, "
        + "found -1",
      "m.json5:6: requests.charge.steps[0].choose[1].weight: expected a whole number of at most "
        + "1000000, found 1000001",
      "m.json5:6: requests.charge.steps[0].choose[2].weight: missing; expected a whole number of at "
        + "least 0"),
    WrongText(
      "a choice without steps", model("{ choose: [{ weight: 1 }] }"),
      "m.json5:6: requests.charge.steps[0].choose[0].steps: missing; expected a list"),
    WrongText(
      "a choice that is a step", model("{ choose: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].choose[0].weight: missing; expected a whole number of at "
        + "least 0",
      "m.json5:6: requests.charge.steps[0].choose[0].steps: missing; expected a list",
      "m.json5:6: requests.charge.steps[0].choose[0].cpu: unknown key; known here: 'weight' and "
        + "'steps'"),
    WrongText(
      "too much to choose from",
      model("{ choose: [\(list(101) { "{ weight: \($0), steps: [] }" })] }"),
      "m.json5:6: requests.charge.steps[0].choose: expected at most 100 lists of steps to choose from"
    ),
    WrongText(
      "occasions in words", model("{ everyNth: 'second', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].everyNth: expected a whole number of at least 1 or "
        + "{ every: 5 }, found 'second'"),
    WrongText(
      "every zeroth occasion", model("{ everyNth: 0, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].everyNth: expected a whole number of at least 1, found 0"
    ),
    WrongText(
      "a first occasion before the first",
      model("{ everyNth: { every: 2, first: 0 }, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].everyNth.first: expected a whole number of at least 1, "
        + "found 0"),
    WrongText(
      "occasions without a distance", model("{ everyNth: { first: 3 }, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].everyNth.every: missing; expected a whole number of at "
        + "least 1"),
    WrongText(
      "occasions of nobody", model("{ everyNth: { every: 2, of: 'usr' }, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].everyNth.of: expected \"user\" or { group: 10 }, found "
        + "'usr'; did you mean 'user'?"),
    WrongText(
      "occasions of an empty group",
      model("{ everyNth: { every: 2, of: { group: 0 } }, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].everyNth.of.group: expected a whole number of at least 1, "
        + "found 0"),
    WrongText(
      "occasions of a group of unknown size",
      model("{ everyNth: { every: 2, of: {} }, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].everyNth.of.group: missing; expected a whole number of at "
        + "least 1"),
    WrongText(
      "a switch of occasions that is a number",
      model("{ everyNth: { every: 2, firstAttempt: 1 }, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].everyNth.firstAttempt: expected true or false, found 1"),
    WrongText(
      "occasions for nothing", model("{ everyNth: 2 }"),
      "m.json5:6: requests.charge.steps[0].steps: missing; expected a list with at least one step"),
    WrongText(
      "a barrier for nobody", model("{ barrier: 0 }"),
      "m.json5:6: requests.charge.steps[0].barrier: expected a whole number of at least 1, found 0"),
    WrongText(
      "a barrier for more users than there are", model("{ barrier: 11 }"),
      "m.json5:6: requests.charge.steps[0].barrier: expected at most 10, the users of the load "
        + "'default', found 11"),
    WrongText(
      "a backoff that is nearly a word",
      model(
        "{ retry: { on: ['deadlock'], attempts: 2, backoff: 'mean-respnse-time' }, steps: [{ cpu: 0 }] }"
      ),
      "m.json5:6: requests.charge.steps[0].retry.backoff: expected \"none\", \"mean-response-time\", "
        + "\"50ms\", { fixed: \"50ms\" } or { exponential: { base: \"50ms\" } }, found "
        + "'mean-respnse-time'; did you mean 'mean-response-time'?"),
    WrongText(
      "a backoff without a unit",
      model("{ retry: { on: ['deadlock'], attempts: 2, backoff: '50' }, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].retry.backoff: expected a time with a unit such as "
        + "\"50ms\", found '50'"),
  ]

  /// Models that are one beyond a limit.
  private static let limits: [WrongText] = [
    WrongText(
      "more updates than a request can tell apart, counted for every row",
      ModelText(
        tables: "{ users: { rows: 100, columns: { balance: 0 } } }",
        keys: "{ user: { row: 'users', count: 13 } }",
        steps: "[{ read: 'users[user]' }, "
          + "\(list(5) { _ in "{ update: 'users[user].balance', add: 1 }" }), { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[5].update: expected at most 64 updates, each counted for every "
        + "row that it is about"),
    WrongText(
      "more steps than a request can have, counted for every row",
      ModelText(
        tables: "{ users: { rows: 100 } }",
        keys: "{ user: { row: 'users', count: 100 }, other: { row: 'users', count: 9 } }",
        steps: "[{ forEach: 'user', steps: [{ forEach: 'other', steps: [{ cpu: 0 }] }] }, "
          + "{ respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].steps[0].steps[0]: expected at most 1000 steps, each counted "
        + "for every row that it is about"),
    WrongText(
      "more columns than a request has registers, counted for every row",
      ModelText(
        tables: "{ users: { rows: 100, columns: { a: 0, b: 0, c: 0 } } }",
        keys: "{ user: { row: 'users', count: 86 } }",
        steps: "[{ read: 'users[user]' }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].read: expected at most 255 columns in the rows that a "
        + "request reads or locks"),
    WrongText(
      "more transactions than a request can have open",
      model(
        String(repeating: "{ transaction: [", count: 9) + "{ cpu: 0 }"
          + String(repeating: "], propagation: 'requires-new' }", count: 9)),
      "m.json5:6: requests.charge.steps[0]"
        + String(repeating: ".transaction[0]", count: 8)
        + ".transaction: expected at most 8 transactions open at once in a request"),
    WrongText(
      "a key's own transaction inside as many as a request can have",
      model(
        String(repeating: "{ transaction: [", count: 8)
          + "{ idempotent: 'keys', insert: 'same', steps: [{ cpu: 0 }] }"
          + String(repeating: "], propagation: 'requires-new' }", count: 8)),
      "m.json5:6: requests.charge.steps[0]"
        + String(repeating: ".transaction[0]", count: 8)
        + ".idempotent: expected at most 8 transactions open at once in a request"),
  ]
}
