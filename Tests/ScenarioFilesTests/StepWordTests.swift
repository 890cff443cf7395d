import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// The steps by which a model says what locks, transactions and servers do.
@Suite("Words of a step")
struct StepWordTests {
  private func steps(_ text: String) throws -> [Step] {
    Array(try WrongSteps.model(text).read().requests[0].steps.dropLast())
  }

  private let user = RowReference(table: 0, key: 0)
  private let reads = RowReference(table: 0, key: 1)
  private let writes = RowReference(table: 0, key: 2)

  // MARK: - Right

  @Test("use servers and pass gates by their names")
  func servers() throws {
    #expect(
      try steps(
        """
        { use: "cpu", time: "15ms" }, { use: "disk", time: { exponential: "35ms" } },
        { gate: "in", steps: [{ gate: "mpl", steps: [{ cpu: 0 }] }] }
        """) == [
          .use(server: 1, .constant(.milliseconds(15))),
          .use(server: 0, .exponential(mean: .milliseconds(35))),
          .gate(1, steps: [.gate(0, steps: [.cpu(.zero)])]),
        ])
  }

  @Test("lock in two modes, and wait, wait for a time, fail at once, or leave rows out")
  func locks() throws {
    let cases: [(String, LockStep)] = [
      ("", LockStep(user)), (", mode: 'share'", LockStep(user, mode: .share)),
      (", mode: 'exclusive', wait: '5s'", LockStep(user, patience: .timeout(.seconds(5)))),
      (", wait: 'nowait'", LockStep(user, patience: .noWait)),
      (", mode: 'share', wait: 'skip-locked'", LockStep(user, mode: .share, patience: .skipLocked)),
    ]
    for (text, expected) in cases {
      #expect(
        try steps("{ transaction: [{ lock: 'users[user]'\(text) }] }")
          == [.transaction(TransactionStep(steps: [.lock(expected)]))], "\(text)")
    }
  }

  @Test("stand in a transaction of any isolation, control and propagation, to its very end")
  func transactions() throws {
    #expect(
      try steps(
        """
        { transaction: [
            { read: "users[user]" },
            { transaction: [{ lock: "users[reads]" }], propagation: "requires-new",
              isolation: "read-committed" },
          ], control: "validation", propagation: "required", afterCommitPoint: [
            { forEach: "writes", steps: [{ use: "disk", time: "35ms" }] },
            { choose: [{ weight: 1, steps: [{ cpu: 0 }] }] }, { delay: 0 },
            { everyNth: 2, steps: [{ cpu: 0 }] },
          ] },
        { transaction: [{ cpu: 0 }], control: "immediate-restart" }
        """) == [
          .transaction(
            TransactionStep(
              control: .validation,
              steps: [
                .read(user),
                .transaction(
                  TransactionStep(
                    isolation: .readCommitted, propagation: .requiresNew,
                    steps: [.lock(LockStep(reads))])),
              ],
              afterCommitPoint: [
                .forEach(key: 2, steps: [.use(server: 0, .constant(.milliseconds(35)))]),
                .choose([WeightedSteps(weight: 1, steps: [.cpu(.zero)])]), .delay(.zero),
                .everyNth(EveryNth(every: 2), steps: [.cpu(.zero)], otherwise: []),
              ])),
          .transaction(TransactionStep(control: .immediateRestart, steps: [.cpu(.zero)])),
        ])
  }

  @Test("insert, and do what they say about a duplicate")
  func inserts() throws {
    let cases: [(String, InsertStep.IfDuplicate)] = [
      ("", .fail), (", ifDuplicate: 'fail'", .fail), (", ifDuplicate: 'ignore'", .ignore),
      (", ifDuplicate: 'update'", .update),
    ]
    for (text, expected) in cases {
      #expect(
        try steps("{ insert: 'keys'\(text) }")
          == [.insert(InsertStep(table: 1, ifDuplicate: expected))], "\(text)")
    }
  }

  @Test("look idempotency keys up in any way, in a transaction of their own or the same")
  func idempotents() throws {
    let inner = [Step.cpu(.zero)]
    let cases: [(String, IdempotentStep)] = [
      ("lookup: 'none'", IdempotentStep(table: 1, lookup: .none, layer: nil, steps: inner)),
      ("lookup: 'plain'", IdempotentStep(table: 1, layer: nil, steps: inner)),
      (
        "lookup: 'for-update', insert: 'same', completion: 'same'",
        IdempotentStep(
          table: 1, lookup: .forUpdate, insert: .same, completion: .same, layer: nil, steps: inner)
      ),
      (
        "insert: 'own', completion: 'own', onProcessing: 'insert', onFailed: 'refuse'",
        IdempotentStep(
          table: 1, onProcessing: .insert, onFailed: .refuse, layer: nil, steps: inner)
      ),
      (
        "onProcessing: 'refuse', onFailed: 'retry'",
        IdempotentStep(table: 1, layer: nil, steps: inner)
      ),
    ]
    for (text, expected) in cases {
      #expect(
        try steps("{ transaction: [{ idempotent: 'keys', \(text), steps: [{ cpu: 0 }] }] }")
          == [.transaction(TransactionStep(steps: [.idempotent(expected)]))], "\(text)")
    }
  }

  @Test("take distributed locks by any client, with a lease unless a watchdog keeps them")
  func lockClients() throws {
    func lock(_ text: String, system: String = "{}") throws -> Step {
      try ModelText(
        system: system,
        steps:
          #"[{ distributedLock: "a", wait: 0, \#(text), steps: [{ cpu: 0 }] }, { respond: 200 }]"#
      ).read().requests[0].steps[0]
    }
    func expected(
      _ lease: VirtualDuration?, _ client: LockClient? = nil, poll: Backoff? = nil
    ) -> Step {
      .distributedLock(
        DistributedLockStep(
          name: LockName(text: "a", keys: []), wait: .zero, lease: lease, client: client,
          poll: poll, layer: nil, steps: [.cpu(.zero)]))
    }
    #expect(try lock("lease: '1s'") == expected(.seconds(1)))
    #expect(try lock("client: 'watchdog'") == expected(nil, .watchdog))
    #expect(
      try lock("lease: '1s', client: 'spin', poll: '20ms'")
        == expected(.seconds(1), .spin, poll: Backoff(base: .milliseconds(20))))
    #expect(
      try lock("lease: '1s', poll: '20ms'")
        == expected(.seconds(1), poll: Backoff(base: .milliseconds(20))))
    for client in [LockClient.redisson, .redissonFair, .redissonFenced] {
      #expect(
        try lock("lease: '1s', client: '\(client.rawValue)'") == expected(.seconds(1), client))
    }
    // The clients of a system can be exchanged without a change of its steps.
    let watched = "{ redis: { client: 'watchdog' } }"
    #expect(try lock("lease: '1s'", system: watched) == expected(.seconds(1)))
    #expect(try lock("layer: 'distributed-lock'", system: watched) != expected(.seconds(1)))
  }

  @Test("decide by weight, by turn, and together with others")
  func branches() throws {
    #expect(
      try steps(
        """
        { choose: [{ weight: 3, steps: [{ cpu: 0 }] }, { weight: 0, steps: [] }] },
        { everyNth: 5, steps: [{ cpu: 0 }] },
        { everyNth: { every: 5, first: 2, of: { group: 7 }, firstAttempt: true },
          steps: [{ cpu: 0 }], otherwise: [{ delay: 0 }] },
        { everyNth: { every: 1, of: "user", firstAttempt: false }, steps: [{ cpu: 0 }],
          otherwise: [] },
        { barrier: 10 }
        """) == [
          .choose([
            WeightedSteps(weight: 3, steps: [.cpu(.zero)]), WeightedSteps(weight: 0, steps: []),
          ]),
          .everyNth(EveryNth(every: 5, first: 5), steps: [.cpu(.zero)], otherwise: []),
          .everyNth(
            EveryNth(every: 5, first: 2, counting: .ofGroup(size: 7), onlyFirstAttempt: true),
            steps: [.cpu(.zero)], otherwise: [.delay(.zero)]),
          .everyNth(EveryNth(every: 1), steps: [.cpu(.zero)], otherwise: []),
          .barrier(parties: 10),
        ])
  }

  @Test("end a request when all ways do")
  func ends() throws {
    for text in [
      "[{ choose: [{ weight: 1, steps: [{ respond: 200 }] }, { weight: 1, steps: [{ respond: 201 }] }] }]",
      "[{ choose: [{ weight: 1, steps: [{ respond: 200 }] }, { weight: 0, steps: [] }] }]",
      "[{ everyNth: 2, steps: [{ respond: 200 }], otherwise: [{ respond: 201 }] }]",
    ] {
      _ = try ModelText(steps: text).read()
    }
  }

  @Test(
    "write rows that were read on every way to the write",
    arguments: [
      "{ read: 'users[reads]' }, { update: 'users[writes].balance', add: 1 }",
      "{ forEach: 'reads', steps: [{ read: 'users[reads]' }] }, { update: 'users[reads].balance', add: 1 }",
      "{ forEach: 'writes', steps: [{ read: 'users[writes]' }] }, { update: 'users[writes].balance', add: 1 }",
      "{ forEach: 'reads', steps: [{ read: 'users[user]' }] }, { update: 'users[user].balance', add: 1 }",
      "{ choose: [{ weight: 1, steps: [{ read: 'users[user]' }] }, { weight: 2, steps: [{ read: 'users[user]' }] }] }, { update: 'users[user].balance', add: 1 }",
      "{ everyNth: 2, steps: [{ read: 'users[user]' }], otherwise: [{ read: 'users[user]' }] }, { update: 'users[user].balance', add: 1 }",
      "{ everyNth: 2, steps: [{ read: 'users[user]' }, { update: 'users[user].balance', add: 1 }] }",
    ])
  func written(text: String) {
    #expect(problems(of: WrongSteps.model(text).text) == [])
  }

  // MARK: - Wrong

  @Test(
    "do not write rows that were read on some ways only",
    arguments: [
      ("{ read: 'users[writes]' }", "reads"),
      ("{ forEach: 'writes', steps: [{ read: 'users[user]' }] }", "user"),
      ("{ everyNth: 2, steps: [{ read: 'users[user]' }] }", "user"),
      ("{ everyNth: 2, steps: [{ cpu: 0 }], otherwise: [{ read: 'users[user]' }] }", "user"),
      (
        "{ choose: [{ weight: 1, steps: [{ read: 'users[user]' }] }, { weight: 2, steps: [] }] }",
        "user"
      ),
    ])
  func notWritten(text: String, key: String) {
    let model = WrongSteps.model("\(text), { update: 'users[\(key)].balance', add: 1 }")
    #expect(
      problems(of: model.text) == [
        "m.json5:6: requests.charge.steps[1].update: 'users[\(key)]' is written but not read before; "
          + "put a read or a lock before it"
      ])
  }

  @Test(
    "are named by line, path, what was found and what would be right when they are wrong",
    arguments: WrongSteps.all)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }
}
