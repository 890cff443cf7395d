import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// What instances keep in memory, how requests are balanced between them, and what caches hold.
@Suite("Words of memory and of caches")
struct MemoryWordTests {
  @Test("are amounts of memory to the byte")
  func amounts() throws {
    let cases: [(String, Int64)] = [
      ("0", 0), ("0B", 0), ("1B", 1), ("1kB", 1_000), ("1KiB", 1_024), ("3MB", 3_000_000),
      ("3MiB", 3_145_728), ("4GB", 4_000_000_000), ("4GiB", 4_294_967_296),
      ("1.5GiB", 1_610_612_736),
      ("0.001kB", 1), ("0.5KiB", 512), ("0.125KiB", 128), ("007MB", 7_000_000),
      ("1.50MB", 1_500_000),
      ("0.000000001GB", 1), ("9007199254740992B", 9_007_199_254_740_992),
      ("8388608GiB", 9_007_199_254_740_992),
    ]
    for (text, bytes) in cases { #expect(try ByteCountParser.parse(text) == bytes, "\(text)") }
  }

  @Test("are no amounts of memory when they are anything else")
  func noAmounts() {
    let cases: [(String, Problem)] = [
      ("", .unexpected(found: .emptyText, expected: .byteCount)),
      ("GiB", .unexpected(found: .text("GiB"), expected: .byteCount)),
      ("-1GiB", .unexpected(found: .text("-1GiB"), expected: .byteCount)),
      ("+1GiB", .unexpected(found: .text("+1GiB"), expected: .byteCount)),
      (".5GiB", .unexpected(found: .text(".5GiB"), expected: .byteCount)),
      ("5.GiB", .unexpected(found: .text("5.GiB"), expected: .byteCount)),
      ("1.2.3GiB", .unexpected(found: .text("1.2.3GiB"), expected: .byteCount)),
      ("5", .bytesWithoutUnit(.text("5"), withUnit: "5MiB")),
      ("4GIB", .unknownByteUnit("GIB", of: "4GIB", suggestion: "GiB")),
      ("4g", .unknownByteUnit("g", of: "4g", suggestion: "GiB")),
      ("4Mb", .unknownByteUnit("Mb", of: "4Mb", suggestion: "MB")),
      ("4KB", .unknownByteUnit("KB", of: "4KB", suggestion: "kB")),
      ("4 GiB", .unknownByteUnit(" GiB", of: "4 GiB", suggestion: "GiB")),
      ("4TiB", .unknownByteUnit("TiB", of: "4TiB", suggestion: nil)),
      ("4pages", .unknownByteUnit("pages", of: "4pages", suggestion: nil)),
      ("1GiB512MiB", .unknownByteUnit("GiB512MiB", of: "1GiB512MiB", suggestion: nil)),
      ("0.5B", .bytesTooFine("0.5B")), ("0.1KiB", .bytesTooFine("0.1KiB")),
      ("0.0000000001GB", .bytesTooFine("0.0000000001GB")),
      ("9007199254740993B", .tooManyBytes("9007199254740993B")),
      ("9007199.254740993GB", .tooManyBytes("9007199.254740993GB")),
      ("99999999999999999999999999GiB", .tooManyBytes("99999999999999999999999999GiB")),
    ]
    for (text, problem) in cases {
      #expect(throws: problem, "\(text)") { try ByteCountParser.parse(text) }
    }
  }

  @Test("say what instances need, and which of them a request goes to")
  func system() throws {
    let system = try ModelText(
      system: """
        { instances: 3, balance: 'least-connections',
          memory: { size: '4GiB', base: '512MB', perRequest: '5MiB', restart: '30s' } }
        """
    ).read().system
    #expect(system.balance == .leastConnections)
    #expect(
      system.memory
        == MemoryModel(
          size: 4 << 30, base: 512_000_000, perRequest: 5 << 20, restart: .seconds(30)))
    let plain = try ModelText(
      system: "{ memory: { size: '1kB', perRequest: 0, restart: '1ms' } }"
    ).read().system
    #expect(plain.balance == .roundRobin)
    #expect(plain.memory?.base == 0)
    #expect(try ModelText().read().system.memory == nil)
    for balance in LoadBalancing.allCases {
      let system = try ModelText(system: "{ balance: '\(balance.rawValue)' }").read().system
      #expect(system.balance == balance)
    }
  }

