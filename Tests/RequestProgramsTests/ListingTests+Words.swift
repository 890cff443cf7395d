import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

extension ListingTests {
  /// The request of a shop line by line, each space once.
  private func listing(_ steps: [Step], poolSize: Int? = nil, under strategy: String) -> String {
    var scenario = Shop.scenario(steps)
    let (serverPools, gates) = (scenario.system.serverPools, scenario.system.gates)
    scenario.system = SystemModel()
    scenario.system.serverPools = serverPools
    scenario.system.gates = gates
    scenario.system.pool.size = poolSize
    let strategy = Strategy.builtIn.first { $0.name == strategy } ?? Strategy.builtIn[0]
    let text = ProgramCompiler.compile(scenario, under: strategy).listing()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let request = lines.drop { !$0.hasPrefix("request") }.dropFirst().prefix { !$0.isEmpty }
    return request.map { line in
      line.split(separator: " ").joined(separator: " ") + "\n"
    }.joined()
  }

  private static let keys = """
    user: row __VU % 100 + 1 of users
    item: any 2 to 3 of 50 rows of items, others in each attempt
    part: some of item, each with a chance of 25 %

    """

  /// Worked out from `Step`'s comments: each row of a key in turn, the third if there is one;
  /// NOWAIT where the transaction restarts at once; a connection more for what requires a new
  /// transaction.
  @Test("shows gates, servers, rows in turn, suspended transactions, chance and occasions")
  func control() {
    let retry = RetryPolicy(on: [.lockNotAvailable], attempts: nil, backoff: .meanResponseTime)
    let occasion = EveryNth(
      every: 10, first: 3, counting: .ofGroup(size: 5), onlyFirstAttempt: true)
    let text = listing(
      [
        .gate(
          0,
          steps: [
            .retry(
              retry,
              steps: [
                Construct.immediateRestart.around([
                  .forEach(
                    key: Shop.itemKey,
                    steps: [
                      .lock(LockStep(Shop.item, mode: .share)),
                      .use(server: 0, .constant(.milliseconds(35))),
                    ]),
                  .lock(LockStep(Shop.user, patience: .timeout(.seconds(3)))), Shop.add(Shop.user),
                  Construct.requiresNew.around([
                    .insert(InsertStep(table: 1, ifDuplicate: .update))
                  ]),
                ])
              ])
          ]),
        .choose([
          WeightedSteps(weight: 1, steps: [.delay(.constant(.milliseconds(1)))]),
          WeightedSteps(weight: 1, steps: []),
        ]),
        .everyNth(occasion, steps: [.barrier(parties: 5)], otherwise: []),
        .transaction(TransactionStep(control: .validation, steps: [Shop.add(Shop.user)])),
      ], poolSize: 2, under: "none")
    let expected =
      Self.keys + """
        1 go into gate mpl (5)
        2 retry without end on lock-not-available, backoff exponential, mean the mean response time
        3 attempt
        4 take a connection (2 an instance, waits 30s) else → 67
        5 begin (repeatable-read)
        6 lock row items[item 1] FOR SHARE (NOWAIT) else → 10
        7 read items[item 1].stock, the latest
        8 read items[item 1].sold, the latest
        9 → 11
        10 pass the failure on else → 60
        11 take a server of disk (2)
        12 be served (35ms)
        13 give the server of disk back
        14 lock row items[item 2] FOR SHARE (NOWAIT) else → 18
        15 read items[item 2].stock, the latest
        16 read items[item 2].sold, the latest
        17 → 19
        18 pass the failure on else → 60
        19 take a server of disk (2)
        20 be served (35ms)
        21 give the server of disk back
        22 without a row items[item 3] → 31
        23 lock row items[item 3] FOR SHARE (NOWAIT) else → 27
        24 read items[item 3].stock, the latest
        25 read items[item 3].sold, the latest
        26 → 28
        27 pass the failure on else → 60
        28 take a server of disk (2)
        29 be served (35ms)
        30 give the server of disk back
        31 lock row users[user] FOR UPDATE (NOWAIT) else → 34
        32 read users[user].balance, the latest
        33 → 35
        34 pass the failure on else → 60
        35 lock row users[user] to UPDATE it (NOWAIT) else → 38
        36 UPDATE users[user].balance = as read − 1
        37 → 39
        38 pass the failure on else → 60
        39 one row was changed else → 60
        40 suspend the transaction
        41 take a connection (2 an instance, waits 30s) else → 56
        42 begin (repeatable-read)
        43 insert a row under the key into charge_idempotency or update it (waits 50s) else → 45
        44 → 46
        45 pass the failure on else → 48
        46 commit
        47 → 50
        48 roll back
        49 pass the failure on else → 52
        50 give the connection back
        51 → 54
        52 give the connection back
        53 pass the failure on else → 56
        54 resume the transaction
        55 → 58
        56 resume the transaction
        57 pass the failure on else → 60
        58 commit
        59 → 62
        60 roll back
        61 pass the failure on else → 64
        62 give the connection back
        63 → 66
        64 give the connection back
        65 pass the failure on else → 67
        66 → 68
        67 if the failure is retried and attempts are left: back off, → 3 else → 70
        68 leave gate mpl
        69 → 72
        70 leave gate mpl
        71 pass the failure on else → 91
        72 by chance → 73 → 75
        73 wait for something outside (1ms)
        74 → 75
        75 occasion 3 and then one in 10 of a group of 5 users, in the first attempt, else → 77
        76 wait for 5 users
        77 take a connection (2 an instance, waits 30s) else → 91
        78 begin (repeatable-read)
        79 read users[user].balance
        80 note for the commit point: UPDATE users[user].balance = as read − 1
        81 commit point: fail if a row that was read has changed, else write else → 84
        82 commit
        83 → 86
        84 roll back
        85 pass the failure on else → 88
        86 give the connection back
        87 → 90
        88 give the connection back
        89 pass the failure on else → 91
        90 → 92
        91 respond what the failure says
        92 the client has its answer

        """
    expectEqualLines(text, expected)
  }

