import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// Servers, gates, and what databases, pools, lock clients and unique keys differ in.
@Suite("Words of a system")
struct SystemWordTests {
  @Test("name servers and gates in declared order")
  func servers() throws {
    let system = try ModelText(
      system: """
        { servers: { disk: { count: 2, queue: 'each' }, cpu: { count: 'unlimited' },
            tape: { count: 1, queue: 'shared' } },
          gates: { mpl: { size: 25 }, open: { size: 'unlimited' } } }
        """
    ).read().system
    #expect(
      system.serverPools == [
        ServerPoolModel(name: "disk", count: 2, queue: .each),
        ServerPoolModel(name: "cpu", count: nil), ServerPoolModel(name: "tape", count: 1),
      ])
    #expect(
      system.gates == [GateModel(name: "mpl", size: 25), GateModel(name: "open", size: nil)])
  }

  @Test("say what a database does with its locks")
  func database() throws {
    let database = try ModelText(
      system: """
        { database: { engine: 'mysql-5.7', deadlockVictim: 'requester', rollbackOnTimeout: true,
            snapshotIsolation: true, upgradeBypass: false } }
        """
    ).read().system.database
    #expect(database.engine == .mySQL57)
    #expect(database.deadlockVictim == .requester)
    #expect(database.rollbackOnTimeout)
    #expect(database.snapshotIsolation)
    #expect(database.upgradeBypass == false)
    #expect(try ModelText().read().system.database.upgradeBypass == nil)
    #expect(
      try ModelText(system: "{ database: { upgradeBypass: true } }").read().system.database
        .upgradeBypass == true)
  }

  @Test("say how newcomers take connections, and how lock clients wait")
  func pool() throws {
    let system = try ModelText(
      system: """
        { pool: { size: 1, barging: 0.5 },
          redis: { client: 'spin', poll: '20ms', watchdogTimeout: '9s' } }
        """
    ).read().system
    #expect(system.pool == ConnectionPoolModel(size: 1, barging: 0.5))
    #expect(system.lockServer.client == .spin)
    #expect(system.lockServer.poll == Backoff(base: .milliseconds(20)))
    #expect(system.lockServer.watchdogTimeout == .seconds(9))
  }

  @Test("say how late pauses end, and how long an unlock takes")
  func lateness() throws {
    let system = try ModelText(
      system: """
        { sleepOvershoot: { uniform: ['40us', '60us'] }, redis: { command: '20us', unlock: '30us' } }
        """
    ).read().system
    #expect(system.sleepOvershoot == .uniform(least: .microseconds(40), most: .microseconds(60)))
    #expect(system.lockServer.unlock == .constant(.microseconds(30)))
    let plain = try ModelText(system: "{ redis: { command: '20us' } }").read().system
    #expect(plain.sleepOvershoot == .zero)
    #expect(plain.lockServer.unlock == nil)
  }

  @Test("let a client poll at a fixed pace or ever more seldom")
  func polls() throws {
    let cases: [(String, Backoff)] = [
      ("'50ms'", Backoff(base: .milliseconds(50))),
      ("{ fixed: '50ms', jitter: 'full' }", Backoff(base: .milliseconds(50), jitter: .full)),
      (
        "{ exponential: { base: '1ms', cap: '128ms' }, jitter: 'equal' }",
        Backoff(base: .milliseconds(1), factor: 2, cap: .milliseconds(128), jitter: .equal)
      ),
    ]
    for (text, expected) in cases {
      let system = try ModelText(system: "{ redis: { poll: \(text) } }").read().system
      #expect(system.lockServer.poll == expected, "\(text)")
    }
  }

  @Test("say which keys a table has, and where new ones lie")
  func uniqueKeys() throws {
    let tables = try ModelText(
      tables: """
        { users: { rows: 5 }, a: { uniqueKey: true, rows: 100, keyOrder: 'ascending' },
          b: { uniqueKey: true, rows: 0, keyOrder: 'random' }, c: { uniqueKey: false, rows: 1 } }
        """
    ).read().tables
    #expect(
      Array(tables.dropFirst()) == [
        Table(name: "a", rows: 100, columns: [], hasUniqueKey: true, keyOrder: .ascending),
        Table(name: "b", rows: 0, columns: [], hasUniqueKey: true),
        Table(name: "c", rows: 1, columns: []),
      ])
  }

  static let wrong: [WrongText] = [
    WrongText(
      "no servers", ModelText(system: "{ servers: {} }"),
      "m.json5:3: system.servers: expected an object with at least one kind of servers, found an "
        + "empty object"),
    WrongText(
      "servers without a count", ModelText(system: "{ servers: { disk: {} } }"),
      "m.json5:3: system.servers.disk.count: missing; expected a whole number of at least 1 or "
        + "\"unlimited\""),
    WrongText(
      "no server at all", ModelText(system: "{ servers: { disk: { count: 0 } } }"),
      "m.json5:3: system.servers.disk.count: expected a whole number of at least 1 or \"unlimited\", "
        + "found 0"),
    WrongText(
      "more servers than can have queues",
      ModelText(system: "{ servers: { disk: { count: 10001 } } }"),
      "m.json5:3: system.servers.disk.count: expected a whole number of at most 10000, found 10001"),
    WrongText(
      "an unknown queue", ModelText(system: "{ servers: { disk: { count: 1, queue: 'share' } } }"),
      "m.json5:3: system.servers.disk.queue: expected 'shared' or 'each', found 'share'; did you mean "
        + "'shared'?"),
    WrongText(
      "an unknown key of servers",
      ModelText(system: "{ servers: { disk: { count: 1, size: 1 } } }"),
      "m.json5:3: system.servers.disk.size: unknown key; known here: 'count' and 'queue'"),
    WrongText(
      "a name of servers that no path can hold",
      ModelText(system: "{ servers: { 'a b': { count: 1 } } }"),
      "m.json5:3: system.servers.a b: expected a name of letters, digits, '-' and '_' that begins "
        + "with a letter, found 'a b'"),
    WrongText(
      "a gate without a size", ModelText(system: "{ gates: { mpl: {} } }"),
      "m.json5:3: system.gates.mpl.size: missing; expected a whole number of at least 1 or "
        + "\"unlimited\""),
    WrongText(
      "a gate that is a number", ModelText(system: "{ gates: { mpl: 5 } }"),
      "m.json5:3: system.gates.mpl: expected an object, found 5"),
    WrongText(
      "a probability above one", ModelText(system: "{ pool: { barging: 1.5 } }"),
      "m.json5:3: system.pool.barging: expected a number from 0 to 1, found 1.5"),
    WrongText(
      "an unknown rule for victims", ModelText(system: "{ database: { deadlockVictim: 'old' } }"),
      "m.json5:3: system.database.deadlockVictim: expected 'innodb', 'requester' or 'youngest', found "
        + "'old'"),
    WrongText(
      "switches of a database that are numbers",
      ModelText(
        system:
          "{ database: { rollbackOnTimeout: 1, snapshotIsolation: 0, upgradeBypass: 'auto' } }"),
      "m.json5:3: system.database.rollbackOnTimeout: expected true or false, found 1",
      "m.json5:3: system.database.snapshotIsolation: expected true or false, found 0",
      "m.json5:3: system.database.upgradeBypass: expected true or false, found 'auto'"),
    WrongText(
      "a poll without a pause", ModelText(system: "{ redis: { poll: 0 } }"),
      "m.json5:3: system.redis.poll: expected a time above zero such as \"5ms\", found 0"),
    WrongText(
      "a fixed poll without a pause", ModelText(system: "{ redis: { poll: { fixed: 0 } } }"),
      "m.json5:3: system.redis.poll.fixed: expected a time above zero such as \"5ms\", found 0"),
    WrongText(
      "a poll that is a word", ModelText(system: "{ redis: { poll: 'none' } }"),
      "m.json5:3: system.redis.poll: expected a time such as \"250ms\", \"1.5s\" or \"1m30s\", found "
        + "'none'"),
    WrongText(
      "a poll that is a list", ModelText(system: "{ redis: { poll: [1] } }"),
      "m.json5:3: system.redis.poll: expected \"50ms\", { fixed: \"50ms\" } or { exponential: { base: "
        + "\"50ms\" } }, found a list"),
    WrongText(
      "a poll that says nothing", ModelText(system: "{ redis: { poll: { jitter: 'full' } } }"),
      "m.json5:3: system.redis.poll: expected \"50ms\", { fixed: \"50ms\" } or { exponential: { base: "
        + "\"50ms\" } }, found an object"),
    WrongText(
      "a watchdog that never sleeps", ModelText(system: "{ redis: { watchdogTimeout: 0 } }"),
      "m.json5:3: system.redis.watchdogTimeout: expected a time above zero such as \"5ms\", found 0"
    ),
    WrongText(
      "an order of keys without a unique key",
      ModelText(tables: "{ users: { rows: 5, keyOrder: 'random' } }"),
      "m.json5:2: tables.users.keyOrder: has a meaning only beside 'uniqueKey'"),
    WrongText(
      "an unknown order of keys",
      ModelText(tables: "{ users: { rows: 5 }, keys: { uniqueKey: true, keyOrder: 'uuid' } }"),
      "m.json5:2: tables.keys.keyOrder: expected 'random' or 'ascending', found 'uuid'"),
    WrongText(
      "fewer keys than none",
      ModelText(tables: "{ users: { rows: 5 }, keys: { uniqueKey: true, rows: -1 } }"),
      "m.json5:2: tables.keys.rows: expected a whole number of at least 0, found -1"),
    WrongText(
      "too many rows, keys included",
      ModelText(tables: "{ users: { rows: 5 }, keys: { uniqueKey: true, rows: 9999996 } }"),
      "m.json5:2: tables.keys: expected at most 10000000 rows"),
    WrongText(
      "too many kinds of servers and gates",
      ModelText(
        system: "{ servers: { \(list(65) { "s\($0): { count: 1 }" }) }, "
          + "gates: { \(list(65) { "g\($0): { size: 1 }" }) } }"),
      "m.json5:3: system.servers: expected at most 64 kinds of servers",
      "m.json5:3: system.gates: expected at most 64 gates"),
  ]

  @Test(
    "are named by line, path, what was found and what would be right when they are wrong",
    arguments: wrong)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }
}
