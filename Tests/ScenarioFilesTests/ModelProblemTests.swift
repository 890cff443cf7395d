import ScenarioFiles
import Testing

@Suite("Problems of models")
struct ModelProblemTests {
  static let values: [WrongText] = [
    WrongText(
      "an unknown key with a close spelling", ModelText(system: #"{ pool: { timout: "3s" } }"#),
      "m.json5:3: system.pool.timout: unknown key; did you mean 'timeout'?"),
    WrongText(
      "an unknown key without a close spelling", ModelText(system: "{ pool: { colour: 3 } }"),
      "m.json5:3: system.pool.colour: unknown key; known here: 'size', 'timeout' and "
        + "'barging'"),
    WrongText(
      "a word that no version knows", ModelText(more: "weather: []"),
      "m.json5:10: weather: unknown key; known here: 'title', 'question', 'strategy', "
        + "'strategies', 'tables', 'system', 'requests', 'iteration', 'load', 'scenarios', "
        + "'client', 'thresholds', 'hazards', 'faults' and '$schema'"),
    WrongText(
      "negative rows", ModelText(tables: "{ users: { rows: -5 } }"),
      "m.json5:2: tables.users.rows: expected a whole number of at least 1, found -5"),
    WrongText(
      "zero rows", ModelText(tables: "{ users: { rows: 0 } }"),
      "m.json5:2: tables.users.rows: expected a whole number of at least 1, found 0"),
    WrongText(
      "a fraction of a row", ModelText(tables: "{ users: { rows: 1.5 } }"),
      "m.json5:2: tables.users.rows: expected a whole number of at least 1, found 1.5"),
    WrongText(
      "rows in quotes", ModelText(tables: #"{ users: { rows: "5" } }"#),
      "m.json5:2: tables.users.rows: expected a whole number of at least 1, found '5'"),
    WrongText(
      "infinitely many rows", ModelText(tables: "{ users: { rows: Infinity } }"),
      "m.json5:2: tables.users.rows: expected a whole number of at least 1, found Infinity"),
    WrongText(
      "more rows than fit", ModelText(tables: "{ users: { rows: 1e30 } }"),
      "m.json5:2: tables.users.rows: expected a whole number of at most 10000000, found 1e30"),
    WrongText(
      "too many rows in all",
      ModelText(tables: "{ users: { rows: 9000000 }, more: { rows: 1000001 } }"),
      "m.json5:2: tables.more: expected at most 10000000 rows"),
    WrongText(
      "a table without rows", ModelText(tables: "{ users: {} }"),
      "m.json5:2: tables.users.rows: missing; expected a whole number of at least 1"),
    WrongText(
      "columns beside a unique key",
      ModelText(tables: "{ users: { rows: 5 }, keys: { columns: { a: 3 }, uniqueKey: true } }"),
      "m.json5:2: tables.keys.uniqueKey: cannot stand beside 'columns'; give one"),
    WrongText(
      "a table name that no path can hold",
      ModelText(tables: "{ users: { rows: 5 }, 'a.b': { rows: 1 } }"),
      "m.json5:2: tables.a.b: expected a name of letters, digits, '-' and '_' that begins with a "
        + "letter, found 'a.b'"),
    WrongText(
      "a column beyond the exact numbers",
      ModelText(tables: "{ users: { rows: 5, columns: { balance: 9007199254740993 } } }"),
      "m.json5:2: tables.users.columns.balance: expected a whole number of at most "
        + "9007199254740992, found 9007199254740993"),
    WrongText(
      "a list for a table", ModelText(tables: "{ users: [1] }"),
      "m.json5:2: tables.users: expected an object, found a list"),
    WrongText(
      "too many instances", ModelText(system: "{ instances: 1001 }"),
      "m.json5:3: system.instances: expected a whole number of at most 1000, found 1001"),
    WrongText(
      "a size that is no number", ModelText(system: #"{ threads: { size: "many" } }"#),
      "m.json5:3: system.threads.size: expected a whole number of at least 1 or \"unlimited\", "
        + "found 'many'"),
    WrongText(
      "a size of zero", ModelText(system: "{ pool: { size: 0 } }"),
      "m.json5:3: system.pool.size: expected a whole number of at least 1 or \"unlimited\", found 0"
    ),
    WrongText(
      "a size that is too large", ModelText(system: "{ pool: { size: 1e18 } }"),
      "m.json5:3: system.pool.size: expected a whole number of at most 1000000000, found 1e18"),
    WrongText(
      "null for a size", ModelText(system: "{ cores: null }"),
      "m.json5:3: system.cores: expected a whole number of at least 1 or \"unlimited\", found null"),
    WrongText(
      "an unknown engine", ModelText(system: #"{ database: { engine: "mysql-8" } }"#),
      "m.json5:3: system.database.engine: expected 'mysql-8.0', 'mysql-5.7' or 'mariadb', found "
        + "'mysql-8'; did you mean 'mysql-8.0'?"),
    WrongText(
      "an isolation level that is not modelled",
      ModelText(system: #"{ database: { isolation: "serializable" } }"#),
      "m.json5:3: system.database.isolation: expected 'read-committed' or 'repeatable-read', found "
        + "'serializable'"),
    WrongText(
      "a switch that is a number", ModelText(system: "{ database: { groupCommit: 1 } }"),
      "m.json5:3: system.database.groupCommit: expected true or false, found 1"),
    WrongText(
      "a time-out of zero", ModelText(system: "{ database: { lockWaitTimeout: 0 } }"),
      "m.json5:3: system.database.lockWaitTimeout: expected a time above zero such as \"5ms\", "
        + "found 0"),
    WrongText(
      "a round trip beside a network",
      ModelText(system: #"{ redis: { network: { oneWay: "1ms" }, roundTrip: "2ms" } }"#),
      "m.json5:3: system.redis.roundTrip: cannot stand beside 'network'; give one"),
    WrongText(
      "a round trip of an odd length", ModelText(system: #"{ redis: { roundTrip: "3ns" } }"#),
      "m.json5:3: system.redis.roundTrip: expected an even number of nanoseconds, half for each "
        + "way, found '3ns'"),
    WrongText(
      "a network without its time", ModelText(system: "{ network: {} }"),
      "m.json5:3: system.network.oneWay: missing; expected a time such as \"5ms\" or "
        + "{ exponential: \"5ms\" }"),
    WrongText(
      "another lock client", ModelText(system: #"{ redis: { client: "lettuce" } }"#),
      "m.json5:3: system.redis.client: expected 'redisson', 'redisson-fair', 'redisson-fenced', "
        + "'watchdog' or 'spin', found 'lettuce'"),
  ]

  static let times: [WrongText] = [
    WrongText(
      "a time without a unit", ModelText(steps: "[{ cpu: 5 }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].cpu: expected a time with a unit such as \"5ms\", found 5"
    ),
    WrongText(
      "a time with an unknown unit",
      ModelText(steps: #"[{ cpu: "5 parsecs" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpu: unknown unit ' parsecs' in '5 parsecs'; units are ns, "
        + "us, ms, s, m, h and d"),
    WrongText(
      "a negative time", ModelText(steps: #"[{ cpu: "-5ms" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpu: expected a time of at least 0, found '-5ms'"),
    WrongText(
      "a negative number for a time", ModelText(steps: "[{ cpu: -5 }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].cpu: expected a time of at least 0, found -5"),
    WrongText(
      "no number for a time", ModelText(steps: "[{ cpu: NaN }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].cpu: expected a time such as \"5ms\", found NaN"),
    WrongText(
      "a word for a time", ModelText(steps: #"[{ cpu: "fast" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpu: expected a time such as \"250ms\", \"1.5s\" or "
        + "\"1m30s\", found 'fast'"),
    WrongText(
      "a part of a nanosecond", ModelText(steps: #"[{ cpu: "0.5ns" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpu: expected a whole number of nanoseconds, found "
        + "'0.5ns'"),
    WrongText(
      "more than a hundred years", ModelText(steps: #"[{ cpu: "999999999h" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpu: expected at most 100 years, found '999999999h'"),
    WrongText(
      "a switch for a time", ModelText(steps: "[{ delay: true }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].delay: expected a time such as \"5ms\" or "
        + "{ exponential: \"5ms\" }, found true"),
    WrongText(
      "an unknown distribution",
      ModelText(steps: #"[{ cpu: { exponental: "1ms" } }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpu.exponental: unknown key; did you mean "
        + "'exponential'?"),
    WrongText(
      "two distributions",
      ModelText(steps: #"[{ cpu: { exponential: "1ms", uniform: [0, 0] } }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpu.uniform: cannot stand beside 'exponential'; give one"
    ),
    WrongText(
      "uniform the wrong way round",
      ModelText(steps: #"[{ cpu: { uniform: ["2ms", "1ms"] } }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpu.uniform[1]: expected at least 2ms, the first of "
        + "the two, found '1ms'"),
    WrongText(
      "a percentile below the median",
      ModelText(system: #"{ network: { oneWay: { lognormal: { median: "3ms", p95: "1ms" } } } }"#),
      "m.json5:3: system.network.oneWay.lognormal.p95: expected at least 3ms, which is "
        + "'median', found '1ms'"),
    WrongText(
      "a normal distribution without a deviation",
      ModelText(system: #"{ network: { oneWay: { normal: { mean: "3ms" } } } }"#),
      "m.json5:3: system.network.oneWay.normal.sd: missing; expected a time such as \"5ms\""),
    WrongText(
      "a shape of zero",
      ModelText(system: #"{ network: { oneWay: { gamma: { mean: "3ms", shape: 0 } } } }"#),
      "m.json5:3: system.network.oneWay.gamma.shape: expected a number from 0.1 to 1000, found 0"),
    WrongText(
      "an empty list of lengths",
      ModelText(system: "{ network: { oneWay: { empirical: [] } } }"),
      "m.json5:3: system.network.oneWay.empirical: expected a list with at least one time, found an "
        + "empty list"),
  ]

  static let steps: [WrongText] = [
    WrongText(
      "an unknown step", ModelText(steps: #"[{ cpuu: "1ms" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].cpuu: unknown step 'cpuu'; did you mean 'cpu'?"),
    WrongText(
      "two steps in one", ModelText(steps: #"[{ cpu: "1ms", delay: "1ms" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].delay: 'cpu' and 'delay' are two steps; put each in "
        + "braces of its own"),
    WrongText(
      "no final answer", ModelText(steps: #"[{ cpu: "1ms" }]"#),
      "m.json5:6: requests.charge.steps: expected a last step that answers, such as { respond: 200 }"
    ),
    WrongText(
      "a step behind the answer", ModelText(steps: #"[{ respond: 200 }, { cpu: "1ms" }]"#),
      "m.json5:6: requests.charge.steps[1]: never reached, because 'respond' before it ends the "
        + "request"),
    WrongText(
      "a status that is none", ModelText(steps: "[{ respond: 99 }]"),
      "m.json5:6: requests.charge.steps[0].respond: expected a status from 100 to 599, found 99"),
    WrongText(
      "a lock outside a transaction",
      ModelText(steps: #"[{ lock: "users[user]" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].lock: 'lock' stands only inside 'transaction'"),
    WrongText(
      "a transaction inside a transaction",
      ModelText(
        steps: #"[{ transaction: [{ transaction: [{ read: "users[user]" }] }] }, { respond: 200 }]"#
      ),
      "m.json5:6: requests.charge.steps[0].transaction[0].transaction: 'transaction' stands inside "
        + "'transaction' only with propagation: \"requires-new\""),
    WrongText(
      "a retry inside a transaction",
      ModelText(
        steps: #"[{ transaction: [{ retry: { on: ["deadlock"], attempts: 2 }, "#
          + #"steps: [{ read: "users[user]" }] }] }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].transaction[0].retry: 'retry' cannot stand inside "
        + "'transaction'"),
    WrongText(
      "an idempotent step inside one of the same table",
      ModelText(
        steps: #"[{ idempotent: "keys", steps: [{ idempotent: "keys", steps: [{ cpu: 0 }] }] }, "#
          + "{ respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].steps[0].idempotent: 'idempotent' cannot stand inside "
        + "'idempotent'"),
    WrongText(
      "an idempotent step on a table with rows",
      ModelText(steps: #"[{ idempotent: "users", steps: [{ cpu: 0 }] }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].idempotent: 'users' has no unique key; give the table "
        + "uniqueKey: true"),
    WrongText(
      "an answer inside a transaction",
      ModelText(steps: #"[{ transaction: [{ read: "users[user]" }, { respond: 200 }] }]"#),
      "m.json5:6: requests.charge.steps[0].transaction[1].respond: 'respond' cannot stand inside "
        + "'transaction'"),
    WrongText(
      "a lock name with an unknown key",
      ModelText(
        steps:
          #"[{ distributedLock: "balance:{usr}", wait: 0, lease: "1s", steps: [{ cpu: 0 }] }, "#
          + "{ respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].distributedLock: unknown key 'usr'; did you mean 'user'?"
    ),
    WrongText(
      "a lock name with a brace that is not closed",
      ModelText(
        steps:
          #"[{ distributedLock: "balance:{user", wait: 0, lease: "1s", steps: [{ cpu: 0 }] }, "#
          + "{ respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].distributedLock: expected braces in pairs around the name "
        + "of a key, found 'balance:{user'"),
    WrongText(
      "a lock without a lease",
      ModelText(
        steps: #"[{ distributedLock: "a", wait: "1s", steps: [{ cpu: 0 }] }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].lease: missing; expected a time above zero such as "
        + "\"5ms\""),
    WrongText(
      "a layer of another step",
      ModelText(
        steps: #"[{ distributedLock: "a", wait: 0, lease: "1s", layer: "idempotency-key", "#
          + "steps: [{ cpu: 0 }] }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].layer: expected 'distributed-lock', found "
        + "'idempotency-key'"),
    WrongText(
      "a lock inside itself",
      ModelText(
        steps: #"[{ distributedLock: "a", wait: 0, lease: "1s", steps: [{ distributedLock: "a", "#
          + #"wait: 0, lease: "1s", steps: [{ cpu: 0 }] }] }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].steps[0].distributedLock: 'a' cannot stand inside 'a'"),
    WrongText(
      "an unknown table", ModelText(steps: #"[{ read: "user[user]" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].read: unknown table 'user'; did you mean 'users'?"),
    WrongText(
      "an unknown key of a row", ModelText(steps: #"[{ read: "users[id]" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].read: unknown key 'id'; known: 'user'"),
    WrongText(
      "a row without a key", ModelText(steps: #"[{ read: "users" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].read: expected a row such as \"users[user]\", found "
        + "'users'"),
    WrongText(
      "a row key of another table",
      ModelText(
        tables: "{ users: { rows: 5 }, orders: { rows: 5 } }",
        steps: #"[{ read: "orders[user]" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].read: the key 'user' chooses a row of 'users'"),
    WrongText(
      "a read of a table with a unique key",
      ModelText(steps: #"[{ read: "keys[user]" }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].read: 'keys' has a unique key; only 'insert' and "
        + "'idempotent' work on it"),
    WrongText(
      "an update of a row, not of a column",
      ModelText(
        steps: #"[{ read: "users[user]" }, { update: "users[user]", add: 1 }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[1].update: expected a column of a row such as "
        + "\"users[user].balance\", found 'users[user]'"),
    WrongText(
      "an unknown column",
      ModelText(
        steps:
          #"[{ read: "users[user]" }, { update: "users[user].balanc", add: 1 }, { respond: 200 }]"#
      ),
      "m.json5:6: requests.charge.steps[1].update: unknown column 'balanc'; did you mean 'balance'?"
    ),
    WrongText(
      "an update that says both",
      ModelText(
        steps: #"[{ read: "users[user]" }, { update: "users[user].balance", add: 1, set: 2 }, "#
          + "{ respond: 200 }]"),
      "m.json5:6: requests.charge.steps[1].set: cannot stand beside 'add'; give one"),
    WrongText(
      "an update without a read before it",
      ModelText(steps: #"[{ update: "users[user].balance", add: 1 }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].update: 'users[user]' is written but not read before; put "
        + "a read or a lock before it"),
    WrongText(
      "a refusal without its bound",
      ModelText(
        steps: #"[{ read: "users[user]" }, { update: "users[user].balance", add: 1, "#
          + #"refuse: { counter: "stock_depletions" } }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[1].refuse: has a meaning only beside 'atLeast'"),
    WrongText(
      "an unknown counter", ModelText(steps: #"[{ refuse: { counter: "insufficient_balanse" } }]"#),
      "m.json5:6: requests.charge.steps[0].refuse.counter: expected 'insufficient_balance', "
        + "'stock_depletions' or 'missing_keys', found 'insufficient_balanse'; did you mean "
        + "'insufficient_balance'?"),
    WrongText(
      "a retry on nothing",
      ModelText(
        steps: "[{ retry: { on: [], attempts: 3 }, steps: [{ cpu: 0 }] }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].retry.on: expected a list with at least one reason, found "
        + "an empty list"),
    WrongText(
      "no attempts at all",
      ModelText(
        steps: #"[{ retry: { on: ["deadlock", "deadlock"], attempts: 0 }, steps: [{ cpu: 0 }] }, "#
          + "{ respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].retry.on[1]: 'deadlock' is given twice",
      "m.json5:6: requests.charge.steps[0].retry.attempts: expected a whole number of at least 1 or "
        + "\"unlimited\", found 0"),
    WrongText(
      "a cap below the base, a factor below one",
      ModelText(
        steps: #"[{ retry: { on: ["deadlock"], attempts: 3, backoff: { exponential: "#
          + #"{ base: "50ms", factor: 0.5, cap: "10ms" } } }, steps: [{ cpu: 0 }] }, { respond: 200 }]"#
      ),
      "m.json5:6: requests.charge.steps[0].retry.backoff.exponential.factor: expected 1, or a number "
        + "from 1.001 to 1000, found 0.5",
      "m.json5:6: requests.charge.steps[0].retry.backoff.exponential.cap: expected at least 50ms, "
        + "which is 'base', found '10ms'"),
    WrongText(
      "an unknown jitter",
      ModelText(
        steps: #"[{ retry: { on: ["deadlock"], attempts: 3, backoff: { fixed: "1ms", "#
          + #"jitter: "ful" } }, steps: [{ cpu: 0 }] }, { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps[0].retry.backoff.jitter: expected 'none', 'full', 'equal' or "
        + "'decorrelated', found 'ful'; did you mean 'full'?"),
    WrongText(
      "more locks than can be named",
      ModelText(
        tables: "{ users: { rows: 5000 } }",
        steps:
          #"[{ distributedLock: "{user}:{user}", wait: 0, lease: "1s", steps: [{ cpu: 0 }] }, "#
          + "{ respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].distributedLock: expected at most 10000000 names of "
        + "distributed locks"),
  ]

  static let users: [WrongText] = [
    WrongText(
      "an unknown request", ModelText(iteration: #"[{ request: "charg" }]"#),
      "m.json5:8: iteration[0].request: unknown request 'charg'; did you mean 'charge'?"),
    WrongText(
      "an iteration without a request", ModelText(iteration: #"[{ sleep: "1s" }]"#),
      "m.json5:8: iteration: expected at least one step { request: … }"),
    WrongText(
      "a check before any request",
      ModelText(iteration: #"[{ check: "ok", status: 200 }, { request: "charge" }]"#),
      "m.json5:8: iteration[0].check: a check looks at an answer; put it after a request"),
    WrongText(
      "a check without a status",
      ModelText(iteration: #"[{ request: "charge" }, { check: "ok" }]"#),
      "m.json5:8: iteration[1].status: missing; expected a status from 100 to 599"),
    WrongText(
      "a key that is neither new nor the same",
      ModelText(iteration: #"[{ request: "charge", key: "old" }]"#),
      "m.json5:8: iteration[0].key: expected \"new\", \"same\", \"previous\" or { group: 10 }, "
        + "found 'old'"),
    WrongText(
      "an iteration in which no time passes",
      ModelText(
        steps: "[{ cpu: 0 }, { respond: 200 }]",
        iteration: #"[{ request: "charge" }, { sleep: 0 }]"#),
      "m.json5:8: iteration: no time passes in an iteration, so users would repeat it for ever at one "
        + "moment; add { sleep: \"1s\" }"),
    WrongText(
      "an unknown executor", ModelText(load: #"{ executor: "constant-vu", duration: "1s" }"#),
      "m.json5:9: load.executor: expected 'constant-vus', 'ramping-vus', 'shared-iterations', "
        + "'per-vu-iterations', 'constant-arrival-rate' or 'ramping-arrival-rate', found 'constant-vu'; did you mean 'constant-vus'?"
    ),
    WrongText(
      "a load without an end", ModelText(load: "{ vus: 10 }"),
      "m.json5:9: load: missing; expected a load such as { vus: 100, duration: \"60s\" } or "
        + "{ stages: [\"30s:100\"] }"),
    WrongText(
      "stages beside users", ModelText(load: #"{ vus: 10, stages: ["30s:100"] }"#),
      "m.json5:9: load.vus: not a key of the executor 'ramping-vus', which has 'startVUs', 'stages' "
        + "and 'gracefulRampDown'"),
    WrongText(
      "a stage without users", ModelText(load: #"{ stages: ["30s"] }"#),
      "m.json5:9: load.stages[0]: expected a stage such as \"30s:100\", found '30s'"),
    WrongText(
      "a stage without a unit", ModelText(load: #"{ stages: ["30:100"] }"#),
      "m.json5:9: load.stages[0]: expected a time with a unit such as \"30ms\", found '30'"),
    WrongText(
      "a stage with too many users", ModelText(load: #"{ stages: ["30s:1000001"] }"#),
      "m.json5:9: load.stages[0]: expected at most 1000000 users"),
    WrongText(
      "stages in which nobody comes", ModelText(load: #"{ startVUs: 0, stages: ["30s:0"] }"#),
      "m.json5:9: load.stages: expected a stage with users, or 'startVUs' of at least 1"),
    WrongText(
      "fewer iterations than users", ModelText(load: "{ vus: 10, iterations: 5 }"),
      "m.json5:9: load.iterations: expected at least as many iterations as users (10), found 5"),
    WrongText(
      "a warm-up that outlasts the load",
      ModelText(load: #"{ vus: 1, duration: "10s", warmUp: "10s" }"#),
      "m.json5:9: load.warmUp: expected less than 10s, the length of the load, found '10s'"),
    WrongText(
      "a warm-up that is to be found where the load changes",
      ModelText(load: #"{ stages: ["30s:10"], warmUp: "auto" }"#),
      "m.json5:9: load.warmUp: \"auto\" needs a load that stays the same, such as constant-vus"),
    WrongText(
      "an end after a hundred years",
      ModelText(load: #"{ vus: 1, duration: "876000h", startTime: "1h" }"#),
      "m.json5:9: load: expected an end within 100 years"),
    WrongText(
      "scenarios beside a load",
      ModelText(
        more: #"scenarios: { a: { vus: 1, duration: "1s", iteration: [{ request: "charge" }] } }"#),
      "m.json5:10: scenarios: cannot stand beside 'iteration'; give one",
      "m.json5:10: scenarios: cannot stand beside 'load'; give one"),
    WrongText(
      "an unknown strategy", ModelText(more: #"strategy: "optimstic""#),
      "m.json5:10: strategy: unknown strategy 'optimstic'; did you mean 'optimistic'?"),
    WrongText(
      "a strategy of the name of a built-in one",
      ModelText(more: #"strategies: { atomic: { layers: ["atomic"] } }"#),
      "m.json5:10: strategies.atomic: 'atomic' is a built-in strategy; choose another name"),
    WrongText(
      "two guards", ModelText(more: #"strategies: { both: { layers: ["atomic", "optimistic"] } }"#),
      "m.json5:10: strategies.both.layers[1]: 'atomic' and 'optimistic' guard the same write; choose "
        + "one"),
    WrongText(
      "a fencing token without a lock",
      ModelText(more: #"strategies: { fence: { layers: ["fencing-token"] } }"#),
      "m.json5:10: strategies.fence.layers: 'fencing-token' needs 'distributed-lock'"),
    WrongText(
      "an unknown metric", ModelText(more: #"thresholds: { http_req_durations: ["p(95)<1"] }"#),
      "m.json5:10: thresholds.http_req_durations: unknown metric 'http_req_durations'; did you mean "
        + "'http_req_duration'?"),
    WrongText(
      "a threshold outside the grammar",
      ModelText(more: #"thresholds: { http_req_duration: ["p95<1"] }"#),
      "m.json5:10: thresholds.http_req_duration[0]: expected a threshold such as \"p(95)<1000\" or "
        + "\"rate<0.05\", found 'p95<1'"),
    WrongText(
      "a method of another kind of metric",
      ModelText(more: #"thresholds: { errors: ["count<1"] }"#),
      "m.json5:10: thresholds.errors[0]: 'count' is not known for 'errors', which is a rate; expected "
        + "'rate'"),
  ]

  /// Models that are one beyond a limit; `ModelLimitTests` runs one that is at every limit.
  static let limits: [WrongText] = [
    WrongText(
      "too many tables",
      ModelText(
        tables: "{ users: { rows: 5 }, \(list(64) { "t\($0): { rows: 1 }" }) }",
        steps: #"[{ read: "users[user]" }, { respond: 200 }]"#),
      "m.json5:2: tables: expected at most 64 tables"),
    WrongText(
      "too many columns",
      ModelText(tables: "{ users: { rows: 5, columns: { \(list(33) { "c\($0): 0" }) } } }"),
      "m.json5:2: tables.users.columns: expected at most 32 columns"),
    WrongText(
      "too many keys",
      ModelText(keys: "{ \(list(17) { #"k\#($0): { row: "users" }"# }) }"),
      "m.json5:5: requests.charge.keys: expected at most 16 keys"),
    WrongText(
      "too many updates",
      ModelText(
        steps: #"[{ read: "users[user]" }, { transaction: ["#
          + list(65) { _ in #"{ update: "users[user].balance", add: 1 }"# }
          + "] }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[1].transaction[64].update: expected at most 64 updates"),
    WrongText(
      "too many columns to read",
      ModelText(
        tables: "{ wide: { rows: 5, columns: { \(list(32) { "c\($0): 0" }) } } }",
        keys: "{ \(list(9) { #"k\#($0): { row: "wide" }"# }) }",
        steps: "[\(list(9) { #"{ read: "wide[k\#($0)]" }"# }), { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[7].read: expected at most 255 columns in the rows that a "
        + "request reads or locks"),
    WrongText(
      "too many steps in a request",
      ModelText(
        steps: "[{ connection: [\(list(1_000) { _ in "{ cpu: 0 }" })] }, { respond: 200 }]"),
      "m.json5:6: requests.charge.steps[0].connection[999]: expected at most 1000 steps"),
    // Two steps of `charge` and 9 × 1000 leave room for 998 in the last request.
    WrongText(
      "too many steps in all",
      ModelText(
        moreRequests: list(10) { request in
          "r\(request): { steps: [\(list(999) { _ in "{ cpu: 0 }" }), { respond: 200 }] }"
        }),
      "m.json5:7: requests.r9.steps[998]: expected at most 10000 steps in all requests and "
        + "iterations"),
    WrongText(
      "repetitions that are nested too deep",
      ModelText(
        iteration: "[" + String(repeating: "{ repeat: 1, steps: [", count: 10)
          + #"{ request: "charge" }"# + String(repeating: "] }", count: 10) + "]"),
      "m.json5:8: iteration[0]" + String(repeating: ".steps[0]", count: 8)
        + ".repeat: expected at most 8 'repeat' steps inside each other"),
  ]

  @Test(
    "are named by line, path, what was found and what would be right",
    arguments: values + times + steps + users + limits)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }

  @Test("are all reported, in the order of the file")
  func all() {
    let model = ModelText(
      tables: "{ users: { rows: 0 } }", system: "{ coers: 4, pool: { size: -1 } }",
      steps: #"[{ read: "usrs[user]" }, { cpu: 5 }]"#,
      load: #"{ vus: 0, duration: "1parsec" }"#, more: #"strategy: "optimstic""#)
    #expect(
      problems(of: model.text) == [
        "m.json5:2: tables.users.rows: expected a whole number of at least 1, found 0",
        "m.json5:3: system.coers: unknown key; did you mean 'cores'?",
        "m.json5:3: system.pool.size: expected a whole number of at least 1 or \"unlimited\", found "
          + "-1",
        "m.json5:6: requests.charge.steps[0].read: unknown table 'usrs'; did you mean 'users'?",
        "m.json5:6: requests.charge.steps[1].cpu: expected a time with a unit such as \"5ms\", found "
          + "5",
        "m.json5:9: load.vus: expected a whole number of at least 1, found 0",
        "m.json5:9: load.duration: unknown unit 'parsec' in '1parsec'; units are ns, us, ms, s, m, h "
          + "and d",
        "m.json5:10: strategy: unknown strategy 'optimstic'; did you mean 'optimistic'?",
      ])
  }

  @Test("are listed up to a thousand, then counted")
  func many() {
    let model = ModelText(
      system: "{" + (1...1_500).map { "x\($0): 1" }.joined(separator: ", ") + "}")
    let lines = problems(of: model.text)
    #expect(lines.count == 1_001)
    #expect(lines.last == "m.json5:3: and 500 further problems")
  }
}
