/// Keys and references to them that are wrong, and what is said about each.
enum WrongRowKeys {
  static let all = choices + counts + subsets + references

  private static func key(_ text: String) -> ModelText {
    ModelText(keys: "{ user: { row: 'users', \(text) } }")
  }

  private static let choices: [WrongText] = [
    WrongText(
      "nearly a word", key("by: 'unifrom'"),
      "m.json5:5: requests.charge.keys.user.by: expected \"vu\", \"uniform\", { zipf: 0.9 }, { "
        + "hotSet: { rows: 10, probability: 0.9 } } or { list: [1, 2] }, found 'unifrom'; did you "
        + "mean 'uniform'?"),
    WrongText(
      "a word that is a key", key("by: 'zipf'"),
      "m.json5:5: requests.charge.keys.user.by: expected \"vu\", \"uniform\", { zipf: 0.9 }, { "
        + "hotSet: { rows: 10, probability: 0.9 } } or { list: [1, 2] }, found 'zipf'"),
    WrongText(
      "an empty choice", key("by: {}"),
      "m.json5:5: requests.charge.keys.user.by: expected \"vu\", \"uniform\", { zipf: 0.9 }, { "
        + "hotSet: { rows: 10, probability: 0.9 } } or { list: [1, 2] }, found an empty object"),
    WrongText(
      "an unknown choice", key("by: { zip: 1 }"),
      "m.json5:5: requests.charge.keys.user.by.zip: unknown key; did you mean 'zipf'?"),
    WrongText(
      "two choices", key("by: { zipf: 1, list: [1] }"),
      "m.json5:5: requests.charge.keys.user.by.list: cannot stand beside 'zipf'; give one"),
    WrongText(
      "a steep exponent", key("by: { zipf: 11 }"),
      "m.json5:5: requests.charge.keys.user.by.zipf: expected a number from 0 to 10, found 11"),
    WrongText(
      "a hot set of all rows", key("by: { hotSet: { rows: 5, probability: 0.9 } }"),
      "m.json5:5: requests.charge.keys.user.by.hotSet.rows: a request has up to 1 different row, and "
        + "outside the hot set are only 0"),
    WrongText(
      "a hot set beyond the table", key("by: { hotSet: { rows: 6, probability: 1 } }"),
      "m.json5:5: requests.charge.keys.user.by.hotSet.rows: expected a whole number of at most 5, "
        + "found 6"),
    WrongText(
      "a hot set that is too small when all rows come from it",
      key("count: 2, by: { hotSet: { rows: 1, probability: 1 } }"),
      "m.json5:5: requests.charge.keys.user.by.hotSet.rows: a request has up to 2 different rows, and "
        + "in the hot set is only 1"),
    WrongText(
      "too few others when all rows come from them",
      key("count: 3, by: { hotSet: { rows: 3, probability: 0 } }"),
      "m.json5:5: requests.charge.keys.user.by.hotSet.rows: a request has up to 3 different rows, and "
        + "outside the hot set are only 2"),
    WrongText(
      "a hot set without its probability", key("by: { hotSet: { rows: 2 } }"),
      "m.json5:5: requests.charge.keys.user.by.hotSet.probability: missing; expected a number from 0 "
        + "to 1"),
    WrongText(
      "an empty list", key("by: { list: [] }"),
      "m.json5:5: requests.charge.keys.user.by.list: expected a list with at least one row, found an "
        + "empty list"),
    WrongText(
      "rows that the table has not", key("by: { list: [0, 5, 6] }"),
      "m.json5:5: requests.charge.keys.user.by.list[0]: expected a whole number of at least 1, found "
        + "0",
      "m.json5:5: requests.charge.keys.user.by.list[2]: expected a whole number of at most 5, found 6"
    ),
    WrongText(
      "a list shorter than a request", key("by: { list: [1, 2] }, count: 3"),
      "m.json5:5: requests.charge.keys.user.by.list: a request has up to 3 different rows, and in the "
        + "list are only 2"),
    WrongText(
      "a row twice in a request", key("by: { list: [1, 2, 2, 3] }, count: 2"),
      "m.json5:5: requests.charge.keys.user.by.list[2]: the row 2 comes twice within 2 rows of the "
        + "list, and the rows of a request differ"),
    WrongText(
      "a row twice where the list begins again", key("by: { list: [1, 2, 3, 1] }, count: 2"),
      "m.json5:5: requests.charge.keys.user.by.list[0]: the row 1 comes twice within 2 rows of the "
        + "list, and the rows of a request differ"),
    WrongText(
      "a choice that is a number", key("by: 1"),
      "m.json5:5: requests.charge.keys.user.by: expected \"vu\", \"uniform\", { zipf: 0.9 }, { "
        + "hotSet: { rows: 10, probability: 0.9 } } or { list: [1, 2] }, found 1"),
  ]