  private static let caches =
    "{ instances: 10, caches: { near: { ttl: '60s' }, far: { ttl: '5m', store: 'redis', "
    + "singleFlight: true } } }"

  private static let keys =
    "{ user: { row: 'users' }, two: { row: 'users', count: 2 }, item: { row: 'items' } }"

  private static func model(_ steps: String, rows: Int = 7) -> ModelText {
    ModelText(
      tables: "{ users: { rows: 5, columns: { balance: 1 } }, items: { rows: \(rows) }, "
        + "keys: { uniqueKey: true } }",
      system: caches, keys: keys, steps: "[\(steps), { respond: 200 }]")
  }

  @Test("name caches in declared order, and what is loaded into them")
  func cacheSteps() throws {
    let scenario = try Self.model(
      """
      { cache: 'near:{user}', steps: [{ cache: 'far', steps: [{ read: 'users[user]' }] }] },
      { cache: 'near:{user}', steps: [{ cpu: '1ms' }] }
      """
    ).read()
    #expect(
      scenario.system.caches == [
        CacheModel(name: "near", timeToLive: .seconds(60)),
        CacheModel(name: "far", timeToLive: .minutes(5), store: .redis, singleFlight: true),
      ])
    #expect(
      scenario.requests[0].steps.dropLast() == [
        .cache(
          CacheStep(
            cache: 0, key: 0,
            steps: [
              .cache(CacheStep(cache: 1, steps: [.read(RowReference(table: 0, key: 0))]))
            ])),
        .cache(CacheStep(cache: 0, key: 0, steps: [.cpu(.constant(.milliseconds(1)))])),
      ])
  }

  @Test("let time pass in a look-up over the network, and in no other")
  func time() {
    func lines(_ cache: String, _ redis: String) -> [String] {
      problems(
        of: ModelText(
          system: "{ caches: { c: { ttl: '1s', store: '\(cache)' } }, redis: { \(redis) } }",
          steps: "[{ cache: 'c', steps: [{ cpu: '1ms' }] }, { respond: 200 }]",
          iteration: "[{ request: 'charge' }]"
        ).text)
    }
    #expect(lines("redis", "command: '20us'") == [])
    #expect(lines("redis", "roundTrip: '2us'") == [])
    #expect(lines("redis", "").count == 1)
    #expect(lines("instance", "command: '20us'").count == 1)
  }

  static let wrong: [WrongText] = [
    WrongText(
      "memory of nothing", ModelText(system: "{ memory: {} }"),
      "m.json5:3: system.memory.size: missing; expected an amount of memory such as \"512MiB\" or "
        + "\"4GB\"",
      "m.json5:3: system.memory.perRequest: missing; expected an amount of memory such as "
        + "\"512MiB\" or \"4GB\"",
      "m.json5:3: system.memory.restart: missing; expected a time above zero such as \"5ms\""),
    WrongText(
      "memory that is a text", ModelText(system: "{ memory: '4GiB' }"),
      "m.json5:3: system.memory: expected an object, found '4GiB'"),
    WrongText(
      "amounts of every wrong kind",
      ModelText(
        system: "{ memory: { size: 4096, base: '1gb', perRequest: '5', restart: 0 } }"),
      "m.json5:3: system.memory.size: expected an amount of memory with a unit such as "
        + "\"4096MiB\", found 4096",
      "m.json5:3: system.memory.base: unknown unit 'gb' in '1gb'; did you mean 'GB'?",
      "m.json5:3: system.memory.perRequest: expected an amount of memory with a unit such as "
        + "\"5MiB\", found '5'",
      "m.json5:3: system.memory.restart: expected a time above zero such as \"5ms\", found 0"),
    WrongText(
      "more amounts of every wrong kind",
      ModelText(
        system: "{ memory: { size: '4pages', base: -1, perRequest: true, restart: '1s' } }"),
      "m.json5:3: system.memory.size: unknown unit 'pages' in '4pages'; units are B, kB, MB, GB, "
        + "KiB, MiB and GiB",
      "m.json5:3: system.memory.base: expected an amount of memory such as \"512MiB\" or \"4GB\", "
        + "found -1",
      "m.json5:3: system.memory.perRequest: expected an amount of memory such as \"512MiB\" or "
        + "\"4GB\", found true"),
    WrongText(
      "amounts that are no whole bytes, or too many",
      ModelText(
        system:
          "{ memory: { size: '9999999GiB', base: '0.1B', perRequest: '1B', restart: '1s' } }"),
      "m.json5:3: system.memory.size: expected at most 9007199254740992 bytes, found '9999999GiB'",
      "m.json5:3: system.memory.base: expected a whole number of bytes, found '0.1B'"),
    WrongText(
      "no memory",
      ModelText(system: "{ memory: { size: 0, base: '1GB', perRequest: '1B', restart: '1s' } }"),
      "m.json5:3: system.memory.size: expected an amount of memory above zero such as \"512MiB\" or "
        + "\"4GB\", found 0"),
    WrongText(
      "memory that is full before anybody comes",
      ModelText(system: "{ memory: { size: '1GiB', base: '1GiB', perRequest: 0, restart: '1s' } }"),
      "m.json5:3: system.memory.base: expected less than 'size', found '1GiB'"),
    WrongText(
      "an unknown balance", ModelText(system: "{ balance: 'round robin' }"),
      "m.json5:3: system.balance: expected 'round-robin', 'random' or 'least-connections', found "
        + "'round robin'; did you mean 'round-robin'?"),
    WrongText(
      "no caches", ModelText(system: "{ caches: {} }"),
      "m.json5:3: system.caches: expected an object with at least one cache, found an empty object"
    ),
    WrongText(
      "a cache of nothing", ModelText(system: "{ caches: { c: {} } }"),
      "m.json5:3: system.caches.c.ttl: missing; expected a time above zero such as \"5ms\""),
    WrongText(
      "a cache with everything wrong",
      ModelText(system: "{ caches: { c: { ttl: 0, store: 'local', singleFlight: 1, size: 5 } } }"),
      "m.json5:3: system.caches.c.ttl: expected a time above zero such as \"5ms\", found 0",
      "m.json5:3: system.caches.c.store: expected 'instance' or 'redis', found 'local'",
      "m.json5:3: system.caches.c.singleFlight: expected true or false, found 1",
      "m.json5:3: system.caches.c.size: unknown key; known here: 'ttl', 'store' and 'singleFlight'"),
    WrongText(
      "too many caches",
      ModelText(system: "{ caches: { \(list(65) { "c\($0): { ttl: '1s' }" }) } }"),
      "m.json5:3: system.caches: expected at most 64 caches"),
    WrongText(
      "an unknown cache", model("{ cache: 'neer', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].cache: unknown cache 'neer'; did you mean 'near'?"),
    WrongText(
      "an unknown key of a cache", model("{ cache: 'near:{usr}', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].cache: unknown key 'usr'; did you mean 'user'?"),
    WrongText(
      "a key with several rows", model("{ cache: 'near:{two}', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].cache: 'two' can have several rows; an entry of a cache is "
        + "about one"),
    WrongText(
      "names of entries that cannot be made out",
      model(
        "{ cache: 'near:user', steps: [{ cpu: 0 }] }, { cache: 'near:{}', steps: [{ cpu: 0 }] }, "
          + "{ cache: 5, steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[0].cache: expected the name of a cache, or of one with a row, "
        + "such as \"products:{product}\", found 'near:user'",
      "m.json5:6: requests.charge.steps[1].cache: expected the name of a cache, or of one with a row, "
        + "such as \"products:{product}\", found 'near:{}'",
      "m.json5:6: requests.charge.steps[2].cache: expected the name of a cache, or of one with a row, "
        + "such as \"products:{product}\", found 5"),
    WrongText(
      "a cache in front of nothing", model("{ cache: 'near' }"),
      "m.json5:6: requests.charge.steps[0].steps: missing; expected a list with at least one step"),
    WrongText(
      "a cache in a transaction and in a connection",
      model(
        "{ transaction: [{ cache: 'near', steps: [{ cpu: 0 }] }] }, "
          + "{ connection: [{ cache: 'near', steps: [{ cpu: 0 }] }] }"),
      "m.json5:6: requests.charge.steps[0].transaction[0].cache: 'cache' cannot stand inside "
        + "'transaction'",
      "m.json5:6: requests.charge.steps[1].connection[0].cache: 'cache' cannot stand inside "
        + "'connection'"),
    WrongText(
      "a cache inside itself",
      model(
        "{ cache: 'near', steps: [{ cache: 'far', steps: [{ cache: 'near', steps: [{ cpu: 0 }] }] }] }"
      ),
      "m.json5:6: requests.charge.steps[0].steps[0].steps[0].cache: 'near' cannot stand inside 'near'"
    ),
    WrongText(
      "one cache for rows of two tables",
      model(
        "{ cache: 'near:{user}', steps: [{ cpu: 0 }] }, { cache: 'near:{item}', steps: [{ cpu: 0 }] }"
      ),
      "m.json5:6: requests.charge.steps[1].cache: the cache 'near' is used for rows of 'users' "
        + "before; give this a cache of its own"),
    WrongText(
      "one cache for a single entry and for rows",
      model(
        "{ cache: 'near', steps: [{ cpu: 0 }] }, { cache: 'near:{item}', steps: [{ cpu: 0 }] }"),
      "m.json5:6: requests.charge.steps[1].cache: the cache 'near' is used for a single entry before; "
        + "give this a cache of its own"),
    WrongText(
      "more entries than there is room for",
      model("{ cache: 'near:{item}', steps: [{ cpu: 0 }] }", rows: 1_000_001),
      "m.json5:6: requests.charge.steps[0].cache: expected at most 10000000 entries in all caches of "
        + "all instances"),
    WrongText(
      "a write of what only a miss reads",
      model(
        "{ cache: 'near:{user}', steps: [{ read: 'users[user]' }] }, "
          + "{ update: 'users[user].balance', add: 1 }"),
      "m.json5:6: requests.charge.steps[1].update: 'users[user]' is written but not read before; put "
        + "a read or a lock before it"),
    WrongText(
      "an answer only of a miss",
      ModelText(
        system: caches, steps: "[{ cache: 'near', steps: [{ respond: 200 }] }]"),
      "m.json5:6: requests.charge.steps: expected a last step that answers, such as { respond: 200 }"
    ),
    WrongText(
      "an expiry without a unique key", ModelText(tables: "{ users: { rows: 5, expiry: '24h' } }"),
      "m.json5:2: tables.users.expiry: has a meaning only beside 'uniqueKey'"),
    WrongText(
      "keys that are gone at once",
      ModelText(tables: "{ users: { rows: 5 }, keys: { uniqueKey: true, expiry: 0 } }"),
      "m.json5:2: tables.keys.expiry: expected a time above zero such as \"5ms\", found 0"),
  ]

  @Test("let keys expire")
  func expiry() throws {
    let tables = try ModelText(
      tables: "{ users: { rows: 5 }, keys: { uniqueKey: true, expiry: '24h' } }"
    ).read().tables
    #expect(tables[1].expiry == .hours(24))
    #expect(tables[0].expiry == nil)
  }

  @Test("fill all the room there is")
  func entries() {
    // A million rows in each of ten instances.
    let model = Self.model("{ cache: 'near:{item}', steps: [{ cpu: 0 }] }", rows: 1_000_000)
    #expect(problems(of: model.text) == [])
  }

  @Test(
    "are named by line, path, what was found and what would be right when they are wrong",
    arguments: wrong)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }
}