  @Test("shows that a row which SKIP LOCKED leaves out is neither read nor written")
  func skipLocked() {
    let text = listing(
      [
        Construct.transaction.around([
          .lock(LockStep(Shop.user, patience: .skipLocked)), Shop.add(Shop.user),
        ])
      ], under: "none")
    let expected =
      Self.keys + """
        1 begin (repeatable-read)
        2 without a row users[user] → 8
        3 lock row users[user] FOR UPDATE (SKIP LOCKED) else → 7
        4 without a row users[user] → 6
        5 read users[user].balance, the latest
        6 → 8
        7 pass the failure on else → 16
        8 without a row users[user] → 14
        9 lock row users[user] to UPDATE it (waits 50s) else → 12
        10 UPDATE users[user].balance = as read − 1
        11 → 13
        12 pass the failure on else → 16
        13 one row was changed else → 16
        14 commit
        15 → 18
        16 roll back
        17 pass the failure on else → 19
        18 → 20
        19 respond what the failure says
        20 the client has its answer

        """
    expectEqualLines(text, expected)
  }

  @Test("shows a key that is looked up FOR UPDATE and inserted in the surrounding transaction")
  func lookUpForUpdate() {
    let text = listing(
      [
        Construct.transaction.around([
          Construct.insertedWithinForUpdate.around([Shop.add(Shop.user)])
        ])
      ],
      under: "atomic")
    let expected =
      Self.keys + """
        1 begin (repeatable-read)
        2 look the key up in charge_idempotency FOR UPDATE (waits 50s) else → 4
        3 → 5
        4 pass the failure on else → 37
        5 if it is there → 10
        6 insert the key into charge_idempotency as PROCESSING (waits 50s) else → 8
        7 → 9
        8 pass the failure on else → 37
        9 fail if it was there else → 37
        10 key COMPLETED → 34, PROCESSING → 33, FAILED → 28, absent goes on
        11 lock row users[user] to UPDATE it (waits 50s) else → 14
        12 UPDATE users[user].balance = users[user].balance − 1
        13 → 15
        14 pass the failure on else → 37
        15 one row was changed else → 37
        16 suspend the transaction
        17 begin (repeatable-read)
        18 mark the key in charge_idempotency COMPLETED with 200 else → 21
        19 commit
        20 → 23
        21 roll back
        22 pass the failure on else → 25
        23 resume the transaction
        24 → 27
        25 resume the transaction
        26 pass the failure on else → 37
        27 → 35
        28 set the key in charge_idempotency from FAILED to PROCESSING else → 30
        29 → 31
        30 pass the failure on else → 37
        31 if another was faster → 2
        32 → 11
        33 fail: the key is another's, or has failed else → 37
        34 answer what is stored with the key
        35 commit
        36 → 39
        37 roll back
        38 pass the failure on else → 40
        39 → 41
        40 respond what the failure says
        41 the client has its answer

        """
    expectEqualLines(text, expected)
  }