  private static let counts: [WrongText] = [
    WrongText(
      "no rows", key("count: 0"),
      "m.json5:5: requests.charge.keys.user.count: expected a whole number of at least 1, found 0"),
    WrongText(
      "a count that is a text", key("count: 'two'"),
      "m.json5:5: requests.charge.keys.user.count: expected a whole number of at least 1 or "
        + "{ from: 4, to: 12 }, found 'two'"),
    WrongText(
      "more rows than the table", key("count: 6"),
      "m.json5:5: requests.charge.keys.user.count: a request has up to 6 different rows, and in the "
        + "table are only 5"),
    WrongText(
      "a range the wrong way round", key("count: { from: 4, to: 2 }"),
      "m.json5:5: requests.charge.keys.user.count.to: expected at least 4, which is 'from', found 2"
    ),
    WrongText(
      "a range without an end", key("count: { from: 4 }"),
      "m.json5:5: requests.charge.keys.user.count.to: missing; expected a whole number of at least 1"
    ),
    WrongText(
      "an unknown key of a range", key("count: { from: 1, to: 2, mean: 8 }"),
      "m.json5:5: requests.charge.keys.user.count.mean: unknown key; known here: 'from' and 'to'"),
    WrongText(
      "an unknown order", key("order: 'sortd'"),
      "m.json5:5: requests.charge.keys.user.order: expected 'drawn' or 'sorted', found 'sortd'; did you "
        + "mean 'sorted'?"),
    WrongText(
      "a switch that is none", key("redrawOnRetry: 1"),
      "m.json5:5: requests.charge.keys.user.redrawOnRetry: expected true or false, found 1"),
    WrongText(
      "the word of a described row", ModelText(keys: "{ user: { rows: 'users' } }"),
      "m.json5:5: requests.charge.keys.user.row: missing; expected the name of a table",
      "m.json5:5: requests.charge.keys.user.rows: unknown key; did you mean 'row'?"),
    WrongText(
      "a key of a table with a unique key", ModelText(keys: "{ user: { row: 'keys' } }"),
      "m.json5:5: requests.charge.keys.user.row: 'keys' has a unique key; only 'insert' and "
        + "'idempotent' work on it"),
    WrongText(
      "more rows than a request can number, in one key",
      ModelText(
        tables: "{ users: { rows: 300 } }", keys: "{ user: { row: 'users', count: 256 } }"),
      "m.json5:5: requests.charge.keys.user.count: expected a whole number of at most 255, found 256"
    ),
    WrongText(
      "more rows than a request can number, subsets included",
      ModelText(
        tables: "{ users: { rows: 300 } }",
        keys: "{ user: { row: 'users', count: 128 }, some: { subsetOf: 'user', probability: 1 } }"),
      "m.json5:5: requests.charge.keys.some: expected at most 255 rows in all keys of a request"),
  ]

  private static let subsets: [WrongText] = [
    WrongText(
      "a subset of nothing",
      ModelText(keys: "{ user: { row: 'users' }, some: { subsetOf: 'usr', probability: 1 } }"),
      "m.json5:5: requests.charge.keys.some.subsetOf: unknown key 'usr'; did you mean 'user'?"),
    WrongText(
      "a subset of a later key",
      ModelText(keys: "{ some: { subsetOf: 'user', probability: 1 }, user: { row: 'users' } }"),
      "m.json5:5: requests.charge.keys.some.subsetOf: a subset is of a key before it, which 'user' is "
        + "not"),
    WrongText(
      "a subset of itself",
      ModelText(keys: "{ user: { row: 'users' }, some: { subsetOf: 'some', probability: 1 } }"),
      "m.json5:5: requests.charge.keys.some.subsetOf: a subset is of a key before it, which 'some' is "
        + "not"),
    WrongText(
      "a subset without its probability",
      ModelText(keys: "{ user: { row: 'users' }, some: { subsetOf: 'user' } }"),
      "m.json5:5: requests.charge.keys.some.probability: missing; expected a number from 0 to 1"),
    WrongText(
      "a subset that draws rows of its own",
      ModelText(
        keys: "{ user: { row: 'users' }, some: { subsetOf: 'user', probability: 1, row: 'users', "
          + "count: 2, by: 'vu', redrawOnRetry: true } }"),
      "m.json5:5: requests.charge.keys.some.row: cannot stand beside 'subsetOf'; give one",
      "m.json5:5: requests.charge.keys.some.count: cannot stand beside 'subsetOf'; give one",
      "m.json5:5: requests.charge.keys.some.by: cannot stand beside 'subsetOf'; give one",
      "m.json5:5: requests.charge.keys.some.redrawOnRetry: cannot stand beside 'subsetOf'; give one"
    ),
    WrongText(
      "a probability without a subset", key("probability: 0.5"),
      "m.json5:5: requests.charge.keys.user.probability: has a meaning only beside 'subsetOf'"),
    WrongText(
      "a probability below zero",
      ModelText(keys: "{ user: { row: 'users' }, some: { subsetOf: 'user', probability: -1 } }"),
      "m.json5:5: requests.charge.keys.some.probability: expected a number from 0 to 1, found -1"),
  ]