  /// A statement can fail at the server, beside its lock, only where snapshots are isolated.
  @Test("shows where error 1020 goes on, if the server has it")
  func snapshotIsolation() {
    var scenario = Shop.scenario([Construct.transaction.around([Shop.add(Shop.user)])])
    scenario.system.database.snapshotIsolation = true
    let pessimistic = Strategy.builtIn[3]
    let with = ProgramCompiler.compile(scenario, under: pessimistic).listing()
    scenario.system.database.snapshotIsolation = false
    let without = ProgramCompiler.compile(scenario, under: pessimistic).listing()
    func failing(_ text: String) -> Int {
      text.split(separator: "\n").count {
        $0.contains("else →") && ($0.contains("UPDATE users") || $0.contains(", the latest"))
      }
    }
    #expect(failing(with) == 2)
    #expect(failing(without) == 0)
  }

  @Test("says how many rows of a key a request has, and how they are chosen")
  func rowKeys() {
    func words(_ key: RowKey) -> String {
      var scenario = Shop.scenario([])
      scenario.requests[0].keys = [key]
      let text = ProgramCompiler.compile(scenario, under: Strategy.builtIn[0]).listing()
      let line = text.split(separator: "\n").first { $0.hasPrefix("  k: ") }
      return line.map { String($0.dropFirst(5)) } ?? ""
    }
    func key(
      _ choice: RowChoice, _ count: ClosedRange<Int> = 1...1, order: RowKey.Order = .drawn
    ) -> RowKey {
      RowKey(name: "k", table: 2, choice: choice, count: count, order: order)
    }
    #expect(words(key(.virtualUser)) == "row __VU % 50 + 1 of items")
    #expect(words(key(.virtualUser, 2...2)) == "2 rows of items from number __VU % 50 + 1 on")
    #expect(words(key(.uniform)) == "any of 50 rows of items")
    #expect(
      words(key(.uniform, 4...12, order: .sorted))
        == "any 4 to 12 of 50 rows of items, in the order of their numbers")
    #expect(words(key(.zipf(exponent: 1), 2...2)) == "any 2 of 50 rows of items, by Zipf's law")
    #expect(
      words(key(.hotSet(rows: 5, probability: 0.8)))
        == "any of 50 rows of items, 5 of them hot")
    #expect(words(key(.list([3, 1, 2]), 2...2)) == "the next 2 of 3 listed rows of items")
  }

  private func expectEqualLines(_ text: String, _ expected: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, expectedLine) in zip(lines, expectedLines) { #expect(line == expectedLine) }
    #expect(lines.count == expectedLines.count)
  }
}