  private static func pair(_ steps: String) -> ModelText {
    ModelText(
      keys: "{ pair: { row: 'users', count: 2 } }",
      steps: "[{ transaction: [\(steps)] }, { respond: 200 }]")
  }

  private static let references: [WrongText] = [
    WrongText(
      "a third row of two", pair("{ lock: 'users[pair 3]' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].lock: expected a row from 1 to 2 of "
        + "'pair', found 3"),
    WrongText(
      "a row before the first", pair("{ lock: 'users[pair 0]' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].lock: expected a row from 1 to 2 of "
        + "'pair', found 0"),
    WrongText(
      "a row without a number", pair("{ lock: 'users[pair one]' }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].lock: expected a row such as "
        + "\"users[user]\", found 'users[pair one]'"),
    WrongText(
      "a write of the row that was not read",
      pair("{ read: 'users[pair 1]' }, { update: 'users[pair 2].balance', add: 1 }"),
      "m.json5:6: requests.charge.steps[0].transaction[1].update: 'users[pair 2]' is written but "
        + "not read before; put a read or a lock before it"),
    WrongText(
      "a lock name with a key of several rows",
      ModelText(
        keys: "{ user: { row: 'users', count: 2 } }",
        steps: #"[{ distributedLock: "a:{user}", wait: 0, lease: "1s", steps: [{ cpu: 0 }] }, "#
          + "{ respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].distributedLock: 'user' can have several rows; put the lock "
        + "into a 'forEach' of it"),
    WrongText(
      "a lock name with a subset inside a loop over another key",
      ModelText(
        keys: "{ user: { row: 'users' }, some: { subsetOf: 'user', probability: 0.5 } }",
        steps: #"[{ forEach: "user", steps: [{ distributedLock: "a:{some}", wait: 0, lease: "1s", "#
          + "steps: [{ cpu: 0 }] }] }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].steps[0].distributedLock: 'some' can have several rows; put "
        + "the lock into a 'forEach' of it"),
    WrongText(
      "a lock name with a key whose row a later step may leave out",
      ModelText(
        steps: #"[{ distributedLock: "a:{user}", wait: 0, lease: "1s", steps: [{ cpu: 0 }] }, "#
          + "{ transaction: [{ lock: 'users[user]', wait: 'skip-locked' }] }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].distributedLock: 'user' may have no row, because a lock "
        + "of the request leaves it out; name another key, or give the lock another 'wait' than "
        + "\"skip-locked\""),
    WrongText(
      "a cache entry of a row that a lock of two tables may leave out",
      ModelText(
        tables: "{ users: { rows: 5 }, items: { rows: 5 } }",
        system: "{ caches: { c: { ttl: '1s' } } }",
        keys: "{ user: { row: 'users' }, item: { row: 'items' } }",
        steps: "[{ transaction: [{ lock: ['users[user]', 'items[item]'], wait: 'skip-locked' }] }, "
          + "{ cache: 'c:{item}', steps: [{ read: 'items[item]' }] }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[1].cache: 'item' may have no row, because a lock of the "
        + "request leaves it out; name another key, or give the lock another 'wait' than "
        + "\"skip-locked\""),
    WrongText(
      "described rows of no table",
      ModelText(steps: "[{ read: { count: 2 } }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].read.rows: missing; expected the name of a table"),
    WrongText(
      "described rows by the word of a key",
      ModelText(steps: "[{ read: { row: 'users' } }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].read.rows: missing; expected the name of a table",
      "m.json5:6: requests.charge.steps[0].read.row: unknown key; did you mean 'rows'?"),
    WrongText(
      "a column where a row is read",
      ModelText(steps: "[{ read: { rows: 'users', column: 'balance' } }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].read.column: unknown key; known here: 'rows', 'count', "
        + "'by', 'order' and 'redrawOnRetry'"),
    WrongText(
      "an update of described rows without a column",
      ModelText(steps: "[{ update: { rows: 'users' }, add: 1 }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].update.column: missing; expected text that is not empty"),
    WrongText(
      "an update of an unknown column of described rows",
      ModelText(
        steps: "[{ update: { rows: 'users', column: 'balanc' }, add: 1 }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].update.column: unknown column 'balanc'; did you mean "
        + "'balance'?"),
    WrongText(
      "an update of described rows, which nobody has read",
      ModelText(
        steps: "[{ update: { rows: 'users', column: 'balance' }, add: 1 }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].update: 'users[#2]' is written but not read before; put a "
        + "read or a lock before it"),
    WrongText(
      "too many keys, those of steps included",
      ModelText(
        keys: "{ \(list(16) { #"k\#($0): { row: "users" }"# }) }",
        steps: "[{ read: { rows: 'users' } }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].read: expected at most 16 keys"),
    WrongText(
      "too many rows, those of steps included",
      ModelText(
        tables: "{ users: { rows: 300 } }", keys: "{ user: { row: 'users', count: 255 } }",
        steps: "[{ read: { rows: 'users' } }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].read: expected at most 255 rows in all keys of a request"
    ),
  ]
}
